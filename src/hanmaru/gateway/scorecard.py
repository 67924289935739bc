"""The score card of a driver: every rule answered, done, to do, or exempt with the reason.

`scorecard.toml` in the driver's folder:

    protocol = "files"
    title = "Files"                     # as people call it
    title_ko = "파일"
    schemes = ["file"]                  # of addresses for `hanmaru gateway browse`
    made_with = "the standard library"

    [rules]
    connect = "done"                    # a rule of the contract suite: tests/contracts/drivers tries it
    write = { exempt = "A file is only read" }
    peer = { todo = "A recording of a real machine" }
    types = { done = "tests/unit/gateway/drivers/files/test_parser.py" }   # any other rule: where it is shown

tests/unit/gateway/test_scorecards.py holds every card against this; docs/reference/drivers.md is made of them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from hanmaru.kernel.errors import Invalid

# Rule -> what it asks. Those of TRIED are run by the contract suite; the rest name the test that shows them.
TRIED: Final = {
    "config": "A wrong or unknown field of the configuration is refused by its name",
    "connect": "Reaches the device; one that is not there is Retry, not an endless wait",
    "browse": "Lists what can be read, with type and address",
    "readings": "Every reading has the device's time and ours, value and quality",
    "unknown_address": "An address that the device does not know makes that tag bad, with the reason; the rest goes on",
    "comes_back": "A device that goes away is Retry, and is read again when it is back",
    "write": "A command is carried out and read back; what the device refuses is an outcome",
    "cancel": "Stopped while the device hangs, it lets go within a second",
    "health": "Says whether it is connected, before, during and after",
    "close": "Can be closed at any time, and twice",
    "url": "Takes an address as a person types it",
}
SHOWN: Final = {
    "types": "All types of values of the protocol, 64-bit integers, NaN and long text",
    "wrong_answers": "Garbled, short and late answers of the device",
    "clock": "A device clock that is wrong is noticed; both times are kept",
    "bulk": "Reads are merged or subscribed in blocks, with a figure for the rate",
    "secure": "Encryption and log-in, and words with a remedy when they fail",
    "peer": "Tried against a device or program that nobody here wrote, or a recording of one",
    "guide": "A page tells how to connect a device",
}
RULES: Final = {**TRIED, **SHOWN}
State = Literal["done", "todo", "exempt"]


class BadScorecard(Invalid):
    """A score card that leaves a rule unanswered or says something that is none."""

    code = "gateway.bad_scorecard"
    message = "%(card)s: %(why)s"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a driver stands to a rule; `words` are the place of the proof, or the reason."""

    state: State
    words: str = ""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What a driver is and how it stands to every rule."""

    protocol: str
    title: str
    title_ko: str
    schemes: tuple[str, ...]
    made_with: str
    rules: Mapping[str, Answer]

    @property
    def done(self) -> int:
        """Answer how many rules are done."""
        return sum(answer.state == "done" for answer in self.rules.values())


def read_card(path: Path) -> Scorecard:
    """Read a score card. Raise BadScorecard, which names what is missing."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadScorecard(card=path, why=error) from error
    rules = written.get("rules", {})
    if unknown := rules.keys() - RULES.keys():
        raise BadScorecard(card=path, why=f"there is no rule {', '.join(sorted(unknown))}")
    if missing := RULES.keys() - rules.keys():
        raise BadScorecard(card=path, why=f"answer the rule {', '.join(sorted(missing))}")
    head = {name: str(written.get(name, "")) for name in ("protocol", "title", "title_ko", "made_with")}
    if empty := [name for name, value in head.items() if not value]:
        raise BadScorecard(card=path, why=f"give {', '.join(empty)}")
    return Scorecard(
        **head,
        schemes=tuple(written.get("schemes", ())),
        rules={rule: _answer(path, rule, rules[rule]) for rule in RULES},
    )


def _answer(path: Path, rule: str, said: object) -> Answer:
    if said == "done" and rule in TRIED:
        return Answer("done")
    if isinstance(said, dict) and len(said) == 1:
        (state, words) = next(iter(said.items()))
        if state in {"done", "todo", "exempt"} and isinstance(words, str) and words:
            return Answer(state, words)
    wanted = '"done", ' if rule in TRIED else '{ done = "the test that shows it" }, '
    raise BadScorecard(card=path, why=f'{rule}: say {wanted}{{ todo = "what" }} or {{ exempt = "why" }}')
