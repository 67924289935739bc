"""The layout of a store, the heat map of its picks, and the bins of one kit; each before and after."""

from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Model
from hanmaru.decide.slotting.pictures.canvas import (
    WIDE,
    Format,
    Picture,
    circle,
    hatched,
    headed,
    rect,
    text,
    width_of,
)
from hanmaru.decide.slotting.pictures.families import Families, families
from hanmaru.decide.slotting.pictures.palette import (
    FAINT,
    GROUPS,
    HEAT,
    INK,
    INK_SOFT,
    LINE_STRONG,
    NEUTRAL,
    PERSIMMON,
    PINE_WASH,
    PLANK,
    PLANK_DEEP,
    between,
)
from hanmaru.decide.slotting.pictures.shelves import Places, Shelves, cost, entries, free, layouts, nothing
from hanmaru.decide.slotting.pictures.words import Words, figure, short

UNUSED = "#b3a88f"


def layout(problem: KittingProblem, plan: KittingPlan, language: str, form: Format = WIDE) -> Picture:
    """Draw which material lies where; kits that resemble each other share a colour."""
    say, shelves, groups = Words(language), Shelves(problem, form=form), families(problem, len(GROUPS))
    head, y = headed(say("store"), say("store_note"), form)
    parts = [head]
    for name, places in layouts(problem, plan.places, say):
        parts += [_name(name, figure(cost(problem, places)), y, form), _filled(shelves, groups, places, y)]
        y += shelves.height + 44
    legend, high = _legend(problem, groups, say, y, form)
    return Picture(say("store"), y + high, "".join([*parts, legend]), form.width)


def heat(problem: KittingProblem, plan: KittingPlan, language: str, form: Format = WIDE) -> Picture:
    """Draw how often each bin is picked from and each aisle entered."""
    say, shelves = Words(language), Shelves(problem, form=form)
    picks = picked(problem)
    most = max(picks, default=0.0) or 1.0
    head, y = headed(say("heat"), say("heat_note"), form)
    parts = [head]
    for name, places in layouts(problem, plan.places, say):
        counts = [short(count, say) for count in entries(problem, places)]
        parts += [_name(name, figure(cost(problem, places)), y, form), shelves.frame(y, free, counts.__getitem__)]
        for number, (material, count) in enumerate(zip(problem.materials, picks, strict=True)):
            fill, tip = between(HEAT, count / most), f"{material.key}: {figure(count)}"
            place = places[material.key]
            parts.append(shelves.box(y, place, shelves.bins(number, place), fill, tip=tip))
        y += shelves.height + 44
    parts.append(_scale(say, most, y, form))
    return Picture(say("heat"), y + 22, "".join(parts), form.width)


def lit(problem: KittingProblem, plan: KittingPlan, model: str, language: str, form: Format = WIDE) -> Picture:
    """Draw where the materials of one kit lie, by its key; aisles that its picker enters stand out."""
    say, shelves = Words(language), Shelves(problem, highest=260, form=form)
    kit = next(one for one in problem.models if one.key == model)
    title = say("model", name=kit.key)
    note = say("model_note", count=len(kit.materials), frequency=figure(kit.frequency))
    head, y = headed(title, note, form)
    parts = [head]
    for name, places in layouts(problem, plan.places, say):
        aisles = {places[problem.materials[index].key].aisle for index in kit.materials}
        parts += [_name(name, say("aisles_entered", count=len(aisles)), y, form), _kit(shelves, kit, places, aisles, y)]
        y += shelves.height + 44
    return Picture(title, y - 22, "".join(parts), form.width)


def dearest(problem: KittingProblem, places: Places) -> str:
    """Answer the key of the kit whose picking costs most."""
    keys = [material.key for material in problem.materials]

    costs = Costs(problem)

    def walk(number: int, model: Model) -> float:
        return sum(costs.entering(number, aisle) for aisle in {places[keys[i]].aisle for i in model.materials})

    return max(enumerate(problem.models), key=lambda one: walk(*one))[1].key


def picked(problem: KittingProblem) -> list[float]:
    """Answer how often each material is picked."""
    counts = [0.0] * len(problem.materials)
    for model in problem.models:
        for index in model.materials:
            counts[index] += model.frequency
    return counts


