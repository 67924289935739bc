"""What a planner asks for beyond few and near aisles, as a form that writes the rule keys of an instance: in bins."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.slotting import rule_lines, store_lines
from hanmaru.central.slotting.rule_forms import RuleForm, lines_field, most_moved_field
from hanmaru.decide.slotting.errors import FixedAgainstRule, FixedBins
from hanmaru.decide.slotting.formats.kitting_rules import places_document, rules_document
from hanmaru.decide.slotting.kitting.problem import KittingProblem

Reader = Callable[[str], Any]


class StoreRules(RuleForm):
    """The rules of materials in bins. Racks and bins are counted from 1, as people count."""

    fixed = lines_field(
        _("Stay where they are"),
        _("A material in each line. To give it another place, write aisle, rack and first bin behind it: P1, A1, 2, 5"),
    )
    only = lines_field(
        _("Only in these aisles"), _("A material and the aisles where it may lie, in each line: P1, A1, A2")
    )
    never = lines_field(
        _("Not in these aisles"), _("A material and the aisles where it must not lie, in each line: P1, A3")
    )
    apart = lines_field(
        _("Not in one aisle together"), _("Two materials that do not go together, in each line: P1, P2")
    )
    blocked = lines_field(
        _("Keep bins free"), _("Aisle, rack, first and last bin, in each line, all counted from 1: A1, 2, 5, 8")
    )
    most_moved = most_moved_field()
    never_racks = lines_field(
        _("Not in these racks"),
        _("A material, an aisle and those of its racks in which it must not lie, in each line: P1, A3, 2, 4"),
    )
    above = lines_field(
        _("Racks above the floor"),
        _("Aisle, rack and level, in each line; level 1 is the first above the floor: A1, 2, 1"),
    )
    levels = lines_field(
        _("What each level bears and costs"),
        _(
            "Level, the heaviest in kg that may lie there, and how much way a pick there costs more, in each line; "
            "0 is the floor, - where there is no figure: 1, 20, 0.5"
        ),
    )
    masses = lines_field(_("Weights"), _("A material and what all of it weighs in kg, in each line: P1, 25"))
    replenishments = lines_field(
        _("Replenishment"), _("A material and how often it is brought while the kits are picked, in each line: P1, 3")
    )
    dock = lines_field(
        _("Way from the dock"), _("Every aisle and how far it is from where goods are brought from: A1, 20")
    )
    depots = lines_field(
        _("In/out points"),
        _("In/out point, aisle and how far it is from there; a line for every aisle of each: East, A1, 20"),
    )
    depot_of = lines_field(
        _("Kits picked from there"),
        _("A kit and its in/out point, in each line: K1, East. All others keep the ways of the study."),
    )
    sizes = lines_field(
        _("Racks with bins of another size"), _("Aisle, rack and a name for the size, in each line: A1, 2, large")
    )
    needs = lines_field(
        _("What fits into them"),
        _(
            "Material, size and how many bins of it, in each line: P1, large, 2. What is not named here "
            "does not fit into bins of that size."
        ),
    )
    rare = (
        (_("Single racks"), _("Where an aisle as a whole says too much."), ("never_racks",)),
        (
            _("Levels and weights"),
            _("Heavy goods lie low, and picks from above cost more."),
            ("above", "levels", "masses"),
        ),
        (
            _("Bringing from the dock"),
            _("The way of bringing counts beside the way of picking."),
            ("replenishments", "dock"),
        ),
        (_("Several in/out points"), _("Kits are picked from different ends of the store."), ("depots", "depot_of")),
        (_("Bins of several sizes"), _("Racks differ in the size of their bins."), ("sizes", "needs")),
    )

    about_fixed = (FixedBins, FixedAgainstRule)
    field_of = MappingProxyType({"aisles": "only", "forbidden": "never", "racks": "above", "bins_by_size": "needs"})

    def __init__(self, problem: KittingProblem, *args: Any, **kwargs: Any) -> None:
        self._problem = problem
        self._known = {one.key for one in problem.materials}
        self._racks = {one.key: one.racks for one in problem.aisles}
        kwargs["initial"] = _initial(problem) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if not problem.today:
            del self.fields["most_moved"]  # where anything lies now is not known

    def clean(self) -> dict[str, Any]:
        """Every field's lines, each read by itself; what names a depot or a size is read behind these."""
        cleaned: dict[str, Any] = super().clean() or {}
        for field, read in self._readers().items():
            try:
                cleaned[field] = self.lines(field, read)
            except forms.ValidationError as error:
                self.add_error(field, error)
        there = {
            "depot_of": lambda text: store_lines.depot_of(text, self._kits(), cleaned["depots"]),
            "needs": lambda text: store_lines.needs(text, self._known, cleaned["sizes"].values()),
        }
        for (field, read), of in zip(there.items(), ("depots", "sizes"), strict=True):
            try:
                cleaned[field] = {} if of in self.errors else self.lines(field, read)
            except forms.ValidationError as error:
                self.add_error(field, error)
        return cleaned

    def _kits(self) -> set[str]:
        return {one.key for one in self._problem.models}

    def _readers(self) -> dict[str, Reader]:
        known, racks = self._known, self._racks
        today = places_document(self._problem.today or {}, self._problem.aisles)
        return {
            "fixed": lambda text: store_lines.staying(text, known, today, racks),
            "only": lambda text: store_lines.aisles(text, known, racks),
            "never": lambda text: store_lines.aisles(text, known, racks),
            "never_racks": lambda text: store_lines.single_racks(text, known, racks),
            "apart": lambda text: [[one, other] for one, other, _none in rule_lines.pairs(text, known)],
            "blocked": lambda text: store_lines.blocked(text, racks),
            "above": lambda text: store_lines.above(text, racks),
            "levels": store_lines.levels,
            "masses": lambda text: rule_lines.figures(text, known),
            "replenishments": lambda text: rule_lines.figures(text, known),
            "dock": lambda text: rule_lines.figures(text, racks, store_lines.aisle),
            "depots": lambda text: store_lines.depots(text, racks),
            "sizes": lambda text: store_lines.sizes(text, racks),
        }

    @property
    def document(self) -> dict[str, Any]:
        """The keys of the rules; those that say nothing are left out."""
        given = self.cleaned_data
        document = {
            "fixed": given["fixed"],
            "aisles": given["only"],
            "forbidden": self._forbidden(given["never"], given["never_racks"]),
            "apart": given["apart"],
            "blocked": [{**_at(*at), "first_bin": first, "bins": bins} for at, first, bins in given["blocked"]],
            "racks": _racks(given["above"], given["sizes"]),
            "levels": _levels(given["above"], given["levels"]),
            "bins_by_size": given["needs"],
            **{key: given[key] for key in ("masses", "replenishments", "dock", "depots", "depot_of")},
        }
        said = {key: value for key, value in document.items() if value}
        most = given.get("most_moved")
        return said if most is None else {**said, "most_moved": most}

    def _forbidden(
        self, aisles: dict[str, list[str]], racks: dict[str, list[store_lines.Rack]]
    ) -> dict[str, list[dict[str, Any]]]:
        """Material -> the racks of whole aisles and single ones."""
        whole = {
            key: [(name, rack) for name in names for rack in range(len(self._racks[name]))]
            for key, names in aisles.items()
        }
        return {
            key: [_at(*rack) for rack in dict.fromkeys([*whole.get(key, ()), *racks.get(key, ())])]
            for key in dict.fromkeys([*whole, *racks])
        }


