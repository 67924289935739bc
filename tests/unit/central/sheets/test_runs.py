"""The record of imports: a run begins, moves on, refuses rows, ends."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db
HASH = "a" * 64


def test_one_file_has_one_import_and_any_number_of_trials(company: Any) -> None:
    from hanmaru.central.sheets.queries import run_of_file, runs
    from hanmaru.central.sheets.services import begin_run

    trials = {begin_run("products", "a.csv", HASH, dry_run=True)[0] for _ in range(2)}
    first, made = begin_run("products", "a.csv", HASH, dry_run=False)
    again, made_again = begin_run("products", "b.csv", HASH, dry_run=False)
    assert (len(trials), made, again, made_again) == (2, True, first, False)
    assert [run.id for run in runs("products")] == [first]
    assert {run.id for run in runs("products", dry=True)} == trials
    found = run_of_file("products", HASH)
    assert found is not None
    assert (found.id, found.file_name) == (first, "a.csv")
    assert run_of_file("orders", HASH) is None


def test_a_run_moves_on_keeps_what_it_refused_and_begins_again(company: Any) -> None:
    from hanmaru.central.sheets.queries import refused_rows, refused_sheet, run_card
    from hanmaru.central.sheets.services import Refusal, advance_run, begin_run, end_run, restart_run

    run, _made = begin_run("products", "a.csv", HASH, dry_run=False)
    restart_run(run, 3)
    wrong = [
        Refusal(2, "가격", "missing", "비었습니다", {"이름": "찻잔"}),
        Refusal(2, "무게", "missing", "비었습니다", {"이름": "찻잔"}),
        Refusal(3, "", "x", "y" * 400, {"이름": "접시", "색": "흰색"}),
    ]
    advance_run(run, 3, {"made": 1}, wrong)
    card = run_card(run)
    assert (card.position, card.total, card.counts, card.refused, card.finished_at) == (3, 3, {"made": 1}, 3, None)
    assert [len(row.message) for row in refused_rows(run)] == [5, 5, 300]
    header, rows = refused_sheet(run, "사유")
    assert header == ["이름", "색", "사유"]
    assert [row[:2] for row in rows] == [["찻잔", ""], ["접시", "흰색"]]
    end_run(run, "cut off")
    assert run_card(run).failed == "cut off"
    restart_run(run, 2)
    card = run_card(run)
    assert (card.position, card.total, card.counts, card.refused, card.failed) == (0, 2, {}, 0, "")
    assert refused_rows(run) == []


def test_another_companys_run_is_not_there(company: Any, other_company: Any) -> None:
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.sheets.errors import NoSuchRun
    from hanmaru.central.sheets.queries import run_card, run_of_file
    from hanmaru.central.sheets.services import advance_run, begin_run

    run, _made = begin_run("products", "a.csv", HASH, dry_run=False)
    with acting(company_id=other_company.company_id):
        assert run_of_file("products", HASH) is None
        with pytest.raises(NoSuchRun):
            run_card(run)
        with pytest.raises(NoSuchRun):
            advance_run(run, 1, {})
