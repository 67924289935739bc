"""What gateways say, in the reader's language; what comes over the bus is filled into templates of ours alone."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from asyncua import ua
from django.utils.translation import override

from hanmaru.central.plant.saying import in_own_words, say
from hanmaru.edge.historian.retention import TOLD
from hanmaru.edge.historian.telling import sentence_of
from hanmaru.floor.asset import Asset
from hanmaru.floor.shapes import WrongShape, take
from hanmaru.floor.words import FOREIGN, foreign, forms, of_error, sentence
from hanmaru.gateway.drivers.opcua import faults
from hanmaru.gateway.drivers.opcua.status import SAID
from hanmaru.gateway.errors import Reconfigure, system_said
from tools import messages

ROOMS = ("gateway", "edge", "floor")
TELLERS = {"event", "_event", "tell", "_tell", "_told", "Noticed", "_note"}
THROUGH = {"gateway/keeping.py", "gateway/outbox.py"}  # hand on the words of others, too


def _in(language: str, words: object, form: object) -> str:
    with override(language):
        return say(words, form)


def test_a_sentence_is_said_in_the_reader_s_language_with_all_its_parts() -> None:
    made = of_error(
        Reconfigure(
            device="press", why=sentence("the broker refuses user or password"), remedy=sentence("Change the client id")
        )
    )
    form = json.loads(json.dumps(made.form()))
    assert _in("ko", made, form) == "press: 브로커가 사용자나 비밀번호를 거절했습니다. 클라이언트 ID를 바꾸세요"
    assert _in("en", made, form) == made


def test_words_of_a_device_within_stay_as_they_came() -> None:
    made = sentence("the line broke (%(error)s)", error=foreign("Errno 5: 50% <b>"))
    assert _in("ko", made, made.form()) == "선이 끊겼습니다(Errno 5: 50% <b>)"


@pytest.mark.parametrize(
    "form",
    [
        None,
        7,
        {},
        {"say": "%(a)999999999s", "with": {"a": "x"}},
        {"say": "not in any catalogue %(a)s", "with": {"a": "x"}},
        {"say": "the line broke (%(error)s)", "with": {}},
        {"say": "the line broke (%(error)s)", "with": {"other": 1}},
        {"say": "the line broke (%(error)s)", "with": []},
        {"say": ["x"], "with": {}},
        {"say": "%(a)s", "with": {}},
        {"say": "", "with": {}},
    ],
)
def test_what_is_none_of_ours_is_shown_in_the_words_that_came(form: object) -> None:
    assert _in("ko", "as it came", form) == "as it came"


def test_deep_and_long_ones_are_bounded() -> None:
    form: dict[str, object] = {"say": "x", "with": {}}
    for _level in range(500):
        form = {"say": "%(a)s%(a)s", "with": {"a": form}}
    assert len(_in("ko", "w", form)) < 100_000
    long = {"say": "the line broke (%(error)s)", "with": {"error": "x" * 10**6}}
    assert len(_in("ko", "w", long)) < 2000


def test_a_state_is_told_in_all_its_parts() -> None:
    missing = {"7": sentence("the machine has nothing called %(address)s", address="T9"), "8": "odd"}
    why = sentence("not open")
    error = {"words": why, "remedy": "", **forms(words=why)}
    state = {
        "state": "retrying",
        "detail": why,
        "missing": missing,
        "error": error,
        **forms(detail=why, missing=missing),
    }
    with override("ko"):
        told = in_own_words(json.loads(json.dumps(state)))
    assert told == {
        "state": "retrying",
        "detail": "열려 있지 않습니다",
        "missing": {"7": "설비에 이런 이름이 없습니다: T9", "8": "odd"},
        "error": {"words": "열려 있지 않습니다", "remedy": ""},
    }


def test_what_the_system_says_often_is_in_our_words() -> None:
    refused = system_said(ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 502)"))
    assert "이 주소에서 응답하는 것이 없습니다" in _in("ko", refused, refused.form())
    assert system_said(OSError("odd")) == "odd"
    assert system_said(TimeoutError()) == "it did not answer in time"


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((messages.SOURCE / room).rglob("*.py")):
            yield path.relative_to(messages.SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_sentence(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and _name(node) in {"sentence", "of_error", "sentence_of"}


def _is_kind(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.IfExp) or ast.unparse(node) == "piece.event"


def _words_of_events() -> Iterator[tuple[str, str, ast.expr, ast.AST]]:
    """Every (file, kind, words, function) with which an event is told under a kind that is written out."""
    for name, tree in _sources():
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)):
            for call in (one for one in ast.walk(function) if isinstance(one, ast.Call) and _name(one) in TELLERS):
                if len(call.args) > 1 and _is_kind(call.args[0]) and not isinstance(call.args[1], ast.Dict):
                    yield name, ast.unparse(call.args[0]), call.args[1], function


def test_every_event_that_a_driver_or_the_gateway_can_tell_is_a_sentence_with_a_korean_one() -> None:
    korean = {entry.msgid: entry.msgstr for entry in polib.pofile(str(messages.catalogue("web")))}
    kinds, wrong = set(), []
    for name, kind, words, function in _words_of_events():
        parameters = {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)}
        if isinstance(words, ast.Name) and (
            words.id in parameters or name in THROUGH or _is_handed_on(words, function)
        ):
            continue
        said = [words] if not isinstance(words, ast.Name) else _assigned(words.id, function)
        kinds.add(kind)
        if not all(_is_sentence(one) for one in said):
            wrong.append(f"{name}: {kind}: {ast.unparse(words)}")
    assert wrong == []
    assert len(kinds) > 25
    templates = set()
    for name, tree in _sources():
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call) and _name(one) == "sentence"):
            if name == "floor/words.py":
                continue
            assert isinstance(call.args[0], ast.Constant), f"{name}: {ast.unparse(call)}: write the template out"
            templates.add(call.args[0].value)
    assert {template for template in templates if template and not korean.get(template)} == set()


def _is_handed_on(words: ast.Name, function: ast.AST) -> bool:
    """Whether the words come out of a `match`: an event that was made elsewhere."""
    return any(isinstance(one, ast.MatchAs) and one.name == words.id for one in ast.walk(function))


def _assigned(name: str, function: ast.AST) -> list[ast.expr]:
    """What a name is given in a function; nothing for what a call unpacks into it, whose types say that it is one."""
    found = []
    for one in (one for one in ast.walk(function) if isinstance(one, ast.Assign)):
        for target in one.targets:
            if isinstance(target, ast.Name) and target.id == name:
                found.append(one.value)
            elif isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                found += [
                    value for to, value in zip(target.elts, one.value.elts, strict=True) if ast.unparse(to) == name
                ]
    return found


@pytest.mark.parametrize("code", ["historian.thinned", *TOLD.values()])
def test_every_event_of_the_historian_is_a_sentence_with_a_korean_one(code: str) -> None:
    made = sentence_of(code, {"class": "short", "day": "2026-11-01", "freed": 5e9, "free": 12e9})
    assert made.template != FOREIGN
    assert _in("ko", made, made.form()) != made


def test_every_error_of_a_driver_is_made_of_sentences() -> None:
    """Types say so; this says which files are looked at."""
    made = [
        (name, keyword.value)
        for name, tree in _sources()
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call))
        if _name(call) in {"Retry", "Reconfigure", "Stop", "ProbeDied"}
        for keyword in call.keywords
        if keyword.arg in {"why", "remedy"}
    ]
    assert len(made) > 50
    plain = [(name, ast.unparse(value)) for name, value in made if isinstance(value, ast.Constant | ast.JoinedStr)]
    assert plain == []
    assert Path(messages.SOURCE).is_dir()


def test_what_a_server_s_status_means_is_said_with_its_name() -> None:
    known = faults.words(ua.StatusCodes.BadTooManySessions | 0x1234)
    assert _in("ko", known, known.form()).startswith("서버에 남은 자리가 없습니다")
    assert _in("ko", known, known.form()).endswith("(BadTooManySessions)")
    rare = faults.words(ua.StatusCodes.BadAggregateNotSupported)
    assert _in("ko", rare, rare.form()) == "서버의 답: BadAggregateNotSupported"
    assert _in("ko", "", faults.words(0x8FFF0000).form()) == "서버의 답: 0x8FFF0000"
    for code in SAID:
        assert not re.search("[a-z]{3}", _in("ko", "", SAID[code].form())), SAID[code]


@pytest.mark.parametrize(
    ("value", "korean"),
    [
        ({"path": 7, "name": "x"}, "message.path: 글자로 적으세요"),
        ({"path": "x" * 401, "name": "x"}, "message.path: 401자입니다. 최대 400자까지 됩니다"),
        ({"path": "mill", "colour": 1}, "message.colour: 없는 항목입니다. 빼 주세요"),
        ([], "message: 객체 { } 로 적으세요"),
    ],
)
def test_what_is_wrong_with_a_message_is_said(value: object, korean: str) -> None:
    with pytest.raises(WrongShape) as refused:
        take(Asset, value)
    made = of_error(refused.value)
    assert _in("ko", made, json.loads(json.dumps(made.form()))) == korean
    assert _in("en", made, made.form()) == str(refused.value)
