"""The embedded server as it is configured: who hears what, MQTT, websockets, TLS, users added while it runs."""

import asyncio
import json
from collections.abc import Awaitable, Iterator
from dataclasses import replace

import aiomqtt
import pytest
from websockets.asyncio.client import connect as connect_websocket

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import COMMANDS, HISTORIAN, READINGS, make_floor_streams, place_of_commands
from hanmaru.bus.mqtt import BadTopic, subjects_of_topic
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.bus.users import BadGrant, Grant, User
from hanmaru.floor import subjects
from hanmaru.floor.subjects import BadName
from hanmaru.launch import child
from tests.contracts.bus.served import Served, play


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"))

    async def make() -> None:
        async with served.as_user("") as streams:
            await make_floor_streams(streams, 64)

    asyncio.run(make())
    yield served
    child.end(served.process, served.program)


async def refused(work: Awaitable[object]) -> None:
    with pytest.raises(NotAcknowledged, match=r"(?i)permissions violation"):
        await work


def test_a_device_sends_as_itself_and_as_nobody_else(served: Served) -> None:
    async def story() -> None:
        async with served.as_user("device_seongsu_press-1") as device, served.as_user("") as central:
            stored = await device.append(subjects.readings("seongsu", "press-1"), b"1", message_id="press-1:1:1")
            assert stored.stream == READINGS
            for other in (
                subjects.readings("seongsu", "press-2"),
                subjects.readings("mullae", "press-1"),
                subjects.commands("seongsu", "press-1"),
            ):
                await refused(device.append(other, b"x", message_id="press-1:1:2"))
            historian = await central.consumer(READINGS, HISTORIAN)
            taken = await historian.pull(100, 2)
            await historian.acknowledge(taken)
            assert [one.data for one in taken] == [b"1"]

    play(story)


def test_a_device_takes_its_own_commands_and_no_others(served: Served) -> None:
    async def story() -> None:
        async with served.as_user("") as central, served.as_user("device_seongsu_press-1") as device:
            for site in ("seongsu", "mullae"):
                await central.append(subjects.commands(site, "press-1"), site.encode(), message_id=f"command:{site}:1")
            mine = place_of_commands("seongsu", "press-1")
            consumer = await device.consumer(COMMANDS, mine, subjects.commands("seongsu", "press-1"))
            got = await consumer.pull(10, 2)
            await consumer.acknowledge(got)
            assert [one.data for one in got] == [b"seongsu"]
            theirs = place_of_commands("mullae", "press-1")
            await refused(device.consumer(COMMANDS, theirs, subjects.commands("mullae", "press-1")))
            # Nor by a consumer of its own name that looks at the other's subject, or at all of them.
            await refused(device.consumer(COMMANDS, "spy", subjects.commands("mullae", "press-1")))
            await refused(device.consumer(READINGS, "spy"))

    play(story)


@pytest.mark.parametrize("name", ["device_mullae_press-1", "gateway_seongsu", "company_7", "device_seongsu_press-1"])
def test_nobody_hears_a_site_that_is_not_his(served: Served, name: str) -> None:
    """What central tells on both sites reaches a listener of his own site only; wider patterns are refused."""

    async def story() -> None:
        own, other = ("mullae", "seongsu") if "mullae" in name else ("seongsu", "mullae")
        heard: list[str] = []

        async def listen(streams: Streams, pattern: str, ready: asyncio.Event) -> None:
            async with streams.listen(pattern) as news:
                ready.set()
                heard.append((await anext(news)).subject)

        patterns = [f"floor.{other}.>", f"floor.{other}.states.press-1", "floor.>", ">", "_INBOX.>", "$JS.>", "$KV.>"]
        async with served.as_user(name) as streams, served.as_user("") as central:
            ready = [asyncio.Event() for _ in patterns]
            listening = [
                asyncio.create_task(listen(streams, pattern, event))
                for pattern, event in zip(patterns, ready, strict=True)
            ]
            for event in ready:
                await event.wait()
            await central.tell(subjects.states(other, "press-1"), b"{}")
            await central.append(subjects.readings(other, "press-1"), b"secret", message_id=f"{name}:{other}:1")
            bucket = await central.bucket(f"plant-{other}")
            await bucket.put("sources.press-1", b"secret")
            # Heard by central itself after all of that: the server is through with it.
            async with central.listen("floor.end") as end:
                await central.tell("floor.end", b"")
                await anext(end)
            assert heard == []
            assert own != other
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)

    play(story)


def test_a_gateway_keeps_the_configuration_of_its_site_and_sees_no_other(served: Served) -> None:
    async def story() -> None:
        async with served.as_user("gateway_seongsu") as gateway, served.as_user("") as central:
            bucket = await gateway.bucket("plant-seongsu")
            first = await bucket.put("sources.oven", b"{}")
            async with bucket.watch("sources.>") as changes:
                assert (await anext(changes)).key in {"sources.oven", "sources.press-1"}
                await bucket.put("sources.oven", b"[]", revision=first)
            assert "sources.oven" in [kept.key for kept in await bucket.all()]
            await central.bucket("plant-mullae")
            await refused(gateway.bucket("plant-mullae"))

    play(story)


