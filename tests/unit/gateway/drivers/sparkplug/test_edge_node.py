"""The state of one edge node: sequence, aliases, births and deaths, as nodes in the field get them wrong."""

import zlib
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.floor.quality import Quality
from hanmaru.gateway.drivers.sparkplug.codec import decode
from hanmaru.gateway.drivers.sparkplug.edge_node import Counts, EdgeNode, Patience
from hanmaru.gateway.drivers.sparkplug.effects import Born, Died, Effect, Noticed, Reported, WantsRebirth
from hanmaru.gateway.drivers.sparkplug.topic import Topic
from tests.sparkplug_node import DOUBLE, INT32, STRING, UINT64, chunk, metric, number, payload

T = 1_700_000_000_000


@dataclass
class Heard:
    """A node as a host hears it, with a clock that is turned by hand."""

    now: float = 100.0
    counts: Counts = field(default_factory=Counts)
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        self.node = EdgeNode(self.patience, self.counts)

    def take(self, kind: str, *metrics: bytes, seq: int | None = None, device: str = "d", at: int = T) -> list[Effect]:
        data = payload(*metrics, seq=seq, at=at)
        topic = Topic("g", kind, "n", device if kind.startswith("D") else "")
        return self.node.take(topic, decode(data), zlib.crc32(data), self.now)

    def born(self, bd_seq: int = 0, seq: int = 0) -> "Heard":
        self.take("NBIRTH", metric("bdSeq", bd_seq, UINT64), seq=seq)
        self.take("DBIRTH", metric("t", 1.0, alias=1), metric("p", 2.0, alias=2), seq=(seq + 1) % 256)
        return self

    def data(self, value: float, seq: int, alias: int = 1, **more: int) -> list[Effect]:
        return self.take("DDATA", metric("", value, alias=alias, typed=False), seq=seq, **more)

    def later(self, seconds: float) -> list[Effect]:
        self.now += seconds
        return self.node.tick(self.now)


def values(effects: list[Effect]) -> list[object]:
    return [(one.metric, one.value) for one in effects if isinstance(one, Reported)]


def kinds(effects: list[Effect]) -> list[type]:
    return [type(one) for one in effects]


def test_a_birth_names_metrics_and_data_use_their_aliases() -> None:
    heard = Heard().born()
    assert values(heard.data(3.5, 2, alias=2)) == [("p", 3.5)]
    assert set(heard.node.devices["d"]) == {"t", "p"}


def test_the_type_of_the_birth_is_that_of_the_data() -> None:
    heard = Heard()
    heard.take("NBIRTH", metric("count", 1, INT32, alias=9), seq=0)
    effects = heard.take("NDATA", metric("", -4, INT32, alias=9, typed=False), seq=1)
    assert values(effects) == [("count", -4)]


def test_the_sequence_turns_over_after_255() -> None:
    heard = Heard().born(seq=253)
    assert values(heard.data(1.0, 255)) == [("t", 1.0)]
    assert values(heard.data(2.0, 0)) == [("t", 2.0)]
    assert values(heard.data(3.0, 1)) == [("t", 3.0)]
    assert (heard.later(60), heard.counts.missing, heard.counts.rebirths) == ([], 0, 0)


def test_messages_out_of_order_are_put_in_order() -> None:
    heard = Heard().born()
    assert heard.data(3.0, 3) == []
    assert values(heard.data(2.0, 2)) == [("t", 2.0), ("t", 3.0)]
    assert heard.later(60) == []


def test_a_gap_is_told_its_data_kept_and_a_birth_asked_for() -> None:
    heard = Heard().born()
    heard.data(5.0, 5)
    heard.data(4.0, 4)
    assert heard.later(1.9) == []
    effects = heard.later(0.2)
    assert kinds(effects) == [Noticed, Reported, Reported, WantsRebirth]
    assert values(effects) == [("t", 4.0), ("t", 5.0)]
    assert heard.counts.missing == 2
    assert values(heard.data(6.0, 6)) == [("t", 6.0)]


