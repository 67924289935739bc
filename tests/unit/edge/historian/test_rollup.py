"""Rolling up at once or in steps comes to the same."""

import numpy as np
import pyarrow as pa
import pytest

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.columns import joined, ordered
from tests.unit.edge.historian.conftest import NOON, SECOND
from tests.unit.edge.historian.test_coarse import some


def table(seed: int) -> pa.Table:
    return ordered(joined([some(seed, NOON), some(seed + 1, NOON + 55 * SECOND)]))


@pytest.mark.parametrize("seed", range(5))
def test_parts_in_any_order_merge_into_what_rolling_at_once_gives(seed: int) -> None:
    rows = table(seed)
    whole = rollup.rolled(rows, 60)
    chosen = np.random.default_rng(seed).random(rows.num_rows) < 0.5
    parts = [rollup.rolled(rows.filter(pa.array(mask)), 1) for mask in (~chosen, chosen)]
    found = rollup.merged(joined(parts), 60)
    for name in rollup.SCHEMA.names:
        if name == "mean":
            assert found[name].to_pylist() == pytest.approx(whole[name].to_pylist(), nan_ok=True)
        else:
            assert found[name].equals(whole[name]), name


def test_merging_what_is_whole_changes_nothing() -> None:
    whole = rollup.rolled(table(1), 60)
    assert rollup.merged(whole).equals(whole)


def test_nothing_rolls_up_to_nothing() -> None:
    assert rollup.rolled(table(1).slice(0, 0), 60).num_rows == 0
    assert rollup.merged(rollup.rolled(table(1).slice(0, 0), 60), 3_600).schema.equals(rollup.SCHEMA)


def test_buckets_begin_where_they_are_told_to() -> None:
    starts = rollup.rolled(table(1), 7, NOON + SECOND)["start"].cast(pa.int64()).to_pylist()
    assert {(start - NOON - SECOND) % (7 * SECOND) for start in starts} == {0}
