"""Topics by pattern, and addresses of values. Source: MQTT 3.1.1, section 4.7 (topic names and filters).

A pattern is a topic in which `{name}` stands for one level and `{name*}`, at the end, for all that are left:
`plant/{line}/{machine}/{name}`. The address of a tag is a topic, or for a value within JSON a topic, `#` and a JSON
pointer (RFC 6901): `plant/1/press/state#/spindle/temperature`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_PLACE: Final = re.compile(r"\{(\w+)(\*?)\}")
MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, taken apart."""

    text: str
    filter: str  # as the broker wants it
    expression: re.Pattern[str]

    def match(self, topic: str) -> dict[str, str] | None:
        """Answer what the placeholders stand for; None where the topic does not fit."""
        found = self.expression.fullmatch(topic)
        return found.groupdict() if found else None


def compile_pattern(text: str) -> Pattern:
    """Take a pattern apart. Raise ValueError with words."""
    levels, expressions, names = [], [], set()
    steps = text.split("/")
    for place, level in enumerate(steps):
        found = _PLACE.fullmatch(level)
        if found is None:
            if re.search(r"[{}+#\0]", level):
                raise ValueError(f"{level}: a level is a plain text or one {{name}}")
            levels.append(level)
            expressions.append(re.escape(level))
            continue
        name, rest = found.groups()
        if name in names or (rest and place != len(steps) - 1):
            raise ValueError(f"{level}: each name once, and * only in the last level")
        names.add(name)
        levels.append("#" if rest else "+")
        expressions.append(f"(?P<{name}>.+)" if rest else f"(?P<{name}>[^/]+)")
    return Pattern(text, "/".join(levels), re.compile("/".join(expressions)))


def split_address(address: str) -> tuple[str, str | None]:
    """Answer topic and JSON pointer of an address; no pointer where the payload itself is the value."""
    topic, mark, pointer = address.partition("#")
    return topic, pointer if mark else None


def resolve(document: object, pointer: str) -> object:
    """Answer what a JSON pointer points at, MISSING where there is nothing. Source: RFC 6901, section 4."""
    for step in pointer.split("/")[1:] if pointer else []:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isascii() and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return MISSING
    return document


def leaves(document: object, pointer: str = "", depth: int = 0) -> list[tuple[str, object]]:
    """Answer the values within a document with their pointers; deep ones, and long lists, as a whole."""
    if isinstance(document, Mapping) and document and depth < 6:
        return [
            leaf
            for key, value in document.items()
            for leaf in leaves(value, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}", depth + 1)
        ]
    if isinstance(document, list) and 0 < len(document) <= 32 and depth < 6:
        return [leaf for place, value in enumerate(document) for leaf in leaves(value, f"{pointer}/{place}", depth + 1)]
    return [(pointer, document)]
