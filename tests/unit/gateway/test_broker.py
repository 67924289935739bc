"""The line to a broker: log-in, rights and certificates, and words with a remedy when they fail."""

import asyncio
import ipaddress
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hanmaru.floor.shapes import WrongShape, take
from hanmaru.gateway.broker import BrokerConfig, BrokerLine
from hanmaru.gateway.errors import Reconfigure, Retry
from tests.brokers import NO_MOSQUITTO, Broker, mosquitto_program

pytestmark = pytest.mark.skipif(mosquitto_program() is None, reason=NO_MOSQUITTO)


def line_to(broker: Broker, **more: Any) -> BrokerLine:
    return BrokerLine(take(BrokerConfig, {"url": broker.url, **more}, "config"))


def opened(line: BrokerLine, topic: str = "a") -> None:
    async def work() -> None:
        try:
            await line.open()
            await line.subscribe([topic], 1)
            assert line.connected
        finally:
            await line.close()
        assert not line.connected

    asyncio.run(asyncio.wait_for(work(), 240))


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Broker]:
    """One user, who may read only what is hers."""
    folder = tmp_path / "broker"
    folder.mkdir()
    words, rights = folder / "passwords", folder / "rights"
    words.touch(0o600)
    subprocess.run(["mosquitto_passwd", "-b", words, "mina", "right"], check=True, capture_output=True)  # noqa: S607
    rights.write_text("user mina\ntopic read a\n")
    rights.chmod(0o600)
    made = Broker("mosquitto", folder, more=[f"password_file {words}", f"acl_file {rights}", "allow_anonymous false"])
    yield made.start()
    made.stop()


def test_the_right_user_is_let_in(guarded: Broker) -> None:
    opened(line_to(guarded, user="mina", password="right"))


@pytest.mark.parametrize("more", [{}, {"user": "mina", "password": "wrong"}, {"user": "nobody", "password": "x"}])
def test_the_wrong_user_is_reconfigure(guarded: Broker, more: dict[str, str]) -> None:
    with pytest.raises(Reconfigure, match="user or password"):
        opened(line_to(guarded, **more))


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[Callable[[int], Broker]]:
    """Answer brokers whose certificate is valid for so many days."""
    started = []

    def make(days: int) -> Broker:
        folder = tmp_path / f"broker{days}"
        folder.mkdir()
        write_certificates(folder, days)
        files = [f"cafile {folder}/ca.pem", f"certfile {folder}/server.pem", f"keyfile {folder}/server.key"]
        started.append(Broker("mosquitto", folder, more=["allow_anonymous true", *files]).start())
        return started[-1]

    yield make
    for one in started:
        one.stop()


def write_certificates(folder: Path, days: int) -> None:
    now = datetime.now(UTC)

    def certificate(name: str, key: Any, issuer: str, signer: Any, *, authority: bool, end: int) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=end))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
        )
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (folder / "ca.pem").write_bytes(certificate("root", root, "root", root, authority=True, end=30))
    (folder / "server.pem").write_bytes(certificate("broker", key, "root", root, authority=False, end=days))
    form = serialization.PrivateFormat.PKCS8
    plain = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "server.key").write_bytes(plain)


def test_a_trusted_certificate_is_taken(certified: Callable[[int], Broker]) -> None:
    broker = certified(10)
    url = broker.url.replace("mqtt:", "mqtts:")
    opened(line_to(broker, url=url, ca_file=str(broker.folder / "ca.pem")))


@pytest.mark.parametrize(("days", "authority"), [(10, "unknown"), (-1, "known")])
def test_a_certificate_that_is_unknown_or_expired_is_reconfigure(
    certified: Callable[[int], Broker], days: int, authority: str
) -> None:
    broker = certified(days)
    more = {"ca_file": str(broker.folder / "ca.pem")} if authority == "known" else {}
    with pytest.raises(Reconfigure, match="certificate"):
        opened(line_to(broker, url=broker.url.replace("mqtt:", "mqtts:"), **more))


def test_a_certificate_file_that_is_not_there_is_reconfigure(certified: Callable[[int], Broker]) -> None:
    broker = certified(10)
    with pytest.raises(Reconfigure, match="ca_file"):
        opened(line_to(broker, url=broker.url.replace("mqtt:", "mqtts:"), ca_file="/nowhere.pem"))


def test_a_broker_that_is_not_there_is_retry(tmp_path: Path) -> None:
    with pytest.raises(Retry):
        opened(line_to(Broker("mosquitto", tmp_path)))


@pytest.mark.parametrize("url", ["http://a", "mqtt://", "a:1883", "mqtt://a:99999", "mqtt://a:x"])
def test_what_is_no_address_is_refused_by_its_field(url: str) -> None:
    with pytest.raises(WrongShape, match=r"config\.url"):
        BrokerConfig(url)
