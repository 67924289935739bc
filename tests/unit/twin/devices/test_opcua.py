"""The OPC UA server, met by asyncua's client."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncua
import pytest
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from hanmaru.twin.devices.opcua import Guard, Method, OpcUaDevice, Variable
from hanmaru.twin.truth import TrueLog, Value

ua: Any = asyncua.ua
VARIABLES = [
    Variable("line-1/bath-1/temperature", unit="Cel", low=0, high=100, description="Temperature of the bath"),
    Variable("line-1/bath-1/heater", "Boolean"),
    Variable("line-1/bath-1/setpoint", unit="Cel", writable=True),
    Variable("line-1/pieces", "Int64"),
    Variable("line-1/recipe", "String"),
]
TEMPERATURE = "ns=2;s=line-1/bath-1/temperature"


class Heard:
    """Takes data changes."""

    def __init__(self) -> None:
        self.values: list[tuple[Any, Any, int]] = []
        self.new = asyncio.Event()

    def datachange_notification(self, _node: object, value: object, data: Any) -> None:
        told = data.monitored_item.Value
        self.values.append((value, told.SourceTimestamp, told.StatusCode.value))
        self.new.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.values) < count:
                self.new.clear()
                await self.new.wait()


@asynccontextmanager
async def client_of(device: OpcUaDevice) -> AsyncIterator[Any]:
    async with asyncua.Client(device.url) as client:
        yield client


def test_browsing_reading_subscribing_writing_and_calling() -> None:
    written = list[tuple[str, Value]]()

    async def dose(litres: float) -> Sequence[float]:
        if litres < 0:
            raise ValueError
        return [litres * 2]

    async def go(log: TrueLog) -> None:
        methods = [Method("line-1/dose", dose, ("Double",), ("Double",))]
        device = OpcUaDevice(VARIABLES, methods, log=log)
        device.written = lambda name, value: written.append((name, value))
        async with device, client_of(device) as client:
            line = await client.nodes.objects.get_child("2:line-1")
            names = {(await child.read_browse_name()).Name for child in await line.get_children()}
            assert names == {"bath-1", "pieces", "recipe", "dose"}
            node = client.get_node(TEMPERATURE)
            unit = await (await node.get_child("0:EngineeringUnits")).read_value()
            assert unit.DisplayName.Text == "Cel"
            assert (await node.read_data_value(raise_on_bad_status=False)).StatusCode.name == (
                "BadWaitingForInitialData"
            )

            heard = Heard()
            subscription = await client.create_subscription(20, heard)
            await subscription.subscribe_data_change([node], queuesize=100)
            for value in (20.0, 20.5, 20.5, math.nan):
                await device.offer({"line-1/bath-1/temperature": value})
            await device.offer({"line-1/bath-1/temperature": 7.0}, quality=0x808C0000)
            await heard.until(5)
            assert [str(value) for value, _, _ in heard.values] == ["None", "20.0", "20.5", "nan", "None"]
            assert heard.values[-1][2] == 0x808C0000

            setpoint = client.get_node("ns=2;s=line-1/bath-1/setpoint")
            await setpoint.write_value(19.5)
            assert await setpoint.read_value() == 19.5
            assert device.value("line-1/bath-1/setpoint") == 19.5
            with pytest.raises(ua.UaStatusCodeError, match="BadUserAccessDenied"):
                await node.write_value(1.0)
            assert await line.call_method("2:dose", 1.5) == 3.0
            with pytest.raises(ua.UaStatusCodeError, match="BadInvalidArgument"):
                await line.call_method("2:dose", -1.0)
            told = [(round(when.timestamp() * 1e6), status) for _, when, status in heard.values[1:]]
            rows = [row for row in log.rows() if row.address == TEMPERATURE]
            assert [(row.source_time, row.quality) for row in rows] == told

    with TrueLog() as log:
        asyncio.run(go(log))
        assert written == [("line-1/bath-1/setpoint", 19.5)]
        assert log.rows()[-1].number == 19.5, "what a client wrote is offered from then on"


def test_a_wrong_clock_stands_in_the_values_and_in_the_server_status() -> None:
    async def go() -> None:
        device = OpcUaDevice(VARIABLES)
        device.skew = timedelta(hours=1)
        async with device, client_of(device) as client:
            await device.offer({"line-1/pieces": 5})
            now = device.clock.now()
            data = await client.get_node("ns=2;s=line-1/pieces").read_data_value()
            server = await client.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime).read_value()
            for when in (data.SourceTimestamp, server):
                assert abs(when - now - timedelta(hours=1)) < timedelta(seconds=10)

    asyncio.run(go())


def test_a_user_and_a_certificate_are_asked_for(tmp_path: Path) -> None:
    async def go() -> None:
        guard = Guard(users={"hanmaru": "bath"}, certificates=tmp_path, only_secure=True)
        async with OpcUaDevice(VARIABLES, guard=guard) as device:
            with pytest.raises(ua.UaError):
                await asyncua.Client(device.url).connect()
            await asyncua.crypto.cert_gen.setup_self_signed_certificate(
                tmp_path / "key.pem", tmp_path / "certificate.der", "urn:test", "127.0.0.1", [], {"commonName": "test"}
            )
            client = asyncua.Client(device.url)
            client.application_uri = "urn:test"
            client.set_user("hanmaru")
            client.set_password("bath")
            await client.set_security(
                SecurityPolicyBasic256Sha256, str(tmp_path / "certificate.der"), str(tmp_path / "key.pem")
            )
            async with client:
                assert await client.get_namespace_array()

    asyncio.run(go())


def test_a_value_of_another_type_can_be_forced() -> None:
    async def go() -> None:
        device = OpcUaDevice(VARIABLES)
        async with device, client_of(device) as client:
            heard = Heard()
            subscription = await client.create_subscription(20, heard)
            await device.offer({"line-1/pieces": 2**60})
            await subscription.subscribe_data_change(client.get_node("ns=2;s=line-1/pieces"))
            await heard.until(1)
            await device.raw("line-1/pieces", ua.Variant("lots", ua.VariantType.String))
            await heard.until(2)
            assert [value for value, _, _ in heard.values] == [2**60, "lots"]

    asyncio.run(go())


def test_a_frozen_wire_is_silent_and_a_cut_one_ends() -> None:
    async def go() -> None:
        async with OpcUaDevice(VARIABLES) as device:
            client = asyncua.Client(device.url, timeout=0.5)
            await client.connect()
            device.wire.freeze()
            with pytest.raises(TimeoutError):
                await client.nodes.server_state.read_value()
            await device.wire.mend()
            assert await client.nodes.server_state.read_value() == 0
            await device.wire.cut()
            with pytest.raises((ConnectionError, ua.UaError, OSError)):
                await client.nodes.server_state.read_value()
            await device.wire.mend()
            async with asyncua.Client(device.url):
                pass
            with suppress(ConnectionError, ua.UaError):
                await client.disconnect()

    asyncio.run(go())
