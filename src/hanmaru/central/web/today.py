"""What Today says to a person: the work that waits and may be done by them, the day's figures, the first steps."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.importing.run import KIND as PRODUCT_IMPORT
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.orders.queries import OrdersNow
from hanmaru.central.sheets import queries as sheets
from hanmaru.central.slotting.queries import OpenMoves
from hanmaru.central.warehouse.queries import Waiting, Work

_MEND_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Task:
    """Work that waits: a button with a count. ``can`` says who does it."""

    word: str
    route: str
    icon: str
    count: int
    note: str
    can: Can
    tone: str = "plain"
    query: str = ""
    key: int | None = None

    @property
    def href(self) -> str:
        """Where it is done."""
        return reverse(self.route, args=[] if self.key is None else [self.key]) + self.query


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A thing that a fresh company does once."""

    word: str
    note: str
    route: str
    done: bool

    @property
    def href(self) -> str:
        """Where it is done."""
        return reverse(self.route)


def tasks_for(membership: Any, work: Work, moves: OpenMoves | None = None) -> list[Task]:
    """What waits and what the person may do, the urgent first and then in the order of the goods' way."""
    every = [*_inbound(work.floor), *_office(work.orders), *_outbound(work), *_relaid(moves), *_to_mend(work)]
    mine = [task for task in every if task.count and holds(membership, task.can)]
    return sorted(mine, key=lambda task: task.tone != "warn")


def _inbound(waiting: Waiting) -> list[Task]:
    late = ngettext("%(count)s is late", "%(count)s are late", waiting.late) % {"count": waiting.late}
    today = ngettext("%(count)s comes today", "%(count)s come today", waiting.due) % {"count": waiting.due}
    said = [words for words, count in ((late, waiting.late), (today, waiting.due)) if count]
    note = ", ".join(said) or _("None of them today")
    work = Can.WORK_IN_WAREHOUSE
    return [
        Task(
            _("Receive deliveries"),
            "warehouse:choose_delivery",
            "package-open",
            waiting.to_receive,
            note,
            work,
            tone="warn" if waiting.late else "plain",
        ),
        Task(_("Put away"), "warehouse:put_away", "warehouse", waiting.to_put_away, _("Pieces wait at the dock"), work),
    ]


def _office(found: OrdersNow) -> list[Task]:
    listed, edit = "orders:list", Can.EDIT_ORDERS
    wait = _("They are held as soon as goods come in")
    return [
        Task(_("Confirm orders"), listed, "clipboard-check", found.drafts, _("Drafts"), edit, query="?state=draft"),
        Task(
            _("Hold goods for orders"),
            listed,
            "clipboard-list",
            found.confirmed,
            _("Confirmed, nothing held yet"),
            edit,
            query="?state=confirmed",
        ),
        Task(_("Orders wait for goods"), listed, "hourglass", found.waiting_for_goods, wait, edit, query="?waiting"),
    ]


def _outbound(all_work: Work) -> list[Task]:
    found, waiting, work = all_work.orders, all_work.floor, Can.WORK_IN_WAREHOUSE
    ready = _("Goods are held: make a pick list")
    return [
        Task(_("Orders to pick"), "warehouse:new_pick_list", "list-plus", found.reserved, ready, work),
        Task(_("Pick"), "warehouse:choose_list", "list-checks", waiting.to_pick, _("Pick lists under way"), work),
        Task(_("Pack"), "warehouse:choose_order", "package", waiting.to_pack, _("Orders on the packing table"), work),
        Task(_("Ship"), "warehouse:ship", "truck", waiting.to_ship, _("Parcels ready to leave"), work),
    ]


def _relaid(moves: OpenMoves | None) -> list[Task]:
    """What is to be carried for a layout that was accepted."""
    if moves is None:
        return []
    note, see = _("To the places of the new layout"), Can.SEE_SLOTTING
    return [
        Task(_("Move goods"), "slotting:relocation", "move-right", moves.left, note, see, key=moves.relocation),
    ]


def _to_mend(all_work: Work) -> list[Task]:
    """What went wrong and needs a person."""
    waiting, back = all_work.floor, all_work.orders.coming_back
    newest = next(iter(sheets.runs(PRODUCT_IMPORT, limit=1)), None)
    recent = newest is not None and newest.started_at > timezone.now() - _MEND_WITHIN
    refused = newest.refused if newest and recent else 0
    tags = _("Read today, on no product yet")
    return [
        Task(
            _("Count places"), "warehouse:count", "clipboard-check", waiting.to_count, _("In doubt"), Can.CORRECT_STOCK
        ),
        Task(_("Take returns back"), "orders:returns", "undo-2", back, _("On their way"), Can.WORK_IN_WAREHOUSE),
        Task(_("Unknown tags"), tags_route(), "tag", waiting.unknown_tags, tags, Can.WORK_IN_WAREHOUSE, tone="warn"),
        Task(
            _("Mend refused rows"),
            "catalog:import_products",
            "file-warning",
            refused,
            _("Of the last import"),
            Can.IMPORT,
            tone="warn",
        ),
    ]


def tags_route() -> str:
    """The page on which unknown tags are bound; what a tag is can be seen on the look-up screen."""
    try:
        reverse("warehouse:readers")
    except NoReverseMatch:
        return "warehouse:look_up"
    return "warehouse:readers"


def first_steps(membership: Any, work: Work) -> list[FirstStep]:
    """What a fresh company still has to do, for who may do all of it; empty once all is done."""
    if not holds(membership, Can.CHANGE_SETTINGS):
        return []
    steps = [
        FirstStep(
            _("Add your first product"),
            _("With photos and options"),
            "catalog:new",
            catalog.has_products(),
        ),
        FirstStep(
            _("Name the places of your warehouse"),
            _("A rack is made in one go"),
            "stock:places",
            work.goods.has_bins,
        ),
        FirstStep(
            _("Receive goods"),
            _("Scan them in, or let a reader do it"),
            "warehouse:home",
            work.goods.has_moved,
        ),
        FirstStep(
            _("Invite your people"), _("A link by message is enough"), "companies:invite", companies.has_people()
        ),
        FirstStep(
            _("Show customers your order page"),
            _("Done with the first order that comes from it"),
            "companies:order_page",
            work.orders.customers_ordered,
        ),
    ]
    return [] if all(step.done for step in steps) else steps
