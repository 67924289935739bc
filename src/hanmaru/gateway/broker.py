"""A line to an MQTT broker: what drivers that speak MQTT share. Source: MQTT 3.1.1 (OASIS Standard, 2014-10-29)."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

from aiomqtt import Client, Message, MqttCodeError, MqttError, Will

from hanmaru.floor.shapes import WrongShape, told
from hanmaru.floor.words import sentence
from hanmaru.gateway.errors import Reconfigure, Retry, system_said

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
LONGEST_BATCH: Final = 2_000  # messages taken from the queue at once
INFLIGHT: Final = 100  # paho's own default, 20, halves the rate of acknowledged messages on a line with delay
_DENIED: Final = {132: "protocol", 133: "client id", 134: "password", 135: "rights"}  # what MQTT 3.1.1 table 3.1 tells


@dataclass(frozen=True)
class BrokerConfig:
    """Where a broker is and who we are to it."""

    url: str = told("`mqtt://host:1883`, or `mqtts://host:8883` for TLS.", longest=300)
    user: str = told("User name; empty for none.", longest=200, default="")
    password: str = told("Password of the user.", longest=500, default="", secret=True)
    client_id: str = told("Our name at the broker; empty lets the broker choose.", longest=64, default="")
    ca_file: str = told(
        "File with the certificate authority to trust; empty: the system's.", longest=500, default="", opens="file"
    )
    certificate_file: str = told(
        "Our own certificate (PEM), where the broker asks for one.", longest=500, default="", opens="file"
    )
    key_file: str = told("Key of our own certificate.", longest=500, default="", opens="file")
    keepalive: int = told("Seconds after which a silent line is known to be dead.", low=2, high=3600, default=15)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        with suppress(ValueError):
            if parts.scheme in PORTS and parts.hostname and parts.port != 0:
                return
        raise WrongShape(field="config.url", problem="write mqtt://host:1883 or mqtts://host:8883")

    @property
    def host(self) -> str:
        """Answer the host alone."""
        return str(urlsplit(self.url).hostname)

    @property
    def port(self) -> int:
        """Answer the port, that of the scheme where none is given."""
        parts = urlsplit(self.url)
        return parts.port or PORTS[parts.scheme]

    @property
    def secure(self) -> bool:
        """Say whether the line is TLS."""
        return urlsplit(self.url).scheme == "mqtts"


class BrokerLine:
    """One connection to a broker. Failures come out as Retry and Reconfigure, in words."""

    def __init__(self, config: BrokerConfig) -> None:
        self._config = config
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self._client: Client | None = None
        self._broken = False

    @property
    def connected(self) -> bool:
        """Say whether the line is open, as far as is known."""
        return self._client is not None and not self._broken

    async def open(self, *, will: Will | None = None, clean: bool = True) -> None:
        """Reach the broker. Not `clean`: it keeps what we miss, until we `acknowledge`. Raise Retry, Reconfigure."""
        await self.close()
        config, self._queue = self._config, asyncio.Queue()
        client = Client(
            config.host,
            config.port,
            username=config.user or None,
            password=config.password or None,
            identifier=config.client_id or None,
            keepalive=config.keepalive,
            clean_session=clean,
            will=will,
            tls_context=_tls(config) if config.secure else None,
            max_inflight_messages=INFLIGHT,
            # Ours, so that all that has come is taken at once: its iterator makes a task for each message.
            queue_type=cast("type[asyncio.Queue[Message]]", lambda **_: self._queue),
        )
        try:
            with _minding_cancellation():
                await client.__aenter__()
        except MqttError as error:
            _forget(client)
            raise self._explained(error) from error
        except asyncio.CancelledError:
            _forget(client)
            raise
        client._client.manual_ack_set(not clean)  # noqa: SLF001 - aiomqtt does not pass it on
        self._client, self._broken = client, False

    async def subscribe(self, topics: list[str], qos: int) -> None:
        """Ask for topics. Raise Retry, Reconfigure where the broker does not allow one."""
        try:
            with _minding_cancellation():
                granted = await self._open_client().subscribe([(topic, qos) for topic in topics])
        except MqttError as error:
            raise self._explained(error) from error
        denied = [topic for topic, code in zip(topics, granted, strict=False) if _number(code) >= 128]
        if denied:
            raise Reconfigure(
                device=self._config.url,
                why=sentence("the broker does not allow reading %(topic)s", topic=denied[0]),
                remedy=sentence("Give the user the right to read it, or change the topic"),
            )

    async def publish(self, topic: str, payload: bytes | str, *, qos: int = 1, retain: bool = False) -> None:
        """Hand a message to the broker; with QoS 1 or 2 wait until it has it. Raise Retry."""
        try:
            with _minding_cancellation():
                await self._open_client().publish(topic, payload, qos=qos, retain=retain)
        except (MqttError, ValueError) as error:
            raise self._explained(error) from error

    async def batches(self) -> AsyncIterator[list[Message]]:
        """Answer what came, all that is there at once; ends by raising Retry when the line breaks."""
        client = self._open_client()
        try:
            async for message in client.messages:
                batch = [message]
                while len(batch) < LONGEST_BATCH and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                yield batch
                await asyncio.sleep(0)  # a flood must not keep the others of the loop waiting
        except MqttError as error:
            self._broken = True
            raise self._explained(error.__cause__ or error) from error

    def acknowledge(self, messages: list[Message]) -> None:
        """Tell the broker that messages of a session that is not clean are ours now."""
        client = self._open_client()
        for message in messages:
            if message.qos:
                client._client.ack(message.mid, message.qos)  # noqa: SLF001 - as in `open`

    async def close(self) -> None:
        """Leave the broker in good order where it still listens; never raises."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(MqttError, OSError):
                await client.__aexit__(*sys.exc_info())
            _forget(client)

    def _open_client(self) -> Client:
        if self._client is None:
            raise Retry(device=self._config.url, why=sentence("not connected"))
        return self._client

    def _explained(self, error: BaseException) -> Retry | Reconfigure:
        device = self._config.url
        denied = _DENIED.get(_number(error.rc)) if isinstance(error, MqttCodeError) else None
        if denied in {"password", "rights"}:
            remedy = sentence("Check user and password of this source, and that the broker lets them in")
            return Reconfigure(device=device, why=sentence("the broker refuses user or password"), remedy=remedy)
        if denied:
            why = sentence("the broker refuses our %(what)s", what=denied)
            return Reconfigure(device=device, why=why, remedy=sentence("Change the client id"))
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            why = sentence("the certificate of the broker is not trusted")
            remedy = sentence(
                "Give the certificate authority of the broker (ca_file), or renew the broker's certificate"
            )
            return Reconfigure(device=device, why=why, remedy=remedy)
        return Retry(device=device, why=system_said(error.__cause__ if isinstance(error.__cause__, OSError) else error))


