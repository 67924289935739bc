"""Files of slotting: what is read back is what was written, and what is wrong is refused by its key."""

import copy
import json
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hanmaru.decide.slotting.bulk.problem import BulkPlan
from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.check.kitting import check_kitting
from hanmaru.decide.slotting.errors import WrongValue
from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.decide.slotting.formats.conform import conform
from hanmaru.decide.slotting.formats.moves import moves_document
from hanmaru.decide.slotting.formats.why import with_why
from hanmaru.decide.slotting.generate import generate_bulk, generate_kitting
from hanmaru.decide.slotting.kitting.problem import KittingPlan, Place
from hanmaru.decide.slotting.kitting.reslot import Labour, reslot
from hanmaru.decide.slotting.watch import Step
from hanmaru.kernel.errors import HanmaruError, Invalid
from tools.slotting_page import EXAMPLES, SCHEMAS

STRIP = {
    "length": 10,
    "supply_points": [2, 8.5],
    "materials": [
        {"id": "A", "width": 3, "trips": {"0": 4}},
        {"id": "나사", "width": 2.5, "trips": {"0": 1, "1": 7.5}},
        {"id": "C", "width": 3, "trips": {"1": 2}},
    ],
    "today": {"A": 1.5, "나사": 5, "C": 8.5},
    "today_strips": {"A": "a", "C": "b"},
    "rules": {
        "fixed": {"A": 1.5},
        "forbidden": [{"from": 3, "to": 3.5}],
        "together": [["나사", "C"]],
        "apart": [{"materials": ["A", "C"], "distance": 2}],
        "clearance": 0.1,
        "most_moved": 2,
        "strips": {"C": "b"},
    },
    "strips": [
        {"id": "a", "from": 0, "to": 6.5, "forbidden": [{"from": 3, "to": 3.25}]},
        {"id": "b", "from": 1, "to": 10, "detour": 2},
    ],
}
STORE = {
    "aisles": [{"id": "A1", "weight": 1, "racks": [4, 2]}, {"id": "A2", "weight": 2.5, "racks": [5]}],
    "materials": [{"id": "P", "bins": 5}, {"id": "Q", "bins": 2}, {"id": "R", "bins": 1}],
    "models": [{"id": "K", "frequency": 3, "materials": ["P", "R"]}, {"id": "L", "frequency": 1.5, "materials": ["Q"]}],
    "today": {"P": {"aisle": "A2", "rack": 0, "first_bin": 0}},
}
RULED = {
    **STORE,
    "today": {"P": {"aisle": "A2", "rack": 0, "first_bin": 0}, "Q": {"aisle": "A1", "rack": 1, "first_bin": 0}},
    "rules": {
        "fixed": {"R": {"aisle": "A1", "rack": 0, "first_bin": 1}},
        "aisles": {"P": ["A1", "A2"]},
        "forbidden": {"Q": [{"aisle": "A1", "rack": 0}]},
        "blocked": [{"aisle": "A1", "rack": 0, "first_bin": 3, "bins": 1}],
        "apart": [["P", "Q"]],
        "racks": [{"aisle": "A1", "rack": 1, "level": 1, "bin_size": "large"}],
        "levels": [{"heaviest": 50}, {"cost": 0.5, "heaviest": 8}],
        "masses": {"P": 40, "Q": 3.5},
        "bins_by_size": {"Q": {"large": 1}},
        "depots": {"뒷문": {"A1": 3, "A2": 0}},
        "depot_of": {"K": "뒷문"},
        "replenishments": {"P": 1.5},
        "dock": {"A1": 0, "A2": 2},
        "most_moved": 1,
    },
}
CENTRES = {"A": 1.5, "나사": 5.0, "C": 8.0}
ABOUT = {"seconds": 0.25, "seed": 7, "method": "ga", "history": (Step(0.1, inf, 3.0), Step(0.2, 10.0, 3.0))}


def changed(document: dict, path: str, value: object) -> dict:
    """A copy of a document in which one value is another; `path` is like a.0.b, `...` as the value takes it out."""
    mended = copy.deepcopy(document)
    at, keys = mended, path.split(".")
    for key in keys[:-1]:
        at = at[int(key)] if isinstance(at, list) else at[key]
    last = int(keys[-1]) if isinstance(at, list) else keys[-1]
    if value is ...:
        del at[last]
    elif isinstance(at, list) and last == len(at):
        at.append(value)
    else:
        at[last] = value
    return mended


