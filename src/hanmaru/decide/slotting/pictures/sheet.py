"""All pictures of a plan on one sheet (SVG), or on a page to print with the list of moves (HTML)."""

from html import escape

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.pictures import along, flows, moves, passes, shelves, store, strip
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, Picture, below, rect, text
from hanmaru.decide.slotting.pictures.convergence import convergence, verdict
from hanmaru.decide.slotting.pictures.palette import (
    FONT,
    INK,
    INK_SOFT,
    LINE,
    PAPER,
    PERSIMMON,
    PINE,
    PINE_WASH,
    PLANK,
    SHEET,
)
from hanmaru.decide.slotting.pictures.words import Words, figure

Problem = BulkProblem | KittingProblem
Plan = BulkPlan | KittingPlan


def sheet(problem: Problem, plan: Plan, language: str) -> str:
    """Answer one SVG document with all pictures of a plan, in English (en) or Korean (ko)."""
    pictures = [_head(problem, plan, language), *_pictures(problem, plan, language)]
    whole = below(_title(problem, language), pictures, 56)
    return Picture(whole.title, whole.height + 40, whole.body).svg(Words(language).language)


def page(problem: Problem, plan: Plan, language: str) -> str:
    """Answer an HTML document of its own: the pictures, and the list of moves to print."""
    say, title = Words(language), _title(problem, language)
    pictures = [_head(problem, plan, language), *_pictures(problem, plan, language)]
    drawn = "".join(f"<figure>{picture.svg(say.language)}</figure>" for picture in pictures)
    return (
        f'<!doctype html>\n<html lang="{say.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>"
        f"<body><main>{drawn}<section>{_moves(problem, plan, language)}</section></main></body></html>\n"
    )


STYLE = f"""
body {{ margin: 0; background: {PAPER}; color: {INK}; font: 18px/1.5 {FONT}; word-break: keep-all; }}
main {{ max-width: 1200px; margin: 0 auto; padding: 24px; }}
figure, section {{ margin: 0 0 24px; background: {SHEET}; border: 1px solid {LINE}; border-radius: 16px; }}
figure {{ overflow: hidden; }}
figure {{ padding-block: 20px 12px; }}
svg {{ display: block; width: 100%; height: auto; }}
section {{ padding: 20px 48px 36px; }}
h2 {{ font-size: 27px; margin: 8px 0 0; }}
p {{ margin: 4px 0 20px; color: {INK_SOFT}; }}
table {{ width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }}
thead th {{ background: {PLANK}; text-align: start; padding: 10px 14px; }}
tbody th, td {{ text-align: start; padding: 9px 14px; border-bottom: 1px solid {LINE}; }}
tr {{ break-inside: avoid; }}
.box::before {{ content: ""; display: block; width: 20px; height: 20px; border: 2px solid; border-radius: 5px; }}
@media (max-width: 700px) {{
  main {{ padding: 10px; }}
  section {{ padding: 12px; }}
  figure, section {{ overflow-x: auto; }}
  svg {{ min-width: 720px; }}
  thead th, tbody th, td {{ padding: 7px 6px; font-size: 15px; }}
}}
@page {{ size: A4; margin: 14mm; }}
@media print {{
  body {{ background: none; font-size: 11pt; }}
  main {{ padding: 0; }}
  figure, section {{ border: 0; break-inside: avoid; }}
  section {{ break-before: page; break-inside: auto; padding: 0; }}
  thead th, tbody th, td {{ padding: 5px 8px; }}
}}
"""


def _title(problem: Problem, language: str) -> str:
    return Words(language)("title_bulk" if isinstance(problem, BulkProblem) else "title_kitting")


def _costs(problem: Problem, plan: Plan) -> tuple[float | None, float]:
    """Answer what today (where known) and the plan cost."""
    if isinstance(problem, BulkProblem):
        known = along.today(problem)
        return None if known is None else along.cost(problem, known, problem.today_strips), plan.objective
    places = shelves.today(problem)
    return None if places is None else shelves.cost(problem, places), plan.objective


def _head(problem: Problem, plan: Plan, language: str) -> Picture:
    """Draw what is said first: what it costs, how much less than today, and how good that is."""
    say, title = Words(language), _title(problem, language)
    before, after = _costs(problem, plan)
    what = say("way" if isinstance(problem, BulkProblem) else _counted(problem))
    parts = [text(MARGIN, 52, title, 38, font_weight=720), text(MARGIN, 92, what, 19, fill=INK_SOFT)]
    parts.append(rect(MARGIN, 116, WIDTH - 2 * MARGIN, 112, PINE_WASH, rx=14))
    x = MARGIN + 28.0
    for name, value, colour in (("today", before, INK_SOFT), ("plan", after, PINE)):
        if value is not None:
            parts.append(text(x, 152, say(name), 19, fill=INK_SOFT))
            parts.append(text(x, 202, figure(value), 42, fill=colour, font_weight=720))
            x += 330
    if before:
        share = 100 * (before - after) / before
        words = say("shorter" if share >= 0 else "longer", share=f"{abs(share):.1f}")
        colour = PINE if share >= 0 else PERSIMMON
        parts.append(text(WIDTH - MARGIN - 28, 182, words, 26, fill=colour, font_weight=700, text_anchor="end"))
    quiet = f"{verdict(plan, say)} · {say('found_in', seconds=figure(round(plan.seconds, 1)))}"
    parts.append(text(WIDTH - MARGIN, 92, quiet, 19, fill=INK_SOFT, text_anchor="end"))
    return Picture(title, 236, "".join(parts))


def _counted(problem: KittingProblem) -> str:
    """Answer the words for what the objective of a store counts."""
    rules = problem.rules
    return "picking_more" if any(rules.level_costs) or rules.replenishments else "picking"


def _pictures(problem: Problem, plan: Plan, language: str) -> list[Picture]:
    if isinstance(problem, BulkProblem) and isinstance(plan, BulkPlan):
        drawn = [draw(problem, plan, language) for draw in (strip.layout, flows.flows, passes.passes)]
    elif isinstance(problem, KittingProblem) and isinstance(plan, KittingPlan):
        kit = store.dearest(problem, shelves.today(problem) or plan.places)
        drawn = [store.layout(problem, plan, language), store.heat(problem, plan, language)]
        drawn.append(store.lit(problem, plan, kit, language))
    else:
        raise TypeError(f"{type(plan).__name__} is no plan of a {type(problem).__name__}")
    return [*drawn, convergence(plan, language)]


def _moves(problem: Problem, plan: Plan, language: str) -> str:
    if isinstance(problem, BulkProblem) and isinstance(plan, BulkPlan):
        found = moves.moves_along(problem, plan, language)
    elif isinstance(problem, KittingProblem) and isinstance(plan, KittingPlan):
        found = moves.moves_inside(problem, plan, language)
    else:
        raise TypeError(f"{type(plan).__name__} is no plan of a {type(problem).__name__}")
    return moves.listed(found, len(problem.materials), language)
