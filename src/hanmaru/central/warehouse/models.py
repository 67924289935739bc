"""Tables of the work on the floor."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.tenancy import CompanyOwned


class Supplier(CompanyOwned):
    """Who delivers."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "name"], name="one_supplier_a_name"),)

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    ANNOUNCED = "announced", _("Announced")
    RECEIVING = "receiving", _("Receiving")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


class Delivery(CompanyOwned):
    """Goods on their way in. A blind receipt is a delivery without announced lines."""

    number = models.CharField(_("delivery number"), max_length=40)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.ANNOUNCED)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    dock = models.ForeignKey("stock.Place", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    unannounced_by = models.CharField(max_length=30, blank=True, default="")  # "person 3", "device 5": nobody announced
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "number"], name="one_delivery_a_number"),)
        indexes = (
            models.Index(fields=["company", "state", "-id"], name="delivery_by_state"),
            models.Index(
                fields=["company", "unannounced_by", "-id"],
                name="delivery_unannounced",
                condition=Q(state="receiving") & ~Q(unannounced_by=""),
            ),
        )

    def __str__(self) -> str:
        return self.number


class DeliveryLine(CompanyOwned):
    """What is announced, and what has come of it; ``expected`` is 0 for what came unannounced."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    expected = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["delivery", "variant"], name="one_delivery_line_a_variant"),
            models.CheckConstraint(condition=Q(expected__gte=0, received__gte=0), name="delivery_line_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.received} of {self.expected} x {self.variant_id}"


class ReaderRead(CompanyOwned):
    """One read that a reader reported. (device, epoch, sequence) makes a resent read count once. Append-only."""

    device = models.ForeignKey("companies.DeviceToken", on_delete=models.PROTECT, related_name="+")
    epoch = models.BigIntegerField()  # a new one each start of the reader
    sequence = models.BigIntegerField()
    epc = models.CharField(max_length=64)
    antenna = models.SmallIntegerField(default=0)
    rssi_dbm = models.FloatField(null=True)
    read_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(
        max_length=12
    )  # counted, known (ours, yet not counted), repeat, unknown, malformed, foreign
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["device", "epoch", "sequence"], name="one_read_a_sequence"),)
        indexes = (
            models.Index(fields=["company", "-id"], name="read_newest"),
            models.Index(fields=["company", "epc"], name="read_by_epc"),
        )

    def __str__(self) -> str:
        return f"{self.epc} by {self.device_id}"


class TaggedPiece(CompanyOwned):
    """Whether what a tag is on is in the house: ``left_at`` is empty while it is. One read counts it, others repeat."""

    epc = models.CharField(max_length=32)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.BigIntegerField(default=1)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    parcel = models.ForeignKey("Parcel", on_delete=models.SET_NULL, null=True, related_name="pieces")

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "epc"], name="one_piece_a_tag"),)

    def __str__(self) -> str:
        return self.epc


class PickListState(models.TextChoices):
    """Where a pick list stands."""

    OPEN = "open", _("Waiting")
    PICKING = "picking", _("Picking")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class PickList(CompanyOwned):
    """One walk through the warehouse for one or more orders."""

    number = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=PickListState.choices, default=PickListState.OPEN)
    assigned_to = models.BigIntegerField(null=True)  # the person who has taken it
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "number"], name="one_pick_list_a_number"),)
        indexes = (models.Index(fields=["company", "state", "-id"], name="pick_list_by_state"),)

    def __str__(self) -> str:
        return self.number


class PickTask(CompanyOwned):
    """Take so many of a variant from a place, for an order line. Done when picked + short = quantity."""

    pick_list = models.ForeignKey(PickList, on_delete=models.CASCADE, related_name="tasks")
    sequence = models.IntegerField()  # walking order, from 1; what is led elsewhere takes that of the one before it
    order_id = models.BigIntegerField()
    order_line_id = models.BigIntegerField()
    reservation = models.ForeignKey("stock.Reservation", on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey("stock.Place", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    short = models.BigIntegerField(default=0)
    short_reason = models.CharField(max_length=10, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    class Meta(CompanyOwned.Meta):
        ordering = ("sequence",)
        constraints = (
            models.UniqueConstraint(fields=["reservation"], name="one_task_a_reservation"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, picked__gte=0, short__gte=0, quantity__gte=F("picked") + F("short")),
                name="pick_task_possible",
            ),
        )
        indexes = (
            models.Index(fields=["pick_list", "sequence"], name="task_in_order"),
            models.Index(fields=["order_id"], name="task_by_order"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id} from {self.place_id}"


class BoxType(CompanyOwned):
    """A box to pack in; inner dimensions in mm, own weight and greatest load in g, cost in the minor unit."""

    name = models.CharField(_("name"), max_length=60)
    length_mm = models.IntegerField(_("length (mm)"))
    width_mm = models.IntegerField(_("width (mm)"))
    height_mm = models.IntegerField(_("height (mm)"))
    weight_g = models.IntegerField(_("own weight (g)"), default=0)
    max_weight_g = models.IntegerField(_("greatest load (g)"))
    cost = models.BigIntegerField(_("cost"), default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "name"], name="one_box_a_name"),
            models.CheckConstraint(
                condition=Q(length_mm__gt=0, width_mm__gt=0, height_mm__gt=0, max_weight_g__gt=0), name="box_has_a_size"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Parcel(CompanyOwned):
    """A packed box of an order."""

    order_id = models.BigIntegerField()
    number = models.CharField(max_length=40)
    box = models.ForeignKey(BoxType, on_delete=models.PROTECT, null=True)
    weight_g = models.IntegerField(null=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    packed_at = models.DateTimeField()
    packed_by = models.BigIntegerField(null=True)
    shipped_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "number"], name="one_parcel_a_number"),)
        indexes = (models.Index(fields=["order_id"], name="parcel_by_order"),)

    def __str__(self) -> str:
        return self.number


class ParcelLine(CompanyOwned):
    """What lies in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    order_line_id = models.BigIntegerField()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.BigIntegerField()

    class Meta(CompanyOwned.Meta):
        constraints = (models.CheckConstraint(condition=Q(quantity__gt=0), name="parcel_line_positive"),)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class ShortReason(models.TextChoices):
    """Why a picker could not take all."""

    NOT_THERE = "not_there", _("Not there")
    TOO_FEW = "too_few", _("Too few")
    DAMAGED = "damaged", _("Damaged")
    NO_ACCESS = "no_access", _("Cannot reach it")


