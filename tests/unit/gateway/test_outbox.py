"""The outbox: what was kept is kept, through kills, torn writes, full disks and floods."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.gateway.reader.gate import Gate, Sighting
from hanmaru.gateway.reader.outbox import Outbox, OutboxInUse, OutboxUnwritable

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _open(folder: Path, most: int = 1000) -> Outbox:
    return Outbox(folder, now=lambda: NOON, most=most)


def _seen(*tags: str) -> list[Sighting]:
    return [Sighting(tag, 1, -50.5, NOON + timedelta(milliseconds=place)) for place, tag in enumerate(tags)]


def _tags(outbox: Outbox) -> list[str]:
    return [read.epc for read in outbox.pending(0, 10_000)]


def test_reads_come_back_in_order_after_a_restart(tmp_path: Path) -> None:
    with _open(tmp_path) as outbox:
        first = outbox.append(_seen("A", "B"))
        assert [read.sequence for read in first] == [1, 2]
        outbox.append(_seen("C"))
        outbox.acknowledge(1)
        epoch = outbox.epoch
        kept = outbox.pending(0, 10)
    with _open(tmp_path) as outbox:
        assert outbox.pending(0, 10) == kept
        assert [read.sequence for read in kept] == [2, 3]
        assert (outbox.epoch, outbox.acknowledged, outbox.last_sequence) == (epoch, 1, 3)
        assert outbox.pending(2, 10) == kept[1:]
        assert outbox.pending(0, 1) == kept[:1]


def test_sequences_never_start_again(tmp_path: Path) -> None:
    with _open(tmp_path) as outbox:
        outbox.append(_seen("A", "B"))
        outbox.acknowledge(2)
    for _ in range(3):
        with _open(tmp_path) as outbox:
            assert len(outbox) == 0
            assert outbox.last_sequence == 2
    with _open(tmp_path) as outbox:
        assert outbox.append(_seen("C"))[0].sequence == 3


def test_a_second_client_is_refused(tmp_path: Path) -> None:
    with _open(tmp_path), pytest.raises(OutboxInUse, match="own folder"):
        _open(tmp_path)
    _open(tmp_path).close()


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(0, 400))
@settings(max_examples=60)
def test_a_torn_end_loses_only_what_was_not_finished(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("outbox")
    with _open(folder) as outbox:
        ends = [(folder / "reads.log").stat().st_size]
        for size in batches:
            outbox.append(_seen(*"ABCD"[:size]))
            ends.append((folder / "reads.log").stat().st_size)
    raw = (folder / "reads.log").read_bytes()
    left = raw[: max(ends[0], len(raw) - cut)]
    (folder / "reads.log").write_bytes(left)
    with _open(folder) as outbox:
        whole = left.count(b'{"read"') - (0 if left.endswith(b"\n") else left.rsplit(b"\n", 1)[1].count(b'{"read"'))
        assert [read.sequence for read in outbox.pending(0, 100)] == list(range(1, whole + 1))
        assert outbox.damaged == 0


def test_damage_in_the_middle_keeps_the_rest_and_the_evidence(tmp_path: Path) -> None:
    with _open(tmp_path) as outbox:
        outbox.append(_seen("A", "B", "C"))
    log = tmp_path / "reads.log"
    log.write_bytes(log.read_bytes().replace(b'"B"', b'"X"'))
    with _open(tmp_path) as outbox:
        assert _tags(outbox) == ["A", "C"]
        assert outbox.damaged == 1
        assert outbox.append(_seen("D"))[0].sequence == 4
    assert b'"X"' in (tmp_path / "damaged-1.log").read_bytes()
    with _open(tmp_path) as outbox:
        assert outbox.damaged == 0


def test_a_lost_head_begins_a_new_epoch(tmp_path: Path) -> None:
    with _open(tmp_path) as outbox:
        outbox.append(_seen("A", "B"))
        outbox.acknowledge(1)
    log = tmp_path / "reads.log"
    log.write_bytes(b"rubbish\n" + log.read_bytes().split(b"\n", 1)[1])
    with _open(tmp_path) as outbox:
        assert _tags(outbox) == ["B"]
        assert outbox.pending(0, 1)[0].sequence == 1


def test_renew_numbers_the_pending_from_one_in_a_later_epoch(tmp_path: Path) -> None:
    with _open(tmp_path) as outbox:
        outbox.append(_seen("A", "B", "C"))
        outbox.acknowledge(1)
        before = outbox.epoch
        outbox.renew()
        assert outbox.epoch > before
        assert [(read.sequence, read.epc) for read in outbox.pending(0, 10)] == [(1, "B"), (2, "C")]
        assert (outbox.last_sequence, outbox.acknowledged) == (2, 0)


def test_a_full_outbox_drops_repeats_of_a_tag_first(tmp_path: Path) -> None:
    with _open(tmp_path, most=8) as outbox:
        outbox.append(_seen("A", "A", "B", "A", "C", "A", "D", "A"))
        assert outbox.thinned == 0
        outbox.append(_seen("E"))
        assert len(outbox) == 6
        assert set(_tags(outbox)) == set("ABCDE"), "every tag is still there"
        assert outbox.thinned == 3
        sequences = [read.sequence for read in outbox.pending(0, 100)]
        assert sequences == sorted(sequences)
    with _open(tmp_path, most=8) as outbox:
        assert outbox.thinned == 3
        assert [read.sequence for read in outbox.pending(0, 100)] == sequences
        outbox.append(_seen(*"KLMNOPQ"))
        assert _tags(outbox) == list("LMNOPQ"), "all different: the newest stay"


def test_the_file_shrinks_once_all_is_confirmed(tmp_path: Path) -> None:
    with _open(tmp_path, most=100_000) as outbox:
        outbox.append(_seen(*["3074257BF7194E4000001A85"] * 12_000))
        assert (tmp_path / "reads.log").stat().st_size > 1024 * 1024
        outbox.acknowledge(12_000)
        assert (tmp_path / "reads.log").stat().st_size < 1000


def test_a_full_disk_is_told_and_spoils_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _open(tmp_path) as outbox:
        outbox.append(_seen("A"))
        write = os.write

        def full(file: int, data: bytes) -> int:
            write(file, bytes(data)[:5])
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as disk:
            disk.setattr(os, "write", full)
            with pytest.raises(OutboxUnwritable, match="No space left on device"):
                outbox.append(_seen("B"))
        assert _tags(outbox) == ["A"]
        assert outbox.append(_seen("C"))[0].sequence == 2
    with _open(tmp_path) as outbox:
        assert _tags(outbox) == ["A", "C"]
        assert outbox.damaged == 0


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutboxUnwritable, match="Reads cannot be kept"):
        _open(tmp_path / "file" / "outbox")


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from hanmaru.gateway.reader.gate import Sighting
from hanmaru.gateway.reader.outbox import Outbox
now = lambda: datetime.now(UTC)
outbox = Outbox(Path(sys.argv[1]), now=now)
while True:
    for read in outbox.append([Sighting("AB", 1, None, now())]):
        print(read.sequence, flush=True)
"""


