"""`hanmaru solve ...` with a tiny exact solver: what it prints, writes, refuses, and how it ends."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from math import inf
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hanmaru.decide.slotting.baskets import NoBaskets
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.errors import NoToday
from hanmaru.decide.slotting.formats import kitting
from hanmaru.decide.slotting.generate import generate_bulk, generate_kitting
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.watch import Watch
from hanmaru.kernel.errors import Invalid
from hanmaru.launch import solving
from hanmaru.launch.cli import app
from hanmaru.launch.commands.solved import NoMoves, WrongPlan
from hanmaru.launch.signs import FileSign
from tests.plain_english import plain_english  # noqa: F401 - a fixture for all tests here
from tools.slotting_page import EXAMPLES


def every_order(problem: BulkProblem, watch: Watch, seed: int, method: str) -> BulkPlan:
    """Try every order without gaps: exact where zones fill the strip."""
    best: tuple[float, dict[str, float]] = (inf, {})
    for order in permutations(problem.materials):
        reached, centres = 0.0, {}
        for material in order:
            centres[material.key] = reached + material.width / 2
            reached += material.width
        cost = sum(
            trips * abs(centres[one.key] - point)
            for one in order
            for point, trips in zip(problem.supply_points, one.trips, strict=True)
        )
        best = min(best, (cost, centres), key=lambda pair: pair[0])
        watch.found(best[0])
    watch.proved(best[0])
    return BulkPlan(best[0], best[0], True, watch.seconds, seed, method, best[1], tuple(watch.history))  # noqa: FBT003


def as_today(problem: KittingProblem, watch: Watch, seed: int, method: str) -> KittingPlan:
    """Leave everything where it is."""
    keys = [material.key for material in problem.materials]
    cost = sum(
        model.frequency * problem.aisles[aisle].weight
        for model in problem.models
        for aisle in {problem.today[keys[index]].aisle for index in model.materials}
    )
    watch.found(cost)
    return KittingPlan(cost, 0.0, False, watch.seconds, seed, method, problem.today, tuple(watch.history))  # noqa: FBT003


def until_stopped(problem: BulkProblem, watch: Watch, seed: int, method: str) -> BulkPlan:
    """Find a plan, press Ctrl-C, and wait for the watch to be over."""
    plan = every_order(problem, watch, seed, method)
    os.kill(os.getpid(), signal.SIGINT)
    while not watch.over:
        time.sleep(0.01)  # as compiled code does, which lets others run
    return plan


@pytest.fixture(autouse=True)
def tiny_solvers(monkeypatch) -> None:
    for variable in [name for name in os.environ if name.startswith("HANMARU_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setattr(solving, "solver", {"bulk": every_order, "kitting": as_today}.__getitem__)


@pytest.fixture
def strip(tmp_path: Path) -> Path:
    path = tmp_path / "strip.json"
    path.write_text(json.dumps(generate_bulk("sparse-5", 1)), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.json"
    path.write_text(json.dumps(generate_kitting("store-20", 1)), encoding="utf-8")
    return path


def solve(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["solve", *map(str, arguments)])


def last(result: Result) -> dict:
    return json.loads(result.stdout.splitlines()[-1])


def test_the_last_line_is_the_plan_and_progress_goes_elsewhere(strip: Path) -> None:
    done = solve("bulk", strip, "--seed", 7)
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 1
    plan = last(done)
    assert check_bulk(json.loads(strip.read_text()), plan).ok
    assert (plan["seed"], plan["optimal"], plan["method"]) == (7, True, "auto")
    assert "best" in done.stderr
    assert "gap 0.00 %" in done.stderr


def test_a_plan_is_written_checked_and_drawn(strip: Path, store: Path, tmp_path: Path) -> None:
    for kind, instance in (("bulk", strip), ("kitting", store)):
        out, plot = tmp_path / f"{kind}.json", tmp_path / f"{kind}.svg"
        done = solve(kind, instance, "--out", out, "--plot", plot, "--language", "ko")
        assert done.exit_code == 0, done.output
        assert "objective" in last(done)
        assert "positions" not in last(done)
        assert plot.read_text(encoding="utf-8").startswith("<svg")
        checked = solve("check", instance, out)
        assert (checked.exit_code, "The plan is right" in checked.stdout) == (0, True)
    assert solve("bulk", strip, "--plot", tmp_path / "page.html").exit_code == 0
    assert "<table" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} >= {"bulk.json", "kitting.json", "page.html"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_plan_is_explained_and_its_reasons_written(strip: Path, store: Path, tmp_path: Path) -> None:
    for kind, instance in (("bulk", strip), ("kitting", store)):
        out = tmp_path / f"{kind}.json"
        assert "why" not in last(solve(kind, instance, "--out", out, "--why"))
        assert {"gap", "why"} <= json.loads(out.read_text(encoding="utf-8")).keys()
        told = solve("explain", instance, out, "--most", 2)
        assert (told.exit_code, "When it was known" in told.stdout) == (0, True)
        name = json.loads(instance.read_text(encoding="utf-8"))["materials"][1]["id"]
        alone = solve("explain", instance, out, "--material", name, "--language", "ko").stdout
        assert f"\n{name}: " in alone
        assert "비용" in alone
    assert "names the material nobody" in str(solve("explain", store, out, "--material", "nobody").exception)
    assert isinstance(solve("explain", strip, out).exception, Invalid)


def test_moves_are_planned_from_today_to_a_plan(strip: Path, tmp_path: Path) -> None:
    store, plan, out = (tmp_path / name for name in ("inside.json", "plan.json", "moves.json"))
    store.write_text(json.dumps(EXAMPLES["kitting-instance"]), encoding="utf-8")
    plan.write_text(json.dumps(EXAMPLES["kitting-plan"]), encoding="utf-8")
    done = solve("moves", store, plan, "--per-move", 10, "--per-bin", 5, "--out", out, "--plot", tmp_path / "m.html")
    assert done.exit_code == 0, done.output
    assert (last(done)["moves"], last(done)["paid_in"]) == (2, 2)
    assert json.loads(out.read_text(encoding="utf-8")) == EXAMPLES["kitting-moves"]
    checked = solve("check", store, out, "--plan", plan)
    assert (checked.exit_code, "The moves are right: cost 40" in checked.stdout) == (0, True)
    assert "--plan" in solve("check", store, out).stdout
    out.write_text(json.dumps(EXAMPLES["kitting-moves"] | {"saving": 9}), encoding="utf-8")
    wrong = solve("check", store, out)
    assert (wrong.exit_code, wrong.stdout) == (1, "saving is said to be 9, and is 2500\n")
    assert "<table" in (tmp_path / "m.html").read_text(encoding="utf-8")
    assert solve("moves", store, plan).exit_code == 2
    solve("bulk", strip, "--out", tmp_path / "along.json")
    assert isinstance(solve("moves", strip, tmp_path / "along.json", "--per-move", 1).exception, NoMoves)
    untold = {key: value for key, value in EXAMPLES["kitting-instance"].items() if key != "today"}
    store.write_text(json.dumps(untold), encoding="utf-8")
    assert isinstance(solve("moves", store, plan, "--per-move", 1).exception, NoToday)
    plan.write_text(json.dumps(EXAMPLES["kitting-plan"] | {"objective": 1}), encoding="utf-8")
    assert isinstance(solve("moves", store, plan, "--per-move", 1).exception, WrongPlan)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("optimal", "yes", "WrongValue"),
        ("seed", None, "WrongValue"),
        ("sead", 1, "UnknownKey"),
        ("history", "-", "WrongValue"),
    ],
)
def test_check_refuses_what_the_format_does_not_have(
    strip: Path, tmp_path: Path, key: str, value: object, told: str
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({**last(solve("bulk", strip)), key: value}), encoding="utf-8")
    refused = solve("check", strip, plan)
    assert refused.exit_code == 1
    assert type(refused.exception).__name__ == told
    assert key in str(refused.exception.data)


def test_a_seed_that_no_generator_takes_is_refused(strip: Path) -> None:
    refused = solve("bulk", strip, "--seed", 10**30)
    assert refused.exit_code == 2
    assert "--seed" in refused.stderr


def test_half_a_pair_of_surrogates_is_refused_before_it_is_solved(strip: Path) -> None:
    strip.write_text(strip.read_text(encoding="utf-8").replace('"M1"', '"\\ud800"'), encoding="utf-8")
    assert "surrogates" in str(solve("bulk", strip).exception)


def test_what_moving_few_saves_is_told_and_drawn(strip: Path, tmp_path: Path) -> None:
    store, out, plot = (tmp_path / name for name in ("inside.json", "curve.json", "curve.svg"))
    store.write_text(json.dumps(EXAMPLES["kitting-instance"]), encoding="utf-8")
    done = solve("curve", store, "--out", out, "--plot", plot, "--language", "ko")
    assert done.exit_code == 0, done.output
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["points"] == EXAMPLES["curve"]["points"]
    assert last(done)["points"] == len(told["points"])
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    assert isinstance(solve("curve", strip).exception, NoToday)


def test_check_names_each_violation_and_fails(strip: Path, tmp_path: Path) -> None:
    plan = last(solve("bulk", strip))
    one, other = list(plan["positions"])[:2]
    plan["positions"][one] = plan["positions"][other]
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(plan), encoding="utf-8")
    checked = solve("check", strip, wrong)
    assert checked.exit_code == 1
    assert "overlap by" in checked.stdout
    assert "the plan says its objective is" in checked.stdout


def test_a_solver_that_is_wrong_is_told_and_fails(strip: Path, monkeypatch) -> None:
    def liar(problem: BulkProblem, watch: Watch, seed: int, method: str) -> BulkPlan:
        centres = dict.fromkeys((one.key for one in problem.materials), problem.length / 2)
        return BulkPlan(1.0, 1.0, True, 0.0, seed, method, centres)  # noqa: FBT003

    monkeypatch.setattr(solving, "solver", lambda _kind: liar)
    done = solve("bulk", strip)
    assert done.exit_code == 1
    assert "The plan is wrong, please tell us" in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON at line 1, column 2"),
        ("[]", "holds no JSON object"),
        ('{"length": ' + "9" * 5000 + ', "supply_points": [1], "materials": []}', "length is inf"),
        ("[" * 100_000, "lie in each other too deeply"),
        ('{"length": 1, "length": 2}', "the key 'length' stands twice"),
        ('{"length": NaN, "supply_points": [1], "materials": []}', "length is nan"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    done = solve("bulk", path)
    assert done.exit_code == 1
    assert words in str(done.exception)
    assert "No such file" in str(solve("bulk", tmp_path / "none.json").exception)


def test_what_cannot_be_written_is_refused_and_the_plan_still_told(strip: Path, tmp_path: Path) -> None:
    done = solve("bulk", strip, "--out", tmp_path / "nowhere" / "plan.json")
    assert "cannot be written" in str(done.exception)


def test_generate_makes_what_solve_reads(tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    assert solve("generate", "bulk", "--like", "sparse-4", "--seed", 3, "--fill", 1, "--out", made).exit_code == 0
    assert json.loads(made.read_text()) == generate_bulk("sparse-4", 3, 1)
    assert solve("bulk", made).exit_code == 0
    assert json.loads(solve("generate", "kitting", "--like", "table8-20").stdout) == generate_kitting("table8-20", 1)
    assert "There are: table8-N" in str(solve("generate", "kitting", "--like", "what").exception)


def test_ctrl_c_keeps_the_best_and_ends_cleanly(strip: Path, monkeypatch) -> None:
    monkeypatch.setattr(solving, "solver", lambda _kind: until_stopped)
    before = signal.getsignal(signal.SIGINT)
    done = solve("bulk", strip, "--time-limit", 0)
    assert done.exit_code == 0, done.output
    assert last(done)["objective"] > 0
    assert signal.getsignal(signal.SIGINT) is before


def test_what_a_solver_raises_is_raised(strip: Path, monkeypatch) -> None:
    def broken(problem: BulkProblem, watch: Watch, seed: int, method: str) -> BulkPlan:
        raise ZeroDivisionError("our fault")

    monkeypatch.setattr(solving, "solver", lambda _kind: broken)
    assert isinstance(solve("bulk", strip).exception, ZeroDivisionError)


def test_a_search_without_a_plan_says_so(strip: Path, monkeypatch) -> None:
    def late(problem: BulkProblem, watch: Watch, seed: int, method: str) -> BulkPlan:
        return BulkPlan(inf, 0.0, False, 0.0, seed, method, {})  # noqa: FBT003

    monkeypatch.setattr(solving, "solver", lambda _kind: late)
    assert isinstance(solve("bulk", strip).exception, solving.NoPlanYet)


def test_a_start_that_comes_too_late_or_after_the_sign_does_nothing(tmp_path: Path, strip: Path) -> None:
    search, going, shown = solving.Search("bulk", json.loads(strip.read_text())), *map(FileSign, (tmp_path, tmp_path))
    assert solving.search_once(search, 1, 0.0, going) is None
    assert solving.search_once(search, 1, inf, going) is not None
    shown.show()
    assert solving.search_once(search, 1, inf, shown) is None


RETAIL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,85123A,HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom
1,71053,LANTERN,8,12/1/2010 8:26,3.39,17850,United Kingdom
2,85123A,HEART,2,12/1/2010 9:26,2.55,17850,United Kingdom
2,71053,LANTERN,400,12/1/2010 9:26,3.39,17850,United Kingdom
3,84406B,HANGER,1,12/1/2010 9:30,2.75,,United Kingdom
3,POST,POSTAGE,1,12/1/2010 9:30,18.00,,United Kingdom
C4,84406B,HANGER,-1,12/1/2010 9:40,2.75,,United Kingdom
"""


