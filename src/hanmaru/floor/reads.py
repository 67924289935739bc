"""What a tag reader and the warehouse say to each other, one JSON object a websocket message, its `type` naming it.

The reader begins with `hello` and is answered `welcome`, which tells up to where its reads are already kept. It then
sends `reads`; the warehouse keeps them, answers each with `answers` and then confirms with `ack`. What was not
confirmed is sent again, on this connection's successor too: a read is the same read by (device, epoch, sequence), so it
counts once. `error` ends the connection. docs/reference/reader-protocol.md is made from this module.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from hanmaru.floor.shapes import LARGEST_INTEGER, WrongShape, from_json, give, take, told

PROTOCOL: Final = 1
MAX_MESSAGE_BYTES: Final = 256 * 1024
MAX_READS: Final = 200
MAX_TAG: Final = 128

Status = Literal["known", "unknown", "malformed", "foreign", "repeat"]


@dataclass(frozen=True, slots=True)
class Hello:
    """The reader's first message."""

    protocol: int = told("The version of this protocol that the reader speaks; this page describes 1.", low=1, high=999)
    reader: str = told("The reader's name, shown to people; which device it is, its token tells.", longest=64)
    epoch: int = told(
        "Names the reader's outbox: the moment it was made, in milliseconds since 1970. Sequences count within it.",
        low=1,
        high=LARGEST_INTEGER,
    )
    last_sequence: int = told("The highest sequence given out in this epoch, 0 if none.", low=0, high=LARGEST_INTEGER)


@dataclass(frozen=True, slots=True)
class Read:
    """One tag seen once."""

    sequence: int = told(
        "Number of the read within the epoch: rises, may leave numbers out.", low=1, high=LARGEST_INTEGER
    )
    epc: str = told(
        "The tag number in hex; `uid:` and hex where the tag carries none; else what was read, however odd.",
        longest=MAX_TAG,
    )
    antenna: int = told("Which antenna saw it, counted from 1.", low=1, high=255)
    rssi_dbm: float | None = told("Strength in dBm; null where the reader cannot tell.", low=-200, high=50)
    read_at: datetime = told("When the tag was seen, UTC, ISO 8601 with offset.")


@dataclass(frozen=True, slots=True)
class Reads:
    """A batch of reads, sequences rising."""

    reads: tuple[Read, ...] = told("The reads.", most=MAX_READS)


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for an `ack`, to see that the other side is there."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to `hello`."""

    acknowledged: int = told(
        "The highest sequence of the epoch that is kept; go on after it.", low=0, high=LARGEST_INTEGER
    )


@dataclass(frozen=True, slots=True)
class PutTo:
    """A storage place."""

    code: str = told("The place's code, as on its label.", longest=64)
    label: str = told("The place in words.", longest=120)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one read was, and what to do with the thing."""

    sequence: int = told("The read that is answered.", low=1, high=LARGEST_INTEGER)
    epc: str = told("Its tag, as sent.", longest=MAX_TAG)
    status: Status = told(
        "`known`: a piece of ours. `repeat`: ours, and counted before. `unknown`: a good number that names nothing "
        "here. `foreign`: a tag of another kind or company. `malformed`: no tag number."
    )
    words: str = told("One short sentence for the person at the gate.", longest=120)
    product: str | None = told("The product's name.", longest=200, default=None)
    sku: str | None = told("The variant's SKU.", longest=64, default=None)
    quantity: int | None = told("Pieces that this read stands for.", low=0, high=LARGEST_INTEGER, default=None)
    put_to: PutTo | None = told("Where to put it; null where nothing is to be put away.", default=None)
    reason: str | None = told("Why there, or what is wrong and the remedy.", longest=300, default=None)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one batch, in its order."""

    answers: tuple[Answer, ...] = told("The answers.", most=MAX_READS)


@dataclass(frozen=True, slots=True)
class Ack:
    """All reads up to here are kept: the reader may forget them. Also the answer to `ping`."""

    sequence: int = told("The highest sequence kept.", low=0, high=LARGEST_INTEGER)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something was wrong; the warehouse closes the connection after it."""

    code: str = told("The error for programs, see the list of errors.", longest=80)
    message: str = told("The error for people, with the remedy.", longest=500)


ClientMessage = Hello | Reads | Ping
ServerMessage = Welcome | Answers | Ack | Problem

CLIENT_MESSAGES: Final[dict[str, Callable[..., ClientMessage]]] = {"hello": Hello, "reads": Reads, "ping": Ping}
SERVER_MESSAGES: Final[dict[str, Callable[..., ServerMessage]]] = {
    "welcome": Welcome,
    "answers": Answers,
    "ack": Ack,
    "error": Problem,
}
_NAMES: Final[dict[Callable[..., object], str]] = {
    shape: name for name, shape in (*CLIENT_MESSAGES.items(), *SERVER_MESSAGES.items())
}


def encode(message: ClientMessage | ServerMessage) -> str:
    """Write a message; raises `WrongShape` where it breaks its own bounds."""
    return json.dumps({"type": _NAMES[type(message)], **give(message)}, ensure_ascii=False, separators=(",", ":"))


def decode_client(text: str | bytes) -> ClientMessage:
    """Read what a reader sent; raises `WrongShape`."""
    kind, body = _opened(text)
    if kind not in CLIENT_MESSAGES:
        raise WrongShape(field="message.type", problem=f"give one of {', '.join(CLIENT_MESSAGES)}")
    return take(CLIENT_MESSAGES[kind], body)


def decode_server(text: str | bytes) -> ServerMessage:
    """Read what the warehouse sent; raises `WrongShape`."""
    kind, body = _opened(text)
    if kind not in SERVER_MESSAGES:
        raise WrongShape(field="message.type", problem=f"give one of {', '.join(SERVER_MESSAGES)}")
    return take(SERVER_MESSAGES[kind], body)


def _opened(text: str | bytes) -> tuple[str, dict[str, object]]:
    if len(text) > MAX_MESSAGE_BYTES:
        raise WrongShape(field="message", problem=f"{len(text)} bytes, at most {MAX_MESSAGE_BYTES}; send fewer reads")
    body = from_json(text)
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise WrongShape(field="message.type", problem="missing; send an object with its type")
    return body.pop("type"), body
