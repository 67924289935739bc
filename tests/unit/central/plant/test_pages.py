"""The plant's pages: what a person sees, also when nobody beside the machines answers."""

import io
import json
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from django.utils.translation import override

from hanmaru.floor.quality import Quality
from tests.unit.central.plant.conftest import NOON, PRESS, arrow, readings

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company, client_of):
    return client_of(company)


def text(answer):
    return answer.content.decode()


def test_a_company_without_a_plant_is_told_what_to_do_and_can_make_one(browser):
    assert "/plant/sites/new/" in text(browser.get("/plant/"))
    answer = browser.post("/plant/sites/new/", {"label": "성수 공장", "label_en": "", "name": "mill"})
    assert answer["Location"] == "/plant/?site=mill"
    again = browser.post("/plant/sites/new/", {"label": "또", "label_en": "", "name": "mill"})
    assert "mill" in text(again)
    assert again.status_code == 200


def test_every_machine_stands_there_with_its_values(site, beside, browser):
    beside.answers["last"] = readings((1, 0, 71.25, 0), (2, 0, 2.5, int(Quality.UNCERTAIN)), (3, 0, "운전", 0))
    page = text(browser.get("/plant/"))
    assert "프레스 1호기" in page
    assert all(words in page for words in ("71.25", "°C", "2.50", "mm/s", "운전"))
    assert page.count('data-state="uncertain"') == 1
    assert "tags=1,2,3" in page


def test_when_the_history_is_silent_the_machines_stand_there_all_the_same(site, beside, browser):
    page = text(browser.get("/plant/"))
    assert "프레스 1호기" in page
    assert "hanmaru doctor" in page


def test_in_english_the_english_name_stands_there(site, beside, browser):
    browser.cookies["django_language"] = "en"
    page = text(browser.get("/plant/"))
    assert "Press 1" in page
    assert "프레스" not in page.split("<main")[1]


def test_a_machine_has_a_page_and_one_that_is_not_there_has_none(site, beside, browser):
    beside.answers["last"] = readings((1, 0, 71.25, 0))
    assert "71.25" in text(browser.get(f"/plant/mill/at/{PRESS}/"))
    assert browser.get("/plant/mill/at/mill/nowhere/").status_code == 404
    assert browser.get(f"/plant/other/at/{PRESS}/").status_code == 404


def test_a_bad_reading_is_told_with_its_reason(site, beside, browser):
    beside.answers["last"] = readings((1, 0, None, int(Quality.BAD_SENSOR_FAILURE)))
    assert "센서 고장" in text(browser.get("/plant/mill/tags/1/")).split("<main")[1].split("</script>")[-1]
    browser.cookies["django_language"] = "en"
    assert ">the sensor has failed<" in text(browser.get("/plant/mill/tags/1/"))


def test_a_code_without_words_keeps_its_number_in_both_languages(site, beside, browser):
    beside.answers["last"] = readings((1, 0, None, 0x80AE0000))
    assert "나쁨 (0x80AE0000)" in text(browser.get("/plant/mill/tags/1/"))


def test_a_history_that_cannot_answer_so_much_leaves_the_machines_standing(site, beside, browser):
    beside.answers["last"] = {"error": {"code": "historian.answer_too_large", "message": "9 MB are too much"}}
    page = text(browser.get("/plant/"))
    assert "프레스 1호기" in page
    assert "9 MB are too much" in page


def test_tags_are_found_by_words_and_turned_page_by_page(site, beside, browser, monkeypatch):
    from hanmaru.central.plant.views import tags

    beside.answers["last"] = readings()
    assert "진동" in text(browser.get("/plant/mill/tags/?q=vib"))
    assert "축 온도" not in text(browser.get("/plant/mill/tags/?q=vib"))
    monkeypatch.setattr(tags, "PAGE", 2)
    first = text(browser.get("/plant/mill/tags/"))
    assert "after=2" in first
    assert "상태" in text(browser.get("/plant/mill/tags/?after=2"))


def test_curves_break_where_readings_are_missing_and_carry_their_extremes(site, beside, browser):
    seconds = [0, 1, 2, 600, 601]  # Modbus tells a value at least once a minute
    beside.answers["trend"] = arrow(
        tag=[1] * 5,
        start=[NOON + timedelta(seconds=one) for one in seconds],
        min=[1.0, 2, 3, 4, 5],
        max=[2.0, 3, 4, 5, 6],
        mean=[1.5, 2.5, 3.5, 4.5, 5.5],
    )
    begin = NOON.timestamp()
    answer = browser.get(f"/plant/mill/trend/data/?tags=1&from={begin}&to={begin + 1200}&points=1200").json()
    (curve,) = answer["series"]
    assert curve["mean"] == [1.5, 2.5, 3.5, None, 4.5, 5.5]
    assert curve["max"][-1] == 6.0
    assert curve["x"][0] == begin
    assert beside.asked[-1][1]["points"] == 1200