COUNT = "count"  # the document kind of what is held back until it is counted


class CountTask(CompanyOwned):
    """Somebody doubts what a place holds: the missing pieces are held back until it has been counted."""

    place = models.ForeignKey("stock.Place", on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    missing = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=ShortReason.choices)
    reservation = models.ForeignKey("stock.Reservation", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True)
    counted = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.CheckConstraint(condition=Q(missing__gt=0), name="count_task_missing"),)
        indexes = (models.Index(fields=["company", "-id"], name="count_task_open", condition=Q(done_at=None)),)

    def __str__(self) -> str:
        return f"count {self.variant_id} at {self.place_id}"


class ScanKind(models.TextChoices):
    """What a scan did."""

    RECEIVE = "receive", _("Received")
    PUT_AWAY = "put_away", _("Put away")
    MOVE = "move", _("Moved")
    PICK = "pick", _("Picked")
    SHORT = "short", _("Picked short")
    PACK = "pack", _("Packed")
    SHIP = "ship", _("Shipped")
    COUNT = "count", _("Counted")


class Scan(CompanyOwned):
    """One thing done under a key that the client chose, and its outcome: sent again, it is answered, not repeated."""

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=ScanKind.choices)
    user_id = models.BigIntegerField(null=True)
    device_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    outcome = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "key"], name="one_scan_a_key"),)
        indexes = (models.Index(fields=["company", "user_id", "-id"], name="scan_of_person"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
