"""The embedded server with certificates: every listener speaks TLS, and nothing else."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiomqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect as connect_websocket

from hanmaru.bus.address import BadCertificate
from hanmaru.bus.connect import connect, connect_streams
from hanmaru.bus.envelope import Envelope
from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.bus.server import Tls
from hanmaru.bus.streams import NotAcknowledged
from hanmaru.launch import child
from tests.contracts.bus.served import Served, play


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """Make an authority and a certificate of this machine by it."""
    folder = tmp_path_factory.mktemp("certificates")
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Workshop CA")])
    now = datetime.now(UTC)

    def signed(name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType, *, own: bool) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(authority_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(extension, critical=own)
        )
        return builder.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    files = Tls(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    assert files.authority
    files.authority.write_bytes(
        signed(authority_name, authority_key, x509.BasicConstraints(ca=True, path_length=0), own=True)
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    here = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    files.certificate.write_bytes(signed(here, server_key, names, own=False))
    files.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def test_with_certificates_all_listeners_speak_tls_and_nothing_else(certificates: Tls, tmp_path: Path) -> None:
    served = Served(tmp_path, certificates)

    async def story() -> None:
        async with served.as_user("") as central:
            await make_floor_streams(central, 64)
            assert served.server.url.startswith("tls://")
            bus = connect(served.server.url)
            async with bus.subscribe("live.7.>") as news:
                bus.publish(Envelope("live.7.order", {}))
                assert (await anext(news)).subject == "live.7.order"
            bus.close()
            context = ssl.create_default_context(cafile=certificates.authority)
            async with served.mqtt("device_seongsu_meter", tls_context=context) as device:
                await device.publish("seongsu/a", b"1", qos=1)
            async with connect_websocket(served.server.websocket_url, ssl=context) as socket:
                assert b"INFO" in bytes(await socket.recv(decode=False))
            plain = connect_streams(served.server.url.replace("tls://", "nats://").partition("?")[0])
            stranger = connect_streams(served.server.url.partition("?")[0])  # does not know the authority
            for other in (stranger, plain):
                if other is stranger:
                    with pytest.raises(NotAcknowledged, match=r"(?i)certificate"):
                        await other.request("a", b"", 3)
                await other.close()
            with pytest.raises(aiomqtt.MqttError):
                async with served.mqtt("device_seongsu_meter", timeout=3):  # it is never answered
                    pass

    try:
        play(story)
    finally:
        child.end(served.process, served.program)


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    file.write_text("no certificate")
    with pytest.raises(BadCertificate, match="authority"):
        connect(f"tls://localhost:4222?ca={file}")
