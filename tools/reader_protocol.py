"""The reference page of the reader's protocol, made from the dataclasses so that it cannot lie.

python -m tools.reader_protocol          write docs/reference/reader-protocol.md
python -m tools.reader_protocol --check  exit status 1 when the page differs
"""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from hanmaru.floor import reads
from hanmaru.floor.reads import Ack, Answer, Answers, Hello, Ping, Problem, PutTo, Read, Reads, Welcome
from hanmaru.floor.shapes import describe

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "reader-protocol.md"
TAG = "3074257BF7194E4000001A85"
INTRODUCTION = f"""\
# Reader protocol

<!-- Made by `python -m tools.reader_protocol` from hanmaru.floor.reads. Do not edit. -->

A tag reader talks to the warehouse over a websocket at `/api/v1/reader`, with its device token in the header
`Authorization: Bearer TOKEN`. Every message is one JSON object in one text frame of at most {reads.MAX_MESSAGE_BYTES}
bytes; its `type` names it. Fields are taken strictly: one that is unknown, missing or out of bounds is answered with
`error`, and the connection ends.

1. The reader says `hello` and is answered `welcome`, which tells up to which sequence its reads are kept.
2. It sends `reads`, at most {reads.MAX_READS} at once. The warehouse keeps them, sends `answers` in the same order,
   then `ack`. The reader need not wait for an `ack` before it sends more.
3. A read may be forgotten by the reader once an `ack` (or `welcome`) has reached its sequence. Whatever was not
   confirmed is sent again, on the next connection too.

A read is identified by the device (its token), the epoch and the sequence. The same read sent twice is answered twice
and counted once. Sequences rise within an epoch, may leave numbers out and never come back. A reader that lost its
memory begins a new epoch.
"""
EXAMPLES: Mapping[str, reads.ClientMessage | reads.ServerMessage] = {
    "hello": Hello(reads.PROTOCOL, "Gate 1", 1795260000000, 41),
    "reads": Reads((Read(42, TAG, 1, -51.5, datetime(2026, 11, 21, 3, 0, 0, 250000, tzinfo=UTC)),)),
    "ping": Ping(),
    "welcome": Welcome(41),
    "answers": Answers(
        (
            Answer(
                42,
                TAG,
                "known",
                "Put it on A-01-03",
                "Silver ring",
                "RING-9-SILVER",
                1,
                PutTo("A-01-03", "Aisle A, rack 1, level 3"),
                "Nearest place with room for rings",
            ),
        )
    ),
    "ack": Ack(42),
    "error": Problem("reader.hello_first", "Say hello first, and once"),
}


def page() -> str:
    """Answer the whole page in Markdown."""
    parts = [INTRODUCTION, "## From the reader\n"]
    parts += [_section(name, shape) for name, shape in reads.CLIENT_MESSAGES.items()]
    parts += [_table("Each of `reads`", Read), "## From the warehouse\n"]
    parts += [_section(name, shape) for name, shape in reads.SERVER_MESSAGES.items()]
    parts += [_table("Each of `answers`", Answer), _table("`put_to`", PutTo)]
    return "\n".join(parts)


def _section(name: str, shape: Callable[..., object]) -> str:
    example = json.dumps(json.loads(reads.encode(EXAMPLES[name])), indent=2, ensure_ascii=False)
    return f"{_table(f'`{name}`', shape)}\n```json\n{example}\n```\n"


def _table(title: str, shape: Callable[..., object]) -> str:
    lines = [f"### {title}", "", (shape.__doc__ or "").strip(), ""]
    if rows := describe(shape):
        lines += ["| field | type | bounds | meaning |", "|---|---|---|---|"]
        lines += [f"| `{field}` | {kind} | {bounds} | {meaning} |" for field, kind, bounds, meaning in rows]
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write the page, or only compare it."""
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
            return 0
        print(f"{PAGE.name} is not what the code says: run python -m tools.reader_protocol")
        return 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
