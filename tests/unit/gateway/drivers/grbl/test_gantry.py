"""The driver at the virtual gantry: goods really move, and every way to go wrong ends in the right words."""

import asyncio
import os
from pathlib import Path

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.floor.shapes import WrongShape, take
from hanmaru.gateway.drivers.grbl.config import GrblConfig
from hanmaru.gateway.drivers.grbl.driver import GrblDriver
from hanmaru.gateway.errors import Reconfigure, Retry
from hanmaru.twin.devices.grbl.device import GrblDevice
from hanmaru.twin.devices.grbl.settings import Settings
from tests.contracts.drivers.bench import command
from tests.unit.gateway.drivers.grbl.bench import IN_HASTE, TARGET, config_of, gantry, run


def test_it_fetches_and_stores() -> None:
    async def work() -> None:
        async with gantry() as cell:
            await cell.home()
            fetched = await cell.do("fetch", "A1")
            assert (fetched.result, fetched.reason) == ("done", "")
            assert cell.machine.gantry.contents == {"OUT": "ring", "B2": "shoe"}
            assert cell.machine.gantry.place == pytest.approx((-50, -50, -2), abs=0.05)
            assert (await cell.do("store", "D5")).result == "done"
            assert cell.machine.gantry.contents == {"D5": "ring", "B2": "shoe"}
            assert cell.machine.gantry.dropped == []
            assert any(one.number == 1.0 for one in cell.sink.of(6))
            xs = [one.number for one in cell.sink.of(1) if one.number is not None]
            assert min(xs) == pytest.approx(-550, abs=1)
            assert len(set(xs)) > 5

    run(work)


def test_before_homing_nothing_moves_and_its_place_is_doubtful() -> None:
    async def work() -> None:
        async with gantry() as cell:
            place = cell.machine.gantry.place
            for asked in (("fetch", "A1"), ("jog", "X", "-10")):
                outcome = await cell.do(*asked)
                assert outcome.result == "refused"
                assert "ome" in outcome.reason
            assert (await cell.do("unlock")).result == "done"
            outcome = await cell.do("fetch", "A1")
            assert (outcome.result, "where it is" in outcome.reason) == ("refused", True)
            assert cell.machine.gantry.place == place
            assert {one.quality for one in cell.sink.of(1)} == {Quality.UNCERTAIN}

    run(work)


def test_an_empty_cell_is_a_failure() -> None:
    async def work() -> None:
        async with gantry() as cell:
            await cell.home()
            outcome = await cell.do("fetch", "C3")
            assert (outcome.result, "empty" in outcome.reason) == ("failed", True)

    run(work)


def test_a_cell_that_is_not_there_or_out_of_reach_is_refused_before_a_byte_is_sent() -> None:
    async def work() -> None:
        far = [{"code": "far", "x": -601.0, "y": -10.0, "z": -10.0}]
        async with gantry(cells=far) as cell:
            await cell.home()
            place = cell.machine.gantry.place
            for code, words in (("Z9", "no cell"), ("far", "outside the travel")):
                outcome = await cell.do("fetch", code)
                assert (outcome.result, words in outcome.reason) == ("refused", True), outcome
            outcome = await cell.do("jog", "Y", "50")
            assert (outcome.result, "outside the travel" in outcome.reason) == ("refused", True)
            assert cell.machine.gantry.place == place

    run(work)


def test_power_that_fails_in_mid_move_is_unknown_and_it_must_be_homed() -> None:
    async def work() -> None:
        async with gantry(silence_seconds=20) as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.below(-30)
            cell.machine.power_off()
            cell.machine.power_on()
            outcome = await fetching
            assert (outcome.result, "home" in outcome.reason) == ("unknown", True)
            assert any(kind == "restarted" for kind, _ in cell.sink.events)
            await cell.sink.until(lambda: cell.sink.of(5)[-1].number == 0.0)
            assert (await cell.do("fetch", "B2")).result == "refused"
            await cell.home()
            assert (await cell.do("fetch", "B2")).result == "done"

    run(work)


