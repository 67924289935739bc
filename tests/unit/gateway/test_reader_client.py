"""The client as a process, against a warehouse that cuts, refuses, forgets and vanishes."""

from pathlib import Path

import pytest

from hanmaru.gateway.reader.outbox import Outbox
from hanmaru.kernel.errors import Unavailable
from tests.unit.gateway.cards import TAG, Cable, line, tag
from tests.unit.gateway.warehouse import TOKEN, Client, Warehouse


@pytest.fixture
def epc_file(tmp_path: Path) -> Path:
    file = tmp_path / "tags.txt"
    file.write_text("# rings\n8801234567893\n\n" + TAG + "\n")
    return file


def test_a_simulated_gate_reaches_the_warehouse(warehouse: Warehouse, epc_file: Path, tmp_path: Path) -> None:
    with Client(
        server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", simulate=400, epc_file=epc_file, seed=7
    ) as client:
        warehouse.until(lambda: len(warehouse.kept) >= 40)
        client.says("A-01-03")
        assert client.stop() == 0
        client.says("0 still to be sent")
    assert warehouse.paths == ["/api/v1/reader"]
    assert warehouse.sequences == list(range(1, len(warehouse.kept) + 1))
    assert warehouse.received == len(warehouse.kept)
    assert "[bold]은반지 × 1   RING-" in client.output, "what a warehouse writes is text, not markup"
    assert "███" in client.output


