"""Sites of the acting company."""

from dataclasses import dataclass

from django.utils.translation import get_language

from hanmaru.central.companies.queries import company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.plant.errors import UnknownPart
from hanmaru.central.plant.models import Site


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site as pages show it."""

    id: int
    name: str
    label: str


def own_sites() -> list[SiteCard]:
    """All sites, oldest first."""
    return [_card(site) for site in Site.objects.order_by("pk")]


def site_card(name: str) -> SiteCard:
    """The site of that name. Raise UnknownPart."""
    site = Site.objects.filter(name=name).first()
    if site is None:
        raise UnknownPart(what=name)
    return _card(site)


def every_site() -> list[tuple[int, SiteCard]]:
    """Every site of the installation with its company's id, for its own processes: nobody acts for a company here."""
    found = []
    for company in company_ids():
        with acting(company_id=company, user_id=None, device_id=None):
            found += [(company, site) for site in own_sites()]
    return found


def _card(site: Site) -> SiteCard:
    english = get_language() == "en" and site.label_en
    return SiteCard(site.pk, site.name, site.label_en if english else site.label)