def _at(aisle: str, rack: int) -> dict[str, Any]:
    return {"aisle": aisle, "rack": rack}


def _racks(above: dict[store_lines.Rack, int], sizes: dict[store_lines.Rack, str]) -> list[dict[str, Any]]:
    """An entry for each rack that is not ordinary."""
    return [
        _at(*rack)
        | ({"level": above[rack]} if rack in above else {})
        | ({"bin_size": sizes[rack]} if rack in sizes else {})
        for rack in dict.fromkeys([*above, *sizes])
    ]


def _levels(above: dict[store_lines.Rack, int], told: dict[int, dict[str, float]]) -> list[dict[str, float]]:
    """An entry for each level up to the highest that is told or that a rack has."""
    highest = max([0, *above.values(), *told])
    return [told.get(level, {}) for level in range(highest + 1)] if highest or told else []


def _initial(problem: KittingProblem) -> dict[str, Any]:
    """The rules of the study as lines."""
    rules = rules_document(problem)
    racks = [(one["aisle"], one["rack"] + 1, one) for one in rules.get("racks", ())]
    today = places_document(problem.today or {}, problem.aisles)
    none = store_lines.NONE
    levels = [[one.get("heaviest", none), one.get("cost") or none] for one in rules.get("levels", ())]
    found: dict[str, Any] = {
        "fixed": [
            [key] if today.get(key) == at else [key, at["aisle"], at["rack"] + 1, at["first_bin"] + 1]
            for key, at in rules.get("fixed", {}).items()
        ],
        "only": [[key, *names] for key, names in rules.get("aisles", {}).items()],
        **_never(problem),
        "apart": rules.get("apart", ()),
        "blocked": [
            [one["aisle"], one["rack"] + 1, one["first_bin"] + 1, one["first_bin"] + one["bins"]]
            for one in rules.get("blocked", ())
        ],
        "above": [[aisle, rack, one["level"]] for aisle, rack, one in racks if one.get("level")],
        "levels": [
            [level, *told] for level, told in enumerate(levels) if told != [none, none] or level + 1 == len(levels)
        ],
        "depots": [[key, name, way] for key, ways in rules.get("depots", {}).items() for name, way in ways.items()],
        "sizes": [[aisle, rack, one["bin_size"]] for aisle, rack, one in racks if one.get("bin_size")],
        "needs": [
            [key, size, bins]
            for key, by_size in rules.get("bins_by_size", {}).items()
            for size, bins in by_size.items()
        ],
        **{
            key: [[name, at] for name, at in rules.get(key, {}).items()]
            for key in ("masses", "replenishments", "dock", "depot_of")
        },
    }
    numbers = {"most_moved": rules["most_moved"]} if "most_moved" in rules else {}
    return {key: rule_lines.text_of(lines) for key, lines in found.items()} | numbers


def _never(problem: KittingProblem) -> dict[str, list[list[Any]]]:
    """The lines of where materials must not lie: whole aisles, and the racks of those that are not forbidden whole."""
    found: dict[str, list[list[Any]]] = {"never": [], "never_racks": []}
    for key, racks in problem.rules.forbidden.items():
        of: dict[int, list[int]] = {}
        for aisle, rack in sorted(racks):
            of.setdefault(aisle, []).append(rack + 1)
        whole = [aisle for aisle, ones in of.items() if len(ones) == len(problem.aisles[aisle].racks)]
        if whole:
            found["never"].append([key, *(problem.aisles[aisle].key for aisle in whole)])
        found["never_racks"] += [
            [key, problem.aisles[aisle].key, *ones] for aisle, ones in of.items() if aisle not in whole
        ]
    return found
