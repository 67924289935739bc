"""Walk the list: go to the place, scan it, take the goods, scan them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.codes import place_of, product_of
from hanmaru.central.warehouse.errors import WrongLot, WrongPlace, WrongProduct
from hanmaru.central.warehouse.queries import ListCard, TaskCard
from hanmaru.central.warehouse.services import ScanKind, ShortReason
from hanmaru.central.warehouse.views.screen import Ask, Outcome, Press, Screen, State, Step


class PickScreen(Screen):
    """State: ``at``, the place stood before; ``skip``, tasks left for later; ``short``, a reason is being asked for."""

    title = gettext_lazy("Pick")
    label = gettext_lazy("Scan")
    undoes = (ScanKind.PICK,)
    seen: ListCard | None = None  # the list as the view has read it; a page that only looks need not read it twice

    def leaves(self) -> str:
        """To the lists."""
        return "/warehouse/pick/"

    def begins(self) -> State:
        """Take the list. Raises TakenByOther."""
        services.take_pick_list(self.subject or 0)
        return {}

    def _task(self, state: State) -> TaskCard | None:
        skipped = [int(one) for one in state.get("skip", "").split(",") if one.isdigit()]
        return queries.next_task(self.subject or 0, skip=skipped)

    def now(self, state: State) -> Step:
        """To the place, or what to take there, or the end."""
        task = self._task(state)
        card = self.seen or queries.pick_list_card(self.subject or 0)
        if task is None:
            return Step(
                words=_("All picked"),
                subject=card.number,
                detail=_("Bring everything to the packing table."),
                presses=(Press(word=_("Pack now"), href="/warehouse/pack/", icon="package", variant="primary"),),
            )
        if "short" in state:
            return self._reasons(task)
        if state.get("at") != str(task.place):
            return Step(
                words=_("Go to this place, scan it"),
                subject=task.place_code,
                detail=" — ".join(filter(None, [task.place_name, task.variant.title])),
                amount=(_("Tasks done"), card.done, card.tasks),
                presses=(Press(word=_("Cannot reach it now"), do="skip", icon="skip-forward", variant="quiet"),),
            )
        detail = task.variant.title
        if task.lot_number:
            detail += " · " + _("Lot %(number)s") % {"number": task.lot_number}
        one = Ask(name="quantity", label=_("Taken"), value=task.left, max=task.left)
        return Step(
            words=_("Take these, scan one"),
            subject=task.variant.sku,
            detail=f"{detail} · {task.order_number}",
            photo=task.variant.photo,
            amount=(_("Take"), task.left, task.quantity if task.picked else None),
            asks=(one,) if task.left > 1 else (),
            presses=(Press(word=_("Too few here"), do="short", icon="circle-alert", state={"short": "1"}),),
        )

    def _reasons(self, task: TaskCard) -> Step:
        reasons = tuple(
            Press(word=str(reason.label), do=f"short-{reason.value}", icon="circle-alert") for reason in ShortReason
        )
        back = Press(word=_("Back"), do="back", icon="arrow-left", variant="quiet")
        return Step(
            words=_("What is wrong?"),
            subject=task.place_code,
            detail=task.variant.title,
            amount=(_("Missing"), task.left, task.quantity),
            presses=(*reasons, back),
        )

    def scanned(self, state: State, code: str, key: str) -> Outcome:
        """The place, then the product."""
        task = self._task(state)
        if task is None:
            return Outcome(state=state, tone="info")
        if state.get("at") != str(task.place):
            place = place_of(code)
            if place.id != task.place:
                raise WrongPlace(scanned=place.code, wanted=task.place_code)
            return Outcome(state={**_walk(state), "at": str(place.id)})
        quantity = self._check(task, code)
        picked = services.pick_task(task.id, quantity, key=key)
        done = _("%(count)s × %(sku)s taken") % {"count": quantity, "sku": task.variant.sku}
        return Outcome(state={**_walk(state), "at": str(task.place)}, done=done if not picked.repeated else "")

    def _check(self, task: TaskCard, code: str) -> int:
        """How many pieces the scan takes. Raises WrongProduct, WrongLot."""
        found = product_of(code)
        if found.variant.id != task.variant.id:
            raise WrongProduct(scanned=found.variant.sku, wanted=task.variant.sku)
        number = found.serial if found.variant.tracking == "serial" else found.lot
        if task.lot_number and number and number != task.lot_number:
            raise WrongLot(scanned=number, wanted=task.lot_number)
        return self.number("quantity", task.left)

    def repeated(self, state: State) -> State | None:
        """On to the next task."""
        return {name: text for name, text in state.items() if name in ("skip", "at")}

    def pressed(self, state: State, do: str, key: str) -> Outcome:
        """Something is short, or comes later."""
        task = self._task(state)
        if task is None or do in ("short", "back"):
            kept = {name: text for name, text in state.items() if name != "short" or do == "short"}
            return Outcome(state=kept, tone="info")
        if do == "skip":
            skipped = [one for one in state.get("skip", "").split(",") if one and one != str(task.id)]
            return Outcome(state={"skip": ",".join([*skipped, str(task.id)])}, tone="info")
        reason = do.removeprefix("short-")
        if reason not in ShortReason.values:
            return Outcome(state=state, tone="info")
        short = services.short_task(task.id, reason, key=key)
        if short.more:
            done = _("More lies elsewhere: it is on your list.")
        else:
            done = _("Back-ordered: %(count)s pcs") % {"count": short.waiting}
        return Outcome(state={**_walk(state), "at": state.get("at", "")}, tone="info", done=done)


def _walk(state: State) -> State:
    return {"skip": state["skip"]} if state.get("skip") else {}
