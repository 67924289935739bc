"""The true log keeps everything in order, also when its writer is killed."""

import math
from pathlib import Path

from hanmaru.twin.truth import BATCH, TrueLog, Value, offered, read

VALUES: list[Value] = [1.5, math.nan, math.inf, True, "문자", None, 2**60, -3]


def test_values_of_every_kind_come_back(tmp_path: Path) -> None:
    path = tmp_path / "log.arrow"
    rows = [offered("d", f"a{number}", number, value, number) for number, value in enumerate(VALUES)]
    with TrueLog(path) as log:
        for row in rows:
            log.add(row)
        assert str(log.rows()) == str(rows)
    assert str(list(read(path))) == str(rows), "as text, for NaN is not equal to itself"
    assert rows[6].text == str(2**60)


def test_a_log_cut_in_the_middle_of_a_batch_is_read_up_to_it(tmp_path: Path) -> None:
    path = tmp_path / "log.arrow"
    log = TrueLog(path)
    for number in range(3 * BATCH):
        log.add(offered("d", "a", number, float(number)))
    whole = path.read_bytes()
    log.close()
    path.write_bytes(whole[:-1000])
    assert [row.source_time for row in read(path)] == list(range(2 * BATCH))
