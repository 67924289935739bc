"""Count what a place holds; and look up what anything is."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import Match
from hanmaru.central.orders.queries import OrderCard
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.queries import PlaceCard
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.codes import Meaning, meaning_of, place_of, product_of
from hanmaru.central.warehouse.views.put_away import lot_of
from hanmaru.central.warehouse.views.screen import Ask, Outcome, Press, Screen, State, Step


class CountScreen(Screen):
    """State: ``place``, then ``variant`` and ``lot_id``. What is booked is not shown: it would be copied."""

    title = gettext_lazy("Count")
    label = gettext_lazy("Scan")

    def now(self, state: State) -> Step:
        """A place, a product, a number."""
        again = Press(word=_("Another place"), do="again", icon="rotate-ccw", variant="quiet")
        if "place" not in state:
            doubts = queries.counts_to_do(20)
            return Step(
                words=_("Scan the place to count"),
                rows=tuple((one.variant.title, one.place_code, one.reason_words) for one in doubts),
                rows_title=_("Please count here"),
            )
        place = stock.place_card(int(state["place"]))
        if "variant" not in state:
            cards = catalog.variant_cards({row.variant for row in stock.balances_at(place.id)})
            return Step(
                words=_("Scan a product lying here"),
                subject=place.code,
                presses=(again,),
                rows=tuple((card.title, card.sku, "") for card in cards.values())[:20],
                rows_title=_("Should lie here"),
            )
        card = catalog.variant_card(int(state["variant"]))
        return Step(
            words=_("How many lie here?"),
            subject=card.sku,
            detail=f"{place.code} · {card.title}",
            photo=card.photo,
            asks=(Ask(name="counted", label=_("Counted"), value=0, min=0),),
            presses=(Press(word=_("That many"), do="count", variant="primary"), again),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:  # noqa: ARG002 -- written by the button
        """A place, then a product; each further scan of the product is one more piece counted."""
        if "place" not in state:
            return Outcome(state={"place": str(place_of(code).id)})
        found = product_of(code)
        lots = stock.balances_at(int(state["place"]))
        lot = lot_of(found.variant.id, found.serial or found.lot, lots)
        if lot is None and found.variant.tracking != "none":
            lot = next((row.lot for row in lots if row.variant == found.variant.id), None)
        after = {"place": state["place"], "variant": str(found.variant.id), "lot_id": str(lot or "")}
        step = self.now(after)
        if state.get("variant") == after["variant"]:
            more = self.number("counted", 0) + found.quantity
            step = Step(
                words=step.words,
                subject=step.subject,
                detail=step.detail,
                photo=step.photo,
                asks=(Ask(name="counted", label=_("Counted"), value=more, min=0),),
                presses=step.presses,
            )
        return Outcome(state=after, step=step)

    def pressed(self, state: State, do: str, key: str) -> Outcome:
        """That many lie here."""
        if do != "count" or "variant" not in state:
            return Outcome(state={}, tone="info")
        difference = services.count_place(
            int(state["variant"]),
            int(state["place"]),
            self.number("counted", 0),
            lot=int(state["lot_id"]) if state.get("lot_id") else None,
            key=key,
        )
        done = (
            _("As booked") if not difference else _("Corrected by %(difference)s") % {"difference": f"{difference:+}"}
        )
        return Outcome(state={"place": state["place"]}, done=done)

    def repeated(self, state: State) -> State | None:
        """The next product of the place."""
        return {"place": state["place"]} if "variant" in state else None


class LookUpScreen(Screen):
    """Scan anything: it says what it is."""

    title = gettext_lazy("What is this?")
    label = gettext_lazy("Scan anything")

    def now(self, state: State) -> Step:
        """The thing, or the question."""
        if "code" not in state:
            return Step(words=_("Scan anything"), detail=_("A product, a place, an order, a parcel or a tag."))
        return self._told(meaning_of(state["code"]))

    def _told(self, meaning: Meaning) -> Step:
        if isinstance(meaning, Match):
            return _product(meaning)
        if isinstance(meaning, PlaceCard):
            return _place(meaning)
        if isinstance(meaning, OrderCard):
            return Step(
                words=meaning.state_words,
                subject=meaning.number,
                detail=meaning.who,
                presses=(Press(word=_("Pack"), href=f"/warehouse/pack/{meaning.id}/", icon="package"),),
            )
        lines = queries.parcel_lines([meaning.id]).get(meaning.id, [])
        return Step(
            words=_("Parcel") if meaning.here else _("Shipped"),
            subject=meaning.number,
            detail=f"{meaning.order_number} {meaning.who}",
            rows=tuple((line.variant.title, line.lot_number, str(line.quantity)) for line in lines),
            rows_title=_("In the parcel"),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:  # noqa: ARG002 -- nothing is written
        """Something."""
        return Outcome(state={}, step=self._told(meaning_of(code)))

    def pressed(self, state: State, do: str, key: str) -> Outcome:  # noqa: ARG002 -- there are no buttons
        """Nothing to press."""
        return Outcome(state={}, tone="info")


def _product(found: Match) -> Step:
    card = found.variant
    figures = stock.figures([card.id])[card.id]
    rows = stock.balances_of(card.id, limit=20)
    detail = " · ".join(filter(None, [card.title, found.lot or found.serial]))
    return Step(
        words=_("In stock") if figures.on_hand else _("None in stock"),
        subject=card.sku,
        detail=detail,
        photo=card.photo,
        amount=(_("Free"), figures.free, figures.on_hand),
        rows=tuple((row.lot_number or row.place_name or "–", row.place_code, str(row.on_hand)) for row in rows),
        rows_title=_("Lies here"),
    )


def _place(place: PlaceCard) -> Step:
    rows = stock.balances_at(place.id, limit=30)
    cards = catalog.variant_cards({row.variant for row in rows})
    count = sum(row.on_hand for row in rows)
    return Step(
        words=_("Place") if rows else _("Empty place"),
        subject=place.code,
        detail=place.name,
        amount=(_("Pieces here"), count, None) if rows else None,
        rows=tuple(
            (cards[row.variant].title, row.lot_number or cards[row.variant].sku, str(row.on_hand)) for row in rows
        ),
        rows_title=_("Lies here"),
    )
