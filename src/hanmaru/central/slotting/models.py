"""Tables of slotting. Instances, plans and histories are kept as the JSON text in which they come and go."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.tenancy import CompanyOwned


class Kind(models.TextChoices):
    """What is laid out."""

    BULK = "bulk", _("Along a strip")
    KITTING = "kitting", _("In bins")


class Source(models.TextChoices):
    """Where the figures of a study came from."""

    FILE = "file", _("figures from a file")
    STOCK = "stock", _("figures from stock and orders")
    TABLE = "table", _("figures from a table")


class Study(CompanyOwned):
    """What is to be laid out, and with which figures. They never change: other figures are another study."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    unit = models.CharField(_("unit of length"), max_length=12, blank=True)
    instance = models.TextField()  # as docs/reference/slotting tells
    # Of a study from stock: {"bins": {aisle: [[bin id, ...] a rack]}, "variants": {material: variant id},
    # "lying": {material: [bin id, ...]}, "since", "until", "orders", "left_out"}.
    house = models.JSONField(default=dict, blank=True)
    materials = models.IntegerField(_("materials"), default=0)
    without_rules = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        indexes = (models.Index(fields=["company", "-id"], name="study_newest", condition=Q(archived_at=None)),)

    def __str__(self) -> str:
        return self.name


class SearchState(models.TextChoices):
    """Where a search stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Searching")
    DONE = "done", _("Finished")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Refused")
    LOST = "lost", _("Broken off")


class Search(CompanyOwned):
    """One search for a plan, and the plan it found. Times of the search are seconds."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="searches")
    method = models.CharField(_("method"), max_length=12)
    limit_s = models.IntegerField(_("seconds at most"))
    seed = models.IntegerField(default=0)
    state = models.CharField(max_length=8, choices=SearchState.choices, default=SearchState.WAITING)
    stop_asked = models.BooleanField(default=False)
    best = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    optimal = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)
    history = models.TextField(blank=True, default="")  # [[seconds, best or null, bound], ...]
    plan = models.TextField(blank=True, default="")  # empty until one is found
    curve = models.TextField(blank=True, default="")  # [[materials moved, best, bound], ...] where that was asked for
    moves = models.TextField(blank=True, default="")  # the plan week by week, as it stood when its first was accepted
    failure = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)  # the last sign of life of whoever searches
    ended_at = models.DateTimeField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.CheckConstraint(condition=Q(limit_s__gt=0), name="search_takes_time"),)
        indexes = (models.Index(fields=["study", "-id"], name="search_of_study"),)

    def __str__(self) -> str:
        return f"{self.method} for study {self.study_id}"


class RelocationState(models.TextChoices):
    """Where a relocation stands."""

    OPEN = "open", _("Under way")
    DONE = "done", _("All moved")
    CANCELLED = "cancelled", _("Called off")


class Relocation(CompanyOwned):
    """A plan that was accepted, or a week of it: what is carried where, one task after the other."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="relocations")
    state = models.CharField(max_length=10, choices=RelocationState.choices, default=RelocationState.OPEN)
    week = models.IntegerField(null=True)  # of the plan week by week, from 1; null: all of the plan
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company"], condition=Q(state="open"), name="one_open_relocation"),
            models.UniqueConstraint(
                fields=["search", "week"], condition=~Q(state="cancelled"), name="one_relocation_a_week"
            ),
        )

    def __str__(self) -> str:
        return f"relocation {self.pk}"


class RelocationTask(CompanyOwned):
    """Carry all of a material from a place to a place; ``aside``: only to make room, it is carried on later.

    Of an uploaded study the system holds no stock: places are words, and a person says when it is done.
    """

    relocation = models.ForeignKey(Relocation, on_delete=models.CASCADE, related_name="tasks")
    sequence = models.IntegerField()  # of the move: what lies together is carried at once, a task for each of its goods
    material = models.CharField(max_length=200)
    from_words = models.CharField(max_length=120)
    to_words = models.CharField(max_length=120)
    aside = models.BooleanField(default=False)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, null=True, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    from_place = models.ForeignKey("stock.Place", on_delete=models.PROTECT, null=True, related_name="+")
    to_place = models.ForeignKey("stock.Place", on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    holds = ArrayField(models.BigIntegerField(), default=list)  # reservations that were carried with the goods
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["relocation", "sequence"], condition=Q(variant=None), name="one_relocation_task_a_number"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0, moved__gte=0), name="relocation_not_negative"),
        )
        indexes = (models.Index(fields=["relocation", "sequence"], name="relocation_task_in_order"),)

    def __str__(self) -> str:
        return f"{self.material}: {self.from_words} -> {self.to_words}"
