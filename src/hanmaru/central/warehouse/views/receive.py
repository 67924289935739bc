"""Scan what has come."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import Match
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.codes import product_of
from hanmaru.central.warehouse.errors import ExpiryMissing, LotMissing, SerialMissing
from hanmaru.central.warehouse.services import Received, ScanKind
from hanmaru.central.warehouse.views.screen import Ask, Outcome, Press, Screen, State, Step


class ReceiveScreen(Screen):
    """Each scan of a product counts its pieces in; a lot, a serial number or a date is asked for where one is needed.

    State: ``delivery`` once a blind one was opened; ``variant``, ``quantity``, ``lot``, ``expires``, ``epc`` while
    something is missing; ``last`` is the variant just received, of which more may be counted in.
    """

    title = gettext_lazy("Receive")
    label = gettext_lazy("Scan a product")
    undoes = (ScanKind.RECEIVE,)

    def leaves(self) -> str:
        """To the deliveries."""
        return "/warehouse/receive/"

    def _delivery(self, state: State) -> int | None:
        return self.subject or (int(state["delivery"]) if state.get("delivery") else None)

    def now(self, state: State) -> Step:
        """Ask for what is missing, else for the next product."""
        if "variant" in state:
            return self._missing(state)
        delivery = self._delivery(state)
        if delivery is None:
            return Step(words=_("Scan what has come"), detail=_("No delivery was announced: it is opened by itself."))
        card = queries.delivery_card(delivery)
        lines = queries.delivery_lines(delivery)
        last = next((line for line in lines if str(line.variant.id) == state.get("last")), None)
        left = sum(line.left for line in lines)
        presses = [Press(word=_("All has come. Close"), do="close", icon="package-check")]
        if last is None:
            words = _("Scan what has come") if left or not card.expected else _("All is here")
            return Step(
                words=words,
                subject=card.number,
                detail=card.supplier_name,
                amount=(_("Received"), card.received, card.expected or None),
                presses=tuple(presses) if card.received else (),
                rows=_rows(lines),
                rows_title=_("Still to come"),
            )
        more = Ask(name="more", label=_("More of it?"), value=max(1, last.left), max=1_000_000)
        counted = last.variant.tracking != "serial"
        if counted:
            presses.insert(0, Press(word=_("Count these in too"), do="more", icon="plus", variant="primary"))
        return Step(
            words=_("Scan the next"),
            subject=last.variant.sku,
            detail=last.variant.title,
            photo=last.variant.photo,
            amount=(_("Received"), last.received, last.expected or None),
            asks=(more,) if counted else (),
            presses=tuple(presses),
            rows=_rows(lines),
            rows_title=_("Still to come"),
        )

    def _missing(self, state: State) -> Step:
        card = catalog.variant_card(int(state["variant"]))
        if "asks_expiry" in state:
            return Step(
                words=_("Which expiry date?"),
                subject=card.sku,
                detail=card.title,
                asks=(Ask(name="expires", label=_("Expiry date"), kind="date", value=""),),
                presses=(Press(word=_("Go on"), do="expiry", variant="primary"), _other()),
            )
        serial = card.tracking == "serial"
        return Step(
            words=_("Scan the serial number") if serial else _("Scan the lot number"),
            subject=card.sku,
            detail=card.title,
            presses=(_other(),),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:
        """A product, or the lot that was asked for."""
        if "variant" in state and "asks_expiry" not in state:
            return self._receive({**state, "lot": code.strip()[:40]}, key)
        found = product_of(code)
        return self._receive({**_clean(state), **_carried(found)}, key)

    def pressed(self, state: State, do: str, key: str) -> Outcome:
        """More of the last, the date, or the end of the delivery."""
        if do == "other":
            return Outcome(state=_clean(state), tone="info")
        if do == "expiry":
            typed = self.typed("expires")
            return self._receive({**state, "expires": typed}, key) if typed else Outcome(state=state, tone="stop")
        if do == "close":
            return self._close(state)
        more = {"variant": state.get("last", "0"), "quantity": str(self.number("more", 1))}
        return self._receive({**_clean(state), **more, **_kept(state)}, key)

    def _close(self, state: State) -> Outcome:
        delivery = self._delivery(state)
        if delivery is None:
            return Outcome(state={}, tone="info")
        missing = sum(services.close_delivery(delivery).values())
        number = queries.delivery_card(delivery).number
        done = _("%(number)s: complete.") if not missing else _("%(number)s: %(missing)s pcs did not come.")
        step = Step(
            words=_("Delivery closed"),
            detail=done % {"number": number, "missing": missing},
            presses=(
                Press(word=_("Put it away"), href="/warehouse/put-away/", icon="warehouse", variant="primary"),
                Press(word=_("To the deliveries"), href=self.leaves(), icon="arrow-left"),
            ),
        )
        return Outcome(state={}, step=step)

    def _receive(self, state: State, key: str) -> Outcome:
        try:
            got = services.receive(
                self._delivery(state),
                int(state["variant"]),
                int(state["quantity"]),
                lot=state.get("lot", ""),
                expires_on=_date(state.get("expires", "")),
                epc=state.get("epc", ""),
                key=key,
            )
        except (LotMissing, SerialMissing):
            return Outcome(state=state, tone="info")
        except ExpiryMissing:
            return Outcome(state={**state, "asks_expiry": "1"}, tone="info")
        after = {"delivery": str(got.delivery), "last": str(got.variant)}
        after |= {f"kept_{name}": state[name] for name in ("lot", "expires") if state.get(name)}
        return Outcome(state=after, done=_told(got))


def _told(got: Received) -> str:
    if got.over:
        return _("Received %(count)s. That is %(over)s more than announced.") % {
            "count": got.quantity,
            "over": got.over,
        }
    return _("Received: %(count)s") % {"count": got.quantity}


def _other() -> Press:
    return Press(word=_("Another product"), do="other", icon="x", variant="quiet")


def _clean(state: State) -> State:
    return {"delivery": state["delivery"]} if "delivery" in state else {}


def _kept(state: State) -> State:
    return {name.removeprefix("kept_"): text for name, text in state.items() if name.startswith("kept_")}


def _carried(found: Match) -> State:
    lot = found.serial if found.variant.tracking == "serial" else found.lot
    carried: dict[str, Any] = {"variant": found.variant.id, "quantity": found.quantity, "lot": lot, "epc": found.epc}
    if found.expires_on:
        carried["expires"] = found.expires_on.isoformat()
    return {name: str(value) for name, value in carried.items() if value != ""}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _rows(lines: list[queries.DeliveryLineCard]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (line.variant.title, line.variant.sku, f"{line.received} / {line.expected}") for line in lines if line.left
    )[:20]