def _name(name: str, said: str, y: float, form: Format) -> str:
    size = 19 if form == WIDE else 16
    end = text(form.right, y, said, size, font_weight=650, text_anchor="end")
    return text(form.margin, y, name, size, font_weight=650) + end


def _filled(shelves: Shelves, groups: Families, places: Places, y: float) -> str:
    parts = [shelves.frame(y, free, nothing)]
    for number, (material, group) in enumerate(zip(shelves.problem.materials, groups.of, strict=True)):
        place = places[material.key]
        bins = shelves.bins(number, place)
        parts.append(shelves.box(y, place, bins, _colour(group), material.key, tip=material.key))
        if group is None:
            x, middle = shelves.centre(y, place, bins)
            aside = shelves.racks[0, 0][1] / 2 - 12 if shelves.named else 0
            parts.append(circle(x - aside, middle, min(3.0, shelves.bin * 0.45), INK))
    return "".join(parts)


def _colour(group: int | None) -> str:
    if group is None:
        return NEUTRAL
    return UNUSED if group < 0 else GROUPS[group]


def _legend(problem: KittingProblem, groups: Families, say: Words, y: float, form: Format) -> tuple[str, float]:
    """Draw the colours with a kit of each; answer it and how high it is."""
    busiest = [max(group, key=lambda index: problem.models[index].frequency) for group in groups.models]
    entries_of = [
        (GROUPS[number], say("kits_like", name=problem.models[index].key, count=len(group)))
        for number, (group, index) in enumerate(zip(groups.models, busiest, strict=True))
    ]
    if None in groups.of:
        entries_of.append((NEUTRAL, say("many_kits")))
    if -1 in groups.of:
        entries_of.append((UNUSED, say("no_kit")))
    entries_of.append((PLANK, say("free")))
    if problem.rules.blocked:
        entries_of.append((PLANK_DEEP, say("blocked")))
    parts, x, top = [], form.margin, y
    for fill, words in entries_of:
        wide = 62 + width_of(words, 16)
        if x + wide > form.right + 30:
            x, y = form.margin, y + 32
        parts.append(
            hatched(x, y - 15, 20, 20)
            if fill == PLANK_DEEP
            else rect(x, y - 15, 20, 20, fill, rx=4, stroke=LINE_STRONG if fill == PLANK else fill)
        )
        if fill == NEUTRAL:
            parts.append(circle(x + 10, y - 5, 3, INK))
        parts.append(text(x + 30, y, words, 16, fill=INK_SOFT))
        x += wide
    if any(problem.rules.level_of.values()):
        words = say("levels")
        if x + width_of(words, 16) > form.right:
            x, y = form.margin, y + 32
        parts.append(text(x, y, words, 16, fill=INK_SOFT))
    return "".join(parts), y - top + 24


def _kit(shelves: Shelves, kit: Model, places: Places, aisles: set[int], y: float) -> str:
    lit_up = {shelves.problem.materials[index].key for index in kit.materials}
    floor = "".join(rect(*shelves.ground(aisle, y), PINE_WASH, rx=8) for aisle in sorted(aisles))
    parts = [floor, shelves.frame(y, free, nothing)]
    for number, material in enumerate(shelves.problem.materials):
        fill, place = PERSIMMON if material.key in lit_up else FAINT, places[material.key]
        parts.append(shelves.box(y, place, shelves.bins(number, place), fill, tip=material.key))
    return "".join(parts)


def _scale(say: Words, most: float, y: float, form: Format) -> str:
    steps, wide = 60, 4.0 if form == WIDE else 2.0
    x = round(form.margin + width_of(say("seldom"), 16) + 12)
    bar = "".join(
        rect(x + wide * step, y - 14, wide, 16, between(HEAT, step / (steps - 1)), shape_rendering="crispEdges")
        for step in range(steps)
    )
    far = x + wide * steps + 12
    end = text(far, y, f"{say('often')} ({figure(most)})", 16, fill=INK_SOFT)
    return text(form.margin, y, say("seldom"), 16, fill=INK_SOFT) + bar + end
