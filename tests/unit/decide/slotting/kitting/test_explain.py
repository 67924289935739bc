"""Why a material lies where it lies."""

from hanmaru.decide.slotting.kitting.explain import Elsewhere, Explainer, Pull
from hanmaru.decide.slotting.kitting.problem import Place

PLACES = {"P0": Place(0, 0, 0), "P1": Place(0, 0, 2), "P2": Place(1, 0, 0), "P3": Place(1, 0, 2), "P4": Place(0, 0, 4)}


def test_who_pulls_a_material_and_what_moving_it_costs(store):
    problem = store([(1, [7]), (3, [6]), (4, [6])], [2, 2, 2, 3, 3], [(10, [0, 1, 2]), (4, [3, 4])])
    explainer = Explainer(problem, PLACES)

    kept, astray = explainer.reason(0), explainer.reason(2)

    assert kept.pulls == (Pull("K0", 10.0, 1),)
    assert kept.elsewhere == (Elsewhere("A1", 0.0, room=False), Elsewhere("A2", 40.0, room=True))
    assert astray.pulls == (Pull("K0", 30.0, 0),)
    assert astray.elsewhere == (Elsewhere("A0", -30.0, room=False), Elsewhere("A2", 10.0, room=True))