def test_a_problem_goes_out_and_comes_back_the_same() -> None:
    strip, store, ruled = bulk.problem_of(STRIP), kitting.problem_of(STORE), kitting.problem_of(RULED)
    assert bulk.problem_of(json.loads(json.dumps(bulk.document_of(strip)))) == strip
    assert kitting.problem_of(json.loads(json.dumps(kitting.document_of(store)))) == store
    assert kitting.document_of(store).keys() == STORE.keys()
    assert kitting.document_of(ruled)["rules"] == changed(RULED, "rules.levels.0.cost", 0)["rules"]
    assert kitting.problem_of(json.loads(json.dumps(kitting.document_of(ruled)))) == ruled
    assert (ruled.rules.level_costs, ruled.rules.heaviest) == ((0.0, 0.5), (50.0, 8.0))
    assert (ruled.rules.depots["뒷문"], ruled.rules.dock) == ((3.0, 0.0), (0.0, 2.0))
    assert strip.materials[1].trips == (1.0, 7.5)
    assert store.models[0].materials == (0, 2)
    assert store.today == {"P": Place(1, 0, 0)}


def test_a_plan_goes_out_and_comes_back_the_same() -> None:
    strip, store = bulk.problem_of(STRIP), kitting.problem_of(STORE)
    along = BulkPlan(10.0, 3.0, optimal=False, **ABOUT, positions=CENTRES, strips=dict.fromkeys(CENTRES, "b"))
    assert bulk.plan_of(json.loads(json.dumps(bulk.plan_document(along))), strip) == along
    places = {"P": Place(1, 0, 0), "Q": Place(0, 1, 0), "R": Place(0, 0, 3)}
    inside = KittingPlan(10.0, 3.0, optimal=False, **ABOUT, places=places)
    assert kitting.plan_of(json.loads(json.dumps(kitting.plan_document(inside, store))), store) == inside


def test_the_examples_of_the_reference_page_are_read() -> None:
    strip, store = bulk.problem_of(EXAMPLES["bulk-instance"]), kitting.problem_of(EXAMPLES["kitting-instance"])
    assert bulk.plan_of(EXAMPLES["bulk-plan"], strip).optimal
    assert kitting.plan_of(EXAMPLES["kitting-plan"], store).optimal
    assert check_bulk(EXAMPLES["bulk-instance"], EXAMPLES["bulk-plan"]).ok
    assert check_kitting(EXAMPLES["kitting-instance"], EXAMPLES["kitting-plan"]).ok


def test_the_example_of_moves_is_what_comes_out() -> None:
    store = kitting.problem_of(EXAMPLES["kitting-instance"])
    plan, labour = kitting.plan_of(EXAMPLES["kitting-plan"], store), Labour(10, 5, 40, 26)
    document = moves_document(store, plan, reslot(store, plan.places, labour), labour)
    conform(document, SCHEMAS["kitting-moves"])
    assert document == EXAMPLES["kitting-moves"]


def test_why_conforms_and_says_what_moving_costs() -> None:
    strip, store = bulk.problem_of(EXAMPLES["bulk-instance"]), kitting.problem_of(EXAMPLES["kitting-instance"])
    along, inside = bulk.plan_of(EXAMPLES["bulk-plan"], strip), kitting.plan_of(EXAMPLES["kitting-plan"], store)
    told = with_why(bulk.plan_document(along), strip, along)
    conform(told, SCHEMAS["bulk-plan"])
    assert (told["gap"], told["why"]["panel"]["cost"]) == (0, 12 * 50 + 5 * 400)
    assert told["why"]["panel"]["pulls"][0] == {"supply_point": 0, "trips": 12, "way": -50}
    told = with_why(kitting.plan_document(inside, store), store, inside)
    conform(told, SCHEMAS["kitting-plan"])
    assert told["why"]["P2"]["pulls"] == [{"model": "K1", "cost": 40, "companions": 1}]
    assert told["why"]["P2"]["elsewhere"] == [{"aisle": "A2", "change": 80, "room": True}]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_schema_is_one(schema: dict) -> None:
    Draft202012Validator.check_schema(schema)


