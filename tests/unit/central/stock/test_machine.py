"""Stock as a state machine: whatever is done in whatever order, the figures stay possible and follow from the facts."""

import itertools
from collections import defaultdict
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from hanmaru.central.stock import queries, services
from hanmaru.central.stock.errors import NotEnough, ReservationGone
from hanmaru.central.stock.models import Balance

pytestmark = pytest.mark.django_db
FEW = st.integers(1, 12)
VARIANTS = PLACES = st.integers(0, 2)


class Stock(RuleBasedStateMachine):
    """A plain model of stock beside the real thing. ``variants`` and ``places`` are ids, set by the test."""

    variants: ClassVar[list[int]] = []
    places: ClassVar[list[int]] = []
    keys = itertools.count()
    reservations = Bundle("reservations")

    def __init__(self):
        super().__init__()
        self.on_hand = defaultdict(int)
        self.reserved = defaultdict(int)
        self.held = {}
        for row in Balance.objects.all():
            if row.reserved:
                services.release(row.reservations.filter(state="open").values_list("pk", flat=True))
            if row.on_hand:
                services.count(variant=row.variant_id, place=row.place_id, counted=0, key=self.fresh_key())

    def fresh_key(self):
        return f"key {next(self.keys)}"

    def free(self, where):
        return self.on_hand[where] - self.reserved[where]

    @rule(v=VARIANTS, p=PLACES, quantity=FEW)
    def find(self, v, p, quantity):
        reason = services.MoveReason.FOUND
        services.correct(
            variant=self.variants[v], place=self.places[p], difference=quantity, reason=reason, key=self.fresh_key()
        )
        self.on_hand[v, p] += quantity

    @rule(v=VARIANTS, p=PLACES, q=PLACES, quantity=FEW)
    def carry(self, v, p, q, quantity):
        if p == q:
            return
        move = services.Move(
            variant=self.variants[v],
            from_place=self.places[p],
            to_place=self.places[q],
            quantity=quantity,
            reason=services.MoveReason.MOVE,
        )
        if quantity > self.free((v, p)):
            with pytest.raises(NotEnough):
                services.post([move])
            return
        services.post([move])
        services.post([move])  # sent again: nothing more may happen
        self.on_hand[v, p] -= quantity
        self.on_hand[v, q] += quantity

    @rule(target=reservations, v=VARIANTS, p=PLACES, quantity=FEW)
    def reserve(self, v, p, quantity):
        row = Balance.objects.filter(variant_id=self.variants[v], place_id=self.places[p]).first()
        if row is None:
            return None
        want = services.Want(balance=row.pk, quantity=quantity, document_kind="order", document_id=1)
        if quantity > self.free((v, p)):
            with pytest.raises(NotEnough):
                services.reserve([want])
            return None
        (held,) = services.reserve([want])
        self.reserved[v, p] += quantity
        self.held[held] = (v, p, quantity)
        return held

    @rule(held=reservations)
    def release(self, held):
        if held is None:
            return
        v, p, quantity = self.held[held]
        assert services.release([held]) == (1 if quantity else 0)
        self.reserved[v, p] -= quantity
        self.held[held] = (v, p, 0)

    @rule(held=consumes(reservations), share=FEW)
    def pick(self, held, share):
        if held is None:
            return
        v, p, quantity = self.held[held]
        move = services.Move(
            variant=self.variants[v],
            from_place=self.places[p],
            to_place=services.beyond(services.PlaceKind.CUSTOMER),
            quantity=share,
            reason=services.MoveReason.PICK,
            reservation=held,
        )
        if share > quantity:
            with pytest.raises(ReservationGone):
                services.post([move])
            return
        services.post([move])
        self.on_hand[v, p] -= share
        self.reserved[v, p] -= share
        self.held[held] = (v, p, quantity - share)

    @rule(held=reservations, q=PLACES, more=st.integers(0, 12))
    def carry_held(self, held, q, more):
        if held is None or self.held[held][1] == q:
            return
        v, p, quantity = self.held[held]
        move = services.Move(
            variant=self.variants[v],
            from_place=self.places[p],
            to_place=self.places[q],
            quantity=max(1, quantity + more),
            reason=services.MoveReason.MOVE,
            carries=(held,),
        )
        if not quantity or more > self.free((v, p)):
            with pytest.raises(NotEnough if quantity else ReservationGone):
                services.post([move])
            return
        services.post([move])
        services.post([move])
        for place, sign in ((p, -1), (q, 1)):
            self.on_hand[v, place] += sign * (quantity + more)
            self.reserved[v, place] += sign * quantity
        self.held[held] = (v, q, quantity)

    @invariant()
    def figures_are_what_the_model_says(self):
        rows = {(r.variant_id, r.place_id): (r.on_hand, r.reserved) for r in Balance.objects.all()}
        for v, variant in enumerate(self.variants):
            for p, place in enumerate(self.places):
                expected = (self.on_hand[v, p], self.reserved[v, p])
                assert rows.get((variant, place), (0, 0)) == expected
        assert queries.verify() == []


def test_whatever_happens_the_figures_follow_from_the_facts(new_variant, bins):
    Stock.variants, Stock.places = [new_variant() for _ in range(3)], bins
    quick = settings(max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Stock, settings=quick)
