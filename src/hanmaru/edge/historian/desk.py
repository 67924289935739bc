"""Where questions come in, by the bus or by HTTP, and answers go out as bytes."""

import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from hanmaru.edge.historian.answers import ANSWERS
from hanmaru.edge.historian.intake import Intake
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store
from hanmaru.floor import history
from hanmaru.kernel.errors import HanmaruError, TooLarge

MOST_JSON: Final = 1_000_000  # rows; larger answers are for programs, which take Arrow


class AnswerTooLarge(TooLarge):
    """The answer does not fit into one message, or is too long to be written as JSON."""

    code = "historian.answer_too_large"
    message = "The answer has %(size)s, at most %(most)s fit: ask for less at once, or by HTTP in the form arrow"


class Desk:
    """Answers questions. Any thread may call it."""

    def __init__(self, store: Store, intake: Intake, aside: SetAside, state: Callable[[], Mapping[str, Any]]) -> None:
        self._store, self._intake, self._aside, self._state = store, intake, aside, state

    def answer(self, data: bytes, most: int | None = None) -> bytes:
        """Answer a question of floor.history; a refusal is JSON with `error`. `most`: bytes that fit."""
        try:
            answer = self.asked(history.question(data))
            if most is not None and len(answer) > most:
                raise AnswerTooLarge(size=f"{len(answer)} bytes", most=most)
        except HanmaruError as error:
            return refusal(error)
        return answer

    def asked(self, question: history.Question) -> bytes:
        """Answer a question that was read. Raise what is refused."""
        match question:
            case history.State():
                return _json(self._state())
            case history.SetAside():
                return _json({"set_aside": self._aside.list(question.most), "count": self._aside.count})
            case history.TakeAgain():
                return _json({"rows": self._intake.again(question.id)})
            case _:
                table = ANSWERS[type(question)](self._store, question)
                return arrow(table) if question.format == "arrow" else plain(table)


def refusal(error: HanmaruError) -> bytes:
    """Answer an error as JSON."""
    return _json({"error": {"code": error.code, "message": str(error)}})


def arrow(table: Any) -> bytes:
    """Write a table as an Arrow IPC stream, its buffers compressed with LZ4."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def plain(table: Any) -> bytes:
    """Write a table as JSON: columns by name. Times are ISO 8601; NaN and the infinities, which JSON lacks, are texts.

    Raise AnswerTooLarge.
    """
    if table.num_rows > MOST_JSON:
        raise AnswerTooLarge(size=f"{table.num_rows} rows", most=f"{MOST_JSON} as JSON")
    return _json({"columns": {name: [_value(one) for one in table[name].to_pylist()] for name in table.schema.names}})


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
