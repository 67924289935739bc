"""Scan what lies at the dock, then the place it goes to; and the same from any place to any other."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse import services
from hanmaru.central.warehouse.codes import place_of, product_of
from hanmaru.central.warehouse.errors import NothingToPutAway
from hanmaru.central.warehouse.services import ScanKind, Stowed
from hanmaru.central.warehouse.views.screen import Ask, Outcome, Press, Screen, State, Step


def lot_of(variant: int, number: str, rows: list[stock.BalanceRow]) -> int | None:
    """The lot of that number among balances; None where none was scanned."""
    return next((row.lot for row in rows if row.variant == variant and number and row.lot_number == number), None)


class PutAwayScreen(Screen):
    """State: ``variant``, ``lot_id`` and ``source`` (the dock) once a product was scanned."""

    title = gettext_lazy("Put away")
    label = gettext_lazy("Scan")
    undoes = (ScanKind.PUT_AWAY,)

    def _at_dock(self) -> list[stock.BalanceRow]:
        docks = stock.place_cards(kinds=["dock"])
        return [row for dock in docks for row in stock.balances_at(dock)]

    def now(self, state: State) -> Step:
        """A product first, then its place."""
        if "variant" in state:
            return self._to_place(state)
        rows = self._at_dock()
        cards = catalog.variant_cards({row.variant for row in rows})
        count = sum(row.on_hand for row in rows)
        if not rows:
            return Step(
                words=_("All is put away"),
                presses=(Press(word=_("Receive goods"), href="/warehouse/receive/", icon="truck"),),
            )
        return Step(
            words=_("Scan what to put away"),
            amount=(_("Waiting at the dock"), count, None),
            rows=tuple((cards[row.variant].title, row.place_code, str(row.on_hand)) for row in rows[:20]),
            rows_title=_("At the dock"),
        )

    def _to_place(self, state: State) -> Step:
        card = catalog.variant_card(int(state["variant"]))
        waiting = [
            row for row in self._at_dock() if row.variant == card.id and str(row.lot or "") == state.get("lot_id", "")
        ]
        count = sum(row.free for row in waiting) or 1
        offers = services.propose_place(card.id, count)
        other = Press(word=_("Another product"), do="other", icon="x", variant="quiet")
        ask = Ask(name="quantity", label=_("How many?"), value=min(count, offers[0].quantity) if offers else count)
        if not offers:
            return Step(
                words=_("No place has room"),
                tone="stop",
                subject=card.sku,
                detail=_("Make room, or add a place on the Places page."),
                asks=(ask,),
                presses=(other,),
            )
        return Step(
            words=_("Put it here, scan the place"),
            subject=offers[0].code,
            detail=f"{card.title} — {offers[0].why}",
            photo=card.photo,
            asks=(ask,),
            presses=(other,),
            rows=tuple((offer.why, offer.code, str(offer.quantity)) for offer in offers[1:]),
            rows_title=_("Or here"),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:
        """The product, then its place."""
        if "variant" not in state:
            return self._product(code)
        place = place_of(code)
        stowed = services.put_away(
            int(state["variant"]),
            self.number("quantity", 1),
            place.id,
            lot=int(state["lot_id"]) if state.get("lot_id") else None,
            from_place=int(state["source"]),
            key=key,
        )
        return Outcome(state={}, done=told(stowed))

    def _product(self, code: str) -> Outcome:
        found = product_of(code)
        rows = [row for row in self._at_dock() if row.variant == found.variant.id and row.free]
        if not rows:
            raise NothingToPutAway(place="DOCK")
        wanted = lot_of(found.variant.id, found.serial or found.lot, rows)
        row = next((row for row in rows if wanted is None or row.lot == wanted), rows[0])
        state = {"variant": str(row.variant), "lot_id": str(row.lot or ""), "source": str(row.place)}
        return Outcome(state=state)

    def repeated(self, state: State) -> State | None:
        """Back to the beginning."""
        return {} if "variant" in state else None

    def pressed(self, state: State, do: str, key: str) -> Outcome:  # noqa: ARG002 -- one button
        """Another product."""
        return Outcome(state={}, tone="info")


def told(stowed: Stowed) -> str:
    """What was just carried where."""
    return _("%(count)s pcs now at %(place)s") % {"count": stowed.quantity, "place": stowed.place_code}


class MoveScreen(Screen):
    """From a place, a product, to a place. State: ``source``, then ``variant`` and ``lot_id``."""

    title = gettext_lazy("Move goods")
    label = gettext_lazy("Scan")
    undoes = (ScanKind.MOVE,)

    def now(self, state: State) -> Step:
        """Where from, what, where to."""
        again = Press(word=_("Start again"), do="again", icon="rotate-ccw", variant="quiet")
        if "source" not in state:
            return Step(words=_("Scan where it lies now"))
        place = stock.place_card(int(state["source"]))
        rows = stock.balances_at(place.id)
        if "variant" not in state:
            cards = catalog.variant_cards({row.variant for row in rows})
            return Step(
                words=_("Scan the product") if rows else _("Nothing lies here"),
                subject=place.code,
                presses=(again,),
                rows=tuple((cards[row.variant].title, row.lot_number, str(row.free)) for row in rows[:20]),
                rows_title=_("Lies here"),
            )
        card = catalog.variant_card(int(state["variant"]))
        free = sum(row.free for row in rows if row.variant == card.id and str(row.lot or "") == state.get("lot_id", ""))
        return Step(
            words=_("Scan where it goes"),
            subject=card.sku,
            detail=card.title,
            photo=card.photo,
            asks=(Ask(name="quantity", label=_("How many?"), value=max(1, free)),),
            presses=(again,),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:
        """One after the other."""
        if "source" not in state:
            return Outcome(state={"source": str(place_of(code).id)})
        if "variant" not in state:
            found = product_of(code)
            rows = [row for row in stock.balances_at(int(state["source"])) if row.variant == found.variant.id]
            if not rows:
                raise NothingToPutAway(place=stock.place_card(int(state["source"])).code)
            lot = lot_of(found.variant.id, found.serial or found.lot, rows) or rows[0].lot
            return Outcome(state={**state, "variant": str(found.variant.id), "lot_id": str(lot or "")})
        moved = services.move(
            int(state["variant"]),
            self.number("quantity", 1),
            place_of(code).id,
            from_place=int(state["source"]),
            lot=int(state["lot_id"]) if state.get("lot_id") else None,
            key=key,
        )
        return Outcome(state={}, done=told(moved))

    def repeated(self, state: State) -> State | None:
        """Back to the beginning."""
        return {} if "variant" in state else None

    def pressed(self, state: State, do: str, key: str) -> Outcome:  # noqa: ARG002 -- one button
        """From the beginning."""
        return Outcome(state={}, tone="info")
