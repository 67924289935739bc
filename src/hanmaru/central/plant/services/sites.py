"""Sites of a company."""

from django.db import IntegrityError, transaction

from hanmaru.central.companies.live import changed
from hanmaru.central.plant.errors import SiteTaken
from hanmaru.central.plant.models import Site
from hanmaru.floor.subjects import NAME, BadName


def add_site(name: str, label: str, label_en: str = "") -> Site:
    """Make a site. Raise BadName, SiteTaken."""
    if not NAME.fullmatch(name):
        raise BadName(name=name[:80])
    try:
        with transaction.atomic():
            site: Site = Site.objects.create(name=name, label=label, label_en=label_en)
    except IntegrityError as error:
        raise SiteTaken(name=name) from error
    changed("plant")
    return site