def test_a_message_that_comes_twice_is_told_once() -> None:
    heard = Heard().born()
    first = heard.data(2.0, 2)
    assert (values(first), heard.data(2.0, 2)) == ([("t", 2.0)], [])
    heard.data(3.0, 4)
    assert heard.data(3.0, 4) == []  # while it waits for number 3 as well
    assert heard.counts.duplicates == 2


def test_a_message_that_comes_after_its_gap_was_given_up_is_still_told() -> None:
    heard = Heard().born()
    heard.data(3.0, 3)
    heard.later(3)
    assert values(heard.data(2.0, 2)) == [("t", 2.0)]
    assert heard.counts.late == 1


def test_a_node_that_always_sends_the_same_number_is_heard() -> None:
    heard = Heard().born()
    told = [values(heard.data(float(one), 0)) for one in range(5)]
    assert told == [[("t", float(one))] for one in range(5)]


def test_data_without_a_birth_ask_for_one_and_are_told_where_they_name_themselves() -> None:
    heard = Heard()
    effects = heard.take("DDATA", metric("t", 4.0), metric("", 1.0, alias=3, typed=False), seq=17)
    assert values(effects) == [("t", 4.0)]
    assert isinstance(effects[-1], WantsRebirth)
    assert heard.counts.unknown_aliases == 1


def test_births_are_asked_for_at_growing_pauses() -> None:
    heard = Heard()
    asked = []
    for _ in range(4_000):
        if any(isinstance(one, WantsRebirth) for one in heard.take("NDATA", metric("m", 1.0), seq=1)):
            asked.append(heard.now)
        heard.now += 0.5
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 600.0, 600.0]


def test_a_birth_that_does_not_help_does_not_shorten_the_pause() -> None:
    heard = Heard()
    for _ in range(600):
        heard.take("NBIRTH", metric("bdSeq", 0, UINT64), seq=0)
        heard.take("NDATA", metric("", 1.0, alias=77, typed=False), seq=1)
        heard.now += 1
    assert heard.counts.rebirths <= 8


def test_unknown_and_doubled_aliases_never_get_the_value_of_another() -> None:
    heard = Heard()
    heard.take("NBIRTH", seq=0)
    birth = heard.take("DBIRTH", metric("a", 1.0, alias=1), metric("b", 2.0, alias=1), metric("c", 3.0, alias=2), seq=1)
    assert any(isinstance(one, Noticed) and one.kind == "bad_birth" for one in birth)
    assert values(heard.data(9.0, 2, alias=1)) == []
    assert values(heard.data(9.0, 3, alias=2)) == [("c", 9.0)]
    assert values(heard.data(9.0, 4, alias=999)) == []
    assert heard.counts.unknown_aliases == 2


def test_aliases_of_a_device_are_its_own() -> None:
    heard = Heard()
    heard.take("NBIRTH", metric("load", 0.5, alias=1), seq=0)
    heard.take("DBIRTH", metric("a", 1.0, alias=1), seq=1, device="one")
    heard.take("DBIRTH", metric("b", 1.0, alias=1), seq=2, device="two")
    assert values(heard.data(5.0, 3, device="two")) == [("b", 5.0)]


def test_a_death_of_this_session_ends_it_and_one_of_another_does_not() -> None:
    heard = Heard().born(bd_seq=7)
    assert heard.take("NDEATH", metric("bdSeq", 6, UINT64)) == []
    assert heard.node.online
    assert heard.take("NDEATH", metric("bdSeq", 7, UINT64)) == [Died("")]
    assert not heard.node.online
    assert heard.take("NDEATH", metric("bdSeq", 7, UINT64)) == []


def test_a_device_dies_alone() -> None:
    heard = Heard().born()
    assert heard.take("DDEATH", seq=2) == [Died("d")]
    assert heard.node.online


