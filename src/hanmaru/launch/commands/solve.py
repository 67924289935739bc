"""`hanmaru solve ...`: where materials lie, decided from files."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from hanmaru.decide.slotting import generate as making
from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.check.kitting import check_kitting
from hanmaru.decide.slotting.check.moves import check_moves
from hanmaru.decide.slotting.check.report import Report
from hanmaru.launch import solving
from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.documents import read_document, write_document, write_text

app = typer.Typer(no_args_is_help=True, help="Decide where materials lie, with a proof of how good the plan is.")
generating = typer.Typer(no_args_is_help=True, help="Make instances to try the search on.")
app.add_typer(generating, name="generate")
LONG = ("positions", "places", "strips", "history", "why")
"""Keys of a plan that the last line leaves out when the plan is written to a file."""
MOVES = "moves"
"""The key by which moves are told from a plan."""


class Method(StrEnum):
    """How to search."""

    AUTO = "auto"
    EXACT = "exact"
    GA = "ga"
    MILP_HIGHS = "milp-highs"
    MILP_CPSAT = "milp-cpsat"


class Language(StrEnum):
    """The language of a picture."""

    ENGLISH = "en"
    KOREAN = "ko"


LARGEST_SEED = 2**62
"""Numbers of 64 bits take it, those of further starts included."""
Instance = Annotated[Path, typer.Argument(help="The instance, JSON.")]
How = Annotated[
    Method,
    typer.Option(help="auto is ours, exact goes on to a proof, ga is the source's genetic algorithm, milp its model."),
]
TimeLimit = Annotated[float, typer.Option(min=0, help="Seconds after which the best is taken; 0 goes on to the proof.")]
Seed = Annotated[int, typer.Option(min=-LARGEST_SEED, max=LARGEST_SEED, help="The same seed gives the same search.")]
Starts = Annotated[int, typer.Option(min=1, help="Search from so many seeds at a time, in processes or on a cluster.")]
Out = Annotated[Path | None, typer.Option(help="Write the plan to this file.")]
Plot = Annotated[Path | None, typer.Option(help="Write pictures: .svg one sheet, .html with a list of moves to print.")]
Tongue = Annotated[Language, typer.Option(help="Language of the pictures.")]
Like = Annotated[str, typer.Option(help="The shape; what is not known is answered with a list.")]
MaybeLike = Annotated[str | None, typer.Option(help="The shape; what is not known is answered with a list.")]
Reasons = Annotated[bool, typer.Option("--why", help="Tell in the plan why everything lies where it lies.")]
Fill = Annotated[float | None, typer.Option(help="Share of the room that is taken.")]


@app.callback()
def solve() -> None:
    """Decide where materials lie, with a proof of how good the plan is."""


@app.command("bulk")
def bulk(
    context: typer.Context,
    instance: Instance,
    method: How = Method.AUTO,
    time_limit: TimeLimit = 60,
    seed: Seed = 1,
    starts: Starts = 1,
    out: Out = None,
    plot: Plot = None,
    language: Tongue = Language.ENGLISH,
    why: Reasons = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Lay materials side by side along a strip so that they are carried least. Ctrl-C takes the best so far.

    Progress goes to stderr; the last line of stdout is the plan as JSON, or what it costs when --out takes it.
    """
    search = solving.Search("bulk", read_document(instance), method, time_limit or inf, seed, starts)
    _solve(context, search, _Wanted(out, plot, language, why))


