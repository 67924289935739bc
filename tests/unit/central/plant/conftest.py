"""A plant for the pages: a mirrored registry, and somebody who answers for gateway and historian."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from hanmaru.bus.streams import NotAcknowledged

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRESS = "mill/press/line-1/press-1"


class Beside:
    """What stands beside the machines, for one test: answers to questions, by their first word."""

    def __init__(self):
        self.answers = {}
        self.asked = []

    def ask(self, subject, question, seconds=5):
        self.asked.append((subject, question))
        answer = self.answers.get(question.get("ask") or question.get("do"))
        if answer is None:
            raise NotAcknowledged(seconds=seconds, why="nobody")
        answer = answer(question) if callable(answer) else answer
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


@pytest.fixture
def beside(monkeypatch):
    from hanmaru.central.plant import link

    found = Beside()
    monkeypatch.setattr(link, "link", lambda: found)
    return found


@pytest.fixture
def browser(company, client_of):
    """The owner's browser."""
    return client_of(company)


def text(answer):
    """What stands on a page."""
    return answer.content.decode()


@pytest.fixture
def site(company):
    from hanmaru.central.plant.services import Registry, add_site, mirror

    site = add_site("mill", "성수 공장", "Seongsu plant")
    read = Registry()
    entries = {
        "assets.press": {"path": PRESS, "name": "프레스 1호기", "name_en": "Press 1", "kind": "press"},
        "sources.press-1": {"protocol": "modbus", "config": {"url": "modbus://press"}, "enabled": True},
    }
    tags = [("temperature", "Cel", "축 온도"), ("vibration", "mm/s", "진동"), ("state", "", "상태")]
    for number, (name, unit, words) in enumerate(tags, 1):
        entries[f"tags.{number}"] = {
            "id": number,
            "asset": PRESS,
            "name": name,
            "type": "text" if name == "state" else "number",
            "source": "press-1",
            "address": f"holding:{number}",
            "unit": unit,
            "description": words,
        }
    for key, value in entries.items():
        read.read(key, json.dumps(value).encode())
    assert not read.rejected
    mirror(site.pk, read)
    return site


def arrow(**columns):
    """Columns as the historian sends them."""
    types = {
        "tag": pa.uint32(),
        "number": pa.float64(),
        "text": pa.string(),
        "quality": pa.uint32(),
        "count": pa.uint32(),
        "good": pa.uint32(),
    }
    times = {"source_time", "receive_time", "start", "first_time", "last_time"}
    arrays = {
        name: pa.array(values, pa.timestamp("us", tz="UTC") if name in times else types.get(name, pa.float64()))
        for name, values in columns.items()
    }
    table = pa.table(arrays)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def readings(*rows):
    """(tag, seconds after noon, number or text, quality) as the historian sends readings."""
    times = [NOON + timedelta(seconds=row[1]) for row in rows]
    return arrow(
        tag=[row[0] for row in rows],
        source_time=times,
        receive_time=times,
        number=[None if isinstance(row[2], str) else row[2] for row in rows],
        text=[row[2] if isinstance(row[2], str) else None for row in rows],
        quality=[row[3] for row in rows],
    )