@pytest.mark.parametrize("how", ["power", "cable"])
def test_a_machine_that_goes_in_mid_move_is_unknown_and_retry(how: str) -> None:
    async def work() -> None:
        async with gantry(silence_seconds=3) as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.below(-30)
            if how == "power":
                cell.machine.power_off()
            else:
                cell.machine.pull()
            assert (await fetching).result == "unknown"
            with pytest.raises(Retry):
                await cell.running
            assert not cell.driver.health().connected
            if how == "power":
                cell.machine.power_on()
            else:
                cell.machine.plug()
            await cell.driver.connect()
            assert (await cell.do("fetch", "B2")).result == "refused"

    run(work)


def test_the_emergency_stop_overtakes_a_full_queue() -> None:
    async def work() -> None:
        slow = ["G53 G1 X{x} F300"] + [f"G53 G1 X{x} F300" for x in range(-500, -100, 5)]
        async with gantry(fetch=slow, speed=1, held_pin="") as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.state("Run")
            await cell.sink.until(lambda: len(cell.sink.of(1)) > 5)
            assert (await cell.do("stop")).result == "done"
            place = cell.machine.gantry.place
            outcome = await fetching
            assert (outcome.result, "Stopped" in outcome.reason) == ("failed", True)
            await cell.state("Alarm", "Idle")
            assert cell.machine.gantry.place == place
            assert (await cell.do("fetch", "A1")).result == "refused"

    run(work)


def test_hold_and_resume_come_to_a_good_end() -> None:
    async def work() -> None:
        async with gantry(speed=5) as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.state("Run")
            assert (await cell.do("hold")).result == "done"
            await cell.state("Hold")
            refused = await cell.do("fetch", "B2")
            assert (refused.result, "fetch A1" in refused.reason) == ("refused", True)
            assert (await cell.do("resume")).result == "done"
            cell.machine.clock.pace(IN_HASTE)
            assert (await fetching).result == "done"

    run(work)


def test_a_wrong_line_in_a_template_brakes_and_is_told() -> None:
    async def work() -> None:
        wrong = ["G53 G0 X{x}", "G53 G1 Y{y} F{feed}", "G0 G1 K9", "G53 G0 Z{z}"]
        async with gantry(fetch=wrong, held_pin="") as cell:
            await cell.home()
            outcome = await cell.do("fetch", "A1")
            assert outcome.result == "failed"
            assert outcome.reason.startswith("Error ")
            await cell.state("Idle", "Alarm")
            assert cell.machine.gantry.place[2] == pytest.approx(-2, abs=0.05)

    run(work)


def test_an_alarm_in_mid_move_is_told_in_words() -> None:
    async def work() -> None:
        async with gantry(settings=Settings(s21=1), speed=2) as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.sink.until(lambda: (cell.sink.of(1)[-1].number or 0) < -50)
            cell.machine.gantry.push((600.0, 0.0, 0.0))
            outcome = await fetching
            assert outcome.result == "failed"
            assert outcome.reason.startswith("Alarm 1")
            assert ("alarm", outcome.reason) in cell.sink.events

    run(work)


def test_homing_that_finds_no_switch_is_told_in_words() -> None:
    async def work() -> None:
        async with gantry(speed=100) as cell:
            cell.machine.gantry.broken_switches.add(0)
            outcome = await cell.do("home")
            assert outcome.result == "failed"
            assert outcome.reason.startswith("Alarm 9")

    run(work)


def test_a_jog_ends_where_it_should_and_can_be_cancelled() -> None:
    async def work() -> None:
        async with gantry(speed=5) as cell:
            await cell.home()
            cell.machine.clock.pace(IN_HASTE)
            assert (await cell.do("jog", "X", "-20.5", "6000")).result == "done"
            cell.machine.clock.pace(5)
            assert cell.machine.gantry.place[0] == pytest.approx(-22.5, abs=0.02)
            jogging = cell.begin("jog", "X", "-500", "60")
            await cell.state("Jog")
            assert (await cell.do("jog-cancel")).result == "done"
            outcome = await jogging
            assert outcome.result == "failed"
            assert cell.machine.gantry.place[0] > -500
            for asked in (("X", "far"), ("A", "1"), ("X", "nan"), ("X", "1", "-5")):
                assert (await cell.do("jog", *asked)).result == "refused"

    run(work)


