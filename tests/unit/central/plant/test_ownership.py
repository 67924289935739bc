"""A site belongs to one company for good: by page, by command, and in the database itself."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from tests.unit.central.plant.conftest import text

pytestmark = pytest.mark.django_db


def acting_for(membership):
    from hanmaru.central.companies.tenancy import acting

    return acting(company_id=membership.company_id, user_id=membership.user_id)


@pytest.mark.parametrize(("language", "words"), [("ko", "이미 쓰이는 이름"), ("en", "is taken")])
def test_a_page_refuses_a_taken_name_proposes_a_free_one_and_tells_nothing_of_its_owner(
    site, company, other_company, client_of, language, words
):
    browser = client_of(other_company)
    browser.cookies["django_language"] = language
    with acting_for(other_company):
        page = text(browser.post("/plant/sites/new/", {"label": "다른 공장", "label_en": "", "name": "mill"}))
        assert words in page
        assert "mill-2" in page
        assert company.company.name not in page
        assert "성수 공장" not in page
        assert browser.post("/plant/sites/new/", {"label": "다른 공장", "name": "mill-2"}).status_code == 302
    site.refresh_from_db()
    assert (site.company_id, site.label) == (company.company_id, "성수 공장")


def test_no_page_of_a_site_answers_another_company_and_its_machines_are_not_asked(
    site, beside, other_company, client_of
):
    browser = client_of(other_company)
    with acting_for(other_company):
        for part in ("tags/", "trend/data/?tags=1", "connections/", "connections/press-1/refused/", "quality/"):
            assert browser.get(f"/plant/mill/{part}").status_code == 404
        for part, posted in (
            ("connections/new/", {"protocol": "modbus", "do": "store"}),
            ("connections/press-1/", {"do": "remove"}),
            ("connections/press-1/refused/", {"do": "drop"}),
            ("trend/mark/", {"at": "1", "words": "x"}),
        ):
            assert browser.post(f"/plant/mill/{part}", posted).status_code == 404
    assert beside.asked == []


@pytest.mark.parametrize("model", ["Asset", "Source", "Tag", "Event"])
def test_the_database_takes_no_row_of_one_company_in_another_s_site(site, other_company, model):
    from django.utils import timezone

    from hanmaru.central.plant import models

    times = {"at": timezone.now()} if model == "Event" else {"number": 99} if model == "Tag" else {}
    with acting_for(other_company), transaction.atomic():
        getattr(models, model).objects.create(site_id=site.pk, **times)
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="of_own_site"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_a_name_never_becomes_free_again(site):
    from hanmaru.central.plant.models import Site

    for change in (lambda found: found.update(name="else"), lambda found: found.delete()):
        with pytest.raises(DatabaseError, match="holds facts"), transaction.atomic():
            change(Site.objects.filter(pk=site.pk))
    Site.objects.filter(pk=site.pk).update(label="성수 본공장")


def test_in_a_shared_house_nobody_takes_the_name_of_its_machines_by_himself(company, other_company, settings):
    from hanmaru.central.plant.errors import SiteOfTheHouse
    from hanmaru.central.plant.services import add_site

    settings.HOUSE_SITE = "seongsu"
    with pytest.raises(SiteOfTheHouse, match="seongsu-2"):
        add_site("seongsu", "공장")
    assert add_site("seongsu", "공장", by_the_house=True).company_id == company.company_id


def test_the_only_company_of_a_house_takes_it_and_the_form_proposes_it(company, client_of, settings):
    settings.HOUSE_SITE = "seongsu"
    browser = client_of(company)
    assert 'value="seongsu"' in text(browser.get("/plant/sites/new/"))
    assert browser.post("/plant/sites/new/", {"label": "공장", "name": "seongsu"}).status_code == 302
    assert "<code>seongsu</code>" in text(browser.get("/plant/"))
    assert 'value="seongsu"' not in text(browser.get("/plant/sites/new/"))


def test_who_runs_the_house_gives_a_site_and_sees_whose_each_is(site, company, other_company, capsys):
    call_command("site", "add", "paju", "--company", other_company.company.slug, "--label", "파주 공장")
    call_command("site", "list")
    told = capsys.readouterr().out
    assert f"mill\t성수 공장\t{company.company_id} {company.company.slug}" in told
    assert f"paju\t파주 공장\t{other_company.company_id} {other_company.company.slug}" in told
    for refused in (("mill", other_company.company.slug), ("b" * 33, company.company.slug), ("ok", "nobody")):
        with pytest.raises(CommandError):
            call_command("site", "add", refused[0], "--company", refused[1])
