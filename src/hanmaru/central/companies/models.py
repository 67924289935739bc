"""Tables of companies and their people."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanmaru.central.companies.tenancy import CompanyManager, CompanyOwned

__all__ = [
    "AuditEntry",
    "Company",
    "Counter",
    "DeviceToken",
    "Invitation",
    "LoginAttempt",
    "Membership",
    "PasswordReset",
    "RequestKey",
    "Role",
    "TextSize",
    "User",
]


class Role(models.TextChoices):
    """What a person does in a company; a person may have several roles."""

    OWNER = "owner", pgettext_lazy("role", "Owner")
    WAREHOUSE = "warehouse", pgettext_lazy("role", "Warehouse")
    OPERATOR = "operator", pgettext_lazy("role", "Machine operator")
    MAINTENANCE = "maintenance", pgettext_lazy("role", "Maintenance")
    QUALITY = "quality", pgettext_lazy("role", "Quality")
    PLANNER = "planner", pgettext_lazy("role", "Planner")


class TextSize(models.TextChoices):
    """How large a person wants the text of the pages."""

    NORMAL = "normal", _("Normal")
    LARGER = "larger", _("Larger")


class People(BaseUserManager["User"]):
    """Makes people; e-mail addresses are compared without regard to case."""

    def create_user(self, email: str, password: str, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())  # as create_user keeps it: finds the index


class User(AbstractBaseUser):
    """A person who can log in. A person may belong to several companies."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=5, default="ko")
    text_size = models.CharField(max_length=10, default=TextSize.NORMAL)
    is_active = models.BooleanField(default=True)
    is_platform_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_any_case"),)

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    """A company: the border nobody sees across."""

    name = models.CharField(_("company name"), max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    business_number = models.CharField(_("business number"), max_length=20, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    currency = models.CharField(max_length=3, default="KRW")
    time_zone = models.CharField(max_length=60, default="Asia/Seoul")
    gs1_prefix = models.CharField(_("GS1 company prefix"), max_length=12, blank=True)
    order_page_open = models.BooleanField(_("customers may order by the order page"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(CompanyOwned):
    """A person's place in a company."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "user"], name="one_membership_a_company"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.company_id}"


class Invitation(CompanyOwned):
    """A link by which a person joins a company. The key is kept as a hash (SHA-256, hex)."""

    email = models.EmailField(_("e-mail"), blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    key_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class PasswordReset(CompanyOwned):
    """A link by which a person sets a new password, made by an owner. The key is kept as a hash (SHA-256, hex)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"password link {self.pk}"


class DeviceToken(CompanyOwned):
    """What a device or program shows to be let in: ``hmd_<company>_<token>_<secret>``, kept as a hash."""

    name = models.CharField(_("name"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=40))
    secret_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class LoginAttempt(models.Model):
    """A failed log-in, for throttling. The e-mail address is kept as a hash only."""

    email_hash = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (
            models.Index(fields=["email_hash", "at"], name="login_by_email"),
            models.Index(fields=["address", "at"], name="login_by_address"),
        )

    def __str__(self) -> str:
        return f"{self.address} at {self.at}"


class AuditEntry(models.Model):
    """One write: who, when, from where, what. Written by triggers, never by Python."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, related_name="+")
    table_name = models.CharField(max_length=63)
    operation = models.CharField(max_length=6)
    row_id = models.BigIntegerField(null=True)
    row_count = models.IntegerField(default=1)
    changes = models.JSONField()
    user_id = models.BigIntegerField(null=True)
    device_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = CompanyManager()
    unfiltered = models.Manager()

    class Meta:
        base_manager_name = "unfiltered"
        indexes = (
            models.Index(fields=["company", "-id"], name="audit_newest"),
            models.Index(fields=["company", "table_name", "row_id"], name="audit_by_row"),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"


class RequestKey(CompanyOwned):
    """An Idempotency-Key that a client sent with a write, and what it was answered."""

    key = models.CharField(max_length=120)
    route = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "key"], name="one_request_a_key"),)

    def __str__(self) -> str:
        return self.key


class Counter(CompanyOwned):
    """The next number of a series within a company (variants, orders, deliveries, tag serials)."""

    series = models.CharField(max_length=60)
    last = models.BigIntegerField(default=0)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "series"], name="one_counter_a_series"),)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"