def test_a_machine_with_other_settings_is_not_the_one_that_was_meant() -> None:
    async def work() -> None:
        async with GrblDevice(settings=Settings(s100=250)) as machine:
            driver = GrblDriver(config_of(machine, expected=["$100=80", "$110=12000"]))
            with pytest.raises(Reconfigure, match=r"\$100 is 250"):
                await driver.connect()
            await driver.close()

    run(work)


def test_a_line_on_which_nothing_speaks_grbl_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanmaru.gateway.drivers.grbl.machine.WAKE_SECONDS", 0.5)

    async def work() -> None:
        async with GrblDevice() as machine:
            machine.hung = True
            driver = GrblDriver(config_of(machine))
            with pytest.raises(Retry, match="baud rate"):
                await driver.connect()
            await driver.close()

    run(work)


def test_cells_come_from_a_file_as_well(tmp_path: Path) -> None:
    table = tmp_path / "cells.csv"
    table.write_text("code,x,y,z\nG7,-250,-150,-100\n", encoding="utf-8")

    async def work() -> None:
        async with gantry(cells=[], cells_file=str(table), held_pin="") as cell:
            await cell.home()
            assert (await cell.do("fetch", "G7")).result == "done"
        table.write_text("code,x,y\nG7,-250,-150\n", encoding="utf-8")
        async with GrblDevice() as machine:
            with pytest.raises(Reconfigure, match=r"cells\.csv"):
                await GrblDriver(config_of(machine, cells_file=str(table))).connect()

    run(work)


def test_moves_without_machine_coordinates_are_no_template() -> None:
    with pytest.raises(WrongShape, match="G53"):
        take(GrblConfig, {"port": "/dev/ttyUSB0", "fetch": ["G0 X{x}"]}, "config")


def test_an_open_door_holds_the_machine_until_it_is_closed_and_resumed() -> None:
    async def work() -> None:
        async with gantry(speed=5) as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.state("Run")
            cell.machine.controller.receive(b"\x84")  # what the switch of the door does
            await cell.state("Door")
            assert any(kind == "door" for kind, _ in cell.sink.events)
            assert (await cell.do("resume")).result == "done"
            cell.machine.clock.pace(IN_HASTE)
            assert (await fetching).result == "done"

    run(work)


def test_a_socket_is_as_good_as_a_port() -> None:
    async def work() -> None:
        async with GrblDevice(resets_on_open=False) as machine:
            file = os.open(machine.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            loop = asyncio.get_running_loop()

            async def bridge(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                loop.add_reader(file, lambda: writer.write(os.read(file, 4096)))
                while data := await reader.read(4096):
                    os.write(file, data)
                loop.remove_reader(file)
                writer.close()

            server = await asyncio.start_server(bridge, "127.0.0.1", 0)
            host, port = server.sockets[0].getsockname()
            driver = GrblDriver(config_of(machine, port=f"socket://{host}:{port}"))
            await driver.connect()
            outcome = await driver.write(command(TARGET, program="unlock"), None)
            assert outcome.result == "done"
            await driver.close()
            server.close()
            await server.wait_closed()
            loop.remove_reader(file)
            os.close(file)

    run(work)


def test_a_program_that_nobody_watches_any_more_comes_to_a_stand_and_can_be_homed_again() -> None:
    async def work() -> None:
        async with gantry(speed=5) as cell:
            await cell.home()
            fetching = cell.begin("fetch", "A1")
            await cell.below(-20)
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)
            await cell.state("Hold")
            assert (await cell.do("fetch", "A1")).result == "refused"
            await cell.home()

    run(work)
