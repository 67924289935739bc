"""Kill -9 of web, worker, PostgreSQL and NATS while orders are placed: what was acknowledged is there, once, and alone.

The system is the one a person starts, with real fsync; clients repeat what was not answered with the same key, some
give up. At the end the tables are read past the API, as their owner.
"""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hanmaru.launch.child import await_condition
from tests.chaos.clerk import Clerk, Story, Written
from tests.chaos.killer import Killer
from tests.running import ANSWERS_WITHIN, Running

CLERKS = 6
WRITES_AN_ORDER = 3  # at least: place, move, hold
ROOT = Path(__file__).parents[2]
MOVING = {"move", "correct"}
FEW = ["web", "web", "postgres", "backend", "worker", "nats"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "data", "--port", "18800", processes=2).ready()
    yield running
    if running.process.poll() is None:
        running.stop()


def in_system(running: Running, *command: str) -> str:
    """Run a program on the services of the system; what it prints. Fails when it does."""
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **running.services()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def under_fire(running: Running, orders: int, victims: list[str], seed: int) -> tuple[list[Story], Counter[str]]:
    """Work on so many orders with several clients at once while victims are killed; what the clients lived through."""
    workshop = json.loads(in_system(running, str(ROOT / "tests/chaos/workshop.py")))
    killer = Killer(running, victims, orders * WRITES_AN_ORDER, seed)
    stories: list[Story] = []
    clerks = [Clerk(running.url, workshop, seed * 100 + number, killer.count) for number in range(CLERKS)]

    def work(number: int) -> None:
        stories.extend(clerks[number].tell(f"s{seed}-o{order}") for order in range(number, orders, CLERKS))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLERKS)]
    killing = threading.Thread(target=killer.run)
    for thread in [killing, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    killer.finish()
    killing.join()
    assert [words for clerk in clerks for words in clerk.unforeseen] == []
    assert len(stories) == orders
    return stories, killer.killed


def rows(running: Running, question: str) -> list[dict[str, Any]]:
    """What the owner of the tables reads."""
    from psycopg.rows import dict_row

    with running.database() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(question).fetchall()


def marked(found: list[dict[str, Any]], mark: str) -> list[dict[str, Any]]:
    """Those of the rows that stand for one story."""
    return [row for row in found if row["note"] == mark]


def judge_moves(running: Running, stories: list[Story]) -> None:
    """Each move asked for is in the ledger once when acknowledged, else at most once; there is no other."""
    found = rows(running, "SELECT id, note, reason, idempotency_key, quantity, variant_id FROM stock_stockmove")
    asked = {f"api:{write.key}": write for story in stories for write in story.writes if write.kind in MOVING}
    keys = Counter(row["idempotency_key"] for row in found if row["reason"] != "receive")
    assert set(keys) <= set(asked)
    assert set(keys.values()) == {1}
    by_key = {row["idempotency_key"]: row for row in found}
    for key, write in asked.items():
        if write.answer is not None:
            assert key in by_key
            assert write.answer["move"] in {by_key[key]["id"], None}
            assert by_key[key]["variant_id"] == write.body["variant"]
            assert by_key[key]["quantity"] == abs(write.body.get("quantity") or write.body["difference"])


def judge_orders(running: Running, stories: list[Story]) -> None:
    """Each order asked for is there once when acknowledged, else at most once, in a state its client may expect."""
    orders = rows(running, "SELECT id, note, state, number FROM orders_order")
    lines = Counter(row["order_id"] for row in rows(running, "SELECT order_id FROM orders_orderline"))
    assert {order["note"] for order in orders} <= {story.mark for story in stories}
    assert len({order["number"] for order in orders}) == len(orders)
    states = steps_of(running)
    for story in stories:
        found = marked(orders, story.mark)
        placed = story.acknowledged("place")
        assert len(found) == 1 if placed else len(found) <= 1, story
        for order in found:
            asked = story.writes[0].body
            assert lines[order["id"]] == len(asked["lines"])
            assert states[order["id"]] in possible_steps(story), story
            assert states[order["id"]][-1] == order["state"]
        if placed:
            assert placed.answer
            assert placed.answer["id"] == found[0]["id"]


def steps_of(running: Running) -> dict[int, list[str]]:
    """Order id -> the states it came into, in turn."""
    steps: dict[int, list[str]] = {}
    for row in rows(running, "SELECT order_id, state FROM orders_orderstep ORDER BY id"):
        steps.setdefault(row["order_id"], []).append(row["state"])
    return steps


def possible_steps(story: Story) -> list[list[str]]:
    """What an order may have gone through: all that was acknowledged, and the last write even when it was not."""
    became = {"confirm": "confirmed", "reserve": "reserved", "cancel": "cancelled"}
    done = ["draft" if story.writes[0].body["draft"] else "confirmed"]
    possible = [list(done)]
    for write in story.writes:
        if write.kind in became:
            done.append(became[write.kind])
            possible = [list(done)] if write.answer is not None else [*possible, list(done)]
    return possible


def judge_reserved(running: Running, stories: list[Story]) -> None:
    """What is held for an order is what its client was told, nothing when it was cancelled."""
    held = {
        row["note"]: (row["lines"], row["held"])
        for row in rows(
            running,
            "SELECT o.note, (SELECT sum(reserved) FROM orders_orderline WHERE order_id = o.id) AS lines,"
            " (SELECT coalesce(sum(quantity), 0) FROM stock_reservation WHERE document_kind = 'order'"
            " AND document_id = o.id AND state = 'open') AS held FROM orders_order o",
        )
    }
    for on_lines, in_stock in held.values():
        assert on_lines == in_stock
    for story in stories:
        reserve = story.acknowledged("reserve")
        if reserve and reserve.answer and not story.tried("cancel"):
            assert held[story.mark][0] == reserve.answer["reserved"]
        if story.acknowledged("cancel"):
            assert held[story.mark][0] == 0


def judge_trail(running: Running) -> None:
    """Each row has exactly one entry in the audit trail and says who wrote it; there is no entry without its row."""
    for table in ("orders_order", "orders_orderline", "orders_orderstep"):
        different = running.ask(
            f"SELECT count(*) FROM {table} t FULL JOIN (SELECT row_id, count(*) AS entries, max(device_id) AS device"  # noqa: S608 - our names
            f" FROM companies_auditentry WHERE table_name = '{table}' AND operation = 'INSERT' GROUP BY row_id) a"
            " ON a.row_id = t.id WHERE a.entries IS DISTINCT FROM 1 OR a.device IS NULL OR t.id IS NULL"
        )
        assert different == 0, table
    nobody = "SELECT count(*) FROM stock_stockmove WHERE device_id IS NULL AND actor_id IS NULL"
    assert running.ask(nobody) == 0


def judge(running: Running, stories: list[Story]) -> None:
    """Everything that must hold after the fire."""
    assert await_condition(running.answers, ANSWERS_WITHIN)
    judge_moves(running, stories)
    judge_orders(running, stories)
    judge_reserved(running, stories)
    judge_trail(running)
    assert "0 differences" in in_system(running, "-m", "django", "verify")


def told(stories: list[Story], killed: Counter[str]) -> str:
    """What happened, for people who read the output of a run."""
    writes: list[Written] = [write for story in stories for write in story.writes]
    lost = sum(write.answer is None for write in writes)
    again = sum(write.tries > 1 for write in writes)
    return f"{len(stories)} orders, {len(writes)} writes, {again} sent again, {lost} given up, killed: {dict(killed)}"


def test_what_was_acknowledged_survives_every_kill(running: Running) -> None:
    stories, killed = under_fire(running, 200, list(FEW), seed=1)
    print(told(stories, killed))  # noqa: T201 - shown by -s, or when it fails
    judge(running, stories)
    assert sum(killed.values()) >= len(FEW) - 1


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2, 6))
def test_it_survives_again_and_again(running: Running, seed: int) -> None:
    stories, killed = under_fire(running, 1000, FEW * 4, seed)
    print(told(stories, killed))  # noqa: T201 - same
    judge(running, stories)
    assert killed.keys() == set(FEW)
