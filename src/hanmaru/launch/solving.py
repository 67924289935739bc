"""Runs a search for a plan: here in a thread of its own, and from other seeds in other processes beside it.

The main thread stays free to show how far it is and to hear Ctrl-C: a solver may sit in compiled code for a while.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from math import inf
from types import FrameType
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeVar

from hanmaru.decide.slotting.bulk.problem import BulkPlan
from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.decide.slotting.formats.moves import moves_of
from hanmaru.decide.slotting.generate import generate_bulk, generate_kitting
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.watch import Step, Watch
from hanmaru.kernel.errors import Unavailable
from hanmaru.launch.computing import NoCluster, everywhere
from hanmaru.launch.settings import Compute

Kind = Literal["bulk", "kitting"]
Plan = BulkPlan | KittingPlan
AnyPlan = TypeVar("AnyPlan", BulkPlan, KittingPlan)
LOOK: Final = 0.1  # seconds between two looks at how far it is
COMPILED_SEED, COMPILED_FOR = 1, 120.0  # seconds


class Small(NamedTuple):
    """A small search: of which shape, how full, by which method, under RULES or none."""

    kind: Kind
    like: str
    fill: float
    method: str = "auto"
    ruled: bool = False


COMPILING: Final = (
    (
        Small("bulk", "case-100", 0.9),
        Small("bulk", "sparse-16", 0.8, ruled=True),
        Small("bulk", "sparse-8", 0.9),
        Small("bulk", "sparse-8", 0.9, "ga"),
        Small("bulk", "sparse-8", 0.9, "ga-timed"),
    ),
    (Small("kitting", "table8-20", 0.9), Small("kitting", "table8-20", 0.9, "ga")),
)
"""Small searches that between them use all that is compiled, by process."""
RULES: Final = {
    "together": [["M1", "M2"]],
    "apart": [{"materials": ["M3", "M4"], "distance": 300}, {"materials": ["M5", "M6"], "distance": 300}],
}
PARTING: Final = 3.0  # seconds that other processes have to hand in their plans once all shall end


class Solver(Protocol):
    """What makes a plan: `solve_bulk`, `solve_kitting`."""

    def __call__(self, problem: Any, watch: Watch, seed: int, method: str) -> Any:
        """Answer the best plan found before the watch is over."""


class NoPlanYet(Unavailable):
    """The search was ended before it had any plan."""

    code = "launch.no_plan_yet"
    message = "The search was ended before it found a plan. Give it more time"


@dataclass(frozen=True, slots=True)
class Search:
    """What to search: a document as JSON has it, by which method, for how long, from how many seeds on."""

    kind: Kind
    document: dict[str, Any]
    method: str = "auto"
    limit: float = inf
    seed: int = 1
    starts: int = 1


@dataclass(slots=True)
class Progress:
    """How far a search is, from all seeds together."""

    best: float = inf
    bound: float = 0.0
    ended: int = 0
    of: int = 1
    seconds: float = 0.0
    over: bool = False

    @property
    def step(self) -> Step:
        """The same as a step of a history."""
        return Step(self.seconds, self.best, self.bound)


@dataclass(slots=True)
class Run:
    """A search at work. `stop` ends it with the best plan found so far."""

    search: Search
    compute: Compute
    progress: Progress = field(default_factory=Progress)
    stopped: threading.Event = field(default_factory=threading.Event)
    plans: list[Plan] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    troubles: list[BaseException] = field(default_factory=list)
    """What went wrong in other processes: their plans are missed, ours is none the worse."""
    problem: Any = None
    """Of the search, once it has begun."""

    def stop(self, *_: object) -> None:
        """End with the best; may be called from a signal handler or another thread, and again."""
        self.stopped.set()

    def to_the_end(self, look: Callable[[Progress], None]) -> Plan:
        """Run, and look at the progress all the while; answer the best plan. Raise what a solver raises, NoPlanYet."""
        solver(self.search.kind)  # loads compiled code, which is no part of the search's time
        begun = time.monotonic()
        self.progress.of = self.search.starts
        here = threading.Thread(target=self._here, daemon=True)
        others = threading.Thread(target=self._elsewhere, daemon=True)
        threads = [here, others] if self.search.starts > 1 else [here]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads) and not self.stopped.is_set():
            self.stopped.wait(LOOK)
            self.progress.seconds = time.monotonic() - begun
            look(self.progress)
        here.join()
        threads[-1].join(PARTING)
        self.progress.over = True
        look(self.progress)
        return self._best(time.monotonic() - begun)

    def _here(self) -> None:
        """Search from the first seed in this process."""
        watch = Watch(time.monotonic, self.search.limit, self.stopped.is_set, self._hear)
        try:
            self.problem = problem_of(self.search)
            self._take(solver(self.search.kind)(self.problem, watch, self.search.seed, self.search.method))
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self.errors.append(error)
            self.stopped.set()

    def _elsewhere(self) -> None:
        """Search from the other seeds, in processes here or on a cluster."""
        until = time.time() + self.search.limit
        seeds = range(self.search.seed + 1, self.search.seed + self.search.starts)
        calls = [(self.search, seed, until) for seed in seeds]
        try:
            for plan in everywhere(self.compute, search_once, calls, self.stopped):
                if plan is not None:
                    self._take(plan)
        except NoCluster as error:
            self.errors.append(error)
            self.stopped.set()
        except BaseException as error:  # noqa: BLE001 - a process that died, its memory full, its machine gone
            self.troubles.append(error)

    def _hear(self, step: Step) -> None:
        self.progress.best = min(self.progress.best, step.best)
        self.progress.bound = max(self.progress.bound, step.bound)

    def _take(self, plan: Plan) -> None:
        self.plans.append(plan)
        self.progress.ended += 1
        self._hear(Step(0, plan.objective, plan.bound))
        if plan.optimal:
            self.stopped.set()

    def _best(self, seconds: float) -> Plan:
        if self.errors:
            raise self.errors[0]
        plans = [plan for plan in self.plans if plan.objective < inf]
        if not plans:
            raise NoPlanYet
        best = min(plans, key=lambda plan: (plan.objective, plan.seed))
        bound = max(plan.bound for plan in plans)
        proven = any(plan.optimal and plan.objective <= best.objective for plan in plans)
        return replace(best, bound=max(best.bound, min(bound, best.objective)), optimal=proven, seconds=seconds)


def compile_all() -> None:
    """Compile the solvers for this machine, in two processes; what is compiled already costs a second or two."""
    for _ in everywhere(Compute("local", len(COMPILING)), _compile, [(searches,) for searches in COMPILING]):
        pass


def _compile(searches: Sequence[Small], _sign: Callable[[], bool]) -> None:
    for one in searches:
        instance = (generate_bulk if one.kind == "bulk" else generate_kitting)(one.like, COMPILED_SEED, one.fill)
        search = Search(one.kind, {**instance, "rules": RULES} if one.ruled else instance, one.method)
        _solve(search, Watch(time.monotonic, COMPILED_FOR), COMPILED_SEED)


def search_once(search: Search, seed: int, until: float, sign: Callable[[], bool]) -> Plan | None:
    """Search from one seed in this process, until a moment of time.time() or until the sign says to end.

    None once it is too late to begin.
    """
    if time.time() >= until or sign():
        return None
    with suppress(ValueError):  # in a thread of a Dask worker nobody gets signals anyway
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first decides
    watch = Watch(time.monotonic, until - time.time(), sign)
    return _solve(search, watch, seed)


def _solve(search: Search, watch: Watch, seed: int) -> Plan:
    plan: Plan = solver(search.kind)(problem_of(search), watch, seed, search.method)
    return plan


def solver(kind: Kind) -> Solver:
    """Answer what solves that kind; compiled code is loaded only now."""
    made: Solver = getattr(import_module(f"hanmaru.decide.slotting.{kind}.solve"), f"solve_{kind}")
    return made


def problem_of(search: Search) -> Any:
    """Answer the problem of a search. Raise what is wrong with its document."""
    return (bulk if search.kind == "bulk" else kitting).problem_of(search.document)


def conform(instance: dict[str, Any], plan: dict[str, Any]) -> None:
    """Refuse an instance or a plan that is not as its format says, by the key: one unknown, missing, of no such kind.

    A check looks at what a plan does; this one at how it is written.
    """
    kind: Kind = "kitting" if "aisles" in instance else "bulk"
    problem = problem_of(Search(kind, instance))
    if "moves" in plan:
        moves_of(plan, problem)
    else:
        (bulk if kind == "bulk" else kitting).plan_of(plan, problem)


def plan_document(plan: Plan, problem: Any, *, why: bool = False) -> dict[str, Any]:
    """Answer a plan as JSON has it; `why` adds its gap, and why everything lies where it lies."""
    if isinstance(plan, BulkPlan):
        document = bulk.plan_document(plan)
    else:
        assert isinstance(problem, KittingProblem)  # noqa: S101 - for the type checker: the plan is of this problem
        document = kitting.plan_document(plan, problem)
    if not why:
        return document
    from hanmaru.decide.slotting.formats.why import with_why  # noqa: PLC0415 - only who asks why pays

    return with_why(document, problem, plan)


@contextmanager
def ended_by_signals(stop: Callable[..., None]) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM call `stop`; the second one does what it always does."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def hear(_signal: int, _frame: FrameType | None) -> None:
        stop()
        for name, handler in before.items():
            signal.signal(name, handler)

    for name in before:
        signal.signal(name, hear)
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
