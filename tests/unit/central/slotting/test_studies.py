"""Studies from files and tables: what is taken in, and what is refused with which sentence."""

import io
import json

import pytest

from hanmaru.central.sheets.writer import write_xlsx
from hanmaru.central.slotting import errors, queries, services
from hanmaru.central.slotting.models import Study
from hanmaru.central.slotting.services import studies
from hanmaru.decide.slotting.errors import TooWide, UnknownKey
from tests.unit.central.slotting.plant import STORE, STRIP

pytestmark = pytest.mark.django_db


def taken(document):
    return services.study_from_file("given", json.dumps(document).encode())


def test_a_file_is_kept_as_it_came(company):
    card = queries.study_card(taken(STRIP))
    assert (card.name, card.kind, card.materials, card.source) == ("given", "bulk", 3, "file")
    assert json.loads(queries.instance_text(card.id)) == STRIP
    assert queries.study_card(taken(STORE)).kind == "kitting"


def test_a_byte_order_mark_is_no_harm(company):
    assert services.study_from_file("given", b"\xef\xbb\xbf" + json.dumps(STRIP).encode())


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{", errors.NotJson),
        (b"\xff\xfe", errors.NotJson),
        (b"[" * 100_000, errors.NotJson),
        (b"[]", errors.NeitherKind),
        (b'{"name": 1}', errors.NeitherKind),
        (json.dumps(STRIP | {"lenght": 1}).encode(), UnknownKey),
        (json.dumps(STRIP | {"length": 29}).encode(), TooWide),
        (json.dumps(STRIP).replace("M1", "\\u0007").encode(), errors.NameUnprintable),
        (json.dumps(STRIP).replace("M1", "\\ud800").encode(), errors.NameUnprintable),
    ],
)
def test_what_cannot_be_laid_out_is_refused_and_nothing_is_kept(company, content, error):
    with pytest.raises(error):
        services.study_from_file("given", content)
    assert not Study.objects.exists()


def test_a_study_has_a_size(company, monkeypatch):
    monkeypatch.setattr(studies, "MOST_BINS", 3)
    with pytest.raises(errors.StudyTooLarge):
        taken(STORE)


ROWS = [["자재", "너비", "지금 위치", "지점 0", "Point 30"], ["M1", 10, 5, 0, 9], ["M3", 10, 25, 9, None]]


def test_a_table_becomes_a_strip(company):
    book = io.BytesIO()
    write_xlsx(book, ROWS[0], ROWS[1:], title="t")
    found = services.study_from_table("strip", 30, "m", book)
    assert json.loads(queries.instance_text(found)) == {
        "length": 30,
        "supply_points": [0, 30],
        "materials": [
            {"id": "M1", "width": 10, "trips": {"1": 9}},
            {"id": "M3", "width": 10, "trips": {"0": 9}},
        ],
        "today": {"M1": 5, "M3": 25},
    }


def test_a_table_is_pasted_from_a_spreadsheet(company):
    text = "Material\tWidth\tPoint 12.5\nM1\t4\t3\nM2\t5\t1\n"
    card = queries.study_card(services.study_from_text("strip", 20, "m", text))
    assert (card.materials, card.source, card.unit) == (2, "table", "m")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Material\tWidth\nM1\t4\n", errors.NoPoints),
        ("Material\tWidth\tPoint 1\nM1\tfour\t3\n", errors.SheetRowsWrong),
        ("Material\tWidth\tPoint 1\nM1\t40\t3\n", TooWide.__mro__[1]),
    ],
)
def test_a_table_that_cannot_be_is_refused(company, text, error):
    with pytest.raises(error):
        services.study_from_text("strip", 20, "m", text)
    assert not Study.objects.exists()


def test_a_study_is_taken_off_the_list(company):
    found = taken(STRIP)
    services.archive_study(found)
    assert queries.studies() == []
    assert queries.study_card(found).archived
    with pytest.raises(errors.UnknownStudy):
        services.archive_study(found + 1)
