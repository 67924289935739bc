"""Moves in a workable order that pay back."""

from hanmaru.decide.slotting.kitting.problem import KittingRules, Place, Stretch
from hanmaru.decide.slotting.kitting.reslot import Labour, reslot, workable

TODAY = {"P0": Place(0, 0, 0), "P1": Place(1, 0, 0)}
TARGET = {"P0": Place(1, 0, 0), "P1": Place(0, 0, 0)}


def follow(problem, moves):
    """Make the moves; every one must find its bins free."""
    at = dict(problem.today)
    bins = {material.key: material.bins for material in problem.materials}

    def taken(key, place):
        return {(place.aisle, place.rack, place.first_bin + n) for n in range(bins[key])}

    for move in moves:
        assert at[move.material] == move.origin
        others = set().union(*(taken(key, place) for key, place in at.items() if key != move.material))
        assert not others & taken(move.material, move.target)
        at[move.material] = move.target
    return at


def ring(store, free):
    """Two materials that want each other's bins; the third aisle has `free` bins."""
    return store([(1, [3]), (5, [3]), (9, [free])], [3, 3], [(1, [0]), (9, [1])], TODAY)


def test_a_ring_is_opened_by_laying_one_aside(store):
    problem = ring(store, 4)

    plan = reslot(problem, TARGET, Labour(per_move=2, per_bin=1, moves_a_week=2, weeks=8))

    assert follow(problem, plan.moves) == TARGET
    assert [move.aside for move in plan.moves].count(True) == 1
    assert [move.week for move in plan.moves] == [0, 0, 1]
    assert plan.cost == 3 * 5
    assert sum(move.change for move in plan.moves) == (5 + 9) - (1 + 45)
    assert plan.paid_in is not None


def test_without_a_free_stretch_nothing_moves(store):
    plan = reslot(ring(store, 2), TARGET, Labour(2, 1, 2, 8))

    assert plan.moves == ()
    assert (plan.cost, plan.saving, plan.paid_in) == (0, 0, None)


def test_what_does_not_pay_by_the_date_is_not_begun(store):
    plan = reslot(ring(store, 4), TARGET, Labour(per_move=500, per_bin=0, moves_a_week=2, weeks=8))

    assert plan.moves == ()


def test_the_worthwhile_moves_come_first_and_the_rest_is_left(store):
    today = {"P0": Place(1, 0, 0), "P1": Place(1, 0, 2), "P2": Place(1, 0, 4)}
    problem = store([(1, [8]), (5, [8])], [2, 2, 2], [(100, [0]), (1, [1]), (0, [2])], today)
    target = {"P0": Place(0, 0, 0), "P1": Place(0, 0, 2), "P2": Place(0, 0, 4)}

    plan = reslot(problem, target, Labour(per_move=50, per_bin=0, moves_a_week=1, weeks=4))

    assert [move.material for move in plan.moves] == ["P0"]
    assert plan.saving == 400 * 3
    assert plan.paid_in == 1


def test_what_must_lie_apart_never_meets_on_the_way(store):
    rules = KittingRules(apart=(("P0", "P1"),))
    today = {"P0": Place(1, 0, 0), "P1": Place(0, 0, 0)}
    target = {"P0": Place(0, 0, 1), "P1": Place(1, 0, 1)}
    problem = store([(1, [2]), (5, [2]), (9, [2])], [1, 1], [(9, [0]), (1, [1])], today, rules)

    at = dict(today)
    for move in reslot(problem, target, Labour(0, 0, 5, 9)).moves:
        at[move.material] = move.target
        assert at["P0"].aisle != at["P1"].aisle
    assert at == target


def test_bins_that_are_to_be_free_are_left_and_stay_free(store):
    rules = KittingRules(blocked=(Stretch(0, 0, 0, 2),))
    today = {"P0": Place(0, 0, 0), "P1": Place(0, 0, 2)}
    target = {"P0": Place(0, 0, 2), "P1": Place(1, 0, 0)}
    problem = store([(1, [4]), (5, [4])], [2, 2], [(9, [0]), (1, [1])], today, rules)

    moves = list(workable(problem, target))

    assert [(move.material, move.target) for move in moves] == [("P1", target["P1"]), ("P0", target["P0"])]
    assert all(move.target != Place(0, 0, 0) for move in moves)