def test_kill_9_loses_no_read_that_was_told_to_be_kept(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    told = [child.stdout.readline() for _ in range(50)]
    child.kill()
    told += child.stdout.readlines()
    child.wait()
    kept = int([line for line in told if line.endswith(b"\n")][-1])
    with _open(tmp_path) as outbox:
        sequences = [read.sequence for read in outbox.pending(0, 10**6)]
        assert sequences == list(range(1, len(sequences) + 1))
        assert len(sequences) >= kept
        assert outbox.damaged == 0


def _at(seconds: float, tag: str = "A", antenna: int = 1) -> Sighting:
    return Sighting(tag, antenna, None, NOON + timedelta(seconds=seconds))


def test_a_gate_counts_one_passage_for_many_sightings() -> None:
    gate = Gate(timedelta(seconds=3))
    passed = [
        gate.begins_passage(_at(s, antenna=a)) for s, a in [(0, 1), (0.1, 2), (2.9, 3), (5.8, 1), (8.8, 1), (9, 2)]
    ]
    assert passed == [True, False, False, False, True, False]
    assert (gate.sightings, gate.passages) == (6, 2)
    assert gate.begins_passage(_at(9, "B"))


def test_a_clock_set_back_does_not_open_the_gate() -> None:
    gate = Gate(timedelta(seconds=3))
    assert gate.begins_passage(_at(10))
    assert not gate.begins_passage(_at(5))
    assert not gate.begins_passage(_at(12))


def test_a_gate_without_a_window_lets_all_through() -> None:
    gate = Gate(timedelta(0))
    assert [gate.begins_passage(_at(0)) for _ in range(3)] == [True, True, True]


def test_a_flood_of_tags_keeps_the_gate_s_memory_bounded() -> None:
    gate = Gate(timedelta(hours=1))
    for number in range(50_000):
        gate.begins_passage(_at(number / 1000, str(number)))
    assert len(gate._last_seen) <= 10_001
    assert gate.passages == 50_000
