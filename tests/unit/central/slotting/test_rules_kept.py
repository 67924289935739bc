"""What a file says of rules stays as it is when its study is opened in the form and sent back untouched."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.central.slotting.rule_forms import StripRules
from hanmaru.central.slotting.store_rules import StoreRules
from hanmaru.decide.slotting.formats import bulk, kitting
from tests.unit.central.slotting.plant import STORE, STRIP

NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from(",-1가\u2028"), min_size=1, max_size=6
).filter(lambda name: name == name.strip())
FIGURES = st.floats(min_value=1e-6, max_value=1e6) | st.integers(1, 1000)
RACKS = st.integers(0, 1)


def sent_back(form_of, problem):
    """The rules that the form makes of what it shows, as a browser sends it: every line end is two characters."""
    shown = {key: value for key, value in form_of(problem).initial.items() if value not in ("", None)}
    texts = {key: value.replace("\n", "\r\n") if isinstance(value, str) else value for key, value in shown.items()}
    form = form_of(problem, texts)
    assert form.is_valid(), form.errors
    return form.document


@st.composite
def stores(draw):
    """A store with rules that contradict nothing: what stays lies in the first aisle, of which no other rule tells."""
    stays, first, second, kit, home, near, far = draw(st.lists(NAMES, min_size=7, max_size=7, unique=True))
    depot, size = draw(NAMES), draw(NAMES)

    def at(aisle, rack):
        return {"aisle": aisle, "rack": rack}

    some = st.lists(st.tuples(st.sampled_from([near, far]), RACKS), min_size=1, max_size=4, unique=True)
    place = {"aisle": home, "rack": draw(RACKS), "first_bin": draw(st.integers(0, 3))}
    figures = {key: draw(FIGURES) for key in (home, near, far)}
    rules = {
        "fixed": {stays: place},
        "aisles": {first: draw(st.lists(st.sampled_from([home, near, far]), min_size=1, unique=True))},
        "forbidden": {key: [at(*one) for one in draw(some)] for key in draw(st.sets(st.sampled_from([first, second])))},
        "apart": [[first, second]],
        "blocked": [{**at(near, draw(RACKS)), "first_bin": draw(st.integers(0, 5)), "bins": 2}],
        "racks": [{**at(far, 0), "level": draw(st.integers(1, 2)), "bin_size": size}, {**at(near, 1), "level": 1}],
        "levels": [
            draw(st.fixed_dictionaries({}, optional={"cost": FIGURES, "heaviest": FIGURES.map(lambda kg: kg + 2e6)}))
            for _level in range(3)
        ],
        "masses": {first: draw(FIGURES)},
        "bins_by_size": {second: {size: draw(st.integers(1, 9))}},
        "depots": {depot: figures},
        "depot_of": {kit: depot},
        "replenishments": {second: draw(FIGURES)},
        "dock": {key: draw(FIGURES) for key in (home, near, far)},
        "most_moved": draw(st.integers(0, 9)),
    }
    told = {key: rules[key] for key in rules if key in ("racks", "depots", "dock", "levels") or draw(st.booleans())}
    today = draw(st.sampled_from([place, {**place, "first_bin": 4}]))
    return {
        "aisles": [{"id": key, "weight": 1, "racks": [9, 9]} for key in (home, near, far)],
        "materials": [{"id": key, "bins": 1} for key in (stays, first, second)],
        "models": [{"id": kit, "frequency": 1, "materials": [stays, first, second]}],
        "today": {stays: today},
        "rules": told,
    }


@settings(max_examples=60, deadline=None)
@given(stores())
def test_rules_of_a_store_are_sent_back_as_they_came(document):
    problem = kitting.problem_of(document)
    rules = sent_back(StoreRules, problem)
    assert kitting.problem_of(document | {"rules": rules}).rules == problem.rules


@settings(max_examples=60, deadline=None)
@given(
    st.lists(NAMES, min_size=3, max_size=3, unique=True), st.lists(FIGURES, min_size=6, max_size=6), st.integers(0, 9)
)
def test_rules_of_a_strip_are_sent_back_as_they_came(names, figures, most):
    one, two, three = names
    low, wide, gap, far, *_ = figures
    document = {
        "length": 4e9,
        "supply_points": [0],
        "materials": [{"id": key, "width": 1e-7, "trips": {"0": 1}} for key in names],
        "today": {one: 1.0, two: 2.0, three: 3.0},
        "rules": {
            "fixed": {one: low + 2e6, three: 3.0},
            "forbidden": [{"from": 4e6 + low, "to": 4e6 + low + wide + 1}],
            "together": [[two, one]],
            "apart": [{"materials": [two, three], "distance": far}],
            "clearance": gap / 1e7,
            "most_moved": most,
        },
    } | ({"length": 5e8})
    problem = bulk.problem_of(document)
    rules = sent_back(StripRules, problem)
    assert bulk.problem_of(document | {"rules": rules}).rules == problem.rules


def test_single_racks_do_not_become_whole_aisles():
    rules = {"forbidden": {"P1": [{"aisle": "A1", "rack": 1}, {"aisle": "A2", "rack": 0}]}}
    document = STORE | {"aisles": [{"id": "A1", "weight": 1, "racks": [2, 2]}, STORE["aisles"][1]], "rules": rules}
    form = StoreRules(kitting.problem_of(document))
    assert (form["never"].value(), form["never_racks"].value()) == ("P1, A2", "P1, A1, 2")


def test_blanks_around_a_name_are_not_lost():
    materials = [{**STRIP["materials"][0], "id": " M1 "}, *STRIP["materials"][1:]]
    document = STRIP | {"materials": materials, "today": {}, "rules": {"fixed": {" M1 ": 5.0}}}
    assert sent_back(StripRules, bulk.problem_of(document)) == {"fixed": {" M1 ": 5.0}}