def test_what_waited_is_told_before_the_death() -> None:
    heard = Heard().born()
    heard.data(4.0, 4)
    effects = heard.take("NDEATH", metric("bdSeq", 0, UINT64))
    assert (values(effects), kinds(effects)[-1]) == ([("t", 4.0)], Died)


def test_after_a_new_birth_devices_are_given_time_and_then_are_dead() -> None:
    heard = Heard().born()
    heard.take("NBIRTH", metric("bdSeq", 1, UINT64), seq=0)
    assert heard.later(4) == []
    assert heard.later(2) == [Died("d")]
    assert heard.later(60) == []


def test_after_a_new_birth_a_device_that_is_born_again_lives_on() -> None:
    heard = Heard().born()
    heard.born(bd_seq=1)
    assert heard.later(60) == []


def test_old_aliases_end_with_a_new_birth() -> None:
    heard = Heard().born()
    heard.take("NBIRTH", metric("bdSeq", 1, UINT64), seq=0)
    assert values(heard.data(9.0, 1)) == []


def test_data_of_a_new_session_that_overtake_their_birth_are_told_after_it() -> None:
    heard = Heard().born()
    heard.take("DBIRTH", metric("t", 8.0, alias=1), seq=3, at=T + 2_000)  # 2 is missing: it waits
    effects = heard.take("NBIRTH", metric("bdSeq", 1, UINT64), seq=2, at=T + 1_000)
    assert [one.device for one in effects if isinstance(one, Born)] == ["", "d"]


def test_a_metric_of_another_type_is_not_understood() -> None:
    heard = Heard().born()
    effects = heard.take("DDATA", metric("", "hot", STRING, alias=1, typed=False), seq=2)
    (reported,) = [one for one in effects if isinstance(one, Reported)]
    assert (reported.value, reported.understood) == (None, False)
    assert heard.counts.bad_values == 1


def test_a_type_that_changes_at_run_time_is_that_of_the_message() -> None:
    heard = Heard().born()
    assert values(heard.take("DDATA", metric("t", "hot", STRING), seq=2)) == [("t", "hot")]


@pytest.mark.parametrize(
    ("told", "quality"),
    [
        (192, Quality.GOOD),
        (0, Quality.BAD),
        (500, Quality.UNCERTAIN_LAST_USABLE),
        (64, Quality.UNCERTAIN),
        (216, Quality.GOOD),
        (8, Quality.BAD),
        (256, Quality.UNCERTAIN),
        (512, Quality.BAD),
        (0x408F0000, 0x408F0000),
    ],
)
def test_the_property_quality_becomes_ours(told: int, quality: int) -> None:
    value = number(1, INT32) + number(3, told)
    properties = chunk(9, chunk(1, b"Quality") + chunk(2, value))
    heard = Heard()
    effects = heard.take("NBIRTH", metric("m", 1.0, DOUBLE, flags=properties), seq=0)
    assert [one.quality for one in effects if isinstance(one, Reported)] == [quality]


@given(st.permutations(list(range(12))), st.integers(0, 255))
def test_whatever_the_order_within_the_window_each_is_told_once(order: list[int], first: int) -> None:
    heard = Heard()
    heard.take("NBIRTH", metric("t", 0.0, alias=1), seq=(first - 1) % 256)
    told = []
    for place in order:
        data = metric("", float(place), alias=1, typed=False)
        told += values(heard.take("NDATA", data, seq=(first + place) % 256))
    assert told == [("t", float(place)) for place in range(12)]
    assert heard.later(60) == []


KINDS = ["NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH"]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 300)), max_size=40))
def test_no_order_of_messages_breaks_it(told: list[tuple[str, int]]) -> None:
    heard = Heard()
    for place, (kind, seq) in enumerate(told):
        heard.take(kind, metric("t", float(place), alias=1), seq=seq)
        heard.later(0.7)
    heard.later(100)
    assert heard.counts.messages == len(told)
