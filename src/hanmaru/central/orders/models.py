"""Tables of orders."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.keys import new_key
from hanmaru.central.companies.tenancy import CompanyOwned


class OrderState(models.TextChoices):
    """Where an order stands."""

    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed")
    RESERVED = "reserved", _("Reserved")
    PICKING = "picking", _("Picking")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")


class Channel(models.TextChoices):
    """Where an order came from."""

    CLERK = "clerk", _("Clerk")
    ORDER_PAGE = "order_page", _("Order page")
    API = "api", _("API")
    FILE = "file", _("File")


class Customer(CompanyOwned):
    """Who orders."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    external_id = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["company", "external_id"], condition=~Q(external_id=""), name="one_customer_an_external_id"
            ),
        )
        indexes = (models.Index(fields=["company", "name"], name="customer_by_name"),)

    def __str__(self) -> str:
        return self.name


class Order(CompanyOwned):
    """What a customer wants. ``total`` is in the currency's minor unit."""

    number = models.CharField(_("order number"), max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="orders")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    external_id = models.CharField(max_length=80, blank=True)  # the number at the place it came from
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.DRAFT)
    back_order = models.BooleanField(default=False)  # some lines wait for goods
    currency = models.CharField(max_length=3, default="KRW")
    total = models.BigIntegerField(default=0)
    ship_to_name = models.CharField(_("recipient"), max_length=120, blank=True)
    ship_to_phone = models.CharField(_("phone"), max_length=30, blank=True)
    ship_to_address = models.CharField(_("address"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    link_key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    placed_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "number"], name="one_order_a_number"),
            models.UniqueConstraint(
                fields=["company", "channel", "external_id"],
                condition=~Q(external_id=""),
                name="one_order_an_external_id",
            ),
        )
        indexes = (
            models.Index(fields=["company", "-id"], name="order_newest"),
            models.Index(fields=["company", "state", "-id"], name="order_by_state"),
            models.Index(fields=["customer", "-id"], name="order_by_customer"),
        )

    def __str__(self) -> str:
        return self.number


class OrderLine(CompanyOwned):
    """One variant of an order. Quantities are pieces: 0 <= shipped <= picked <= quantity - cancelled."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    line_no = models.IntegerField()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    quantity = models.BigIntegerField()
    unit_price = models.BigIntegerField(default=0)
    wording = models.CharField(_("engraving or wish"), max_length=120, blank=True)
    reserved = models.BigIntegerField(default=0)  # held in stock now
    picked = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)
    cancelled = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)

    class Meta(CompanyOwned.Meta):
        ordering = ("line_no",)
        constraints = (
            models.UniqueConstraint(fields=["order", "line_no"], name="one_line_a_number"),
            models.CheckConstraint(condition=Q(quantity__gt=0, quantity__lte=1_000_000_000), name="line_quantity"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, cancelled__gte=0, returned__gte=0)
                & Q(
                    picked__gte=F("shipped"),
                    shipped__gte=F("returned"),
                    quantity__gte=F("picked") + F("reserved") + F("cancelled"),
                ),
                name="line_figures_possible",
            ),
        )
        indexes = (models.Index(fields=["variant"], name="line_by_variant"),)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class OrderStep(CompanyOwned):
    """A state an order came into: when, and who did it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=OrderState.choices)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    device_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(CompanyOwned.Meta):
        ordering = ("id",)
        indexes = (models.Index(fields=["order"], name="step_by_order"),)

    def __str__(self) -> str:
        return f"{self.state} at {self.at}"


class ReturnState(models.TextChoices):
    """Where a return stands."""

    EXPECTED = "expected", _("On its way back")
    DONE = "done", _("Taken back")


class Return(CompanyOwned):
    """Goods that a customer sends back: announced, then taken back. Without an order where none is known."""

    number = models.CharField(_("return number"), max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="returns")
    external_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.EXPECTED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    announced_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "number"], name="one_return_a_number"),
            models.UniqueConstraint(
                fields=["company", "external_id"], condition=~Q(external_id=""), name="one_return_an_external_id"
            ),
        )
        indexes = (models.Index(fields=["company", "state", "-id"], name="return_by_state"),)

    def __str__(self) -> str:
        return self.number


class ReturnLine(CompanyOwned):
    """Pieces of one variant sent back; ``order_line`` is what they were shipped for, where that is known."""

    document = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, related_name="returns")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    unit_price = models.BigIntegerField(default=0)  # what is paid back a piece
    scrapped = models.BooleanField(default=False)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gt=0, quantity__lte=1_000_000_000), name="return_quantity_positive"
            ),
        )
        indexes = (models.Index(fields=["document"], name="return_line_by_document"),)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class OrderPageUse(CompanyOwned):
    """An order placed by the public page, for throttling. The network address is kept as a hash, for a day."""

    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(CompanyOwned.Meta):
        indexes = (models.Index(fields=["company", "at"], name="order_page_use"),)

    def __str__(self) -> str:
        return f"{self.at}"
