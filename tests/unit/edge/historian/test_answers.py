"""Questions as they come in, answers as they go out."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hanmaru.edge.historian import desk as desks
from hanmaru.edge.historian.desk import Desk
from hanmaru.edge.historian.http import application
from hanmaru.edge.historian.intake import Intake
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store
from hanmaru.floor.reading import encode
from tests.unit.edge.historian.conftest import NOON, SECOND, batch, every, put, readings

TOKEN = "secret-token"
BEGIN = datetime.fromtimestamp(NOON / SECOND, UTC)


class Message:
    """A message of the stream."""

    subject = "floor.site.readings.plc"

    def __init__(self, data: bytes, **headers: str) -> None:
        self.data, self.headers = data, headers


@pytest.fixture
def aside(store: Store) -> SetAside:
    return SetAside(store.folder.path / "aside")


@pytest.fixture
def intake(store: Store, aside: SetAside) -> Intake:
    return Intake(store, aside)


@pytest.fixture
def desk(store: Store, intake: Intake, aside: SetAside) -> Desk:
    return Desk(store, intake, aside, lambda: {"state": "running"})


@pytest.fixture(params=["hot", "cold", "both"])
def waves(request: pytest.FixtureRequest, store: Store) -> Store:
    """A thousand seconds of a wave of tag 1 and of a line of tag 2."""
    time = NOON + np.arange(1_000) * SECOND
    wave = np.sin(np.arange(1_000) / 50)
    halves = [slice(0, 500), slice(500, 1_000)]
    for half in halves:
        put(store, batch(np.full(500, 1), time[half], time[half], wave[half]))
        put(store, batch(np.full(500, 2), time[half], time[half], np.arange(1_000.0)[half]))
        if request.param == "cold" or (request.param == "both" and half == halves[0]):
            store.flush()
    return store


def asked(desk: Desk, ask: str, **rest: Any) -> Any:
    """Ask over a range of the waves, as Arrow."""
    span = {"begin": BEGIN.isoformat(), "end": (BEGIN + timedelta(seconds=1_000)).isoformat()}
    given = {} if ask in {"last", "at", "state", "set-aside", "take-again"} else span
    answer = desk.answer(json.dumps({"ask": ask, **given, **rest}).encode())
    return json.loads(answer) if answer[:1] == b"{" else pa.ipc.open_stream(answer).read_all()


def test_raw_answers_every_reading(waves: Store, desk: Desk) -> None:
    table = asked(desk, "raw", tags=[2, 1], receive_time=True)
    assert table.schema.names == ["tag", "source_time", "receive_time", "number", "text", "quality"]
    assert table["number"].to_pylist()[1_000:] == list(range(1_000))


def test_more_rows_than_allowed_are_refused_by_name(waves: Store, desk: Desk) -> None:
    told = asked(desk, "raw", tags=[1, 2], most=1_999)["error"]
    assert told["code"] == "historian.too_many_rows"
    assert "2000 rows, at most 1999" in told["message"]


def test_a_trend_keeps_the_extremes_and_both_ends_of_each_bucket(waves: Store, desk: Desk) -> None:
    table = asked(desk, "trend", tags=[1, 2], points=10)
    assert table["tag"].to_pylist() == [1] * 10 + [2] * 10
    wave = np.sin(np.arange(1_000) / 50).reshape(10, 100)
    rows = table.slice(0, 10).to_pydict()
    for name, values in (("min", wave.min(1)), ("max", wave.max(1)), ("first", wave[:, 0]), ("last", wave[:, -1])):
        assert rows[name] == values.tolist(), name
    assert rows["count"] == [100] * 10


def test_buckets_of_any_length_hold_what_lies_in_them(waves: Store, desk: Desk) -> None:
    for seconds in (1, 7, 60, 120, 3_600):
        table = asked(desk, "buckets", tags=[2], seconds=seconds)
        assert sum(table["count"].to_pylist()) == 1_000
        assert table["min"].to_pylist()[0] == 0.0
        assert table["last"].to_pylist()[-1] == 999.0
        starts = table["start"].cast(pa.int64()).to_pylist()
        assert {start % (seconds * SECOND) for start in starts} == {0}


def test_the_value_at_a_time_is_the_newest_until_then(waves: Store, desk: Desk) -> None:
    when = (BEGIN + timedelta(seconds=700.5)).isoformat()
    assert asked(desk, "at", tags=[2, 9], when=when)["number"].to_pylist() == [700.0]
    late = (BEGIN + timedelta(days=3)).isoformat()
    assert asked(desk, "at", tags=[2], when=late).num_rows == 0
    assert asked(desk, "at", tags=[2], when=late, within=4 * 86_400)["number"].to_pylist() == [999.0]


def test_tags_are_aligned_by_holding_or_by_a_line(waves: Store, desk: Desk) -> None:
    held = asked(desk, "aligned", tags=[1, 2], seconds=2.5)
    assert held.schema.names == ["time", "1", "2"]
    assert held["2"].to_pylist()[:5] == [0.0, 2.0, 5.0, 7.0, 10.0]
    between = asked(desk, "aligned", tags=[2], seconds=2.5, how="linear")
    assert between["2"].to_pylist()[:5] == [0.0, 2.5, 5.0, 7.5, 10.0]


def test_a_bad_reading_is_not_held_as_a_value(store: Store, desk: Desk) -> None:
    put(store, batch([1, 1], [NOON, NOON + 10 * SECOND], [NOON, NOON], [5.0, None], quality=[0, 0x808A0000]))
    assert asked(desk, "aligned", tags=[1], seconds=5, within=20)["1"].to_pylist()[:4] == [5.0, 5.0, None, None]
    assert asked(desk, "aligned", tags=[1], seconds=200, within=20)["1"].to_pylist() == [5.0, None, None, None, None]


def test_last_answers_all_tags_or_those_named(waves: Store, desk: Desk) -> None:
    assert asked(desk, "last")["number"].to_pylist()[1] == 999.0
    assert asked(desk, "last", tags=[2])["tag"].to_pylist() == [2]
    assert asked(desk, "last", tags=[2], format="json")["columns"]["number"] == [999.0]


def test_what_json_lacks_is_written_as_text(store: Store, desk: Desk) -> None:
    put(store, batch([1, 2, 3], [NOON] * 3, [NOON] * 3, [float("nan"), float("-inf"), None], [None, None, "문"]))
    columns = asked(desk, "last", format="json")["columns"]
    assert columns["number"] == ["nan", "-inf", None]
    assert columns["text"] == [None, None, "문"]


@pytest.mark.parametrize(
    ("question", "code", "names"),
    [
        (b"{", "message.shape", "JSON"),
        (b'{"ask":"all"}', "message.shape", "message.ask"),
        (b'{"ask":"raw","tags":[1]}', "message.shape", "message.begin"),
        (b'{"ask":"last","tags":["1"]}', "message.shape", "message.tags[0]"),
        (b'{"ask":"last","tag":1}', "message.shape", "message.tag"),
        (
            b'{"ask":"raw","tags":[1],"begin":"2026-01-02T00:00:00+00:00","end":"2026-01-01T00:00:00+00:00"}',
            "historian.empty_range",
            "2026-01-02",
        ),
    ],
)
def test_a_bad_question_is_told_what_is_wrong(desk: Desk, question: bytes, code: str, names: str) -> None:
    told = json.loads(desk.answer(question))["error"]
    assert told["code"] == code
    assert names in told["message"]


def test_an_answer_too_large_for_a_message_says_so(waves: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.loads(desk.answer(b'{"ask":"last"}', 100))["error"]
    assert told["code"] == "historian.answer_too_large"
    monkeypatch.setattr(desks, "MOST_JSON", 1)
    assert asked(desk, "last", format="json")["error"]["code"] == "historian.answer_too_large"


def test_what_is_malformed_is_set_aside_and_the_rest_taken(
    store: Store, intake: Intake, aside: SetAside, desk: Desk
) -> None:
    good = encode(readings([1], count=5))
    intake.take([Message(good), Message(b"not Arrow"), Message(good, **{"Hanmaru-Crc": "deadbeef"})])
    intake.take([Message(b"not Arrow")])
    assert len(every(store, [1])) == 5
    told = asked(desk, "set-aside")
    assert told["count"] == 2
    assert {one["subject"] for one in told["set_aside"]} == {"floor.site.readings.plc"}
    assert any("checksum" in one["why"] for one in told["set_aside"])
    mended = next(one["id"] for one in told["set_aside"] if "checksum" in one["why"])
    assert asked(desk, "take-again", id=mended) == {"rows": 5}
    assert aside.count == 1
    assert asked(desk, "take-again", id="../../etc")["error"]["code"] == "historian.not_set_aside"


def test_a_clock_far_ahead_does_not_make_a_value_the_last_for_ever(store: Store, intake: Intake) -> None:
    time = np.asarray([NOON, NOON + 2 * 86_400 * SECOND, 5 * SECOND])
    intake.take([Message(encode(batch([1, 1, 1], time, [NOON] * 3, [1.0, 2.0, 3.0])))])
    assert [row[3] for row in every(store, [1])] == [1.0]
    assert store.last()["number"].to_pylist() == [1.0]
    assert intake.set_aside == 1


async def _called(app: Any, method: str, path: str, content: bytes, token: str) -> tuple[int, str, bytes]:
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("localhost", 1),
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    kind = dict(sent[0]["headers"]).get(b"content-type", b"").decode()
    return sent[0]["status"], kind, b"".join(one.get("body", b"") for one in sent[1:])


def called(app: Any, path: str, content: Any = None, token: str = TOKEN) -> tuple[int, str, bytes]:
    """Call the application as a server would: status, content type and body."""
    method = "GET" if content is None else "POST"
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return asyncio.run(_called(app, method, path, data, token))


def test_by_http_a_token_is_asked_for_and_arrow_is_answered(waves: Store, desk: Desk) -> None:
    app = application(desk, TOKEN, lambda: True)
    question = {"ask": "last", "tags": [2]}
    status, _, body = called(app, "/ask", question, "other")
    assert (status, json.loads(body)["error"]["code"]) == (401, "historian.no_token")
    status, kind, body = called(app, "/ask", question)
    assert (status, kind) == (200, "application/vnd.apache.arrow.stream")
    assert pa.ipc.open_stream(body).read_all()["number"].to_pylist() == [999.0]
    assert called(app, "/ask", {"ask": "nix"})[0] == 422
    assert called(app, "/ask", b" " * 300_000)[0] == 413
    assert called(app, "/health")[2] == b"well\n"
    assert b"python_info" in called(app, "/metrics")[2]


def test_health_is_bad_while_nothing_is_taken(desk: Desk) -> None:
    assert called(application(desk, TOKEN, lambda: False), "/health")[0] == 503
