"""The moves from today to a plan week by week: a page to print and tick off, and when they have paid."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from hanmaru.decide.slotting.pictures.along import nice
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, Picture, circle, heading, line, rect, text
from hanmaru.decide.slotting.pictures.palette import (
    HEAT,
    INK_SOFT,
    LINE,
    LINE_STRONG,
    PERSIMMON,
    PINE,
    PINE_WASH,
    PLANK,
)
from hanmaru.decide.slotting.pictures.sheet import STYLE
from hanmaru.decide.slotting.pictures.words import Words, figure

HIGH = 240
LEFT = 140  # room for the figures of the scale
Document = Mapping[str, Any]


def balances(document: Document) -> list[float]:
    """Answer for the end of each week what has been saved by then less what moving has cost.

    A move saves from the week after the one in which it is made.
    """
    labour, moves = document["labour"], document["moves"]
    balance, rate, found = 0.0, 0.0, []
    for week in range(1, labour["weeks"] + 1):
        balance += rate * labour["periods_a_week"]
        made = [move for move in moves if move["week"] == week]
        balance -= sum(move["cost"] for move in made)
        rate -= sum(move["change"] for move in made)
        found.append(balance)
    return found


def picture(document: Document, language: str) -> Picture:
    """Draw what the moves cost and save, and the balance of every week."""
    say = Words(language)
    head = _head(document, say)
    if not document["moves"]:
        return head
    chart = _chart(balances(document), document["paid_in"], say, head.height + 40)
    return Picture(say("plan_of_moves"), head.height + 40 + chart.height, head.body + chart.body)


def page(document: Document, language: str) -> str:
    """Answer an HTML document of its own: the picture, and the moves by week with a box to tick each."""
    say = Words(language)
    weeks = "".join(
        _week(week, list(moves), say) for week, moves in groupby(document["moves"], key=lambda move: int(move["week"]))
    )
    if not document["moves"]:
        weeks = f"<p>{say('pays_never', weeks=document['labour']['weeks'])}</p>"
    elif document["remaining"]:
        weeks += f'<p class="rest">{say("remaining", count=document["remaining"])}</p>'
    title = say("plan_of_moves")
    return (
        f'<!doctype html>\n<html lang="{say.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}{OWN_STYLE}</style></head><body><main><figure>{picture(document, language).svg(say.language)}"
        f'</figure><section class="weeks">{weeks}</section></main></body></html>\n'
    )


OWN_STYLE = f"""
.weeks h2 {{ font-size: 22px; margin: 26px 0 8px; break-after: avoid; }}
.weeks h2 small {{ font-size: 16px; font-weight: 400; color: {INK_SOFT}; padding-inline-start: 12px; }}
.weeks td.end {{ text-align: end; }}
.weeks thead th.end {{ text-align: end; }}
.weeks small.aside {{ display: block; color: {PERSIMMON}; }}
.rest {{ margin-top: 24px; }}
@media print {{ .weeks {{ break-before: auto; }} }}
"""


def _week(week: int, moves: Sequence[Document], say: Words) -> str:
    names = ("done", "material", "bins", "from", "to", "cost")
    head = "".join(f'<th scope="col"{_side(name)}>{say(name)}</th>' for name in names)
    rows = "".join(_row(move, say) for move in moves)
    told = say("week_sum", count=len(moves), cost=figure(sum(move["cost"] for move in moves)))
    return (
        f"<h2>{say('week', week=week)}<small>{told}</small></h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _side(name: str) -> str:
    return ' class="end"' if name in ("bins", "cost") else ""


def _row(move: Document, say: Words) -> str:
    aside = f'<small class="aside">{say("aside")}</small>' if move["aside"] else ""
    return (
        f'<tr><td class="box"></td><th scope="row">{escape(move["material"])}</th>'
        f'<td class="end">{move["bins"]}</td><td>{_place(move["from"], say)}</td>'
        f'<td>{_place(move["to"], say)}{aside}</td><td class="end">{figure(move["cost"])}</td></tr>'
    )


def _place(place: Document, say: Words) -> str:
    told = {"aisle": place["aisle"], "rack": place["rack"] + 1, "first": place["first_bin"] + 1}
    return escape(say("place", **told))


def _head(document: Document, say: Words) -> Picture:
    parts = [text(MARGIN, 52, say("plan_of_moves"), 38, font_weight=720)]
    parts.append(rect(MARGIN, 84, WIDTH - 2 * MARGIN, 112, PINE_WASH, rx=14))
    weeks, left = document["labour"]["weeks"], document["saving"] - document["cost"]
    figures = (
        (say("moves_cost"), document["cost"], INK_SOFT),
        (say("moves_saving", weeks=weeks), document["saving"], INK_SOFT),
        (say("moves_left"), left, PINE),
    )
    for number, (name, value, colour) in enumerate(figures):
        x = MARGIN + 28 + 290 * number
        parts.append(text(x, 120, name, 18, fill=INK_SOFT))
        parts.append(text(x, 168, figure(value), 36, fill=colour, font_weight=720))
    paid = document["paid_in"]
    if paid is not None:
        words = say("pays_in", week=paid)
        parts.append(text(WIDTH - MARGIN, 52, words, 20, fill=PINE, font_weight=700, text_anchor="end"))
    return Picture(say("plan_of_moves"), 204, "".join(parts))


def _chart(weekly: Sequence[float], paid: int | None, say: Words, y: float) -> Picture:
    """Draw a bar for each week: below the line in red as long as it has not paid."""
    top, low, high = y + 86, min(0.0, *weekly), max(0.0, *weekly)
    high = high if high > low else low + 1
    scale, right = HIGH / (high - low), WIDTH - MARGIN
    zero, wide = top + high * scale, (right - LEFT) / len(weekly)
    parts = [f'<g transform="translate(0 {y:.1f})">{heading(say("balance"), say("balance_note"))}</g>']
    step = nice(high - low, 5)
    for number in range(int(low // step), int(high // step) + 1):
        at = zero - number * step * scale
        if top - 1 <= at <= top + HIGH + 1:
            parts.append(line(LEFT, at, right, at, LINE))
            parts.append(text(LEFT - 14, at + 5, figure(number * step), 15, fill=INK_SOFT, text_anchor="end"))
    every = max(1, round(nice(len(weekly), 16)))
    for number, balance in enumerate(weekly):
        x, high_of = LEFT + number * wide + wide * 0.14, abs(balance) * scale
        fill, tip = PERSIMMON if balance < 0 else PINE, f"{say('week', week=number + 1)}: {figure(round(balance, 2))}"
        parts.append(rect(x, zero if balance < 0 else zero - high_of, wide * 0.72, high_of, fill, rx=2, tip=tip))
        if (number + 1) % every == 0 or (number == 0 and every > 2):
            middle = x + wide * 0.36
            parts.append(text(middle, top + HIGH + 26, str(number + 1), 15, fill=INK_SOFT, text_anchor="middle"))
    if paid is not None and paid <= len(weekly):
        parts.append(circle(LEFT + (paid - 0.5) * wide, zero, 5, PLANK, stroke=HEAT[-1], stroke_width=2))
    parts.append(line(LEFT, zero, right, zero, LINE_STRONG, stroke_width=1.6))
    parts.append(text(LEFT - 14, top + HIGH + 26, say("weeks"), 15, fill=INK_SOFT, text_anchor="end"))
    return Picture(say("balance"), 86 + HIGH + 44, "".join(parts))
