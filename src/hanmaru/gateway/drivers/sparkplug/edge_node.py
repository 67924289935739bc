"""The state of one edge node as a host application keeps it. Pure: messages and time go in, effects come out.

Source: Sparkplug 3.0.0, sections 5.4 to 5.9 and 6.4. Beyond it, because nodes in the field do not keep to it:

- what a message carries is told even when the sequence has a gap: a value stands for itself;
- a message that came twice is known by its sequence number and content, and told once;
- births are asked for at growing intervals, so that a node whose births are wrong is not kept busy with them.
"""

from dataclasses import dataclass, field
from typing import Final

from hanmaru.floor.quality import Quality
from hanmaru.floor.words import NOTHING, Sentence, sentence
from hanmaru.gateway.drivers.sparkplug.codec import Metric, Payload
from hanmaru.gateway.drivers.sparkplug.effects import Born, Died, Effect, Known, Noticed, Reported, WantsRebirth
from hanmaru.gateway.drivers.sparkplug.schema import DataType
from hanmaru.gateway.drivers.sparkplug.topic import Topic
from hanmaru.gateway.drivers.sparkplug.values import BadValue

SEQUENCE: Final = 256
BEHIND: Final = 128  # a distance of more than half the circle is a message from before
REMEMBERED: Final = 64  # messages by which a repetition is known
_UNIT_KEYS: Final = {"engunit", "engineeringunit", "engineeringunits", "unit", "units"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a missing message, for a device's birth, between two requests of a birth."""

    gap: float = 2.0
    birth: float = 5.0
    rebirth: float = 5.0
    longest_rebirth: float = 600.0


@dataclass(slots=True)
class Counts:
    """What went wrong so far, for the gateway page."""

    messages: int = 0
    duplicates: int = 0
    missing: int = 0
    late: int = 0
    unknown_aliases: int = 0
    bad_values: int = 0
    rebirths: int = 0


@dataclass(slots=True)
class _Part:
    """What the birth of the node, or of a device, told."""

    known: dict[str, Known] = field(default_factory=dict)
    aliases: dict[int, str] = field(default_factory=dict)
    awaited_until: float | None = None  # a device whose node was born again and that was not yet itself


class EdgeNode:
    """One edge node and the devices behind it. Times are seconds of a clock that only goes forward."""

    def __init__(self, patience: Patience, counts: Counts) -> None:
        self._patience, self._counts = patience, counts
        self.online = False
        self._bd_seq: object = None
        self._next = 0
        self._parts: dict[str, _Part] = {}
        self._waiting: dict[int, tuple[Topic, Payload]] = {}
        self._gap_since: float | None = None
        self._seen: dict[int, int] = {}
        self._wish = NOTHING
        self._asked_at: float | None = None
        self._pause = patience.rebirth

    @property
    def devices(self) -> dict[str, dict[str, Known]]:
        """Answer what is known of each device (empty name: the node itself)."""
        return {device: part.known for device, part in self._parts.items()}

    def take(self, topic: Topic, payload: Payload, fingerprint: int, now: float) -> list[Effect]:
        """Take a message; `fingerprint` is a hash of its bytes."""
        self._counts.messages += 1
        match topic.kind:
            case "NBIRTH":
                effects = self._node_birth(payload, now)
            case "NDEATH":
                effects = self._node_death(payload)
            case _:
                effects = self._in_order(topic, payload, fingerprint, now)
        return effects + self._requests(now)

    def tick(self, now: float) -> list[Effect]:
        """See what the time has brought: gaps that nothing fills, births that did not come."""
        effects: list[Effect] = []
        if self._gap_since is not None and now - self._gap_since >= self._patience.gap:
            effects += self._give_up_gap()
        for device, part in list(self._parts.items()):
            if part.awaited_until is not None and now >= part.awaited_until:
                part.awaited_until = None
                effects.append(Died(device))
        return effects + self._requests(now)

    def ask_for_birth(self, why: Sentence) -> None:
        """Wish for a birth; `tick` asks when it is time."""
        self._wish = self._wish or why

    def _node_birth(self, payload: Payload, now: float) -> list[Effect]:
        stays = {}
        before = []
        for seq, (topic, waiting) in self._sorted():
            if payload.timestamp and waiting.timestamp and waiting.timestamp >= payload.timestamp:
                stays[seq] = (topic, waiting)  # of the new session: it overtook its birth
            else:
                before.append((topic, waiting))
        effects = [effect for one in before for effect in self._deliver(*one)]
        self._waiting, self._gap_since = stays, None
        self._seen.clear()
        self.online, self._wish = True, NOTHING
        self._bd_seq = _bd_seq(payload)
        self._next = ((payload.seq or 0) + 1) % SEQUENCE
        for device, part in self._parts.items():
            if device:
                part.aliases.clear()
                part.awaited_until = now + self._patience.birth
        effects += self._birth("", payload)
        return effects + self._drain(now)

    def _node_death(self, payload: Payload) -> list[Effect]:
        told = _bd_seq(payload)
        if not self.online or (self._bd_seq is not None and told is not None and told != self._bd_seq):
            return []  # the death of a session before this one, which the broker found out late
        effects = [effect for _, one in self._sorted() for effect in self._deliver(*one)]
        self.online, self._wish, self._gap_since = False, NOTHING, None
        self._waiting.clear()
        for part in self._parts.values():
            part.awaited_until = None
        return [*effects, Died("")]

    def _in_order(self, topic: Topic, payload: Payload, fingerprint: int, now: float) -> list[Effect]:
        if not self.online or payload.seq is None:
            if not self.online:
                self.ask_for_birth(sentence("data before a birth"))
            return self._deliver(topic, payload)
        seq = payload.seq % SEQUENCE
        if self._seen.get(seq) == fingerprint:
            self._counts.duplicates += 1
            return []
        self._remember(seq, fingerprint)
        distance = (seq - self._next) % SEQUENCE
        if distance >= BEHIND:
            self._counts.late += 1
            return self._deliver(topic, payload) if topic.kind.endswith("DATA") else []
        if distance:
            self._waiting[seq] = (topic, payload)
            self._gap_since = now if self._gap_since is None else self._gap_since
            return []
        self._next = (seq + 1) % SEQUENCE
        return self._deliver(topic, payload) + self._drain(now)

    def _drain(self, now: float) -> list[Effect]:
        """Deliver what waited for the message that has just come."""
        effects: list[Effect] = []
        while self._next in self._waiting:
            effects += self._deliver(*self._waiting.pop(self._next))
            self._next = (self._next + 1) % SEQUENCE
        self._gap_since = now if self._waiting else None
        return effects

    def _give_up_gap(self) -> list[Effect]:
        order = self._sorted()
        last = order[-1][0]
        missing = (last - self._next) % SEQUENCE + 1 - len(order)
        self._counts.missing += missing
        self._waiting.clear()
        self._gap_since, self._next = None, (last + 1) % SEQUENCE
        self.ask_for_birth(sentence("%(count)s messages did not arrive", count=missing))
        words = sentence(
            "%(count)s messages did not arrive within %(seconds)s s",
            count=missing,
            seconds=f"{self._patience.gap:g}",
        )
        gap = Noticed("sequence_gap", words, {"missing": missing, "until": last})
        return [gap, *(effect for _, one in order for effect in self._deliver(*one))]

    def _sorted(self) -> list[tuple[int, tuple[Topic, Payload]]]:
        return sorted(self._waiting.items(), key=lambda item: (item[0] - self._next) % SEQUENCE)

    def _remember(self, seq: int, fingerprint: int) -> None:
        self._seen.pop(seq, None)
        self._seen[seq] = fingerprint
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _requests(self, now: float) -> list[Effect]:
        if not self._wish:
            return []
        if self._asked_at is not None:
            since = now - self._asked_at
            if since < self._pause:
                return []
            calm = since > 10 * self._pause
            longer = min(2 * self._pause, self._patience.longest_rebirth)
            self._pause = self._patience.rebirth if calm else longer
        self._asked_at = now
        self._counts.rebirths += 1
        return [WantsRebirth(self._wish)]

    def _deliver(self, topic: Topic, payload: Payload) -> list[Effect]:
        match topic.kind:
            case "DBIRTH":
                return self._birth(topic.device, payload)
            case "DDEATH":
                self._parts.setdefault(topic.device, _Part()).awaited_until = None
                return [Died(topic.device)]
            case _:
                reported = (self._report(topic.device, metric, payload) for metric in payload.metrics)
                return [one for one in reported if one is not None]

    def _birth(self, device: str, payload: Payload) -> list[Effect]:
        part = self._parts[device] = _Part()
        effects: list[Effect] = []
        twice: set[int] = set()
        for metric in payload.metrics:
            part.known[metric.name] = Known(metric.name, metric.datatype or 0, _unit(metric))
            if metric.alias is None:
                continue
            if part.aliases.setdefault(metric.alias, metric.name) != metric.name:
                twice.add(metric.alias)
        for alias in twice:  # better no value than that of another metric
            del part.aliases[alias]
        if twice:
            words = sentence(
                "%(count)s aliases stand for two metrics each: data that use them are left out", count=len(twice)
            )
            effects.append(Noticed("bad_birth", words, {"device": device, "aliases": sorted(twice)[:20]}))
        effects.append(Born(device, part.known))
        reported = (self._report(device, metric, payload) for metric in payload.metrics)
        return effects + [one for one in reported if one is not None]

    def _report(self, device: str, metric: Metric, payload: Payload) -> Reported | None:
        part = self._parts.get(device)
        name = metric.name
        if not name and part is not None and metric.alias is not None:
            name = part.aliases.get(metric.alias, "")
        known = part.known.get(name) if part is not None else None
        datatype = metric.datatype or (known.datatype if known else DataType.UNKNOWN)
        if not name or not datatype:
            self._counts.unknown_aliases += 1
            self.ask_for_birth(sentence("a metric that no birth has named"))
            return None
        if known is None:
            self.ask_for_birth(sentence("a metric that no birth has named"))
        try:
            value, understood = metric.value(datatype), True
        except BadValue:
            self._counts.bad_values += 1
            value, understood = None, False
        return Reported(
            device,
            name,
            datatype,
            value,
            metric.timestamp or payload.timestamp,
            _quality(metric.properties.get("Quality")),
            historical=metric.is_historical,
            transient=metric.is_transient,
            understood=understood,
        )


def _bd_seq(payload: Payload) -> object:
    """Answer the number that ties a death to its birth; None where the message has none."""
    return next((metric.raw for metric in payload.metrics if metric.name == "bdSeq"), None)


def _unit(metric: Metric) -> str:
    """Answer the engineering unit among the properties: the specification names no key, so the usual ones are tried."""
    for key, value in metric.properties.items():
        if key.lower().replace(" ", "").replace("_", "") in _UNIT_KEYS and isinstance(value, str):
            return value[:40]
    return ""


def _quality(told: object) -> int:
    """Answer our quality for the property Quality: 192 good, 0 bad, 500 stale by the specification (6.4.15).

    In use besides: OPC DA's severities in bits 6 and 7, numbers from 512 for bad ones, and whole OPC UA codes.
    """
    if isinstance(told, bool) or not isinstance(told, int) or told == 192:
        return Quality.GOOD
    if told == 500:
        return Quality.UNCERTAIN_LAST_USABLE
    if told >= 0x40000000:
        return told & 0xFFFFFFFF
    if told < 256:
        severity = told >> 6
        return Quality.GOOD if severity == 3 else Quality.UNCERTAIN if severity == 1 else Quality.BAD
    return Quality.UNCERTAIN if told < 512 else Quality.BAD
