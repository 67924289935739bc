"""Where an order stands, as a line of steps: for the clerk in words of the trade, for the customer in plain ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.orders.queries import LineCard, OrderCard, OrderState, StepCard

ROAD = (
    OrderState.CONFIRMED,
    OrderState.RESERVED,
    OrderState.PICKING,
    OrderState.PACKED,
    OrderState.SHIPPED,
)
PLAIN: dict[OrderState, Promise] = {
    OrderState.DRAFT: gettext_lazy("We are looking at your order"),
    OrderState.CONFIRMED: gettext_lazy("Order received"),
    OrderState.RESERVED: gettext_lazy("Goods set aside for you"),
    OrderState.PICKING: gettext_lazy("Being gathered"),
    OrderState.PACKED: gettext_lazy("Packed in a box"),
    OrderState.SHIPPED: gettext_lazy("On its way to you"),
    OrderState.CANCELLED: gettext_lazy("Order cancelled"),
    OrderState.RETURNED: gettext_lazy("Goods came back to us"),
}
STOPS: dict[OrderState, Promise] = {
    OrderState.DRAFT: gettext_lazy("Being checked"),
    OrderState.CONFIRMED: pgettext_lazy("order", "Received"),
    OrderState.RESERVED: gettext_lazy("Set aside"),
    OrderState.PICKING: gettext_lazy("Gathering"),
    OrderState.PACKED: gettext_lazy("Packing"),
    OrderState.SHIPPED: gettext_lazy("Sent"),
    OrderState.CANCELLED: gettext_lazy("Order cancelled"),
    OrderState.RETURNED: gettext_lazy("Sent back"),
}
TONES = {
    OrderState.DRAFT: "plain",
    OrderState.CONFIRMED: "info",
    OrderState.RESERVED: "info",
    OrderState.PICKING: "wait",
    OrderState.PACKED: "wait",
    OrderState.SHIPPED: "ok",
    OrderState.CANCELLED: "stop",
    OrderState.RETURNED: "plain",
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as ``{% step_line %}`` draws it."""

    label: str
    state: str
    at: datetime | None = None
    actor: str = ""


def step_line(card: OrderCard, steps: Sequence[StepCard], *, plain: bool = False) -> list[ShownStep]:
    """The road of the order: what is behind, where it stands, what is to come. ``plain`` names nobody."""
    last = {step.state: step for step in steps}
    road = [state for state in OrderState if state in _road(card, last)]
    here = road.index(card.state)
    return [_shown(state, place, here, last.get(state), plain=plain) for place, state in enumerate(road)]


def _road(card: OrderCard, last: dict[OrderState, StepCard]) -> set[OrderState]:
    """The states shown: the usual road; of an order that ended otherwise those it really came through."""
    if card.state in (OrderState.CANCELLED, OrderState.RETURNED):
        return {*last, card.state}
    return {*ROAD, card.state, *({OrderState.DRAFT} & last.keys())}


def _shown(state: OrderState, place: int, here: int, step: StepCard | None, *, plain: bool) -> ShownStep:
    label = str(STOPS[state] if plain else state.label)
    if place > here or step is None:
        return ShownStep(label, "todo" if place > here else "done")
    ended = state in (OrderState.SHIPPED, OrderState.RETURNED)
    stand = "stopped" if state == OrderState.CANCELLED else "done" if place < here or ended else "current"
    return ShownStep(label, stand, step.at, "" if plain else step.actor_name)


def line_title(line: LineCard, card: VariantCard | None) -> str:
    """What a line sells, in the reader's language; as it was worded by hand where it was."""
    return card.title if card is not None and line.description == card.kept_title else line.description


def figures_in_words(line: LineCard) -> list[str]:
    """What became of a line's pieces, one short phrase each; nothing that is zero."""
    told = (
        (line.shipped - line.returned, _("%(count)s shipped")),
        (line.to_ship, _("%(count)s picked")),
        (line.reserved, _("%(count)s reserved")),
        (line.waiting, _("%(count)s waiting for goods")),
        (line.returned, _("%(count)s returned")),
        (line.cancelled, _("%(count)s cancelled")),
    )
    return [words % {"count": f"{count:,}"} for count, words in told if count]


def waiting_in(lines: Iterable[LineCard]) -> int:
    """Pieces of the order that no goods are held for."""
    return sum(line.waiting for line in lines)