@contextmanager
def _minding_cancellation() -> Iterator[None]:
    """Raise a cancellation that was lost inside: aiomqtt uses wait_for, which in Python 3.11 drops one now and then.

    It does so when the cancellation comes in the same turn of the loop as the answer (CPython issue 86296).
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError


def _tls(config: BrokerConfig) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=config.ca_file or None)
        if config.certificate_file:
            context.load_cert_chain(config.certificate_file, config.key_file or None)
    except (OSError, ssl.SSLError) as error:
        why = sentence("a certificate file cannot be read (%(error)s)", error=error)
        remedy = sentence("Check ca_file, certificate_file and key_file")
        raise Reconfigure(device=config.url, why=why, remedy=remedy) from error
    return context


def _number(code: object) -> int:
    """Answer a reason code as a number; aiomqtt hands on what paho gives, a number or an object with `value`."""
    return int(getattr(code, "value", code))  # type: ignore[call-overload,no-any-return]


def _forget(client: Client) -> None:
    """End what aiomqtt leaves behind when a handshake fails: its watch task and the socket."""
    task = client._misc_task  # noqa: SLF001 - no other way: the task is made before the handshake and not ended by it
    if task is not None:
        task.cancel()
    with suppress(OSError, ValueError):
        client._client.disconnect()  # noqa: SLF001 - same
    if client._disconnected.done() and not client._disconnected.cancelled():  # noqa: SLF001 - read, so that Python does not complain
        client._disconnected.exception()  # noqa: SLF001
