"""An edge node of Sparkplug B for tests, which shares no code with the driver: its own bytes, over paho.

Metrics are doubles unless a type is given. Field numbers: Sparkplug 3.0.0, section 6.4.
"""

import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

DOUBLE, BOOLEAN, STRING, INT32, UINT64, TEXT = 10, 11, 12, 3, 8, 14


def varint(number: int) -> bytes:
    written = bytearray()
    while True:
        low, number = number & 0x7F, number >> 7
        written.append(low | (0x80 if number else 0))
        if not number:
            return bytes(written)


def number(place: int, value: int) -> bytes:
    return varint(place << 3) + varint(value & (2**64 - 1))


def chunk(place: int, value: bytes) -> bytes:
    return varint(place << 3 | 2) + varint(len(value)) + value


def value_field(kind: int, value: object) -> bytes:
    if value is None:
        return number(7, 1)
    if kind == DOUBLE:
        return varint(13 << 3 | 1) + struct.pack("<d", value)
    if kind == BOOLEAN:
        return number(14, int(bool(value)))
    if kind in {STRING, TEXT}:
        return chunk(15, str(value).encode())
    if kind == UINT64:
        return number(11, int(str(value)))
    return number(10, int(str(value)) & 0xFFFFFFFF)


def metric(
    name: str = "",
    value: object = 0.0,
    kind: int = DOUBLE,
    *,
    alias: int | None = None,
    at: int | None = None,
    typed: bool = True,
    flags: bytes = b"",
) -> bytes:
    """Write a metric; `flags` are fields such as `number(5, 1)`, historical."""
    written = chunk(1, name.encode()) if name else b""
    written += number(2, alias) if alias is not None else b""
    written += number(3, at) if at is not None else b""
    written += number(4, kind) if typed else b""
    return written + flags + value_field(kind, value)


def payload(*metrics: bytes, seq: int | None = None, at: int | None = None) -> bytes:
    written = number(1, at if at is not None else int(time.time() * 1000))
    written += b"".join(chunk(2, one) for one in metrics)
    return written + (number(3, seq) if seq is not None else b"")


@dataclass
class EdgeNode:
    """One node with one device, that answers rebirths and sets what it is told to set."""

    port: int
    group: str = "g"
    name: str = "n"
    device: str = "d"
    values: dict[str, tuple[int, object]] = field(default_factory=lambda: {"temperature": (DOUBLE, 20.0)})
    node_values: dict[str, tuple[int, object]] = field(default_factory=dict)
    bd_seq: int = 0
    clock: Callable[[], float] = time.time
    obeys: bool = True
    births: int = 0
    seq: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"node-{self.group}-{self.name}")
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        self._client.will_set(self.topic("NDEATH"), payload(metric("bdSeq", self.bd_seq, UINT64)), qos=1)

    def topic(self, kind: str) -> str:
        end = f"/{self.device}" if kind.startswith("D") else ""
        return f"spBv1.0/{self.group}/{kind}/{self.name}{end}"

    def start(self) -> "EdgeNode":
        self._client.connect("127.0.0.1", self.port, keepalive=60)
        self._client.loop_start()
        assert self._ready.wait(60)
        self.birth()
        self._client.publish("started", b"", qos=1).wait_for_publish(10)  # now the broker has the birth before it
        return self

    def stop(self) -> None:
        """Leave in good order: no death is told."""
        self._client.disconnect()
        self._client.loop_stop()

    def break_off(self) -> None:
        """Let the line break, so that the broker publishes the death."""
        self._client.loop_stop()
        if (line := self._client.socket()) is not None:
            line.close()

    def birth(self) -> None:
        with self._lock:
            self.births += 1
            self.seq = 0
            own = [metric(name, value, kind) for name, (kind, value) in self.node_values.items()]
            bd_seq = metric("bdSeq", self.bd_seq, UINT64)
            control = metric("Node Control/Rebirth", False, BOOLEAN)  # noqa: FBT003 - its value
            self.send("NBIRTH", bd_seq, control, *own)
            self.device_birth()

    def device_birth(self) -> None:
        metrics = [
            metric(name, value, kind, alias=place) for place, (name, (kind, value)) in enumerate(self.values.items())
        ]
        self.send("DBIRTH", *metrics)

    def change(self, name: str, value: object, **more: object) -> None:
        """Measure something new and tell it by its alias."""
        with self._lock:
            kind, _ = self.values[name]
            self.values[name] = (kind, value)
            alias = list(self.values).index(name)
            self.send("DDATA", metric("", value, kind, alias=alias, typed=False, **more))

    def send(self, kind: str, *metrics: bytes) -> None:
        with self._lock:
            self.raw(kind, payload(*metrics, seq=self.seq, at=int(self.clock() * 1000)))
            self.seq = (self.seq + 1) % 256

    def raw(self, kind: str, data: bytes, qos: int = 0) -> None:
        self._client.publish(self.topic(kind), data, qos=qos)

    def skip(self, count: int = 1) -> None:
        """Lose messages on the way."""
        self.seq = (self.seq + count) % 256

    def _on_connect(self, client: paho.Client, *_: object) -> None:
        wanted = [f"spBv1.0/{self.group}/{kind}/{self.name}/#" for kind in ("NCMD", "DCMD")]
        client.subscribe([(topic, 0) for topic in wanted])

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        with self._lock:
            if b"Node Control/Rebirth" in message.payload:
                self.birth()
                return
            for name, (kind, _) in list(self.values.items()):
                if name.encode() in message.payload and kind == DOUBLE and self.obeys:
                    at = message.payload.index(bytes([13 << 3 | 1]), message.payload.index(name.encode()))
                    self.change(name, struct.unpack_from("<d", message.payload, at + 1)[0])
