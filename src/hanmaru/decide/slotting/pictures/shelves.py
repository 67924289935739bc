"""What all pictures of a store share: where a rack stands, and a material's run of bins as one box.

Where a picture is too narrow for all racks beside each other, the aisles go on in a row below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Place
from hanmaru.decide.slotting.pictures.canvas import MEDIUM, WIDE, Format, fitting, hatched, rect, text, width_of
from hanmaru.decide.slotting.pictures.palette import INK_SOFT, PLANK, PLANK_DEEP, on
from hanmaru.decide.slotting.pictures.words import Words

Places = Mapping[str, Place]
HEAD = 54.0  # room above the racks for what is said of an aisle
FOOT = 14.0  # and below them
LEAST_WIDE, LEAST_NARROW = 8.0, 22.0  # how wide a rack must be before aisles go on in a row below


@dataclass(frozen=True)
class Shelves:
    """A store as it stands on a picture: aisles from left to right, bin 0 of a rack at the bottom."""

    problem: KittingProblem
    highest: float = 420
    form: Format = WIDE

    @cached_property
    def bin(self) -> float:
        """How high a bin is."""
        return min(20.0, self.highest / max(max(aisle.racks) for aisle in self.problem.aisles))

    @cached_property
    def letters(self) -> float:
        """How high the letters of names are."""
        return {WIDE: 14.0, MEDIUM: 12.0}.get(self.form, 11.0)

    @cached_property
    def path(self) -> float:
        """How far aisles stand from each other."""
        return min(34.0 if self.form == WIDE else 12.0, 0.45 * self.form.room / max(map(len, self.rows)))

    @cached_property
    def rows(self) -> list[list[int]]:
        """The aisles that stand beside each other, row by row: about as many racks in each."""
        least = LEAST_WIDE if self.form == WIDE else LEAST_NARROW
        needs = [len(aisle.racks) * least + 0.25 * least for aisle in self.problem.aisles]
        share = sum(needs) / ceil(sum(needs) / self.form.room)
        rows: list[list[int]] = [[]]
        reached = 0.0
        for aisle, need in enumerate(needs):
            if rows[-1] and reached + need / 2 > share * len(rows):
                rows.append([])
            rows[-1].append(aisle)
            reached += need
        return rows

    @cached_property
    def named(self) -> bool:
        """Whether most materials have room for their names; else none is written."""
        wide = self.racks[0, 0][1] - 4
        fit = sum(
            width_of(one.key, self.letters) <= wide and one.bins * self.bin >= 12 for one in self.problem.materials
        )
        return 2 * fit > len(self.problem.materials)

    @property
    def height(self) -> float:
        """How high the picture of one layout is, its head included."""
        return self._bottoms[-1]

    @cached_property
    def _bottoms(self) -> list[float]:
        """Where each row of aisles ends."""
        found, reached = [], 0.0
        for row in self.rows:
            reached += HEAD + self.bin * max(max(self.problem.aisles[aisle].racks) for aisle in row) + FOOT
            found.append(reached)
        return found

    @cached_property
    def _row_of(self) -> dict[int, int]:
        return {aisle: number for number, row in enumerate(self.rows) for aisle in row}

    def floor(self, aisle: int, y: float) -> float:
        """Where the racks of an aisle stand, in a layout that begins at `y`."""
        return y + self._bottoms[self._row_of[aisle]] - FOOT

    def ground(self, aisle: int, y: float) -> tuple[float, float, float, float]:
        """The left edge, top, width and height of an aisle with what is said above it."""
        row = self._row_of[aisle]
        top = y + (self._bottoms[row - 1] if row else 0.0) + 16
        start, end = self.aisle_span(aisle)
        aside = min(7.0, self.path / 2)
        return start - aside, top, end - start + 2 * aside, y + self._bottoms[row] - top + 4

    @cached_property
    def racks(self) -> dict[tuple[int, int], tuple[float, float]]:
        """Left edge and width of every rack, by aisle and rack."""
        aisles, path, room, found = self.problem.aisles, self.path, self.form.room, {}
        counts = [sum(len(aisles[number].racks) for number in row) for row in self.rows]
        spans = [room - path * (len(row) - 1) for row in self.rows]
        wide = min(120.0, *(span / count for span, count in zip(spans, counts, strict=True)))
        for row in self.rows:
            x = self.form.margin
            for number in row:
                for rack in range(len(aisles[number].racks)):
                    found[number, rack] = (x, wide)
                    x += wide
                x += path
        return found

    def aisle_span(self, aisle: int) -> tuple[float, float]:
        """Where an aisle begins and ends."""
        first, _ = self.racks[aisle, 0]
        last = self.racks[aisle, len(self.problem.aisles[aisle].racks) - 1]
        return first, last[0] + last[1]

    def frame(self, y: float, fill: Callable[[int], str], head: Callable[[int], str]) -> str:
        """Draw the empty racks; `fill` is the colour of an aisle's free bins, `head` what stands above it."""
        parts = []
        for number, aisle in enumerate(self.problem.aisles):
            start, end = self.aisle_span(number)
            floor = self.floor(number, y)
            top = self.ground(number, y)[1] - 16 + HEAD
            for rack, bins in enumerate(aisle.racks):
                left, wide = self.racks[number, rack]
                high = bins * self.bin
                parts.append(rect(left + wide * 0.04, floor - high, wide * 0.92, high, fill(number), rx=2))
            label = fitting(aisle.key, end - start + 8, 14)
            parts.append(text((start + end) / 2, top - 8, label, 14, text_anchor="middle", fill=INK_SOFT))
            words, room = head(number), end - start + 0.65 * self.path
            if size := next((one for one in (14, 11) if width_of(words, one) <= room), None):
                parts.append(text((start + end) / 2, top - 26, words, size, text_anchor="middle", font_weight=650))
        for row in self.rows:
            wide = self.aisle_span(row[-1])[1] - self.form.margin
            parts.append(rect(self.form.margin, self.floor(row[0], y), wide, 3, PLANK_DEEP))
        return "".join([*parts, self.blocked(y), self.marks(y)])

    def blocked(self, y: float) -> str:
        """Draw the bins that hold nothing, hatched."""
        parts = []
        for one in self.problem.rules.blocked:
            left, wide = self.racks[one.aisle, one.rack]
            x, high = left + wide * 0.04, one.bins * self.bin
            top = self.floor(one.aisle, y) - (one.first_bin + one.bins) * self.bin
            parts.append(hatched(x, top, wide * 0.92, high))
        return "".join(parts)

    def marks(self, y: float) -> str:
        """Write below the racks on which level they stand and what size their bins have, where that is told."""
        rules, parts = self.problem.rules, []
        for rack, (left, wide) in self.racks.items():
            level, size = rules.level_of.get(rack, 0), rules.bin_size.get(rack, "")
            words = " ".join(one for one in (f"↑{level}" if level else "", size) if one)
            if words and (label := fitting(words, wide + 4, 12)):
                low = self.floor(rack[0], y) + FOOT + 4
                parts.append(text(left + wide / 2, low, label, 12, text_anchor="middle", fill=INK_SOFT))
        return "".join(parts)

    def bins(self, number: int, place: Place) -> int:
        """How many bins a material (its index) takes at a place."""
        return bins_in(self.problem, number, place)

    def box(self, y: float, place: Place, bins: int, fill: str, name: str = "", **more: object) -> str:
        """Draw a material's run of bins, with its name where there is room."""
        left, wide = self.racks[place.aisle, place.rack]
        x, middle = self.centre(y, place, bins)
        high = bins * self.bin
        gap, size = min(0.8, high * 0.12), min(self.letters, high - 3)
        fits = self.named and name and size >= 9 and width_of(name, size) <= wide - 4
        label = text(x, middle + size * 0.36, name, size, text_anchor="middle", fill=on(fill)) if fits else ""
        top = middle - high / 2 + gap / 2
        return rect(left + wide * 0.04, top, wide * 0.92, high - gap, fill, rx=min(2.5, high / 4), **more) + label

    def centre(self, y: float, place: Place, bins: int) -> tuple[float, float]:
        """Answer where the middle of a material's run of bins is."""
        left, wide = self.racks[place.aisle, place.rack]
        return left + wide / 2, self.floor(place.aisle, y) - (place.first_bin + bins / 2) * self.bin


def entries(problem: KittingProblem, places: Places) -> list[float]:
    """Answer how often each aisle is entered: once for a kit that has a material there."""
    keys = [material.key for material in problem.materials]
    found = [0.0] * len(problem.aisles)
    for model in problem.models:
        for aisle in {places[keys[index]].aisle for index in model.materials}:
            found[aisle] += model.frequency
    return found


def cost(problem: KittingProblem, places: Places) -> float:
    """Answer what a layout costs: entries of aisles times their weights, and what rules add to it."""
    return Costs(problem).of(places)


def today(problem: KittingProblem) -> Places | None:
    """Answer today's places if they tell of every material: only then before and after can be compared."""
    known = problem.today
    return known if known is not None and all(one.key in known for one in problem.materials) else None


def layouts(problem: KittingProblem, planned: Places, say: Words) -> list[tuple[str, Places]]:
    """Answer what is to be drawn: today's places (where known), and the plan's."""
    before = today(problem)
    rows = [(say("plan"), planned)]
    return [(say("today"), before), *rows] if before is not None else rows


def free(_aisle: int) -> str:
    """Answer the colour of free bins."""
    return PLANK


def nothing(_aisle: int) -> str:
    """Answer no words above an aisle."""
    return ""
