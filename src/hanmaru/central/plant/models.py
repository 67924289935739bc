"""Tables of the plant: a mirror of the site's own registry (key-value bucket `plant-<site>` on the bus).

The registry beside the machines is the truth, so that a plant that is cut off can still be changed there. Rows here are
written by :mod:`hanmaru.central.plant.services` alone and exist so that pages can search and companies stay apart.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.tenancy import CompanyOwned


class Site(CompanyOwned):
    """A plant of the company. ``name`` stands in subjects of the bus, so it is taken once in the whole house."""

    name = models.CharField(_("name in addresses"), max_length=32, unique=True)
    label = models.CharField(_("name"), max_length=80)
    label_en = models.CharField(_("English name"), max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.label


class Asset(CompanyOwned):
    """An area, a line or a machine; ``path`` begins with the site's name. Source: ISA-95, see hanmaru.floor.asset."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="assets")
    path = models.CharField(max_length=400)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["site", "path"], name="one_asset_a_path"),)


class Source(CompanyOwned):
    """A driver instance: one connection to a device. ``config`` comes without its secrets."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=64)
    protocol = models.CharField(max_length=40)
    config = models.JSONField(default=dict)
    enabled = models.BooleanField(default=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["site", "name"], name="one_source_a_name"),)


class Tag(CompanyOwned):
    """A measured or set point; ``number`` is its id on the site and in the history. See hanmaru.floor.tag."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="tags")
    number = models.BigIntegerField()
    asset = models.CharField(max_length=400)
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=10)
    unit = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=64)
    address = models.CharField(max_length=1000)
    description = models.CharField(max_length=200, blank=True)
    sampling = models.FloatField(default=1.0)
    deadband = models.FloatField(default=0.0)
    retention = models.CharField(max_length=10, default="standard")
    writable = models.BooleanField(default=False)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["site", "number"], name="one_tag_a_number"),)
        indexes = (models.Index(fields=["site", "asset", "name"], name="tag_by_asset"),)


class Event(CompanyOwned):
    """Something that happened in a plant: told by a connection, or noted by a person (then without source)."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="events")
    message = models.CharField(max_length=120)  # id of the message on the bus: heard twice, kept once
    at = models.DateTimeField()
    source = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=40)
    words = models.CharField(max_length=300)
    said = models.JSONField(null=True)  # how the words were made: hanmaru.floor.words
    by = models.CharField(max_length=150, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["site", "message"], name="one_event_a_message"),)
        indexes = (models.Index(fields=["site", "-at"], name="event_newest"),)
