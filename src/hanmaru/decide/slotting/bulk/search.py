"""Rounds of annealing: the line cools down, its coordinates are set exactly, and it is warmed up again."""

from dataclasses import dataclass, field

from hanmaru.decide.slotting.bulk.anneal import Line, anneal, line_of, pay, warmth
from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.timing import Heap, heap, time_order

HOT = 0.1
COLD = 1e-4
CHUNK_NANOSECONDS = 30_000_000


@dataclass(slots=True)
class Search:
    """Anneals one room; how far it goes is counted in moves, so that the same seed finds the same."""

    best: Incumbent
    seed: int
    line: Line = field(init=False)
    _warmth: float = field(init=False)
    _store: Heap = field(init=False)

    def __post_init__(self) -> None:
        """Begin where the incumbent is."""
        room = self.best.problem.rooms[0]
        self.line = line_of(self.best.order, (room.begin, room.end), self.seed)
        self.line.begin[:] = self.best.begin
        pay(self.best.flow, self.line)
        self._store = heap(self.best.flow)
        self._warmth = warmth(self.best.flow, self.line, 500) if len(self.best.order) > 1 else 0.0

    def round(self, moves: int, hot: float = HOT) -> None:
        """Cool down once over so many moves; ends early when time is over."""
        if self._warmth <= 0 or len(self.line.seq) < 2:
            return
        chunk = max(50, CHUNK_NANOSECONDS // (150 + 2 * len(self.line.seq)))
        cost = int(self.line.paid.sum())
        for done in range(0, moves, chunk):
            if self.best.watch.over:
                return
            count = min(chunk, moves - done)
            heat = (hot * self._warmth, COLD * self._warmth)
            cost += int(anneal(self.best.flow, self.line, heat[0], heat[1], count, (done, moves)))
            if cost < self.best.cost:
                self.best.offer(self.line.seq)
        self.best.offer(self.line.seq)
        time_order(self.best.flow, self.line.seq, self.line.begin, self.line.room, self._store)
        pay(self.best.flow, self.line)

    def restart(self) -> None:
        """Go on from the best plan."""
        self.line.seq[:] = self.best.order
        self.line.begin[:] = self.best.begin
        pay(self.best.flow, self.line)
