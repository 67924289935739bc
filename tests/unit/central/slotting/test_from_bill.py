"""A bill of material becomes a store, and what contradicts itself in it is told by its row."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from hanmaru.central.slotting import errors, queries, rule_lines, services
from hanmaru.central.slotting.models import Study
from hanmaru.decide.slotting.errors import FitsNoRack

pytestmark = pytest.mark.django_db

AISLES = "A1, 5, 6, 6\nA2\t8\t6"
BILL = """키트,횟수,자재,칸 수,지금 통로,지금 랙,지금 첫 칸
K1,40,P1,3,A2,1,1
K1,,P2,,A1,1,1
K2,25,P2,1,,,
K2,25,P3,2,A1,2,5
"""


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def kept(bill, aisles=AISLES):
    return services.study_from_bill_text("kits", rule_lines.aisles(aisles), bill)


def test_a_bill_becomes_a_store(company):
    found = kept(BILL)
    assert json.loads(queries.instance_text(found)) == {
        "aisles": [{"id": "A1", "weight": 5, "racks": [6, 6]}, {"id": "A2", "weight": 8, "racks": [6]}],
        "materials": [{"id": "P1", "bins": 3}, {"id": "P2", "bins": 1}, {"id": "P3", "bins": 2}],
        "models": [
            {"id": "K1", "frequency": 40, "materials": ["P1", "P2"]},
            {"id": "K2", "frequency": 25, "materials": ["P2", "P3"]},
        ],
        "today": {
            "P1": {"aisle": "A2", "rack": 0, "first_bin": 0},
            "P2": {"aisle": "A1", "rack": 0, "first_bin": 0},
            "P3": {"aisle": "A1", "rack": 1, "first_bin": 4},
        },
    }
    card = queries.study_card(found)
    assert (card.source, card.unit, card.is_bulk) == ("table", "m", False)


@pytest.mark.parametrize(
    ("bill", "error", "told"),
    [
        (BILL + "K2,26,P1,,,,\n", errors.BillContradicts, "Row 6"),
        (BILL + "K2,,P1,4,,,\n", errors.BillContradicts, "4 for P1, and 3 further up"),
        (BILL + "K2,,P1,,A1,1,2\n", errors.BillContradicts, "A1 / 1 / 2 for P1, and A2 / 1 / 1"),
        (BILL + "K3,,P1,,,,\n", errors.KitWithoutFigure, "K3"),
        (BILL + "K3,1,P4,,A1,,\n", errors.PlaceHalf, "Row 6: where P4"),
        (BILL + "K3,many,P4,,,,\n", errors.SheetRowsWrong, "Row 6"),
        (BILL + "K3,1,P4,9,,,\n", FitsNoRack, "needs 9 adjacent bins and the longest rack has 6"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_and_nothing_is_kept(company, bill, error, told):
    with pytest.raises(error) as refused:
        kept(bill)
    assert told in str(refused.value)
    assert not Study.objects.exists()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("A1, 5", "Line 1: write the aisle"),
        ("A1, 5, 0", "0 is no number"),
        ("A1, 5, 2.5", "2.5 is no"),
        ("A1, 5, 6\nA1, 6, 6", "Line 2: A1 stands there twice"),
        ("A1, far, 6", "far is no number"),
    ],
)
def test_racks_are_told_in_lines(lines, told):
    with pytest.raises(rule_lines.LineWrong, match=told):
        rule_lines.aisles(lines)


def test_a_bill_is_pasted_uploaded_and_its_example_taken_in(company, client_of):
    company.user.language = "en"
    company.user.save()
    desk = client_of(company)
    assert "/slotting/new/bill/" in desk.get("/slotting/new/").content.decode()
    answer = desk.post("/slotting/new/bill/", {"aisles": "A1, 5", "table": BILL})
    assert (answer.status_code, 'id="id_aisles_error"' in answer.content.decode()) == (422, True)
    answer = desk.post("/slotting/new/bill/", {"aisles": AISLES, "table": BILL + "K3,,P1,,,,\n"})
    assert "How often K3 is made stands in none of its rows" in answer.content.decode()
    assert desk.post("/slotting/new/bill/", {"aisles": AISLES, "table": BILL}).status_code == 302
    for language in ("en", "ko"):
        company.user.language = language
        company.user.save()
        example = desk.get("/slotting/new/bill/template.xlsx").content
        file = SimpleUploadedFile(f"our {language} kits.xlsx", example)
        answer = desk.post("/slotting/new/bill/", {"aisles": AISLES, "file": file})
        assert f"our {language} kits" in desk.get(answer["Location"]).content.decode()