def test_a_tag_that_tells_changes_only_holds_its_value_to_the_ends_of_the_span(site, beside, browser):
    from hanmaru.central.plant.models import Source

    Source.objects.update(protocol="opcua")
    beside.answers["at"] = readings((1, -500, 19.0, 0))
    beside.answers["trend"] = arrow(tag=[1], start=[NOON + timedelta(seconds=600)], min=[20.0], max=[20.0], mean=[20.0])
    begin = NOON.timestamp()
    answer = browser.get(f"/plant/mill/trend/data/?tags=1&from={begin}&to={begin + 1200}&points=1200").json()
    (curve,) = answer["series"]
    assert curve["x"] == [begin, begin + 600, begin + 1200]
    assert curve["mean"] == curve["max"] == [19.0, 20.0, 20.0]


def test_curves_carry_the_events_of_their_own_connections_and_what_people_noted(site, beside, browser):
    from hanmaru.central.plant.models import Event
    from hanmaru.central.plant.services import mark

    beside.answers["trend"] = arrow(tag=[], start=[], min=[], max=[], mean=[])
    for source in ("press-1", "mill-1"):
        words = f"{source} is connected"
        Event.objects.create(site_id=site.pk, message=source, at=NOON, source=source, kind="connected", words=words)
    mark(site.pk, NOON + timedelta(seconds=1), "부시 교체", by="")
    span = f"from={NOON.timestamp() - 60}&to={NOON.timestamp() + 60}"
    browser.cookies["django_language"] = "en"
    answer = browser.get(f"/plant/mill/trend/data/?tags=1&{span}").json()
    assert [event["words"] for event in answer["events"]] == ["부시 교체", "press-1 is connected"]


@pytest.mark.parametrize("query", ["from=10&to=5", "from=0&to=1e12", "tags=1,2,3,4,5,6,7,8,9,10,11"])
def test_a_span_that_cannot_be_shown_is_refused_with_a_sentence(site, beside, browser, query):
    assert browser.get(f"/plant/mill/trend/data/?{query}").status_code == 422


def test_a_note_is_kept_and_shown_on_the_curves(site, beside, browser):
    at = NOON.timestamp()
    assert browser.post("/plant/mill/trend/mark/", {"at": at, "words": "부시 교체"}).status_code == 204
    answer = browser.get(f"/plant/mill/trend/data/?from={at - 60}&to={at + 60}").json()
    assert [event["words"] for event in answer["events"]] == ["부시 교체"]
    refused = browser.post("/plant/mill/trend/mark/", {"at": at, "words": " "})
    assert (refused.status_code, "적고" in refused.json()["refusal"]) == (422, True)


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", "many"])
def test_a_width_that_is_no_number_is_taken_as_none_told(site, beside, browser, points):
    beside.answers["trend"] = arrow(tag=[], start=[], min=[], max=[], mean=[])
    assert browser.get(f"/plant/mill/trend/data/?tags=1&points={points}").status_code == 200
    assert beside.asked[-1][1]["points"] == 1000


def test_a_span_at_the_beginning_of_time_is_refused(site, beside, browser):
    assert browser.get("/plant/mill/trend/data/?to=-62135596800").status_code == 422


def test_values_that_json_cannot_carry_break_the_curve_and_not_the_page(site, beside, browser):
    means = [1.0, float("inf"), float("nan"), -1e308, 1e308]
    times = [NOON + timedelta(seconds=one) for one in range(5)]
    beside.answers["trend"] = arrow(tag=[1] * 5, start=times, min=means, max=means, mean=means)
    begin = NOON.timestamp()
    answer = text(browser.get(f"/plant/mill/trend/data/?tags=1&from={begin}&to={begin + 5}&points=10"))
    strict = json.loads(answer, parse_constant=pytest.fail)
    assert strict["series"][0]["mean"] == [1.0, None, None, -1e308, 1e308]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_silent_history_is_told_before_a_file_is_begun(site, beside, browser, form):
    span = f"tags=1&from={NOON.timestamp()}&to={NOON.timestamp() + 10}"
    assert browser.get(f"/plant/mill/trend/export/?{span}&as={form}").status_code == 503
    assert "hanmaru doctor" in text(browser.get(f"/plant/mill/trend/export/?{span}&as={form}"))


