"""Scan a parcel, then the carrier's label."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.orders.queries import OrderCard
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.codes import meaning_of
from hanmaru.central.warehouse.errors import NothingToShip, UnknownParcel
from hanmaru.central.warehouse.queries import ParcelCard
from hanmaru.central.warehouse.views.screen import Ask, Outcome, Press, Screen, State, Step


class ShipScreen(Screen):
    """State: ``parcel``, once its label was scanned; ``carrier``, kept for the next ones."""

    title = gettext_lazy("Ship")
    label = gettext_lazy("Scan")

    def now(self, state: State) -> Step:
        """A parcel, then its tracking number."""
        if "parcel" in state:
            return self._tracking(state)
        here = queries.parcels(here_only=True, limit=20)
        if not here:
            return Step(
                words=_("All parcels have left"),
                presses=(Press(word=_("Pack"), href="/warehouse/pack/", icon="package"),),
            )
        return Step(
            words=_("Scan a parcel"),
            amount=(_("Parcels here"), len(here), None),
            rows=tuple((f"{one.order_number} {one.who}", one.number, one.box) for one in here),
            rows_title=_("Ready to leave"),
        )

    def _tracking(self, state: State) -> Step:
        parcel = queries.parcel_card(int(state["parcel"]))
        return Step(
            words=_("Scan the carrier's label"),
            subject=parcel.number,
            detail=f"{parcel.order_number} {parcel.who}",
            asks=(Ask(name="carrier", label=_("Carrier"), kind="text", value=state.get("carrier", "")),),
            presses=(
                Press(word=_("No tracking number"), do="untracked", icon="truck"),
                Press(word=_("Another parcel"), do="other", icon="x", variant="quiet"),
            ),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:
        """A parcel or its order, then whatever stands on the carrier's label."""
        if "parcel" in state:
            return self._ship(state, code[:60], key)
        meaning = meaning_of(code)
        if isinstance(meaning, OrderCard):
            here = [parcel for parcel in queries.parcels_of(meaning.id) if parcel.here]
            if not here:
                raise NothingToShip
            meaning = here[0]
        if not isinstance(meaning, ParcelCard):
            raise UnknownParcel
        if not meaning.here:
            raise NothingToShip
        return Outcome(state={**state, "parcel": str(meaning.id)})

    def pressed(self, state: State, do: str, key: str) -> Outcome:
        """Without a number, or another parcel."""
        if do == "other":
            return Outcome(state=_carrier(state, self.typed("carrier")), tone="info")
        return self._ship(state, "", key)

    def repeated(self, state: State) -> State | None:
        """The next parcel."""
        return _carrier(state, "") if "parcel" in state else None

    def _ship(self, state: State, tracking: str, key: str) -> Outcome:
        parcel = queries.parcel_card(int(state["parcel"]))
        carrier = self.typed("carrier")[:60]
        services.ship(parcel.order, parcels=[parcel.id], carrier=carrier, tracking={parcel.id: tracking}, key=key)
        return Outcome(state=_carrier(state, carrier), done=_("%(number)s has left") % {"number": parcel.number})


def _carrier(state: State, typed: str) -> State:
    carrier = typed or state.get("carrier", "")
    return {"carrier": carrier} if carrier else {}
