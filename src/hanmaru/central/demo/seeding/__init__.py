"""Turns the made-up house into companies, people, goods and orders, by the services that the pages use.

Each company is one transaction: killed in the middle it leaves nothing, and the next start makes it anew. Photos follow
product by product, so they go on where they stopped. What is there already is left as people have changed it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.errors import EmailTaken
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.demo.house import build
from hanmaru.central.demo.pictures.drawing import Drawing
from hanmaru.central.demo.records import Company
from hanmaru.central.demo.seeding import floor, goods, machines, people, photos, reader, selling

Tell = Callable[[str], None]
SOURCE = "hanmaru demo"
FOLDER = settings.DATA_DIR / "demo"
_SLUGS = ("hanmaru-atelier", "next-door-leather")


def seed(tell: Tell) -> list[str]:
    """Make what is missing; the lines that say who may log in and how the simulated reader is started."""
    with translation.override(settings.LANGUAGE_CODE):
        if any(companies.company_id_by_slug(slug) is None for slug in _SLUGS):
            _make(tell)
        lines = people.who_may_log_in()
        workshop = companies.company_id_by_slug(_SLUGS[0])
        if workshop is None:  # the owner gave the order page another address: nothing of the demo is ours any more
            return lines
        with acting(company_id=workshop, source=SOURCE):
            if photos.missing():
                _draw(tell)
            machines.make()
            return [*lines, *reader.how_to_start(FOLDER)]


def _make(tell: Tell) -> None:
    now = timezone.now()
    with Drawing(FOLDER / "pictures"):  # begins while the rest is made
        for company in build(timezone.localdate(now)).companies:
            if companies.company_id_by_slug(company.slug) is not None:
                continue
            try:
                _company(company, now, tell)
            except EmailTaken:
                tell("The demo's people are there already; nothing was changed.")
                continue
            _photos(company.slug, tell)


@transaction.atomic
def _company(company: Company, now: datetime, tell: Tell) -> None:
    tell(f"Demo: {company.name} ({company.name_en}), {len(company.variants)} items of {len(company.products)} products")
    staff = people.sign_up(company)
    act = partial(acting, company_id=staff.company_id, source=SOURCE)
    with act(user_id=staff.owner):
        people.invite_staff(company, staff)
        goods.make(company)
        tell(f"Demo: {len(company.places)} places, goods in them, deliveries on their way")
        floor.make(company, now)
    with act(user_id=staff.worker):
        floor.receive_a_part()
    tell(f"Demo: {len(company.orders)} orders in every state")
    selling.make(company, now, sells=partial(act, user_id=staff.seller), works=partial(act, user_id=staff.worker))


def _photos(slug: str, tell: Tell) -> None:
    with acting(company_id=companies.company_id_by_slug(slug), source=SOURCE):
        if photos.missing():
            tell("Demo: the products' photos")
            photos.add(FOLDER / "pictures")


def _draw(tell: Tell) -> None:
    with Drawing(FOLDER / "pictures"):
        for slug in _SLUGS:
            _photos(slug, tell)