def test_a_text_of_a_device_is_never_run_as_a_formula(site, beside, browser):
    beside.answers["raw"] = readings((3, 0, '=HYPERLINK("http://x")', 0), (3, 1, "운전", 0))
    span = f"tags=3&from={NOON.timestamp()}&to={NOON.timestamp() + 10}&as=csv"
    lines = b"".join(browser.get(f"/plant/mill/trend/export/?{span}").streaming_content).decode().splitlines()
    assert "\"'=HYPERLINK" in lines[1]
    assert ",운전," in lines[2]


def test_readings_come_as_a_table_and_as_parquet(site, beside, browser):
    beside.answers["raw"] = readings((1, 0, 71.25, 0), (1, 1, float("nan"), 0))
    span = f"tags=1&from={NOON.timestamp()}&to={NOON.timestamp() + 10}"
    lines = b"".join(browser.get(f"/plant/mill/trend/export/?{span}&as=csv").streaming_content).decode().splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(f"{PRESS}/temperature,°C,2026-11-21T12:00:00+00:00")
    parquet = browser.get(f"/plant/mill/trend/export/?{span}&as=parquet")
    table = pq.read_table(io.BytesIO(b"".join(parquet.streaming_content)))
    assert table.column("path").to_pylist() == [f"{PRESS}/temperature"] * 2


def test_an_answer_that_is_too_large_is_asked_for_in_halves(site, beside, browser):
    def half(question):
        if question["begin"].startswith("2026-11-21T12:00:00") and question["end"].startswith("2026-11-21T12:00:10"):
            return {"error": {"code": "historian.answer_too_large", "message": "too large"}}
        return readings((1, 0 if question["begin"].startswith("2026-11-21T12:00:00") else 5, 1.0, 0))

    beside.answers["raw"] = half
    span = f"tags=1&from={NOON.timestamp()}&to={NOON.timestamp() + 10}"
    lines = b"".join(browser.get(f"/plant/mill/trend/export/?{span}&as=csv").streaming_content).decode().splitlines()
    assert len(lines) == 3


def test_what_is_wrong_with_the_data_is_listed_the_worst_first(site, beside, browser):
    from django.utils import timezone

    now = timezone.now().replace(second=0, microsecond=0)

    def buckets(question):
        before = question["end"] < (now - timedelta(minutes=59)).isoformat()
        return arrow(
            tag=[1, 2],
            start=[now - timedelta(hours=1)] * 2,
            min=[1.0, 5.0],
            max=[2.0, 9.0 if before else 5.0],
            last_time=[now] * 2,
            count=[3600, 3600],
            good=[1800, 3600],
        )

    beside.answers["buckets"] = buckets
    browser.cookies["django_language"] = "en"
    page = text(browser.get("/plant/mill/quality/"))
    rows = page.split("<tbody")[1]
    assert [rows.index(word) for word in ("Silent", "Bad readings", "Does not move")] == sorted(
        rows.index(word) for word in ("Silent", "Bad readings", "Does not move")
    )


def test_a_tag_of_texts_is_no_fault_and_no_hindrance(site, beside, browser):
    from django.utils import timezone

    now = timezone.now()
    beside.answers["buckets"] = arrow(
        tag=[3], start=[now], min=[None], max=[None], last_time=[None], count=[3600], good=[3600]
    )
    browser.cookies["django_language"] = "en"
    rows = text(browser.get("/plant/mill/quality/")).split("<tbody")[1]
    assert "상태" not in rows
    assert rows.count("Silent") == 2


def test_the_trail_tells_the_settings_of_a_connection(site, browser):
    assert "modbus://press" in text(browser.get("/settings/trail/"))


