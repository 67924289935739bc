"""Scan the goods of an order into boxes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import Match, VariantCard
from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.queries import OrderCard
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.codes import meaning_of, product_of
from hanmaru.central.warehouse.errors import NotAnOrder, NothingPacked, NotPicked, WrongSerial
from hanmaru.central.warehouse.queries import ToPack
from hanmaru.central.warehouse.services import Content, Contents
from hanmaru.central.warehouse.views.screen import Outcome, Press, Screen, State, Step


class PackScreen(Screen):
    """First the order, then its goods one by one (or all at once) into the box, then the next box.

    State: ``items``, what lies in the open box, as "line.lot.quantity line.lot.quantity"; ``box``; ``epcs``.
    """

    title = gettext_lazy("Pack")
    label = gettext_lazy("Scan")

    def leaves(self) -> str:
        """To the orders to be packed."""
        return "/warehouse/pack/" if self.subject else "/warehouse/"

    def now(self, state: State) -> Step:
        """An order, or its next box."""
        if self.subject is None:
            return self._choose()
        order = orders.order_card(self.subject)
        waiting = queries.to_pack(order.id)
        if not waiting:
            return self._all_packed(order)
        return self._fill(order, state, waiting)

    def _choose(self) -> Step:
        cards = queries.orders_to_pack(8)
        if not cards:
            return Step(
                words=_("Nothing waits to be packed"),
                presses=(Press(word=_("Pick"), href="/warehouse/pick/", icon="list-checks"),),
            )
        presses = tuple(
            Press(word=f"{card.number} · {card.who}", href=f"/warehouse/pack/{card.id}/", icon="package")
            for card in cards
        )
        return Step(words=_("Scan the order, or choose"), presses=presses)

    def _all_packed(self, order: OrderCard) -> Step:
        here = [parcel for parcel in queries.parcels_of(order.id) if parcel.here]
        ship = Press(word=_("Ship"), href="/warehouse/ship/", icon="truck", variant="primary")
        following = Press(word=_("Next order"), href="/warehouse/pack/", icon="arrow-right")
        return Step(
            words=_("All packed") if here else _("Nothing to pack here"),
            subject=order.number,
            detail=", ".join(parcel.number for parcel in here),
            presses=(ship, following) if here else (following,),
        )

    def _fill(self, order: OrderCard, state: State, waiting: list[ToPack]) -> Step:
        inside = contents(state)
        cards = catalog.variant_cards({one.variant for one in waiting})
        count = sum(inside.values())
        total = sum(one.quantity for one in waiting)
        rows = tuple(
            (cards[one.variant].title, cards[one.variant].sku, f"{inside.get((one.line, one.lot), 0)} / {one.quantity}")
            for one in waiting
        )[:30]
        words, detail = self._box_words(order.id, state)
        close = Press(word=_("Close the box"), do="close", icon="package-check", variant="primary")
        everything = Press(word=_("All in this box"), do="all", icon="package-plus", variant="primary")
        presses = [close] if count == total else [everything, close] if count else [everything]
        others = [Press(word=box.name, do=f"box-{box.id}", icon="package") for box in queries.boxes()]
        if "choose" in state:
            return Step(words=_("Which box?"), subject=order.number, presses=tuple(others))
        if others:
            presses.append(Press(word=_("Another box"), do="boxes", icon="package-open", state={"choose": "1"}))
        return Step(
            words=_("Close the box") if count == total else words,
            subject=detail[0],
            detail=detail[1],
            amount=(_("In the box"), count, total),
            presses=tuple(presses),
            rows=rows,
            rows_title=_("Goods of %(order)s") % {"order": order.number},
        )

    def _box_words(self, order: int, state: State) -> tuple[str, tuple[str, str]]:
        chosen = next((box for box in queries.boxes() if str(box.id) == state.get("box")), None)
        if chosen:
            return _("Scan each piece into the box"), (chosen.name, "")
        plan = queries.propose_boxes(order)
        problems = " ".join(plan.problems)
        if not plan.boxes:
            return _("Scan each piece into a box"), ("", problems)
        first = plan.boxes[0]
        if len(plan.boxes) == 1:
            why = _("The cheapest box that holds everything: %(fill)s %% full.") % {"fill": first.fill}
        else:
            why = _("No box holds everything: %(count)s boxes, this one first, %(fill)s %% full.") % {
                "count": len(plan.boxes),
                "fill": first.fill,
            }
        return _("Take this box, scan each piece"), (first.box.name, f"{why} {problems}".strip())

    def scanned(self, state: State, code: str, key: str) -> Outcome:  # noqa: ARG002 -- nothing is written yet
        """An order, or a piece of it."""
        if self.subject is None:
            meaning = meaning_of(code)
            if isinstance(meaning, queries.ParcelCard):
                return Outcome(state={}, to=f"/warehouse/pack/{meaning.order}/")
            if not isinstance(meaning, OrderCard):
                raise NotAnOrder
            return Outcome(state={}, to=f"/warehouse/pack/{meaning.id}/")
        return self._into_box(state, product_of(code))

    def _into_box(self, state: State, found: Match) -> Outcome:
        inside = contents(state)
        waiting = [one for one in queries.to_pack(self.subject or 0) if one.variant == found.variant.id]
        number = found.serial if found.variant.tracking == "serial" else found.lot
        if number and found.variant.tracking != "none":
            lots = stock.lot_ids(found.variant.id, [number])
            if not any(one.lot in lots for one in waiting):
                raise WrongSerial(number=number)
            waiting = [one for one in waiting if one.lot in lots]
        room = next((one for one in waiting if inside.get((one.line, one.lot), 0) < one.quantity), None)
        if room is None:
            raise NotPicked(sku=found.variant.sku, free=sum(one.quantity for one in waiting))
        place = (room.line, room.lot)
        inside[place] = min(room.quantity, inside.get(place, 0) + found.quantity)
        epcs = " ".join(filter(None, [state.get("epcs", ""), found.epc]))
        after = {**state, "items": written(inside)} | ({"epcs": epcs} if epcs else {})
        return Outcome(state=after, done=_in_box(found.variant))

    def pressed(self, state: State, do: str, key: str) -> Outcome:
        """All at once, another box, or the box is full."""
        order = self.subject or 0
        kept = {name: text for name, text in state.items() if name != "choose"}
        if do == "boxes":
            return Outcome(state={**kept, "choose": "1"}, tone="info")
        if do.startswith("box-"):
            return Outcome(state={**kept, "box": do.removeprefix("box-")}, tone="info")
        if do == "all":
            everything = {(one.line, one.lot): one.quantity for one in queries.to_pack(order)}
            return Outcome(state={**kept, "items": written(everything)}, tone="info")
        inside = contents(state)
        if not inside:
            raise NothingPacked
        box = state.get("box") or self._proposed_box(order)
        parcel = Contents(
            items=tuple(Content(line=line, lot=lot, quantity=count) for (line, lot), count in inside.items()),
            box=int(box) if box else None,
            epcs=tuple(state.get("epcs", "").split()),
        )
        packed = services.pack(order, [parcel], key=key)
        done = _("Parcel %(number)s packed. Put its label on.") % {"number": ", ".join(packed.numbers)}
        return Outcome(state={}, done=done)

    def repeated(self, state: State) -> State | None:
        """On to the next box."""
        return {} if "items" in state else None

    def _proposed_box(self, order: int) -> str:
        plan = queries.propose_boxes(order)
        return str(plan.boxes[0].box.id) if plan.boxes else ""


def _in_box(card: VariantCard) -> str:
    return _("In the box: %(sku)s") % {"sku": card.sku}


def contents(state: State) -> dict[tuple[int, int | None], int]:
    """(line, lot) -> pieces in the open box."""
    found: dict[tuple[int, int | None], int] = {}
    for item in state.get("items", "").split():
        line, lot, count = (int(part) if part.isdigit() else 0 for part in f"{item}..".split(".")[:3])
        if line and count:
            found[line, lot or None] = count
    return found


def written(inside: dict[tuple[int, int | None], int]) -> str:
    """The state's spelling of the open box."""
    return " ".join(f"{line}.{lot or 0}.{count}" for (line, lot), count in inside.items())
