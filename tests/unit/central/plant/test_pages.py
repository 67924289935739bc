"""The plant's pages: what a person sees, also when nobody beside the machines answers."""

import io
import json
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from django.utils.translation import override

from hanmaru.floor.quality import Quality
from tests.unit.central.plant.conftest import NOON, PRESS, arrow, readings, text

pytestmark = pytest.mark.django_db


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


def test_of_a_description_in_two_languages_the_reader_s_half_is_shown(site, beside, browser):
    from hanmaru.central.plant.models import Tag

    Tag.objects.filter(number=2).update(description="진동 / Vibration")
    assert "Vibration" not in text(browser.get("/plant/mill/tags/"))
    browser.cookies["django_language"] = "en"
    assert "진동" not in text(browser.get("/plant/mill/tags/"))


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