BAD_STRIPS = [
    ("length", ..., "length is missing. Give it: length of the strip"),
    ("length", "10", 'length must be a number; it is "10"'),
    ("length", True, "length must be a number; it is True"),
    ("length", nan, "length is nan, which is no number"),
    ("length", inf, "length is inf, which is no number"),
    ("length", 0, "length must be more than 0; it is 0"),
    ("length", 2e9, "length must be at most 1000000000; it is 2000000000. Use a larger unit"),
    ("today_strips.A", "c", "today_strips.A names the strip c, which is not among the strips"),
    ("today_strips.X", "a", "today_strips names the material X"),
    ("strips", ..., "rules.strips.C names the strip b, which is not among the strips"),
    ("strips.1.id", "a", "strips[1].id: a stands there twice"),
    ("strips.1.to", 11, "strips[1]: from 1 to 11 leaves the strip, which reaches from 0 to 10"),
    ("strips.1.to", 0.5, "strips[1] must end after it begins: from 1 to 0.5"),
    ("strips.0.forbidden.0.to", 7, "strips[0].forbidden[0]: from 3 to 7 leaves the strip, which reaches from 0 to 6.5"),
    ("strips", [{"id": "b", "from": 0, "to": 8}], "The zones need 8.6 and the strip has 7.5 free: 1.1 too much"),
    ("rules.strips.X", "a", "rules.strips names the material X"),
    ("lenght", 3, "There is no key lenght; did you mean length?"),
    ("supply_points", [], "supply_points must have at least 1 entries; it has 0"),
    ("materials", {}, "materials must be a list; it is {}"),
    ("materials.0.width", -3, "materials[0].width must be more than 0; it is -3"),
    ("materials.0.width", 7, "materials[0].width: the material A is 7 wide and the longest free stretch of the strip"),
    ("materials.1.id", "A", "materials[1].id: A stands there twice"),
    ("materials.0.id", "", "materials[0].id must not be empty"),
    ("materials.0.trips", {}, "materials[0].trips: the material A has no trips"),
    ("materials.0.trips", {"0": 0}, "materials[0].trips: the material A has no trips"),
    ("materials.0.trips", {"2": 1}, "materials[0].trips: there is no supply point 2. Name one by its number, from 0"),
    ("materials.0.trips", {"٠": 1}, "materials[0].trips: there is no supply point ٠"),
    ("materials.0.trips", {"0": -1}, "materials[0].trips.0 must be at least 0; it is -1"),
    ("materials.0.trips", {"0": 1e12}, "materials[0].trips.0 must be at most 1000000000; it is 1e+12"),
    ("today.X", 3, "today names the material X, which is not among the materials"),
    ("today.A", 1, "today.A: from -0.5 to 2.5 leaves the strip, which reaches from 0 to 10"),
    ("rules.fixed.X", 3, "rules.fixed names the material X"),
    ("rules.fixed.나사", 3.9, "rules.fixed: A and 나사 overlap by 0.45"),
    ("rules.fixed.A", 2, "rules.fixed: A lies from 0.5 to 3.5, partly on the forbidden stretch from 3 to 3.5"),
    ("rules.forbidden.0.to", 2, "rules.forbidden[0] must end after it begins: from 3 to 2"),
    ("rules.forbidden.0.to", 11, "rules.forbidden[0]: from 3 to 11 leaves the strip"),
    ("rules.together.0", ["A", "A"], "rules.together[0]: A stands there twice"),
    ("rules.together.1", ["A", "C"], "rules.together[1]: the material C is in an earlier group already"),
    ("rules.apart.0.distance", 8, "rules.apart[0].distance: the centres can be at most 7 apart on this strip; 8 is"),
    ("rules.apart.0.materials", ["A", "A"], "rules.apart[0].materials: A stands there twice"),
    ("rules.most_moved", 1.5, "rules.most_moved must be a whole number; it is 1.5"),
    ("today", ..., "rules.most_moved counts moves from today's layout, and today does not tell where A is"),
    ("rules.together", [["A", "X"]], "rules.together[0] names the material X"),
]
BAD_STORES = [
    ("aisles.0.racks", [], "aisles[0].racks must have at least 1 entries"),
    ("aisles.0.weight", -1, "aisles[0].weight must be at least 0; it is -1"),
    ("aisles.1.id", "A1", "aisles[1].id: A1 stands there twice"),
    ("materials.0.bins", 6, "materials[0].bins: the material P needs 6 adjacent bins and the longest rack has 5"),
    ("materials.0.bins", 0, "materials[0].bins must be at least 1; it is 0"),
    ("materials.3", {"id": "S", "bins": 4}, "The materials need 12 bins and the racks have 11: 1 too many"),
    ("models.0.materials.0", "X", "models[0].materials[0] names the material X, which is not among the materials"),
    ("models.0.materials.2", "P", "models[0].materials[2]: P stands there twice"),
    ("models.0.materials", [], "models[0].materials must have at least 1 entries"),
    ("models.0.frequency", 0, "models[0].frequency must be more than 0; it is 0"),
    ("models.0.frequency", 10**400, "models[0].frequency must be at most 1000000000; it is 1000"),
    ("models.1.id", "K", "models[1].id: K stands there twice"),
    ("today.X", {"aisle": "A1", "rack": 0, "first_bin": 0}, "today names the material X"),
    ("today.P.aisle", "A9", "today.P.aisle names the aisle A9"),
    ("today.P.rack", 1, "today.P: P needs 5 bins from bin 0 of rack 1 in aisle A2, which has 0 bins there"),
    ("today.P.first_bin", 1, "today.P: P needs 5 bins from bin 1 of rack 0 in aisle A2, which has 5 bins there"),
    ("today.P.bin", 1, "There is no key today.P.bin; did you mean first_bin?"),
]


