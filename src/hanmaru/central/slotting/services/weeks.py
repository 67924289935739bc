"""A week of the plan week by week becomes errands: only its moves, in the order that finds free bins."""

import json

from django.db import transaction
from django.utils import timezone

from hanmaru.central.slotting import queries
from hanmaru.central.slotting.errors import NoSuchWeek, RelocationOpen, WeeksStand, WeekTooEarly
from hanmaru.central.slotting.models import RelocationState, Search, Source
from hanmaru.central.slotting.moves import Errand
from hanmaru.central.slotting.queries import Weekly
from hanmaru.central.slotting.queries.explained import rack_words
from hanmaru.central.slotting.services.relocations import errands_in_house, keep_errands, numbered, together
from hanmaru.decide.slotting.formats.moves import moves_document
from hanmaru.decide.slotting.kitting.reslot import Labour


def accept_week(search_id: int, week: int, labour: Labour | None = None) -> int:
    """Make the errands of one week, from 1; the id of the relocation. Accepted again, it is the same relocation.

    ``labour`` tells what moving costs when the first is accepted; from then on the weeks stand.

    Raises:
        UnknownStudy, NoWeeks, WeeksStand, NoSuchWeek, WeekTooEarly, RelocationOpen, and of a study from stock
        PlaceTaken, PlaceTooSmall, NoRoomToSwap.
    """
    one = queries.weekly(search_id, labour)
    if labour is not None and labour != one.labour:
        raise WeeksStand
    if not 1 <= week <= one.last:
        raise NoSuchWeek(week=week, last=one.last)
    if (there := _accepted(one, week)) is not None:
        return there
    if week > one.following:
        raise WeekTooEarly(week=week, before=one.following)
    errands = _errands(one, week)
    over = {} if errands else {"state": RelocationState.DONE, "ended_at": timezone.now()}
    try:
        with transaction.atomic():
            if not one.stand:
                document = moves_document(one.problem, one.plan, one.found, one.labour)
                Search.objects.filter(pk=search_id).update(moves=json.dumps(document))
            return keep_errands(one.search, errands, week=week, **over)
    except RelocationOpen:  # perhaps by somebody who accepts the same week just now
        now = _accepted(queries.weekly(search_id, labour), week)
        if now is None:
            raise
        return now


def _accepted(one: Weekly, week: int) -> int | None:
    """The relocation of a week, unless it was called off."""
    cards = one.accepted.get(week, ())
    return next((card.id for card in cards if card.state != RelocationState.CANCELLED), None)


def _errands(one: Weekly, week: int) -> list[tuple[int, Errand]]:
    """The week's errands, each with its number; without those that were done before it was called off."""
    if one.search.study.source == Source.STOCK:
        return together(errands_in_house(one.problem, one.house, one.after(week)))
    words, done = rack_words(one.problem), queries.moves_done(one.search.pk)
    return [
        (
            number,
            Errand(
                material=move.material,
                from_words=words(move.material, move.origin),
                to_words=words(move.material, move.target),
                aside=move.aside,
            ),
        )
        for at, number, move in numbered(one.found.moves)
        if at == week and (at, number) not in done
    ]
