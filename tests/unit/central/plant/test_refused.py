"""The page of the messages that the bus refused."""

import pytest

from tests.unit.central.plant.test_pages import text

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


@pytest.fixture
def letters(beside):
    beside.answers |= {
        "dead": {"letters": [LETTER] * 50, "kept": 51, "lost": 2},
        "dead_letter": {"letter": {**LETTER, "readings": [READING, {**READING, "tag": 99, "text": "on"}]}},
        "resend": {"resent": 51},
        "drop": {"dropped": 1},
    }
    return beside


@pytest.fixture
def browser(company, client_of):
    return client_of(company)


READING = {"tag": 1, "source_time": "2026-11-21 12:00:00Z", "number": 81.5, "text": None, "quality": 0}


def test_the_list_tells_what_and_why_page_by_page(site, letters, browser):
    page = text(browser.get(ADDRESS))
    assert "&lt;b&gt;too large" in page
    assert "?letter=9-1" in page
    assert "?first=50" in page
    assert "목록이 가득 차" in page
    browser.get(ADDRESS + "?first=50")
    assert letters.asked[-1][1]["first"] == 50
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
