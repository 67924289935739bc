"""The pages from an upload to the last task, and the API beside them."""

import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hanmaru.central.slotting import queries, services
from tests.unit.central.slotting.plant import STORE, STRIP, small_solver

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(company, client_of):
    company.user.language = "en"
    company.user.save()
    return client_of(company)


def words(answer, status=200):
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def uploaded(desk, document):
    answer = desk.post("/slotting/new/file/", {"file": SimpleUploadedFile("plant.json", json.dumps(document).encode())})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_from_an_upload_to_the_last_move(desk, solver, deferred):
    assert "No layouts looked at yet" in words(desk.get("/slotting/"))
    study = uploaded(desk, STRIP)
    assert "No plan yet" in words(desk.get(study))
    search = desk.post(f"{study}search/", {"limit_s": 30, "method": "auto"})["Location"]
    assert "Waiting" in words(desk.get(search)) or "begins as soon as" in words(desk.get(search))
    services.carry_out(deferred[-1]["search_id"])
    page = words(desk.get(search))
    assert "proven that none is shorter" in page
    assert "86.7" in page or "% shorter" in page
    assert json.loads(desk.get(f"{search}plan.json").content)["optimal"] is True
    assert "Proven" in words(desk.get(study))
    relocation = desk.post(f"{search}accept/")["Location"]
    page = words(desk.get(relocation))
    assert "put aside" in page
    tasks = queries.tasks_of(int(relocation.rstrip("/").rpartition("/")[2]))
    assert [(task.material, task.aside) for task in tasks] == [("M1", True), ("M3", False), ("M1", False)]
    for task in tasks:
        desk.post(f"{relocation}moves/{task.sequence}/")
    assert "All is moved" in words(desk.get(relocation))


def test_the_moves_are_told_on_paper_and_on_today(desk, searched):
    relocation = services.accept_plan(searched(STRIP))
    listed = f"/slotting/relocations/{relocation}/print/"
    assert listed in words(desk.get(f"/slotting/relocations/{relocation}/"))
    assert words(desk.get(listed)).count('class="tick-box"') == 3
    assert f'href="/slotting/relocations/{relocation}/"' in words(desk.get("/today/"))
    first, *_others = queries.tasks_of(relocation)
    services.do_task(first.id)
    page = words(desk.get(listed))
    assert page.count('class="tick-box"') == 2
    assert "3 moves, 1 done" in page
    assert queries.open_moves() == queries.OpenMoves(relocation, 2)
    services.call_off(relocation)
    assert queries.open_moves() is None
    assert "/slotting/relocations/" not in words(desk.get("/today/"))


def test_no_page_asks_the_database_more_than_twelve_times(desk, searched):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for document, why in (
        (STRIP, "M1"),
        (STORE | {"aisles": [*STORE["aisles"], {"id": "A3", "weight": 9, "racks": [2]}]}, "P1"),
    ):
        first = queries.search_card(searched(document)).study
        ruled = int(
            desk.post(f"/slotting/studies/{first}/rules/", {"fixed": why})["Location"].rstrip("/").rpartition("/")[2]
        )
        found = services.start_search(ruled)
        services.carry_out(found)
        relocation = services.accept_plan(searched(document))
        for path in (
            "/slotting/",
            f"/slotting/studies/{ruled}/",
            f"/slotting/studies/{ruled}/rules/",
            f"/slotting/searches/{found}/",
            f"/slotting/searches/{found}/places/?why={why}",
            f"/slotting/relocations/{relocation}/",
            f"/slotting/relocations/{relocation}/print/",
        ):
            with CaptureQueriesContext(connection) as asked:
                assert desk.get(path).status_code == 200, path
            statements = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
            assert len(statements) <= 12, f"{path} asks {len(statements)} times:\n" + "\n".join(statements)
        services.call_off(relocation)


def test_all_places_are_told_with_their_reason(desk, searched):
    strip, store = searched(STRIP), searched(STORE)
    page = words(desk.get(f"/slotting/searches/{strip}/places/?why=M1"))
    assert "Why M1 lies here" in page
    assert "What pulls it" in page
    page = words(desk.get(f"/slotting/searches/{store}/places/?why=P1"))
    assert "Kits that use it" in page
    assert "entered anyway" in page
    assert words(desk.get(f"/slotting/searches/{store}/places/?q=p3")).count("row-link") == 1
    assert desk.get(f"/slotting/searches/{store}/places/?why=nothing").status_code == 404


def test_a_store_is_told_week_by_week(desk, searched):
    found = searched(STORE | {"aisles": [*STORE["aisles"], {"id": "A3", "weight": 9, "racks": [2]}]})
    page = words(desk.get(f"/slotting/searches/{found}/"))
    assert f'hx-get="/slotting/searches/{found}/weeks/"' in page
    page = words(desk.get(f"/slotting/searches/{found}/weeks/?per_move=2&moves_a_week=1&weeks=10&days=7"))
    assert "have paid for themselves by" in page
    assert page.count("Week of") >= 2  # P3 makes room for P1, a move a week
    dear = words(desk.get(f"/slotting/searches/{found}/weeks/?per_move=9999&moves_a_week=1&weeks=10&days=7"))
    assert "No move pays in this time" in dear
    assert words(desk.get(f"/slotting/searches/{found}/weeks/?per_move=x"), 422)
    assert desk.get(f"/slotting/searches/{searched(STRIP)}/weeks/").status_code == 404


