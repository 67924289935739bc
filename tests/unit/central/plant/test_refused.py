"""The page of the messages that the bus refused."""

import pytest

from tests.unit.central.plant.conftest import text

pytestmark = pytest.mark.django_db

ADDRESS = "/plant/mill/connections/press-1/refused/"
LETTER = {
    "name": "9-1",
    "at": "2026-11-21T12:00:00+00:00",
    "subject": "floor.mill.readings.press-1",
    "what": "readings",
    "rows": 2,
    "bytes": 300,
    "why": "<b>too large</b>",
}


MENDED = {
    "name": "9-0",
    "at": "2026-11-21T12:00:00+00:00",
    "by": "김 반장",
    "why": "too large",
    "before": "{}",
    "after": "[]",
}


@pytest.fixture
def letters(beside):
    beside.answers |= {
        "dead": {"letters": [LETTER] * 50, "kept": 51, "lost": 2},
        "dead_letter": {"letter": {**LETTER, "readings": [READING, {**READING, "tag": 99, "text": "on"}]}},
        "mended": {"mended": [MENDED], "kept": 1},
        "mend": {"mended": 1},
        "resend": {"resent": 51},
        "drop": {"dropped": 1},
    }
    return beside


READING = {"tag": 1, "source_time": "2026-11-21 12:00:00Z", "number": 81.5, "text": None, "quality": 0}


def test_the_list_tells_what_and_why_page_by_page(site, letters, browser):
    page = text(browser.get(ADDRESS))
    assert "&lt;b&gt;too large" in page
    assert "?letter=9-1" in page
    assert "?first=50" in page
    assert "목록이 가득 차" in page
    browser.get(ADDRESS + "?first=50")
    assert [asked["first"] for _subject, asked in letters.asked if asked["do"] == "dead"] == [0, 50]
    assert ADDRESS in text(browser.get("/plant/mill/connections/press-1/"))


def test_one_is_shown_with_its_readings(site, letters, browser):
    page = text(browser.get(ADDRESS + "?letter=9-1"))
    assert "축 온도" in page
    assert "81.5" in page
    assert "99" in page


@pytest.mark.parametrize(
    ("posted", "question"),
    [
        ({"do": "resend", "letter": ""}, {"do": "resend", "source": "press-1", "all": True}),
        ({"do": "drop", "letter": "9-1"}, {"do": "drop", "source": "press-1", "letters": ["9-1"]}),
    ],
)
def test_sent_again_or_dropped_by_who_may(site, letters, browser, posted, question):
    answer = browser.post(ADDRESS, posted, follow=True)
    assert ("51" in text(answer)) or ("1개" in text(answer))
    assert question in [asked for _subject, asked in letters.asked]


def test_nothing_else_is_done(site, letters, browser):
    assert browser.post(ADDRESS, {"do": "explode"}).status_code == 404
    assert browser.get("/plant/mill/connections/nobody/refused/").status_code == 404
    assert letters.asked == []


def test_a_gateway_that_is_silent_is_told(site, beside, browser):
    assert "hanmaru doctor" in text(browser.get(ADDRESS))
    assert browser.post(ADDRESS, {"do": "drop"}, follow=True).status_code == 200


def test_a_message_is_mended_in_its_own_words_and_what_it_said_stays_in_sight(site, letters, browser):
    whole = {**LETTER, "text": "{}", "form": '{"kind": "<b>"}', "said": {"why": {"say": "it is too long", "with": {}}}}
    letters.answers["dead_letter"] = {"letter": whole}
    page = text(browser.get(ADDRESS + "?letter=9-1"))
    assert "{&quot;kind&quot;: &quot;&lt;b&gt;&quot;}</textarea>" in page
    assert "너무 깁니다" in page
    answer = browser.post(ADDRESS, {"do": "mend", "letter": "9-1", "text": '{"kind": "lost"}'}, follow=True)
    assert "김 반장" in text(answer)
    [asked] = [asked for _subject, asked in letters.asked if asked["do"] == "mend"]
    assert (asked["letter"], asked["text"]) == ("9-1", '{"kind": "lost"}')
    assert asked["by"]


def test_what_is_wrong_with_a_mended_message_is_said_and_nothing_written_is_lost(site, letters, browser):
    missing = {"say": "missing; give it", "with": {}}
    form = {"say": "%(field)s: %(problem)s", "with": {"field": "message.at", "problem": missing}}
    error = {"code": "message.shape", "words": "message.at: missing; give it", "remedy": "", "said": {"words": form}}
    letters.answers |= {"mend": {"error": error}, "dead_letter": {"letter": {**LETTER, "text": "{}", "form": "{}"}}}
    page = text(browser.post(ADDRESS, {"do": "mend", "letter": "9-1", "text": '{"mine": 1}'}))
    assert "message.at: 빠져 있습니다. 적어 주세요" in page
    assert "{&quot;mine&quot;: 1}</textarea>" in page
