"""`hanmaru solve explain` and `hanmaru solve moves`: what follows from a plan that is there."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hanmaru.decide.slotting.errors import NoToday, UnknownMaterial
from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.kernel.errors import Invalid
from hanmaru.launch.commands.solve import Instance, Language, Out, Plot, Tongue, checked, is_page
from hanmaru.launch.documents import read_document, write_document, write_text


class WrongPlan(Invalid):
    """A plan that does not keep to its instance: nothing follows from it."""

    code = "launch.wrong_plan"
    message = "%(file)s does not keep to its instance: %(why)s. Mend it; hanmaru solve check names everything"


class NoMoves(Invalid):
    """Moves are asked for along a strip."""

    code = "launch.no_moves"
    message = "Weeks of moves are planned for stores (kitting) only. For a strip, --plot plan.html lists what moves"


Plan = Annotated[Path, typer.Argument(help="The plan, JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("explain")(explain)
    app.command("moves")(moves)


def explain(
    instance: Instance,
    plan: Plan,
    material: Annotated[list[str] | None, typer.Option(help="A material to explain; may be given again.")] = None,
    most: Annotated[int, typer.Option(min=1, help="Without --material: so many, those that cost most.")] = 10,
    language: Annotated[Language, typer.Option(help="Language of the sentences.")] = Language.ENGLISH,
) -> None:
    """Tell how good a plan is and how it came about; which flows or kits pull a material, and what moving it costs."""
    from hanmaru.decide.slotting.explained import explained  # noqa: PLC0415 - only who asks why pays

    problem, found = _read(instance, plan)
    known = {one.key for one in problem.materials}
    for name in material or ():
        if name not in known:
            raise UnknownMaterial(key="--material", id=name)
    for line in explained(problem, found, language, material, most):
        typer.echo(line)


def moves(
    instance: Instance,
    plan: Plan,
    per_move: Annotated[float, typer.Option(min=0, help="What a move costs, in the unit of the objective.")],
    per_bin: Annotated[float, typer.Option(min=0, help="What it costs more for each bin.")] = 0,
    moves_a_week: Annotated[int, typer.Option(min=1, help="Moves that can be made in a week.")] = 40,
    weeks: Annotated[int, typer.Option(min=1, help="Weeks after which the moves must have paid.")] = 26,
    periods_a_week: Annotated[
        float, typer.Option(min=1e-9, help="How often in a week the kits of the instance are picked.")
    ] = 1,
    out: Out = None,
    plot: Plot = None,
    language: Tongue = Language.ENGLISH,
) -> None:
    """Plan the moves from today's places of a store to a plan's: in an order that finds free bins, as far as they pay.

    The last line of stdout is the moves as JSON, or what they cost and save when --out takes them.
    """
    from hanmaru.decide.slotting.formats.moves import moves_document  # noqa: PLC0415 - only who moves pays
    from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem  # noqa: PLC0415 - as above
    from hanmaru.decide.slotting.kitting.reslot import Labour, reslot  # noqa: PLC0415 - as above

    problem, found = _read(instance, plan)
    if not isinstance(problem, KittingProblem) or not isinstance(found, KittingPlan):
        raise NoMoves
    if not problem.today:
        raise NoToday(key="moves", id=problem.materials[0].key)
    labour = Labour(per_move, per_bin, moves_a_week, weeks, periods_a_week)
    document = moves_document(problem, found, reslot(problem, found.places, labour), labour)
    if plot:
        from hanmaru.decide.slotting.pictures import reslotting  # noqa: PLC0415 - as above

        drawn = reslotting.picture(document, language).svg(language)
        write_text(plot, reslotting.page(document, language) if is_page(plot) else drawn)
    if out:
        write_document(out, document)
        document = {**document, "moves": len(document["moves"]), "out": str(out)}
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def _read(instance: Path, plan: Path) -> tuple[Any, Any]:
    """Read both; a plan that does not keep to its instance is refused with what is wrong first."""
    question, answer = read_document(instance), read_document(plan)
    form: Any = kitting if "aisles" in question else bulk
    problem = form.problem_of(question)
    found = form.plan_of(answer, problem)
    if violations := checked(question, answer).violations:
        raise WrongPlan(file=plan, why=str(violations[0]))
    return problem, found