BAD_RULES = [
    ("fixed.X", {"aisle": "A1", "rack": 0, "first_bin": 0}, "rules.fixed names the material X"),
    ("fixed.R.rack", 7, "rules.fixed.R: R needs 1 bins from bin 1 of rack 7 in aisle A1, which has 0 bins there"),
    ("fixed.R.first_bin", 3, "rules.fixed: what is blocked and R take the same bin 3 of rack 0 in aisle A1. Move one"),
    ("fixed.R.rack", 1, "rules.fixed.R and rules.bins_by_size.R contradict each other. Take one of them back"),
    (
        "fixed.Q",
        {"aisle": "A1", "rack": 0, "first_bin": 1},
        "rules.fixed.Q and rules.forbidden.Q contradict",
    ),
    ("aisles.R", ["A2"], "rules.fixed.R and rules.aisles.R contradict each other"),
    ("masses.R", 60, "rules.fixed.R and rules.masses.R contradict each other"),
    ("aisles.P", ["A9"], "rules.aisles.P names the aisle A9, which is not among the aisles"),
    ("aisles.P", [], "rules.aisles.P must have at least 1 entries"),
    ("forbidden.Q.0.rack", 2, "rules.forbidden.Q[0].rack: the aisle A1 has no rack 2. Name one by its number, from 0"),
    ("forbidden.Q.0.bin", 2, "There is no key rules.forbidden.Q[0].bin; did you mean"),
    (
        "blocked.0.bins",
        2,
        "rules.blocked[0]: what is blocked needs 2 bins from bin 3 of rack 0 in aisle A1, which",
    ),
    ("apart.0", ["P", "P"], "rules.apart[0]: P stands there twice"),
    ("apart.0", ["P"], "rules.apart[0] must have at least 2 entries"),
    ("racks.0.level", 2, "rules.racks[0].level: level 2 is not among rules.levels, which has 2. Describe it there"),
    ("racks.1", {"aisle": "A1", "rack": 1}, "rules.racks[1]: A1/1 stands there twice"),
    ("levels.1.heaviest", -1, "rules.levels[1].heaviest must be at least 0; it is -1"),
    ("levels.1.cost", nan, "rules.levels[1].cost is nan, which is no number"),
    ("bins_by_size.Q", {"huge": 1}, "rules.bins_by_size.Q names the size huge, which no rack of rules.racks has"),
    ("bins_by_size.Q.large", 0, "rules.bins_by_size.Q.large must be at least 1; it is 0"),
    ("depots.뒷문.A2", ..., "rules.depots.뒷문.A2 is missing. Give it: how far this aisle is from there"),
    ("depot_of.K", "front", "rules.depot_of.K names the depot front, which is not among rules.depots"),
    ("depot_of.X", "뒷문", "rules.depot_of names the model X, which is not among the models"),
    ("dock", ..., "rules.dock is missing. Give it: how far every aisle is"),
    ("dock.A9", 1, "rules.dock names the aisle A9"),
    ("replenishments.P", 2e9, "rules.replenishments.P must be at most 1000000000"),
    ("most_moved", -1, "rules.most_moved must be at least 0; it is -1"),
    ("most_moves", 1, "There is no key rules.most_moves; did you mean most_moved?"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BAD_RULES)
def test_a_rule_that_cannot_be_is_refused_by_its_key(path: str, value: object, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        kitting.problem_of(changed(RULED, f"rules.{path}", value))
    assert str(refused.value).startswith(sentence)


def test_rules_see_what_is_free_and_where_things_are_today() -> None:
    with pytest.raises(Invalid, match="counts moves from today's layout"):
        kitting.problem_of(changed(RULED, "today", ...))
    with pytest.raises(Invalid, match="The materials need 8 bins and the racks have 7: 1 too many"):
        kitting.problem_of({**STORE, "rules": {"blocked": [{"aisle": "A1", "rack": 0, "first_bin": 0, "bins": 4}]}})
    no_bins = changed(changed(RULED, "rules.fixed", ...), "rules.bins_by_size", ...)
    only_large = [{"aisle": "A1", "rack": rack, "bin_size": "large"} for rack in (0, 1)]
    longer = changed(no_bins, "rules.racks", [*only_large, {"aisle": "A2", "rack": 0, "bin_size": "large"}])
    with pytest.raises(Invalid, match="the material P fits the bins of no rack, which are of the sizes large"):
        kitting.problem_of(changed(longer, "today", {"P": {"aisle": "A2", "rack": 0, "first_bin": 0}}))


@pytest.mark.parametrize(("path", "value", "sentence"), BAD_STRIPS)
def test_a_strip_that_cannot_be_is_refused_by_its_key(path: str, value: object, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        bulk.problem_of(changed(STRIP, path, value))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(("path", "value", "sentence"), BAD_STORES)
def test_a_store_that_cannot_be_is_refused_by_its_key(path: str, value: object, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        kitting.problem_of(changed(STORE, path, value))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("document", [None, [], "x", 3, {}], ids=str)
def test_what_is_no_object_is_refused(document: object) -> None:
    for read in (bulk.problem_of, kitting.problem_of):
        with pytest.raises(Invalid):
            read(document)


def test_sums_of_written_numbers_may_be_off_by_a_hair() -> None:
    thirds = [{"id": str(n), "width": 0.1, "trips": {"0": 1}} for n in range(3)]
    bulk.problem_of({"length": 0.3, "supply_points": [0], "materials": thirds})


def test_a_plan_names_every_material() -> None:
    with pytest.raises(Invalid, match=r"positions\.C is missing"):
        bulk.plan_of({**EXAMPLES["bulk-plan"], "positions": {"A": 1, "나사": 2}}, bulk.problem_of(STRIP))
    with pytest.raises(Invalid, match=r"places\.P is missing"):
        kitting.plan_of({**EXAMPLES["kitting-plan"], "places": {}}, kitting.problem_of(STORE))


PIECES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.floats(-3, 12) | st.sampled_from(["A", "P", "", "A1", "0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "width", "0", "A"]), inner),
    max_leaves=6,
)
PLACES = {"bulk-instance": STRIP, "kitting-instance": RULED, **{n: EXAMPLES[n] for n in ("bulk-plan", "kitting-plan")}}


def paths(document: object, prefix: str = "") -> list[str]:
    inner = document.items() if isinstance(document, dict) else enumerate(document)
    found = []
    for key, value in inner:
        found.append(f"{prefix}{key}")
        if isinstance(value, dict | list):
            found += paths(value, f"{prefix}{key}.")
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_our_reading_of_a_schema_is_the_standards(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PLACES)))
    path = data.draw(st.sampled_from(paths(PLACES[name])))
    document = changed(PLACES[name], path, data.draw(PIECES | st.just(...)))
    try:
        conform(document, SCHEMAS[name])
        ours = True
    except HanmaruError:
        ours = False
    assert ours == Draft202012Validator(SCHEMAS[name]).is_valid(document)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_broken_is_refused_in_a_sentence_or_read(data: st.DataObject) -> None:
    name, read = data.draw(st.sampled_from([("bulk-instance", bulk), ("kitting-instance", kitting)]))
    path = data.draw(st.sampled_from(paths(PLACES[name])))
    document = changed(PLACES[name], path, data.draw(PIECES | st.just(...)))
    try:
        problem = read.problem_of(document)
    except Invalid as refused:
        sentence = str(refused)
    else:
        sentence = ""
        assert read.problem_of(json.loads(json.dumps(read.document_of(problem)))) == problem
    assert "%(" not in sentence


def test_a_store_of_a_hundred_thousand_bins_is_read() -> None:
    store = generate_kitting("store-5000", 1)
    del store["today"]
    store["aisles"] = [{"id": f"A{n}", "weight": n, "racks": [100] * 10} for n in range(100)]
    assert len(kitting.problem_of(store).materials) == 5000
    assert len(bulk.problem_of(generate_bulk("table7-1000", 1)).materials) == 1000


def test_a_value_that_breaks_no_bound_is_no_wrong_value() -> None:
    with pytest.raises(WrongValue) as refused:
        conform(-1, {"type": "number", "minimum": 0}, "x")
    assert refused.value.code == "slotting.wrong_value"