DRIVER = {
    "name": "modbus",
    "title": "Modbus",
    "title_ko": "모드버스",
    "schemes": ["modbus"],
    "fields": [
        {"name": "url", "type": "text", "bounds": "at most 400 characters", "description": "Name of `<b>` only"},
        {"name": "password", "type": "text", "bounds": "may be left out", "description": "Password of the user."},
        {"name": "timeout", "type": "number", "bounds": "0.1 to 300, may be left out", "description": "Seconds"},
        {"name": "mode", "type": '`"tcp"`, `"rtu"`', "bounds": "may be left out", "description": "Line"},
        {"name": "odd_one", "type": "registers", "bounds": "at most 5, may be left out", "description": ""},
    ],
}
NODE = {
    "address": "holding:9",
    "name": "pressure",
    "kind": "point",
    "type": "number",
    "unit": "kPa",
    "writable": False,
    "value": "4",
    "level": 0,
}
GIVEN = {"protocol": "modbus", "name": "press-2", "asset": PRESS, "config-url": "modbus://p2", "config-mode": "tcp"}


@pytest.fixture
def gateway(beside):
    beside.answers |= {"drivers": {"drivers": [DRIVER]}, "browse": {"nodes": [NODE]}, "store": {"stored": "press-2"}}
    return beside


def test_a_connection_is_made_by_asking_the_device_and_choosing(site, gateway, browser):
    address = "/plant/mill/connections/new/"
    assert "모드버스" in text(browser.get(address))
    looked = text(browser.post(address, {**GIVEN, "do": "look"}))
    assert "holding:9" in looked
    assert gateway.asked[-1][1]["config"] == {"url": "modbus://p2", "mode": "tcp"}
    chosen = json.dumps({key: NODE[key] for key in ("address", "name", "type", "unit", "writable")})
    stored = browser.post(address, {**GIVEN, "do": "store", "node": [chosen]})
    assert stored["Location"] == "/plant/mill/connections/press-2/"
    assert gateway.asked[-1][1]["tags"] == [{**json.loads(chosen), "asset": PRESS}]


def test_five_thousand_nodes_are_chosen_and_too_many_are_refused(site, gateway, browser):
    address = "/plant/mill/connections/new/"
    nodes = [{**NODE, "address": f"ns=1;s=Bulk{number}", "name": f"Bulk{number}", "level": 1} for number in range(5000)]
    gateway.answers["browse"] = {"nodes": nodes, "more": True}
    page = text(browser.post(address, {**GIVEN, "do": "look", "find": "bulk", "first": "5000"}))
    assert page.count('name="node"') == 5000
    assert 'name="first" value="10000"' in page
    assert 'value="bulk"' in page
    asked = gateway.asked[-1][1]
    assert (asked["find"], asked["first"]) == ("bulk", 5000)
    chosen = [json.dumps({"address": one["address"], "name": one["name"], "type": "number"}) for one in nodes]
    assert browser.post(address, {**GIVEN, "do": "store", "node": chosen}).status_code == 302
    assert len(gateway.asked[-1][1]["tags"]) == 5000
    refused = browser.post(address, {**GIVEN, "do": "store", "node": chosen * 2})
    assert (refused.status_code, "6,000" in text(refused)) == (413, True)
    assert [question["do"] for _subject, question in gateway.asked].count("store") == 1


def test_the_fields_of_a_driver_speak_the_reader_s_language(site, gateway, browser):
    address = "/plant/mill/connections/new/?protocol=modbus"
    page = text(browser.get(address))
    assert all(
        words in page
        for words in ("주소", "비밀번호", "사용자의 비밀번호.", "기다리는 시간", "0.1 ~ 300", 'maxlength="400"')
    )
    assert "odd one" in page  # has no label
    assert "Password of the user." not in page
    browser.cookies["django_language"] = "en"
    page = text(browser.get(address))
    assert all(words in page for words in ("Address", "Password of the user.", "Patience", 'maxlength="400"'))


def test_what_a_driver_says_of_a_field_is_no_html(site, gateway, browser):
    page = text(browser.get("/plant/mill/connections/new/?protocol=modbus"))
    assert "Name of <code>&lt;b&gt;</code> only" in page


@pytest.mark.parametrize("node", ["{", "[]", "7", "[" * 100_000])
def test_a_choice_that_the_page_did_not_offer_is_refused(site, gateway, browser, node):
    posted = browser.post("/plant/mill/connections/new/", {**GIVEN, "do": "store", "node": [node]})
    assert posted.status_code == 200
    assert all(question["do"] != "store" for _subject, question in gateway.asked)


@pytest.mark.parametrize("written", ["{", "NaN", "[" * 100_000])
def test_what_is_no_json_is_refused_at_its_field(site, gateway, browser, written):
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "config-odd_one": written, "do": "look"}))
    assert "JSON" in page
    assert "holding:9" not in page


