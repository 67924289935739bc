"""Small stores to try things on, and plans checked by code that shares nothing with the solver."""

import pytest

from hanmaru.decide.slotting.check.kitting import check_kitting
from hanmaru.decide.slotting.formats.kitting import document_of, plan_document
from hanmaru.decide.slotting.kitting.problem import Aisle, KittingProblem, KittingRules, Material, Model
from hanmaru.decide.slotting.watch import Watch


def make_store(aisles, bins, models, today=None, rules=None):
    """A problem from plain figures: aisles (weight, racks), bins of each material, models (frequency, materials)."""
    return KittingProblem(
        tuple(Aisle(f"A{n}", float(weight), tuple(racks)) for n, (weight, racks) in enumerate(aisles)),
        tuple(Material(f"P{n}", count) for n, count in enumerate(bins)),
        tuple(Model(f"K{n}", float(often), tuple(used)) for n, (often, used) in enumerate(models)),
        today,
        rules or KittingRules(),
    )


@pytest.fixture(scope="session")
def store():
    """Make a problem."""
    return make_store


@pytest.fixture(scope="session")
def two_kits():
    """Make two kits that fill an aisle each: the best costs 10 * 1 + 4 * 3 = 22."""

    def make(rules=None, today=None):
        return make_store([(1, [6]), (3, [6])], [2, 2, 2, 3, 3], [(10, [0, 1, 2]), (4, [3, 4])], today, rules)

    return make


@pytest.fixture(scope="session")
def wrong():
    """What an independent checker finds wrong with a plan; it looks at no rules."""

    def look(problem, plan):
        report = check_kitting(document_of(problem), plan_document(plan, problem))
        return [str(violation) for violation in report.violations]

    return look


@pytest.fixture
def endless():
    """A watch whose clock stands still: a search ends by itself alone."""
    return lambda: Watch(float)
