"""What has been seen at a broker, as a tree of topic levels: there is nothing else to browse."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from hanmaru.gateway.contract import Node
from hanmaru.gateway.drivers.mqtt.topics import Pattern, leaves

MOST: Final = 20_000  # topics remembered
LONGEST: Final = 4_000  # bytes of a payload remembered
SHOWN: Final = 80


class Seen:
    """The last payload of every topic, in part."""

    def __init__(self, patterns: tuple[Pattern, ...], *, writable: bool) -> None:
        self._patterns, self._writable = patterns, writable
        self._last: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self._last)

    def remember(self, topic: str, payload: bytes) -> None:
        """Keep a payload; topics beyond MOST are not remembered."""
        if topic in self._last or len(self._last) < MOST:
            self._last[topic] = payload[:LONGEST]

    def below(self, address: str) -> list[Node]:
        """Answer folders and points below a topic level."""
        prefix = f"{address}/" if address else ""
        folders: dict[str, None] = {}
        points: list[Node] = []
        for topic, payload in self._last.items():
            if topic.startswith(prefix):
                level, more, _ = topic[len(prefix) :].partition("/")
                if more:
                    folders[prefix + level] = None
                else:
                    points += self._points(topic, payload)
        return [Node(path, path.rpartition("/")[2], "folder") for path in sorted(folders)] + points

    def _points(self, topic: str, payload: bytes) -> Iterator[Node]:
        try:
            document = json.loads(payload)
        except (ValueError, RecursionError):
            document = payload.decode(errors="replace").strip()
        stands_for = next((found for one in self._patterns if (found := one.match(topic)) is not None), {})
        words = ", ".join(f"{name} {value}" for name, value in stands_for.items() if not value.count("/"))
        for pointer, value in leaves(document) if isinstance(document, (Mapping, list)) else [("", document)]:
            yield Node(
                f"{topic}#{pointer}" if pointer else topic,
                (pointer or topic).rpartition("/")[2] or topic,
                "point",
                type=_type(value),
                writable=self._writable,
                description=words[:200],
                value=str(value)[:SHOWN],
            )


def _type(value: object) -> Literal["number", "integer", "flag", "text"]:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, (int, float)) else "text"
