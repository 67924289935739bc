"""The client's parts that need no process: options, addresses, the simulation, the screen."""

import io
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from hanmaru.floor import epc
from hanmaru.floor.reads import Answer, PutTo, Status
from hanmaru.gateway.reader.big_letters import big
from hanmaru.gateway.reader.link import BadServerAddress, websocket_url
from hanmaru.gateway.reader.main import BadOptions, Options, run
from hanmaru.gateway.reader.screen import Screen
from hanmaru.gateway.reader.simulate import ANTENNAS, BadEpcFile, BusyGate, tags_of

TAG = "3074257BF7194E4000001A85"


def _seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a play, no secret


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://hanmaru.example", "wss://hanmaru.example/api/v1/reader"),
        ("http://10.0.0.1:8000/", "ws://10.0.0.1:8000/api/v1/reader"),
        ("ws://localhost:1/other?x=1", "ws://localhost:1/other?x=1"),
        ("wss://[::1]:8443", "wss://[::1]:8443/api/v1/reader"),
    ],
)
def test_server_addresses(address: str, url: str) -> None:
    assert websocket_url(address) == url


@pytest.mark.parametrize(
    "address", ["", "hanmaru.example", "ftp://x", "http://", "http://a:0", "http://a:99999", "http://[::"]
)
def test_wrong_server_addresses(address: str) -> None:
    with pytest.raises(BadServerAddress, match="give an address"):
        websocket_url(address)


def _options(**changes: object) -> Options:
    return Options(**{"server": "http://x", "token": "t", "outbox": Path("out"), "port": "/dev/null"} | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"port": None}, "either --port"),
        ({"simulate": 5.0, "epc_file": Path("x")}, "either --port"),
        ({"port": None, "simulate": 5.0}, "either --port"),
        ({"port": None, "simulate": 0.0, "epc_file": Path("x")}, "--simulate 0.0"),
        ({"window_s": -1.0}, "--window"),
        ({"outbox_reads": 1}, "--outbox-reads"),
        ({"reader": ""}, "--name"),
        ({"token": ""}, "token is missing"),
        ({"token": "토큰"}, "token is missing"),
        ({"token": "a\nb"}, "token is missing"),
    ],
)
def test_options_that_cannot_be(changes: dict[str, object], word: str) -> None:
    with pytest.raises(BadOptions, match=word):
        _options(**changes)


def test_what_prevents_a_start_is_printed_and_answered_with_2(tmp_path: Path) -> None:
    out = io.StringIO()
    options = _options(port=None, simulate=1.0, epc_file=tmp_path / "none.txt", outbox=tmp_path / "out")
    assert run(options, Console(file=out, width=200)) == 2
    assert "none.txt: it cannot be read" in out.getvalue()
    wrong = _options(server="nowhere", outbox=tmp_path / "out")
    assert run(wrong, Console(file=out, width=200)) == 2
    assert "Server nowhere: give an address" in out.getvalue()


def test_a_list_of_tags_and_gtins(tmp_path: Path) -> None:
    file = tmp_path / "tags.txt"
    file.write_text(f"# comment\n\n{TAG}\n8801234567893\n")
    tags = tags_of(file, _seeded(1))
    assert tags[0] == TAG
    assert len(set(tags)) == 51
    found = [epc.decode(tag) for tag in tags[1:]]
    assert {one.gtin for one in found if isinstance(one, epc.Sgtin96)} == {"08801234567893"}
    assert tags == tags_of(file, _seeded(1))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "no tag in it"),
        (b"8801234567893\nRING-9\n", "line 2"),
        (b"8801234567894\n", "line 1"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_used(content: bytes, word: str, tmp_path: Path) -> None:
    file = tmp_path / "tags.txt"
    file.write_bytes(content)
    with pytest.raises(BadEpcFile, match=word):
        tags_of(file, _seeded(1))


def test_a_busy_gate_repeats_tags_at_several_antennas_with_some_rubbish() -> None:
    tags = [epc.Sgtin96("0614141", "812345", serial).hex for serial in range(200)]
    played = list(islice(BusyGate(tags, 100, _seeded(3)).sightings(), 5000))
    assert played == list(islice(BusyGate(tags, 100, _seeded(3)).sightings(), 5000))
    assert {antenna for _, antenna, _ in played} == set(range(1, ANTENNAS + 1))
    good = [tag for tag, _, _ in played if tag in tags]
    assert 0.97 < len(good) / len(played) < 1, "about one in a hundred is rubbish"
    assert len(good) > 10 * len(set(good)), "each is read many times"
    strengths = [rssi for _, _, rssi in played]
    assert -90 < min(strengths) < -60 < -56 < max(strengths) < -25


def _printed(answer: Answer) -> str:
    out = io.StringIO()
    Screen(Console(file=out, width=100)).answer(answer)
    return out.getvalue()


def test_an_answer_shows_the_place_large() -> None:
    shown = _printed(Answer(1, TAG, "known", "Put it away", "은반지", "R-9", 2, PutTo("A-7", "Aisle A"), "Nearest"))
    for words in ("✔ Put it away", "은반지 × 2   R-9", "A-7   Aisle A", "Nearest", big("A-7").splitlines()[1]):
        assert words in shown


@pytest.mark.parametrize(("status", "sign"), [("unknown", "?"), ("malformed", "✘"), ("foreign", "≠"), ("repeat", "↺")])
def test_every_status_has_a_sign_of_its_own(status: Status, sign: str) -> None:
    shown = _printed(Answer(1, TAG, status, "Look", reason="because"))
    assert f"{sign} Look because" in shown


def test_big_letters_of_every_label() -> None:
    assert len(big("ABCDEFGHIJKLMNOPQR").splitlines()) == len(big("STUVWXYZ-./_").splitlines()) == 5
    assert big("0123456789").splitlines()[0].startswith("███")
    assert big("성수-1") == "성수-1"
    assert big("A" * 19) == "A" * 19
