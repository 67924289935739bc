"""Questions to the history of a site, and the columns of their answers.

A question is JSON: `{"ask": "raw", "tags": [1, 2], "begin": "2026-11-21T00:00:00+00:00", "end": ...}`. It is sent
as a request on `floor.<site>.ask.historian`, or by HTTP. The answer is Arrow IPC (a stream) or JSON; a refusal is JSON:
`{"error": {"code": ..., "message": ...}}`. A range holds its beginning and not its end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from hanmaru.floor.shapes import WrongShape, from_json, take, told

MOST_TAGS: Final = 10_000
MOST_ROWS: Final = 50_000_000
MOST_POINTS: Final = 100_000
Form = Literal["arrow", "json"]


@dataclass(frozen=True, slots=True)
class Last:
    """The last reading of each tag; of all tags when none are named. Columns: as readings."""

    tags: tuple[int, ...] = told("Numbers of the tags; empty for all.", most=MOST_TAGS, default=())
    format: Form = told("How the answer is written.", default="arrow")


@dataclass(frozen=True, slots=True)
class Raw:
    """Every reading in a range. Columns: tag, source_time and those asked for; sorted by tag, then time."""

    tags: tuple[int, ...] = told("Numbers of the tags.", most=MOST_TAGS)
    begin: datetime = told("From this source time on, UTC.")
    end: datetime = told("Until before this source time, UTC.")
    most: int = told("More rows than this are refused.", low=1, high=MOST_ROWS, default=5_000_000)
    receive_time: bool = told("Whether to answer the receive time as well.", default=False)
    format: Form = told("How the answer is written.", default="arrow")


@dataclass(frozen=True, slots=True)
class Trend:
    """A line to be drawn, at most `points` buckets a tag with first, last, least and greatest value of each.

    Drawn as such, it looks as if every reading were drawn. Source: Jugel, Jerzak, Hackenbroich, Markl, "M4: A
    Visualization-Oriented Time Series Data Aggregation", VLDB 2014, section 4.2. Columns: those of buckets.
    """

    tags: tuple[int, ...] = told("Numbers of the tags.", most=200)
    begin: datetime = told("From this source time on, UTC.")
    end: datetime = told("Until before this source time, UTC.")
    points: int = told("Buckets a tag at most: the pixels of the width.", low=1, high=MOST_POINTS, default=1_000)
    format: Form = told("How the answer is written.", default="arrow")


@dataclass(frozen=True, slots=True)
class Buckets:
    """Aggregates by bucket. Columns: tag, start, min, max, mean, first, last, their times, values, count, good.

    Buckets begin at multiples of `seconds` since 1970 (UTC); those without readings are left out.
    """

    tags: tuple[int, ...] = told("Numbers of the tags.", most=1_000)
    begin: datetime = told("From the bucket of this source time on, UTC.")
    end: datetime = told("Until before this source time, UTC.")
    seconds: int = told("Length of a bucket.", low=1, high=31_622_400)
    format: Form = told("How the answer is written.", default="arrow")


@dataclass(frozen=True, slots=True)
class At:
    """The reading that held at a time: the newest with source time <= `when`. Columns: as readings."""

    tags: tuple[int, ...] = told("Numbers of the tags.", most=MOST_TAGS)
    when: datetime = told("Source time, UTC.")
    within: int = told("Look back no further than this many seconds.", low=1, high=31_622_400, default=86_400)
    format: Form = told("How the answer is written.", default="arrow")


@dataclass(frozen=True, slots=True)
class Aligned:
    """Several tags on the same times. Columns: time, and for each tag its number as a name; null where none is known.

    `hold`: the value that held then, no older than `within`. `linear`: between the two readings around it.
    """

    tags: tuple[int, ...] = told("Numbers of the tags.", most=1_000)
    begin: datetime = told("First time, UTC.")
    end: datetime = told("Until before this time, UTC.")
    seconds: float = told("Step.", low=0.001, high=31_622_400)
    how: Literal["hold", "linear"] = told("How a value between readings is found.", default="hold")
    within: int = told("Seconds a value holds at most.", low=1, high=31_622_400, default=3_600)
    format: Form = told("How the answer is written.", default="arrow")


@dataclass(frozen=True, slots=True)
class State:
    """How the historian fares: rows, files, space, what is set aside. The answer is JSON."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """The list of what could not be taken, newest first. The answer is JSON."""

    most: int = told("So many at most.", low=1, high=10_000, default=100)


@dataclass(frozen=True, slots=True)
class TakeAgain:
    """Try one of them once more: it goes through the same door as new readings. The answer is JSON."""

    id: str = told("Its id from the list.", longest=80)


Question = Last | Raw | Trend | Buckets | At | Aligned | State | SetAside | TakeAgain
QUESTIONS: Final[dict[str, type[Question]]] = {
    "last": Last,
    "raw": Raw,
    "trend": Trend,
    "buckets": Buckets,
    "at": At,
    "aligned": Aligned,
    "state": State,
    "set-aside": SetAside,
    "take-again": TakeAgain,
}


def question(data: bytes) -> Question:
    """Read a question. Raise WrongShape naming the field."""
    asked = from_json(data)
    if not isinstance(asked, dict) or asked.get("ask") not in QUESTIONS:
        raise WrongShape(field="message.ask", problem=f"give one of {', '.join(QUESTIONS)}")
    rest = {name: value for name, value in asked.items() if name != "ask"}
    shape: Callable[..., Question] = QUESTIONS[asked["ask"]]
    return take(shape, rest)
