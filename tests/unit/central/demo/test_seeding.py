"""The demo's data, made by the services of the pages: once, in every state, and clean."""

from pathlib import Path

import pytest

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.services import authenticate
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.demo import seeding
from hanmaru.central.demo.seeding import floor, people, photos
from hanmaru.central.orders import queries as orders
from hanmaru.central.stock import queries as stock

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and pictures that are quick to draw."""
    monkeypatch.setattr(seeding, "FOLDER", tmp_path)
    monkeypatch.setattr(photos, "missing", list)
    return tmp_path


def _company_ids() -> list[int]:
    return [found for slug in seeding._SLUGS if (found := companies.company_id_by_slug(slug))]


def test_it_makes_two_clean_companies_with_orders_in_every_state_once(folder: Path) -> None:
    steps: list[str] = []
    told = "\n".join(seeding.seed(steps.append))
    assert steps
    assert people.PASSWORD in told
    assert all(person.email in told for person in people.PEOPLE)
    token = (folder / "reader-token").read_text()
    assert token in told
    assert (folder / "reader-token").stat().st_mode & 0o077 == 0

    before = {}
    for company_id in _company_ids():
        with acting(company_id=company_id):
            assert all(orders.counts_by_state().values()), "an order in every state"
            assert stock.verify() == []
            before[company_id] = (orders.counts_by_state(), len(catalog.product_rows()))
    assert len(before) == 2
    with acting(company_id=_company_ids()[0]):
        assert orders.orders(waiting=True), "an order that waits for goods"

    steps.clear()
    again = "\n".join(seeding.seed(steps.append))
    assert again == told
    assert steps == []
    for company_id, figures in before.items():
        with acting(company_id=company_id):
            assert (orders.counts_by_state(), len(catalog.product_rows())) == figures
    assert authenticate(token).may("reader")


def test_what_is_broken_off_in_the_middle_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(floor, "receive_a_part", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seeding.seed(lambda _step: None)
    assert _company_ids() == []
    seeding.seed(lambda _step: None)
    assert len(_company_ids()) == 2
