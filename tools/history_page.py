"""The reference page of questions to the history, made from their shapes."""

import inspect

from hanmaru.floor import history
from hanmaru.floor.shapes import describe

INTRODUCTION = """\
A question is one JSON object; `ask` names it. It is sent as a request on `floor.<site>.ask.historian`, or by HTTP as
`POST /ask` with `Authorization: Bearer TOKEN`. Fields are taken strictly. A range holds its beginning and not its end.

The answer is an Arrow IPC stream, or with `"format": "json"` an object `{"columns": {...}}` in which NaN and the
infinities are texts. A refusal is always `{"error": {"code": ..., "message": ...}}`. By the bus an answer has at most
8 MB.
"""


def history_page(note: str) -> str:
    """Answer the page."""
    lines = ["# Questions to the history\n", note, INTRODUCTION]
    for name, shape in history.QUESTIONS.items():
        lines += [f"## {name}\n", f"{inspect.getdoc(shape)}\n"]
        rows = [f"| `{field}` | {kind} | {bounds} | {told} |" for field, kind, bounds, told in describe(shape)]
        if rows:
            lines += ["| field | type | bounds | meaning |", "|---|---|---|---|", *rows, ""]
    return "\n".join(lines).rstrip() + "\n"
