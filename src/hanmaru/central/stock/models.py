"""Tables of stock. Moves are facts; balances and reserved figures are derived and checked by ``verify``."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.tenancy import CompanyOwned, company_column
from hanmaru.central.stock.ltree import LtreeField

# More than any balance can be asked to hold at once; a typed barcode is thirteen digits and must not become a quantity.
MOST = 1_000_000_000


class PlaceKind(models.TextChoices):
    """Levels of the tree of places, and the places beyond the house where goods come from and go to."""

    SITE = "site", _("Site")
    ZONE = "zone", _("Zone")
    AISLE = "aisle", _("Aisle")
    RACK = "rack", _("Rack")
    LEVEL = "level", _("Level")
    BIN = "bin", _("Bin")
    CELL = "cell", _("Machine cell")
    DOCK = "dock", _("Receiving dock")
    PACKING = "packing", _("Packing table")
    SUPPLIER = "supplier", _("Supplier")
    CUSTOMER = "customer", _("Customer")
    CORRECTION = "correction", _("Correction")
    SCRAP = "scrap", _("Scrap")
    PRODUCTION = "production", _("Production")


BEYOND = (
    PlaceKind.SUPPLIER,
    PlaceKind.CUSTOMER,
    PlaceKind.CORRECTION,
    PlaceKind.SCRAP,
    PlaceKind.PRODUCTION,
)
HOLDING = (PlaceKind.BIN, PlaceKind.CELL, PlaceKind.DOCK, PlaceKind.PACKING)


class Place(CompanyOwned):
    """Where goods can be. ``holds_stock`` places have balances; places beyond the house have none."""

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PlaceKind.choices)
    path = LtreeField(unique=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    holds_stock = models.BooleanField(default=False)
    pickable = models.BooleanField(default=True)  # goods here may be reserved for orders
    volume_mm3 = models.BigIntegerField(_("volume (mm³)"), null=True, blank=True)
    max_weight_g = models.BigIntegerField(_("greatest weight (g)"), null=True, blank=True)
    max_count = models.BigIntegerField(_("greatest count"), null=True, blank=True)
    storage_classes = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # empty: any class
    walk_order = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="one_place_a_code"),
            models.UniqueConstraint(fields=["company", "path"], name="one_place_a_path"),
            models.CheckConstraint(
                condition=Q(holds_stock=False) | Q(kind__in=[kind.value for kind in HOLDING]),
                name="only_real_places_hold_stock",
            ),
        )
        indexes = (
            GistIndex(fields=["path"], name="place_path"),
            models.Index(
                fields=["company", "walk_order", "path"],
                name="place_walk",
                condition=Q(pickable=True, archived_at=None, holds_stock=True),
            ),
        )

    def __str__(self) -> str:
        return self.code


class Lot(CompanyOwned):
    """A lot, or a single piece by its serial number, of a variant."""

    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(_("lot or serial number"), max_length=40)
    is_serial = models.BooleanField(default=False)
    expires_on = models.DateField(_("expiry date"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["variant", "number"], name="one_lot_a_number"),)

    def __str__(self) -> str:
        return self.number


class MoveReason(models.TextChoices):
    """Why goods moved."""

    RECEIVE = "receive", _("Received")
    PUT_AWAY = "put_away", _("Put away")
    PICK = "pick", _("Picked")
    PACK = "pack", _("Packed")
    SHIP = "ship", _("Shipped")
    UNPICK = "unpick", _("Put back")
    RETURN = "return", _("Returned")
    MOVE = "move", _("Moved")
    COUNT = "count", _("Counted")
    DAMAGE = "damage", _("Damaged")
    LOSS = "loss", _("Lost")
    FOUND = "found", _("Found")
    OPENING = "opening", _("Opening stock")
    SCRAP = "scrap", _("Scrapped")
    PRODUCE = "produce", _("Produced")
    CONSUME = "consume", _("Used in production")


# What is seldom done, and therefore looked for: the ledger's page asks for one reason, newest first.
SELDOM = (
    MoveReason.UNPICK,
    MoveReason.RETURN,
    MoveReason.COUNT,
    MoveReason.DAMAGE,
    MoveReason.LOSS,
    MoveReason.FOUND,
    MoveReason.OPENING,
    MoveReason.SCRAP,
    MoveReason.PRODUCE,
    MoveReason.CONSUME,
)


class StockMove(CompanyOwned):
    """One fact of the ledger: a quantity went from a place to a place. Append-only."""

    # A table that grows with every move keeps no index that another one stands for, nor one that nothing asks.
    company = company_column(db_index=False)
    owner = models.ForeignKey("companies.Company", on_delete=models.PROTECT, related_name="+", db_index=False)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    from_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=MoveReason.choices)
    note = models.CharField(max_length=300, blank=True, default="")
    document_kind = models.CharField(max_length=20, blank=True, default="")  # order, delivery, pick list, count ...
    document_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)  # the person
    device_id = models.BigIntegerField(null=True)  # the device token
    source = models.CharField(max_length=200, blank=True, default="")  # address, or the command
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    idempotency_key = models.CharField(max_length=120)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "idempotency_key"], name="one_move_a_key"),
            models.CheckConstraint(condition=Q(quantity__gt=0, quantity__lte=MOST), name="move_quantity_positive"),
            models.CheckConstraint(condition=~Q(from_place=F("to_place")), name="move_goes_somewhere"),
        )
        indexes = (
            models.Index(fields=["company", "-id"], name="move_newest"),
            models.Index(fields=["variant", "-id"], name="move_by_variant"),
            models.Index(fields=["from_place", "-id"], name="move_by_from"),
            models.Index(fields=["to_place", "-id"], name="move_by_to"),
            models.Index(
                fields=["company", "reason", "-id"],
                name="move_by_seldom_reason",
                condition=Q(reason__in=[reason.value for reason in SELDOM]),
            ),
            models.Index(
                fields=["document_kind", "document_id"], name="move_by_document", condition=Q(document_id__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}: {self.from_place_id} -> {self.to_place_id}"


class Balance(CompanyOwned):
    """What lies at a place now: the sum of the moves, kept by ``stock_post`` alone."""

    company = company_column(db_index=False)
    owner = models.ForeignKey("companies.Company", on_delete=models.PROTECT, related_name="+", db_index=False)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="balances", db_index=False)
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["company", "owner", "variant", "lot", "place"],
                name="one_balance",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, reserved__gte=0, reserved__lte=F("on_hand")), name="balance_possible"
            ),
        )
        indexes = (
            models.Index(fields=["variant"], name="balance_by_variant"),
            # With the company, so that a planner that knows nothing of the table yet does not take one_balance instead.
            models.Index(fields=["company", "place"], name="balance_by_place"),
        )

    def __str__(self) -> str:
        return f"{self.on_hand} ({self.reserved} reserved) x {self.variant_id} at {self.place_id}"


class ReservationState(models.TextChoices):
    """What became of a reservation."""

    OPEN = "open", _("Open")
    USED = "used", _("Picked")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", _("Expired")


class Reservation(CompanyOwned):
    """Goods of one balance held for a document. ``quantity`` is what is still held; the sum is ``reserved``.

    Where the goods are carried to another place, the reservation goes with them: its balance is the one there.
    """

    balance = models.ForeignKey(Balance, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.BigIntegerField()
    asked = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=ReservationState.choices, default=ReservationState.OPEN)
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    line_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", quantity__gt=0) | (~Q(state="open") & Q(quantity=0)),
                name="open_reservation_holds",
            ),
        )
        indexes = (
            models.Index(fields=["document_kind", "document_id"], name="reservation_by_document"),
            models.Index(fields=["balance"], name="reservation_open", condition=Q(state="open")),
            models.Index(
                fields=["expires_at"], name="reservation_expiring", condition=Q(state="open", expires_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of balance {self.balance_id} for {self.document_kind} {self.document_id}"
