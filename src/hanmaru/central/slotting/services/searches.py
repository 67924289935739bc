"""Searches: begun as a background job, watched and stopped through their row, carried out by whoever has the job.

The search runs in a thread of its own and knows nothing of the database; the job's thread writes down how far it is,
and looks whether somebody asks it to stop, several times a second.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf, isfinite
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now, current_company_id
from hanmaru.central.slotting import problems
from hanmaru.central.slotting.errors import LimitWrong, NoCurve, StillSearching, UnknownMethod, UnknownStudy
from hanmaru.central.slotting.models import Search, SearchState, Study
from hanmaru.central.slotting.problems import CURVE, METHODS, Plan, Problem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.settled import settled
from hanmaru.decide.slotting.watch import Step, Watch
from hanmaru.kernel.errors import HanmaruError

LOOK: Final = 0.25  # seconds between two looks at whether to stop
TELL: Final = 1.0  # seconds between two notes of how far it is, each of which all open pages hear
SILENT: Final = timedelta(seconds=30)
"""A search under way that gave no sign of life for so long is broken off: its process was ended."""
MOST_AT_ONCE: Final = 5
MOST_SECONDS: Final = 6 * 3600
LIVE: Final = (SearchState.WAITING, SearchState.RUNNING)


@transaction.atomic
def start_search(study_id: int, *, method: str = "auto", limit_s: int = 120, seed: int = 0) -> int:
    """Search for a plan in the background; the id of the search.

    Raises:
        UnknownStudy, UnknownMethod, NoCurve, LimitWrong, StillSearching.
    """
    if method not in METHODS and method != CURVE:
        raise UnknownMethod(method=method, known=", ".join([*METHODS, CURVE]))
    if not 1 <= limit_s <= MOST_SECONDS:
        raise LimitWrong(most=MOST_SECONDS)
    if not Study.objects.filter(pk=study_id).exists():
        raise UnknownStudy
    if method == CURVE and not has_curve(study_id):
        raise NoCurve
    mark_lost()
    live = Search.objects.filter(state__in=LIVE).count()
    if live >= MOST_AT_ONCE:
        raise StillSearching(count=live)
    search = Search.objects.create(
        study_id=study_id, method=method, limit_s=limit_s, seed=seed, created_by=acting_now().user_id
    )
    from hanmaru.central.slotting.tasks import search_plan  # noqa: PLC0415 -- the task calls carry_out

    search_plan.defer(
        company_id=current_company_id(),
        user_id=acting_now().user_id,
        search_id=search.pk,
        language=get_language() or "ko",
    )
    changed("slotting")
    return int(search.pk)


def has_curve(study_id: int) -> bool:
    """Whether it can be told what moving few materials of a study saves."""
    found = Study.objects.filter(pk=study_id).values_list("kind", "instance").first()
    return found is not None and problems.has_curve(problems.problem_of(found[0], json.loads(found[1])))


def stop_search(search_id: int) -> None:
    """End a search with the best plan it has; one that waits is not begun. Raise UnknownStudy."""
    waiting = Search.objects.filter(pk=search_id, state=SearchState.WAITING)
    if waiting.update(state=SearchState.STOPPED, ended_at=timezone.now()):
        changed("slotting")
        return
    if not Search.objects.filter(pk=search_id).exists():
        raise UnknownStudy
    Search.objects.filter(pk=search_id, state=SearchState.RUNNING).update(stop_asked=True)
    changed("searches")


def search_again(search_id: int) -> int:
    """Search once more as this search did, as after it was broken off; the id of the new one. Raise UnknownStudy."""
    before = Search.objects.filter(pk=search_id).first()
    if before is None:
        raise UnknownStudy
    return start_search(before.study_id, method=before.method, limit_s=before.limit_s, seed=before.seed)


def mark_lost() -> None:
    """Note which searches were broken off."""
    silent = Q(state=SearchState.RUNNING, seen_at__lt=timezone.now() - SILENT)
    if Search.objects.filter(silent).update(state=SearchState.LOST, ended_at=timezone.now()):
        changed("slotting")


@dataclass(slots=True)
class _Thread:
    """The search at work. `plan`, `curve` or `error` is there once the thread has ended."""

    problem: Problem
    method: str
    limit: float
    seed: int
    stop: threading.Event = field(default_factory=threading.Event)
    steps: list[Step] = field(default_factory=list)
    plan: Plan | None = None
    curve: list[list[float]] = field(default_factory=list)
    error: BaseException | None = None
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    def run(self) -> None:
        """Search to the end."""
        watch = Watch(time.monotonic, self.limit, self.stop.is_set, self.steps.append)
        try:
            if self.method == CURVE:
                self.curve = problems.curve(self.problem, watch, self.seed)
            else:
                self.plan = problems.solve(self.problem, watch, self.seed, self.method)
        except BaseException as error:  # noqa: BLE001 -- the job's thread tells it
            self.error = error


def carry_out(search_id: int, asked_to_end: Callable[[], bool] = bool) -> None:
    """Search, and write down how far it is, until it ends; what refuses the instance is kept as the search's failure.

    ``asked_to_end`` answers whether this process is to end: then the best so far is kept, as when a person stops it.
    """
    begun = Search.objects.filter(pk=search_id, state=SearchState.WAITING)
    if not begun.update(state=SearchState.RUNNING, seen_at=timezone.now()):
        return  # stopped before it was begun, or done before
    changed("slotting")
    search = Search.objects.select_related("study").get(pk=search_id)
    try:
        problem = problems.problem_of(search.study.kind, json.loads(search.study.instance))
        work = _Thread(problem, search.method, search.limit_s, search.seed)
        stopped = _watched(search_id, work, asked_to_end)
    except HanmaruError as error:
        _end(search_id, SearchState.FAILED, failure=str(error))
    except BaseException as error:
        _end(search_id, SearchState.FAILED, failure=type(error).__name__)
        raise
    else:
        _keep(search_id, work, problem, SearchState.STOPPED if stopped else SearchState.DONE)


def _watched(search_id: int, work: _Thread, asked_to_end: Callable[[], bool]) -> bool:
    """Run the search in a thread and tell how far it is; whether it was stopped. Raise what it raises."""
    thread = threading.Thread(target=work.run, name=f"search {search_id}", daemon=True)
    thread.start()
    told = time.monotonic()
    while thread.is_alive():
        thread.join(LOOK)
        if asked_to_end() or Search.objects.filter(pk=search_id, stop_asked=True).exists():
            work.stop.set()
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            Search.objects.filter(pk=search_id).update(**_so_far(work), seen_at=timezone.now())
            changed("searches")
    if work.error is not None:
        raise work.error
    return work.stop.is_set()


def _so_far(work: _Thread) -> dict[str, Any]:
    steps = list(work.steps)
    if not steps:
        return {"seconds": work.seconds}
    last = steps[-1]
    return {
        "best": last.best if last.best < inf else None,
        "bound": last.bound,
        "seconds": last.seconds,
        "history": problems.history_text(steps),
    }


def _keep(search_id: int, work: _Thread, problem: Problem, state: SearchState) -> None:
    plan = work.plan
    if work.curve:
        _end(search_id, state, curve=json.dumps(work.curve), seconds=work.seconds)
        return
    if plan is None or not isfinite(plan.objective):
        _end(search_id, state, **_so_far(work))
        return
    if isinstance(plan, KittingPlan) and isinstance(problem, KittingProblem):
        plan = settled(plan, problem)
    document = problems.plan_document(plan, problem)
    # What the watch heard and not what the plan tells: it is the same, thinned to what can be shown.
    document["history"] = json.loads(problems.history_text(list(plan.history)))
    _end(
        search_id,
        SearchState.DONE if plan.optimal else state,
        best=plan.objective,
        bound=plan.bound,
        optimal=plan.optimal,
        seconds=plan.seconds,
        history=json.dumps(document["history"]),
        plan=json.dumps(document),
    )


def _end(search_id: int, state: SearchState, **values: Any) -> None:
    now = timezone.now()
    Search.objects.filter(pk=search_id).update(state=state, ended_at=now, seen_at=now, **values)
    changed("slotting")