def test_cards_of_a_serial_line_and_its_rubbish(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    with Client(server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", port=cable.path) as client:
        client.says("Reading")
        cable.send(line("B", 1, data="0100"))
        client.says("switched on, firmware 1.0")
        cable.send(line("E", 2, data=tag(1))[:40])
        cable.send(line("E", 3, data=tag(2)))
        cable.send(line("E", 4, data=tag(3)).replace(b"30", b"31"))
        cable.send(b"\x00\xffnoise\r\n")
        cable.send(line("U", 5, data="04A1B2C3"))
        cable.send(line("A", 6, data=""))
        whole = line("E", 7, data=tag(4))
        cable.send(whole[:20])
        cable.send(whole[20:])
        cable.send(line("E", 8, data=tag(4)))
        cable.send(line("X", 9, data="01"))
        warehouse.until(lambda: len(warehouse.kept) == 3)
        client.says("RC522 board of antenna 1 does not answer")
        client.says("check the cable and that the speed is 115200 (1 so far)")
        client.says("Lines of the reader that did not arrive: 1", times=2)
        client.says("Read it again")
        assert client.stop() == 0
        client.says("4 sightings, 3 passages, 0 still to be sent")
    assert warehouse.tags == [tag(2), "uid:04A1B2C3", tag(4)]


def test_connections_cut_in_a_series_lose_and_double_nothing(
    warehouse: Warehouse, epc_file: Path, tmp_path: Path
) -> None:
    warehouse.cut_every = 4
    options = {"server": warehouse.address, "token": TOKEN, "outbox": tmp_path / "out", "epc_file": epc_file}
    with Client(**options, simulate=300, window_s=0) as client:
        warehouse.until(lambda: warehouse.connections >= 5)
        warehouse.cut_every = None
        seen = len(warehouse.kept)
        warehouse.until(lambda: len(warehouse.kept) > seen + 50)
        client.process.terminate()
        client.says("still to be sent")
    with Client(**options, simulate=1) as client:
        client.says("Connected")
        client.stop()
        client.says(" 0 still to be sent")
    assert warehouse.sequences == list(range(1, len(warehouse.kept) + 1)), "every read once, none left out"
    assert len({epoch for epoch, _ in warehouse.kept}) == 1
    assert warehouse.received >= len(warehouse.kept)


def test_kill_9_in_a_series_loses_and_doubles_nothing(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    options = {"server": warehouse.address, "token": TOKEN, "outbox": tmp_path / "out", "port": cable.path}
    sent = 0
    for _ in range(3):
        with Client(**options) as client:
            client.says("Reading")
            for _ in range(60):
                sent += 1
                cable.send(line("E", sent, data=tag(sent)))
            warehouse.until(lambda: len(warehouse.kept) >= sent - 30)  # noqa: B023 - called at once
            client.process.kill()
            client.process.wait()
    with Client(**options) as client:
        client.says("Reading")
        cable.send(line("E", 1000, data=tag(1000)))
        warehouse.until(lambda: tag(1000) in warehouse.tags)
        client.stop()
        client.says(" 0 still to be sent")
    assert warehouse.sequences == list(range(1, len(warehouse.kept) + 1))
    assert len({epoch for epoch, _ in warehouse.kept}) == 1
    order = [int(one, 16) & 2**38 - 1 for one in warehouse.tags]
    assert order == sorted(set(order)), "in order, and no card twice"


def test_reads_wait_for_a_warehouse_that_is_not_there_yet(cable: Cable, tmp_path: Path) -> None:
    warehouse = Warehouse()
    with warehouse:
        pass
    with Client(server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", port=cable.path) as client:
        client.says("No connection")
        client.says("Reading")
        cable.send(b"".join(line("E", number, data=tag(number)) for number in range(1, 30)))
        with warehouse:
            warehouse.until(lambda: len(warehouse.kept) == 29)
            assert client.stop() == 0
    assert warehouse.tags == [tag(number) for number in range(1, 30)]
    assert client.output.count("No connection") == 1, "told once, not at every try"


def test_a_pulled_plug_is_waited_out(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    with Client(server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", port=cable.path) as client:
        client.says("Reading")
        cable.send(line("E", 1, data=tag(1)))
        warehouse.until(lambda: len(warehouse.kept) == 1)
        cable.pull()
        client.says("plug the reader in")
        cable.plug()
        client.says("Reading", times=2)
        cable.send(line("B", 1, data="0100") + line("E", 2, data=tag(2)))
        warehouse.until(lambda: len(warehouse.kept) == 2)
    assert warehouse.tags == [tag(1), tag(2)]


def test_a_flood_of_cards_arrives_whole(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    with Client(server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", port=cable.path) as client:
        client.says("Reading")
        cable.send(b"".join(line("E", number, data=tag(number)) for number in range(1, 3001)))
        warehouse.until(lambda: len(warehouse.kept) == 3000)
        client.stop()
        client.says("3000 sightings, 3000 passages, 0 still to be sent")
    assert warehouse.tags == [tag(number) for number in range(1, 3001)]


def test_a_refused_token_is_told_and_reads_are_kept(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    with Client(server=warehouse.address, token="expired-4711", outbox=tmp_path / "out", port=cable.path) as client:
        client.says("Reading")
        cable.send(line("E", 1, data=tag(1)))
        client.says("refuses this device's token")
        warehouse.until(lambda: warehouse.refused >= 2)
        client.stop()
        client.says("1 still to be sent")
    assert warehouse.kept == {}
    assert "4711" not in client.output
    with Client(server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", port=cable.path):
        warehouse.until(lambda: len(warehouse.kept) == 1)


def test_a_warehouse_in_trouble_gets_the_reads_later(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    warehouse.failures = [Unavailable("The database does not answer"), Unavailable("The database does not answer")]
    with Client(server=warehouse.address, token=TOKEN, outbox=tmp_path / "out", port=cable.path) as client:
        client.says("Reading")
        cable.send(line("E", 1, data=tag(1)))
        client.says("The server refuses: The database does not answer")
        warehouse.until(lambda: len(warehouse.kept) == 1)
    assert warehouse.connections == 3


def test_an_outbox_put_back_from_a_copy_counts_anew(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    options = {"server": warehouse.address, "token": TOKEN, "outbox": tmp_path / "out", "port": cable.path}
    with Client(**options) as client:
        client.says("Reading")
        client.says("Connected")
        before = (tmp_path / "out" / "reads.log").read_bytes()
        cable.send(line("E", 1, data=tag(1)) + line("E", 2, data=tag(2)))
        warehouse.until(lambda: len(warehouse.kept) == 2)
        client.stop()
    (tmp_path / "out" / "reads.log").write_bytes(before)
    with Client(**options) as client:
        client.says("Reading")
        client.says("counting anew")
        cable.send(line("E", 3, data=tag(3)))
        warehouse.until(lambda: len(warehouse.kept) == 3)
    assert warehouse.tags == [tag(1), tag(2), tag(3)]
    assert len({epoch for epoch, _ in warehouse.kept}) == 2


def test_two_clients_do_not_share_an_outbox(warehouse: Warehouse, cable: Cable, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    options = {"server": warehouse.address, "token": TOKEN, "outbox": tmp_path / "out", "port": cable.path}
    with Outbox(tmp_path / "out", now=lambda: datetime.now(UTC)), Client(**options) as client:
        assert client.process.wait(120) == 2
        client.says("give this one its own folder")