@pytest.mark.parametrize("name", ["new", "Press-2", "press_2"])
def test_a_name_that_has_no_address_of_its_own_is_refused(site, gateway, browser, name):
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "name": name, "do": "look"}))
    assert "holding:9" not in page


def test_every_label_belongs_to_a_field_of_a_driver():
    from hanmaru.central.plant.field_labels import LABELS
    from hanmaru.floor.shapes import describe
    from hanmaru.gateway.drivers import load, names

    assert set(LABELS) <= {field[0] for name in names() for field in describe(load(name).config)}


def test_what_the_device_refuses_is_told_and_what_was_typed_stays(site, gateway, browser):
    refusal = {"code": "gateway.retry", "words": "press-2: connection refused", "remedy": "Switch it on"}
    gateway.answers["browse"] = {"error": refusal}
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "do": "look"}))
    assert "connection refused" in page
    assert "Switch it on" in page
    assert 'value="modbus://p2"' in page


@pytest.mark.parametrize("asset", ["elsewhere/press", "mill/Press 1", "mill/a/b/c/d/e"])
def test_a_path_that_cannot_be_one_is_refused(site, gateway, browser, asset):
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "asset": asset, "do": "look"}))
    assert "holding:9" not in page


@pytest.mark.parametrize(("button", "question"), [("pause", "enable"), ("resume", "enable"), ("remove", "remove")])
def test_a_connection_is_paused_and_removed(site, gateway, browser, button, question):
    gateway.answers[question] = {}
    assert "holding:1" in text(browser.get("/plant/mill/connections/press-1/"))
    browser.post("/plant/mill/connections/press-1/", {"do": button})
    assert gateway.asked[-1][1]["do"] == question
    assert gateway.asked[-1][1]["source"] == "press-1"


def test_a_button_that_there_is_not_is_refused(site, gateway, browser):
    assert browser.post("/plant/mill/connections/press-1/", {"do": "explode"}).status_code == 404


def test_of_a_description_in_two_languages_the_reader_s_half_is_shown(site, beside, browser):
    from hanmaru.central.plant.models import Tag

    Tag.objects.filter(number=2).update(description="진동 / Vibration")
    assert "Vibration" not in text(browser.get("/plant/mill/tags/"))
    browser.cookies["django_language"] = "en"
    assert "진동" not in text(browser.get("/plant/mill/tags/"))


def test_what_is_wrong_with_a_setting_stands_at_its_field(site, beside, browser):
    told = {"name": "url", "type": "text", "bounds": "at most 400 characters", "description": "Address."}
    driver = {"name": "opcua", "title": "OPC UA", "title_ko": "OPC UA", "schemes": [], "fields": [told]}
    error = {"code": "message.shape", "words": "config.url: give opc.tcp://host:4840", "remedy": ""}
    beside.answers |= {"drivers": {"drivers": [driver]}, "browse": {"error": error}}
    posted = {"protocol": "opcua", "name": "line-2", "asset": "mill/a/b/c", "config-url": "http://x", "do": "look"}
    page = text(browser.post("/plant/mill/connections/new/", posted))
    assert "config.url" not in page
    assert 'id="id_config-url"' in page
    assert "give opc.tcp://host:4840" in page
    assert "http://x" in page
    beside.answers["browse"] = {"error": {**error, "words": "opc.tcp://x: it did not answer in time"}}
    assert "opc.tcp://x: it did not answer" in text(browser.post("/plant/mill/connections/new/", posted))


@pytest.mark.parametrize(
    ("name", "description", "writable", "said"),
    [
        ("heating", "탈지조 히터 / Heater", False, ("켜짐", "꺼짐")),
        ("belt", "벨트 / Belt", True, ("켜짐", "꺼짐")),
        ("paper_out", "용지 없음 / Paper is out", False, ("예", "아니요")),
        ("motor_fault", "모터 고장 / Motor fault", False, ("예", "아니요")),
        ("stable", "안정 / Stands still", False, ("예", "아니요")),
    ],
)
def test_a_flag_says_on_of_what_is_switched_and_yes_of_what_is_stated(site, name, description, writable, said):
    from hanmaru.central.plant.models import Tag
    from hanmaru.central.plant.queries import tag_cards

    fields = {"asset": PRESS, "type": "flag", "source": "press-1", "address": "coil:1"}
    Tag.objects.create(site=site, number=9, name=name, description=description, writable=writable, **fields)
    with override("ko"):
        card = tag_cards(site.pk, [9])[9]
        assert (card.on, card.off) == said