def test_real_orders_become_a_store(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(RETAIL, encoding="utf-8")
    made = last(solve("generate", "kitting", "--orders", orders))
    assert made["models"] == [
        {"id": "K1", "frequency": 2, "materials": ["71053", "85123A"]},
        {"id": "K2", "frequency": 1, "materials": ["84406B"]},
    ]
    assert {one["id"]: one["bins"] for one in made["materials"]} == {"71053": 6, "85123A": 2, "84406B": 1}
    assert kitting.problem_of(made).aisles[0].racks == (24, 24)
    assert solve("generate", "kitting").exit_code == 2
    orders.write_text("InvoiceNo,Something\n1,2\n", encoding="utf-8")
    assert "columns are missing" in str(solve("generate", "kitting", "--orders", orders).exception)
    orders.write_text(RETAIL.partition("\n1")[0] + "\n", encoding="utf-8")
    assert isinstance(solve("generate", "kitting", "--orders", orders).exception, NoBaskets)


def test_compiling_solves_by_every_method_that_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = []

    def here(_compute: object, task: Callable[..., object], calls: Iterable[tuple[object, ...]]) -> Iterator[object]:
        return (task(*arguments, bool) for arguments in calls)

    def note(problem: BulkProblem | KittingProblem, _watch: Watch, _seed: int, method: str) -> None:
        solved.append((type(problem), method, len(problem.materials) > 1))

    monkeypatch.setattr(solving, "everywhere", here)
    monkeypatch.setattr(solving, "solver", lambda _kind: note)
    assert CliRunner().invoke(app, ["solve", "compile"]).exit_code == 0
    assert {(KittingProblem, "auto", True), (BulkProblem, "auto", True), (BulkProblem, "ga", True)} <= set(solved)