@app.command("kitting")
def kitting(
    context: typer.Context,
    instance: Instance,
    method: How = Method.AUTO,
    time_limit: TimeLimit = 60,
    seed: Seed = 1,
    starts: Starts = 1,
    out: Out = None,
    plot: Plot = None,
    language: Tongue = Language.ENGLISH,
    why: Reasons = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Lay materials into the bins of a store so that kits are picked with least walking. Ctrl-C takes the best so far.

    Progress goes to stderr; the last line of stdout is the plan as JSON, or what it costs when --out takes it.
    """
    search = solving.Search("kitting", read_document(instance), method, time_limit or inf, seed, starts)
    _solve(context, search, _Wanted(out, plot, language, why))


@app.command("check")
def check(
    instance: Instance,
    plan: Annotated[Path, typer.Argument(help="The plan, or the moves to it, JSON.")],
    to: Annotated[Path | None, typer.Option("--plan", help="Of moves: the plan at which they are to end.")] = None,
) -> None:
    """Look whether a plan, or moves, keep to the instance and to what they say of themselves.

    Exit status 1 names what does not.
    """
    question, answer = read_document(instance), read_document(plan)
    report = (
        check_moves(question, answer, read_document(to) if to else None)
        if MOVES in answer
        else checked(question, answer)
    )
    for violation in report.violations:
        typer.echo(violation)
    if not report.ok:
        raise typer.Exit(1)
    solving.conform(question, answer)
    if MOVES in answer:
        ends = "" if to else ". Whether they end at the plan is looked at with --plan"
        typer.echo(f"The moves are right: cost {_figure(answer['cost'])}, saving {_figure(answer['saving'])}{ends}")
    else:
        typer.echo(f"The plan is right: objective {_figure(report.objective or 0)}, bound {_figure(answer['bound'])}")


@app.command("compile")
def compile_solvers() -> None:
    """Compile the solvers for this machine, so that the first search need not; setting up does it."""
    solving.compile_all()


@generating.command("bulk")
def generate_bulk(like: Like, seed: Seed = 1, fill: Fill = None, out: Out = None) -> None:
    """Make a strip: table7-N, sparse-N, case-N or tv-plant."""
    _hand_out(making.generate_bulk(like, seed, fill), out)


@generating.command("kitting")
def generate_kitting(
    like: MaybeLike = None,
    seed: Seed = 1,
    fill: Fill = None,
    orders: Annotated[
        Path | None, typer.Option(help="Instead of a shape: order lines laid out as Online Retail.")
    ] = None,
    materials: Annotated[int, typer.Option(min=2, help="Of the orders, so many of the most bought SKUs.")] = 300,
    models: Annotated[int, typer.Option(min=1, help="Of the orders, at most so many kits.")] = 1000,
    out: Out = None,
) -> None:
    """Make a store: table8-N, store-N, smd-store, warehouse-N, large-store; or from real orders, baskets as kits."""
    if (like is None) == (orders is None):
        raise typer.BadParameter("Give either --like or --orders")
    if orders:
        from hanmaru.launch.baskets import store_of_orders  # noqa: PLC0415 - other commands need not pay for it

        _hand_out(store_of_orders(orders, materials, models), out)
    else:
        _hand_out(making.generate_kitting(str(like), seed, fill), out)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be handed out of a search."""

    out: Path | None
    plot: Path | None
    language: str
    why: bool


def _solve(context: typer.Context, search: solving.Search, wanted: _Wanted) -> None:
    run = solving.Run(search, settings_of(context).compute)
    console = Console(stderr=True, highlight=False)
    with solving.ended_by_signals(run.stop):
        found = run.to_the_end(teller(console))
    problem = run.problem
    plan = settled_of(found, problem)
    for trouble in run.troubles:
        console.print(f"Another process did not hand in its plan: {trouble}", style="yellow", markup=False)
    document = solving.plan_document(plan, problem, why=wanted.why)
    report = checked(search.document, document)
    for violation in report.violations:
        console.print(f"The plan is wrong, please tell us: {violation}", style="red", markup=False)
    if wanted.plot:
        write_text(wanted.plot, _pictures(problem, plan, wanted.plot, wanted.language))
    if wanted.out:
        write_document(wanted.out, document)
        document = {key: value for key, value in document.items() if key not in LONG}
        document["out"] = str(wanted.out)
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    if not report.ok:
        raise typer.Exit(1)


def settled_of(plan: solving.Plan, problem: Any) -> solving.Plan:
    """Answer a plan of the same cost that moves as little as it can."""
    from hanmaru.decide.slotting.kitting.problem import KittingPlan  # noqa: PLC0415 - only who has a store pays
    from hanmaru.decide.slotting.kitting.settled import settled  # noqa: PLC0415 - as above

    return settled(plan, problem) if isinstance(plan, KittingPlan) else plan


def checked(instance: dict[str, Any], plan: dict[str, Any]) -> Report:
    """Answer what is wrong with a plan of either kind."""
    return (check_kitting if "aisles" in instance else check_bulk)(instance, plan)


def _pictures(problem: Any, plan: solving.Plan, file: Path, language: str) -> str:
    from hanmaru.decide.slotting.pictures.sheet import page, sheet  # noqa: PLC0415 - only who wants pictures pays

    return (page if is_page(file) else sheet)(problem, plan, language)


def is_page(file: Path) -> bool:
    """Whether a file is to hold a page rather than one picture."""
    return file.suffix.lower() in (".html", ".htm")


def _hand_out(document: dict[str, Any], out: Path | None) -> None:
    if out:
        write_document(out, document)
    else:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def teller(console: Console) -> Callable[[solving.Progress], None]:
    """Answer what shows progress: one living line in a terminal, else a line when something is new."""
    return _Line(console) if console.is_terminal else _Lines(console)


class _Line:
    """One line that is written over."""

    def __init__(self, console: Console) -> None:
        self.live = Live(console=console, auto_refresh=False, transient=False)

    def __call__(self, progress: solving.Progress) -> None:
        if not self.live.is_started:
            self.live.start()
        self.live.update(Text(_told(progress)), refresh=True)
        if progress.over:
            self.live.stop()


class _Lines:
    """A line a second at most, when a figure is another."""

    def __init__(self, console: Console) -> None:
        self.console, self.last, self.next = console, (inf, -1.0), 0.0

    def __call__(self, progress: solving.Progress) -> None:
        figures = (progress.best, progress.bound)
        if figures != self.last and (progress.over or time.monotonic() >= self.next):
            self.last, self.next = figures, time.monotonic() + 1
            self.console.print(_told(progress), markup=False, soft_wrap=True)


def _told(progress: solving.Progress) -> str:
    step = progress.step
    best = "none yet" if step.best == inf else _figure(step.best)
    gap = "unknown" if step.best == inf or step.bound <= 0 < step.best else f"{100 * step.gap:.2f} %"
    starts = f"  seeds {progress.ended}/{progress.of}" if progress.of > 1 else ""
    return f"{step.seconds:7.1f} s  best {best}  bound {_figure(step.bound)}  gap {gap}{starts}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 or value == int(value) else f"{value:,.2f}"
