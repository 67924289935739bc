"""The moves of a relocation and the tasks they are made of, as pages and the API see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.slotting.errors import NotItsTurn
from hanmaru.central.slotting.models import RelocationTask
from hanmaru.central.slotting.queries.hindrances import hindrances
from hanmaru.kernel.errors import HanmaruError


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """Carry a material from a place to a place. ``code``: the SKU of goods that the system knows, else "".

    ``sequence`` is the number of the move, which takes all that lies together. ``why_not`` says why it cannot be done
    now, "" where it can; ``waits_for`` is the number of the move that must be done before it, where that is why.
    """

    id: int
    sequence: int
    material: str
    title: str
    code: str
    photo: str
    from_words: str
    to_words: str
    aside: bool
    quantity: int
    moved: int
    done_at: datetime | None
    why_not: str
    waits_for: int | None

    @property
    def done(self) -> bool:
        """Whether it is done."""
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class Goods:
    """Pieces of one product."""

    title: str
    code: str
    photo: str
    pieces: int


@dataclass(frozen=True, slots=True)
class MoveCard:
    """What is carried at once: all goods that lie together, ``tasks``, at least one."""

    tasks: tuple[TaskCard, ...]

    @property
    def first(self) -> TaskCard:
        """What tells of all: number, from where, to where, why it cannot be done now."""
        return next((task for task in self.tasks if task.why_not), self.tasks[0])

    @property
    def number(self) -> int:
        """Its place in the order in which it works, from 1."""
        return self.tasks[0].sequence

    @property
    def goods(self) -> tuple[Goods, ...]:
        """What is carried, lots of one product taken together."""
        pieces: dict[tuple[str, str, str], int] = {}
        for task in self.tasks:
            key = (task.title, task.code, task.photo)
            pieces[key] = pieces.get(key, 0) + task.quantity
        return tuple(Goods(*key, count) for key, count in pieces.items())

    @property
    def others(self) -> int:
        """How many products lie there besides the first."""
        return len(self.goods) - 1

    @property
    def pieces(self) -> int:
        """All pieces of all its goods."""
        return sum(task.quantity for task in self.tasks)

    @property
    def done(self) -> bool:
        """Whether all of it is done."""
        return all(task.done for task in self.tasks)


@dataclass(frozen=True, slots=True)
class MovesToDo:
    """The first move that can be done now, None where none can; those that follow, and how many more there are."""

    next: MoveCard | None
    then: tuple[MoveCard, ...]
    more: int


def moves_to_do(relocation_id: int, *, limit: int) -> MovesToDo:
    """What is to be carried of a relocation, at most so many moves after the next."""
    rows = list(_rows(relocation_id).filter(done_at=None))
    refusals = hindrances(rows)
    moves = _together(rows)
    able = next((move for move in moves if not any(row.pk in refusals for row in move)), None)
    others = [move for move in moves if move is not able]
    shown = _cards([row for move in ([able] if able else []) + others[:limit] for row in move], refusals)
    cards = [MoveCard(tuple(move)) for move in _together(shown)]
    first = cards[0] if able else None
    return MovesToDo(first, tuple(cards[1:] if able else cards), max(0, len(others) - limit))


def last_moves(relocation_id: int, *, limit: int) -> list[MoveCard]:
    """What was carried last of a relocation, newest first."""
    rows = list(_rows(relocation_id).exclude(done_at=None).order_by("-done_at", "-sequence", "pk"))
    moves = _together(rows)[:limit]
    return [MoveCard(tuple(move)) for move in _together(_cards([row for move in moves for row in move], {}))]


def moves_of(relocation_id: int) -> list[MoveCard]:
    """All moves of a relocation, in order."""
    return [MoveCard(tuple(move)) for move in _together(tasks_of(relocation_id))]


def tasks_of(relocation_id: int, *, done: bool | None = None) -> list[TaskCard]:
    """The tasks of a relocation in the order of its moves; only those done, or only those to do."""
    rows = list(_rows(relocation_id))
    refusals = hindrances(row for row in rows if row.done_at is None)
    return _cards([row for row in rows if done is None or (row.done_at is not None) is done], refusals)


def _rows(relocation_id: int) -> Any:
    return RelocationTask.objects.filter(relocation_id=relocation_id).order_by("sequence", "pk")


def _together(tasks: Iterable[Any]) -> list[list[Any]]:
    return [list(found) for _number, found in groupby(tasks, key=lambda task: task.sequence)]


def _number(refusal: HanmaruError | None) -> int | None:
    return int(str(refusal.data["number"])) if isinstance(refusal, NotItsTurn) else None


def _cards(rows: Sequence[Any], refusals: Mapping[int, HanmaruError]) -> list[TaskCard]:
    cards = catalog.variant_cards({row.variant_id for row in rows if row.variant_id is not None})

    def of(row: Any) -> VariantCard | None:
        return cards.get(row.variant_id)

    return [
        TaskCard(
            id=row.pk,
            sequence=row.sequence,
            material=row.material,
            title=card.title if (card := of(row)) else row.material,
            code=card.sku if card else "",
            photo=card.photo if card else "",
            from_words=row.from_words,
            to_words=row.to_words,
            aside=row.aside,
            quantity=row.quantity,
            moved=row.moved,
            done_at=row.done_at,
            why_not=str(refusals.get(row.pk, "")),
            waits_for=_number(refusals.get(row.pk)),
        )
        for row in rows
    ]
