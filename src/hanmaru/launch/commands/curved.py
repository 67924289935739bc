"""`hanmaru solve curve`: what moving ever more materials from today's places saves."""

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from hanmaru.decide.slotting.errors import NoToday
from hanmaru.decide.slotting.formats.curve import Point, curve_document
from hanmaru.decide.slotting.watch import Step, Watch
from hanmaru.launch import solving
from hanmaru.launch.commands.solve import Instance, Language, Seed, TimeLimit, Tongue, teller
from hanmaru.launch.documents import read_document, write_document, write_text

Out = Annotated[Path | None, typer.Option(help="Write the curve to this file.")]
Plot = Annotated[Path | None, typer.Option(help="Draw the curve to this file, .svg.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("curve")(curve)


def curve(
    instance: Instance,
    time_limit: TimeLimit = 60,
    seed: Seed = 1,
    out: Out = None,
    plot: Plot = None,
    language: Tongue = Language.ENGLISH,
) -> None:
    """Tell how much moving 1, 2, ... materials from today's places saves, with a bound for each. Ctrl-C ends it.

    The number chosen becomes the rule most_moved of the instance. Progress goes to stderr; the last line of stdout is
    the curve as JSON, or how many points it has when --out takes it.
    """
    document = read_document(instance)
    kind: solving.Kind = "kitting" if "aisles" in document else "bulk"
    problem = solving.problem_of(solving.Search(kind, document))
    if not problem.today:
        raise NoToday(key="curve", id=problem.materials[0].key)
    made = _Curve(kind, problem, seed)
    with solving.ended_by_signals(made.stopped.set):
        points = made.to_the_end(time_limit or inf, teller(Console(stderr=True, highlight=False)))
    told = curve_document(points, made.progress.seconds, seed)
    if plot:
        from hanmaru.decide.slotting.pictures.saving import saving  # noqa: PLC0415 - only who wants pictures pays

        drawn = saving([(one.moved, one.objective) for one in points], language)
        write_text(plot, drawn.svg(language))
    if out:
        write_document(out, told)
        told = {**told, "points": len(points), "out": str(out)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


class _Curve:
    """The search in a thread of its own: the main thread hears Ctrl-C while compiled code runs."""

    def __init__(self, kind: solving.Kind, problem: Any, seed: int) -> None:
        self.stopped, self.progress = threading.Event(), solving.Progress()
        self._kind, self._problem, self._seed = kind, problem, seed
        self._points: Sequence[Point] = ()
        self._error: BaseException | None = None

    def to_the_end(self, limit: float, look: Callable[[solving.Progress], None]) -> Sequence[Point]:
        """Search, and look at the progress all the while. Raise what the search raises, NoPlanYet."""
        found = curve_of(self._kind)  # loads compiled code, which is no part of the search's time
        watch = Watch(time.monotonic, limit, self.stopped.is_set, self._hear)
        thread = threading.Thread(target=self._search, args=(found, watch), daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(solving.LOOK)
            self.progress.seconds = watch.seconds
            self.progress.over = not thread.is_alive()
            look(self.progress)
        if self._error is not None:
            raise self._error
        if not self._points:
            raise solving.NoPlanYet
        return self._points

    def _search(self, found: Callable[..., Sequence[Point]], watch: Watch) -> None:
        try:
            self._points = found(self._problem, watch, self._seed)
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self._error = error

    def _hear(self, step: Step) -> None:
        self.progress.best, self.progress.bound = step.best, step.bound


def curve_of(kind: solving.Kind) -> Callable[..., Sequence[Point]]:
    """Answer what finds that kind's curve; compiled code is loaded only now."""
    if kind == "kitting":
        from hanmaru.decide.slotting.kitting.curve import curve as inside  # noqa: PLC0415 - as told above

        return inside
    from hanmaru.decide.slotting.bulk.curve import curve as along  # noqa: PLC0415 - as told above

    return lambda problem, watch, seed: along(
        replace(problem, rules=replace(problem.rules, most_moved=None)), watch, seed
    )