def test_a_company_asks_and_commands_on_its_sites(served: Served) -> None:
    async def story() -> None:
        async with served.as_user("company_7") as company, served.as_user("") as central:
            async with central.serve(subjects.ask("seongsu", "historian")) as questions:
                asking = asyncio.create_task(company.request(subjects.ask("seongsu", "historian"), b"?", 5))
                question = await anext(questions)
                await question.answer(b"!")
                assert await asking == b"!"
            await company.append(subjects.commands("paju", "press-1"), b"{}", message_id="command:paju:1")
            await refused(company.append(subjects.commands("mullae", "press-1"), b"{}", message_id="c:1"))
            await refused(company.request(subjects.ask("mullae", "historian"), b"?", 3600))  # told at once

    play(story)


def test_mqtt_topics_are_subjects_and_each_device_has_its_own(served: Served) -> None:
    async def story() -> None:
        async with served.as_user("") as central, central.listen(">") as news:
            async with (
                served.mqtt("device_seongsu_meter") as seongsu,
                served.mqtt("device_mullae_meter", clean_session=True) as mullae,
            ):
                await mullae.subscribe("mullae/#", qos=1)
                for topic in ("#", "seongsu/#", "$MQTT/sub/#", "$JS/#"):
                    with pytest.raises(aiomqtt.MqttError):
                        await _subscribed(mullae, topic)
                for topic in ("seongsu/a", "seongsu//b", "spBv1.0/seongsu/NDATA/n.1"):
                    await seongsu.publish(topic, topic.encode(), qos=1)
                await seongsu.publish("mullae/forged", b"forged", qos=1)
                await mullae.publish("mullae/own", b"own", qos=1)
                assert (await anext(mullae.messages)).payload == b"own"  # and not what was forged before it
            heard = {}
            while "mullae.own" not in heard:
                one = await anext(news)
                if not one.subject.startswith(("$", "_INBOX")):
                    heard[one.subject] = one.data.decode()
            assert heard == {
                "seongsu.a": "seongsu/a",
                "seongsu./.b": "seongsu//b",
                "spBv1//0.seongsu.NDATA.n//1": "spBv1.0/seongsu/NDATA/n.1",
                "mullae.own": "own",
            }
            for subject, topic in heard.items():
                if topic != "own":
                    assert subjects_of_topic(topic) == (subject,)

    play(story)


async def _subscribed(client: aiomqtt.Client, topic: str) -> None:
    """Subscribe; raise when the server answers with a failure. Source: MQTT 3.1.1, 3.9.3, return code 0x80."""
    answer = await client.subscribe(topic, qos=1)
    if any(int(getattr(code, "value", code)) >= 128 for code in answer):
        raise aiomqtt.MqttError("refused")


def test_a_credential_for_mqtt_is_good_for_nothing_else(served: Served) -> None:
    """Over the plain protocol it could hear what the server hands to every MQTT device."""

    async def story() -> None:
        async with served.as_user("device_mullae_meter") as streams:
            with pytest.raises(NotAcknowledged):
                await streams.request("floor.mullae.ask.gateway", b"", 1)
            assert not streams.is_connected()

    play(story)


def test_a_wrong_password_is_told(served: Served) -> None:
    async def story() -> None:
        streams = connect_streams(served.server.url_of(User("device_seongsu_press-1", "guessed")))
        words = ""
        for _try in range(6):  # the server hangs up at once: its word does not always come through before
            with pytest.raises(NotAcknowledged) as refusal:
                await streams.append(subjects.readings("seongsu", "press-1"), b"", message_id="1")
            words = str(refusal.value).lower()
            if "authorization" in words:
                break
        await streams.close()
        assert "authorization" in words

    play(story)


def test_the_websocket_listener_greets(served: Served) -> None:
    async def story() -> None:
        async with connect_websocket(served.server.websocket_url) as socket:
            greeting = await socket.recv()
            text = greeting.decode() if isinstance(greeting, bytes) else greeting
            assert json.loads(text.removeprefix("INFO ").strip())["server_name"] == "hanmaru"

    play(story)


def test_a_device_is_let_in_and_shut_out_while_the_server_runs(served: Served) -> None:
    async def story() -> None:
        async with served.as_user("device_seongsu_press-1") as old:
            await old.append(subjects.readings("seongsu", "press-1"), b"", message_id="reload:1")
            user = served.grants.add(Grant("device", ("seongsu",), ("oven",)))
            replace(served.server, users=served.grants.users()).reload()
            new = connect_streams(served.server.url_of(user))
            async with asyncio.timeout(60):
                stored = await new.append(subjects.readings("seongsu", "oven"), b"", message_id="oven:1:1")
            assert stored.stream == READINGS
            assert old.is_connected()  # nobody else was disturbed
            assert served.grants.remove(user.name)
            replace(served.server, users=served.grants.users()).reload()
            async with asyncio.timeout(60):
                while new.is_connected():  # noqa: ASYNC110 - the client tells nobody
                    await asyncio.sleep(0.02)
            await new.close()

    play(story)


def test_what_cannot_be_granted_is_told() -> None:
    for wrong in (
        lambda: Grant("device", ("seongsu",)),
        lambda: Grant("gateway", ("seongsu", "paju")),
        lambda: Grant("company", (), company="7"),
        lambda: Grant("company", ("seongsu",), company="seven"),
    ):
        with pytest.raises(BadGrant):
            wrong()
    with pytest.raises(BadName):
        Grant("device", ("*",), (">",))
    with pytest.raises(BadTopic):
        Grant("device", ("seongsu",), ("meter",), topics=("a/#/b",))
