"""Sites of a company."""

from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from hanmaru.central.companies.live import changed
from hanmaru.central.companies.queries import company_ids
from hanmaru.central.plant.errors import LongName, SiteOfTheHouse, SiteTaken
from hanmaru.central.plant.models import Site
from hanmaru.floor.subjects import NAME, BadName

LONGEST: Final = 32  # characters of a name
PROPOSED: Final = 100  # names that are tried to find a free one


def add_site(name: str, label: str, label_en: str = "", *, by_the_house: bool = False) -> Site:
    """Make a site, which is the acting company's from now on; `by_the_house` where whoever runs the house says so.

    The machines that the house itself reads speak under the name HANMARU_SITE. Where several companies share a house
    none of them takes that name by itself: it would have the machines of whoever stands beside them.

    Raise BadName, LongName, SiteTaken, SiteOfTheHouse.
    """
    if not NAME.fullmatch(name):
        raise BadName(name=name[:80])
    if len(name) > LONGEST:
        raise LongName(name=name, most=LONGEST)
    shared = name == settings.HOUSE_SITE and not by_the_house and len(company_ids()) > 1
    try:
        with transaction.atomic():
            site: Site = Site.objects.create(name=name, label=label, label_en=label_en)
            transaction.set_rollback(shared)
    except IntegrityError as error:
        raise SiteTaken(name=name, free=_free(name)) from error
    if shared:
        raise SiteOfTheHouse(name=name, free=_free(name))
    changed("plant")
    return site


def proposed_name() -> str:
    """The name under which the house's own machines speak, where the acting company would get it; else empty."""
    alone = len(company_ids()) == 1 and not Site.objects.filter(name=settings.HOUSE_SITE).exists()
    return str(settings.HOUSE_SITE) if alone else ""


def _free(name: str) -> str:
    """A name that nobody has. Nobody sees other companies' sites, so the index itself is asked: made and undone."""
    for number in range(2, PROPOSED):
        proposed = f"{name[: LONGEST - 1 - len(str(number))]}-{number}"
        try:
            with transaction.atomic():
                Site.objects.create(name=proposed, label=proposed)
                transaction.set_rollback(True)
        except IntegrityError:
            continue
        return proposed
    return "–"