def test_a_file_that_is_no_instance_is_said_at_the_field(desk):
    answer = desk.post("/slotting/new/file/", {"file": SimpleUploadedFile("a.json", b"{")})
    assert "cannot be read as JSON" in words(answer, 422)
    assert 'id="id_file_error"' in answer.content.decode()


@pytest.mark.parametrize("kind", ["strip", "bins"])
def test_the_examples_can_be_taken_in(desk, kind):
    example = json.loads(desk.get(f"/slotting/new/file/example-{kind}.json").content)
    assert "Travel" in words(desk.get(uploaded(desk, example)))
    assert desk.get("/slotting/new/file/example-other.json").status_code == 404


def test_pictures_come_in_two_widths_and_the_kit_that_is_lit_can_be_chosen(desk, searched):
    found = searched(STORE)
    other = STORE["models"][-1]["id"]
    page = words(desk.get(f"/slotting/searches/{found}/?kit={other}"))
    assert f'kit.svg?narrow=1&amp;kit={other}"' in page
    assert f"<option selected>{other}</option>" in page
    wide, narrow = (
        words(desk.get(f"/slotting/searches/{found}/pictures/kit.svg?{q}kit={other}")) for q in ("", "narrow=1&")
    )
    assert f"The bins of {other}" in wide
    assert f"The bins of {other}" in narrow
    assert wide != narrow
    strip = searched(STRIP)
    for name in ("layout", "flows", "passes"):
        for q in ("narrow", "tablet"):
            assert 'viewBox="0 0 400 ' in words(desk.get(f"/slotting/searches/{strip}/pictures/{name}.svg?{q}=1"))


def test_a_table_is_pasted(desk):
    answer = desk.post(
        "/slotting/new/table/", {"length": "20", "unit": "m", "table": "Material,Width,Point 5\nM1,4,3\n"}
    )
    assert answer.status_code == 302
    assert "choose a file, or paste" in words(desk.post("/slotting/new/table/", {"length": "20"}), 422)
    assert desk.get("/slotting/new/table/template.xlsx").status_code == 200


def test_an_empty_house_is_said(desk):
    page = words(
        desk.post("/slotting/new/stock/", {"days": "30", "walked": "rack", "first_m": "5", "between_m": "3"}), 422
    )
    assert "No open bins take these goods" in page


def test_a_plan_without_today_has_no_moves(desk, searched):
    found = searched({key: value for key, value in STRIP.items() if key != "today"})
    assert "Accept this plan" not in words(desk.get(f"/slotting/searches/{found}/"))
    answer = desk.post(f"/slotting/searches/{found}/accept/", follow=True)
    assert "does not say where things lie today" in words(answer)


def test_a_plan_no_shorter_than_today_is_no_good_news(desk, searched, solver):
    good = STRIP | {"today": {"M3": 5, "M2": 15, "M1": 25}}  # as the small solver has it
    page = words(desk.get(f"/slotting/searches/{searched(good)}/"))
    assert "Nothing needs to be moved" in page
    solver(lambda *given: replace(small_solver(*given), optimal=False, bound=1.0))
    page = words(desk.get(f"/slotting/searches/{searched(good)}/"))
    assert "No layout shorter than the one now was found" in page
    assert "best plan that was found" not in page


def test_a_warehouse_worker_sees_and_carries_yet_does_not_plan(desk, company, searched, client_of):
    from hanmaru.central.companies.models import Membership

    found = searched(STRIP)
    relocation = services.accept_plan(found)
    Membership.objects.filter(pk=company.pk).update(roles=["warehouse"])
    worker = client_of(company)
    assert "Accept this plan" not in words(worker.get(f"/slotting/searches/{found}/"))
    assert worker.post(f"/slotting/searches/{found}/accept/").status_code == 403
    assert worker.get("/slotting/new/").status_code == 403
    first = queries.tasks_of(relocation)[0]
    assert worker.post(f"/slotting/relocations/{relocation}/moves/{first.sequence}/").status_code == 302
    assert queries.relocation_card(relocation).done == 1


def test_the_api_does_the_same(company, client, solver, deferred):
    from hanmaru.central.companies.services import issue_token

    token = issue_token("planner", ["slotting:write"])
    keys = iter(range(99))

    def call(method, address, body=None):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"k{next(keys)}"}
        answer = getattr(client, method)(
            f"/api/v1/slotting{address}", data=body, content_type="application/json", headers=headers
        )
        assert answer.status_code < 300, answer.content
        return answer.json()

    study = call("post", "/studies", {"name": "strip", "instance": STRIP})
    assert call("get", f"/studies/{study['id']}/instance") == STRIP
    search = call("post", f"/studies/{study['id']}/searches", {"limit_s": 5, "seed": 2})
    assert (search["state"], search["seed"], search["best"]) == ("waiting", 2, None)
    services.carry_out(search["id"])
    done = call("get", f"/searches/{search['id']}")
    assert (done["state"], done["gap"], done["optimal"]) == ("done", 0, True)
    assert set(call("get", f"/searches/{search['id']}/plan")["positions"]) == {"M1", "M2", "M3"}
    relocation = call("post", f"/searches/{search['id']}/accept")
    tasks = call("get", f"/relocations/{relocation['id']}/tasks")
    assert call("post", f"/tasks/{tasks[0]['id']}/done")["done"] == 1
    assert call("post", f"/relocations/{relocation['id']}/moves/{tasks[0]['sequence']}/done")["done"] == 1
    assert call("post", f"/relocations/{relocation['id']}/call-off")["state"] == "cancelled"
