"""What a planner asks for beyond a short way, as a form that writes the rule keys of an instance."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.slotting import rule_lines
from hanmaru.central.slotting.problems import Problem
from hanmaru.central.slotting.services.studies import LONGEST_NAME
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.errors import FixedForbidden, FixedOverlap
from hanmaru.decide.slotting.formats.kitting_rules import places_document
from hanmaru.decide.slotting.formats.kitting_rules import rules_document as store_document
from hanmaru.decide.slotting.formats.rules import rules_document
from hanmaru.decide.slotting.kitting.problem import KittingProblem
from hanmaru.kernel.errors import HanmaruError

MOST_TEXT = 200_000


def _lines(label: Any, help_text: Any, rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "autocapitalize": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=MOST_TEXT, widget=widget)


class RuleForm(forms.Form):
    """The rules of either kind."""

    name = forms.CharField(label=_("Name of the study with these rules"), required=False, max_length=LONGEST_NAME)

    @property
    def document(self) -> dict[str, Any]:
        """The keys of "rules" in an instance, once the form is valid; those that say nothing are left out."""
        raise NotImplementedError

    def lines(self, field: str, read: Callable[[str], Any]) -> Any:
        """What ``read`` makes of a field's lines; the line that cannot be read is said at the field."""
        try:
            return read(self.cleaned_data.get(field, ""))
        except rule_lines.LineWrong as error:
            raise forms.ValidationError(str(error)) from None

    def refuse(self, error: HanmaruError) -> None:
        """Say what the instance is refused for at the field of its key: rules.apart[0].distance."""
        about_fixed = isinstance(error, FixedOverlap | FixedForbidden)
        key = "rules.fixed" if about_fixed else str(error.data.get("key", ""))
        name = key.removeprefix("rules.").split("[", 1)[0].split(".", 1)[0]
        self.add_error(name if name in self.fields else None, str(error))


class StripRules(RuleForm):
    """The rules of materials along a strip."""

    fixed = _lines(
        _("Stay where they are"),
        _("A material in each line. To give it another place, write where its middle is to be: M1, 12.5"),
    )
    forbidden = _lines(_("Keep free"), _("Pillars, doors, ways: from and to, a stretch in each line: 4, 5.5"))
    together = _lines(_("Side by side"), _("Materials that belong together, a group in each line: M1, M2, M3"))
    apart = _lines(
        _("Not near each other"), _("Two materials and how far their middles must be apart, in each line: M1, M2, 10")
    )
    clearance = forms.FloatField(
        label=_("Clear gap between neighbours"), required=False, min_value=0, max_value=1_000_000
    )
    most_moved = forms.IntegerField(
        label=_("Move at most so many materials"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("The others stay where they are now."),
    )

    def __init__(self, problem: BulkProblem, *args: Any, **kwargs: Any) -> None:
        self._known = {one.key: one.width for one in problem.materials}
        self._today = dict(problem.today or {})
        kwargs["initial"] = _strip_initial(problem) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if len(self._today) < len(self._known):
            del self.fields["most_moved"]  # where all lie now is not known

    def clean_fixed(self) -> dict[str, float]:
        """Material -> its centre."""
        found: dict[str, float] = self.lines("fixed", lambda text: rule_lines.fixed(text, self._known, self._today))
        return found

    def clean_forbidden(self) -> list[dict[str, float]]:
        """Stretches."""
        found: list[dict[str, float]] = self.lines("forbidden", rule_lines.stretches)
        return found

    def clean_together(self) -> list[list[str]]:
        """Groups."""
        found: list[list[str]] = self.lines("together", lambda text: rule_lines.groups(text, self._known))
        return found

    def clean_apart(self) -> list[dict[str, Any]]:
        """Pairs, each with its distance."""
        found = self.lines("apart", lambda text: rule_lines.pairs(text, self._known))
        if any(not distance for _one, _other, distance in found):
            raise forms.ValidationError(_("Write how far apart they must be as the third in each line: M1, M2, 10"))
        return [{"materials": [one, other], "distance": distance} for one, other, distance in found]

    @property
    def document(self) -> dict[str, Any]:
        """The keys of the rules; those that say nothing are left out."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "name"}
        most = given.pop("most_moved", None)
        said = {key: value for key, value in given.items() if value}
        return said if most is None else {**said, "most_moved": most}


def _strip_initial(problem: BulkProblem) -> dict[str, Any]:
    rules = rules_document(problem.rules)
    today = problem.today or {}
    found = {
        "fixed": [[key] if today.get(key) == at else [key, at] for key, at in rules.get("fixed", {}).items()],
        "forbidden": [[one["from"], one["to"]] for one in rules.get("forbidden", ())],
        "together": rules.get("together", ()),
        "apart": [[*one["materials"], one["distance"]] for one in rules.get("apart", ())],
    }
    numbers = {key: rules[key] for key in ("clearance", "most_moved") if key in rules}
    return {key: rule_lines.text_of(lines) for key, lines in found.items()} | numbers


class StoreRules(RuleForm):
    """The rules of materials in bins. Racks and bins are counted from 1, as people count."""

    fixed = _lines(_("Stay where they are"), _("A material in each line."))
    only = _lines(_("Only in these aisles"), _("A material and the aisles where it may lie, in each line: P1, A1, A2"))
    never = _lines(_("Not in these aisles"), _("A material and the aisles where it must not lie, in each line: P1, A3"))
    apart = _lines(_("Not in one aisle together"), _("Two materials that do not go together, in each line: P1, P2"))
    blocked = _lines(
        _("Keep bins free"), _("Aisle, rack, first and last bin, in each line, all counted from 1: A1, 2, 5, 8")
    )
    masses = _lines(_("Weights"), _("A material and what all of it weighs in kg, in each line: P1, 25"))
    heaviest = forms.FloatField(
        label=_("Heaviest that may lie above the floor"), required=False, min_value=0, max_value=1_000_000
    )
    above = _lines(
        _("Racks above the floor"),
        _("Aisle, rack and level, in each line; level 1 is the first above the floor: A1, 2, 1"),
    )
    replenishments = _lines(
        _("Replenishment"), _("A material and how often it is brought while the kits are picked, in each line: P1, 3")
    )
    dock = _lines(_("Way from the dock"), _("Every aisle and how far it is from where goods are brought from: A1, 20"))
    most_moved = forms.IntegerField(
        label=_("Move at most so many materials"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("The others stay where they are now."),
    )

    def __init__(self, problem: KittingProblem, *args: Any, **kwargs: Any) -> None:
        self._problem = problem
        self._known = {one.key: one.bins for one in problem.materials}
        self._aisles = {one.key: one for one in problem.aisles}
        kwargs["initial"] = _store_initial(problem) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if not problem.today:
            del self.fields["most_moved"]  # where anything lies now is not known

    def clean(self) -> dict[str, Any]:
        """Every field's lines, each read by itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        known, names = self._known, self._aisles
        today = places_document(self._problem.today or {}, self._problem.aisles)
        readers: dict[str, Callable[[str], Any]] = {
            "fixed": lambda text: rule_lines.staying(text, known, today),
            "only": lambda text: rule_lines.aisles(text, known, names),
            "never": lambda text: rule_lines.aisles(text, known, names),
            "apart": lambda text: [[one, other] for one, other, _none in rule_lines.pairs(text, known)],
            "blocked": lambda text: rule_lines.counted(text, names, 3),
            "above": lambda text: rule_lines.counted(text, names, 2),
            "masses": lambda text: rule_lines.figures(text, known),
            "replenishments": lambda text: rule_lines.figures(text, known),
            "dock": lambda text: rule_lines.figures(text, names, rule_lines.aisle),
        }
        for field, read in readers.items():
            try:
                cleaned[field] = self.lines(field, read)
            except forms.ValidationError as error:
                self.add_error(field, error)
        return cleaned

    def refuse(self, error: HanmaruError) -> None:
        """Say it at the field that writes the key."""
        key = str(error.data.get("key", "")).removeprefix("rules.").split("[", 1)[0].split(".", 1)[0]
        name = {"aisles": "only", "forbidden": "never", "racks": "above", "levels": "heaviest"}.get(key, key)
        self.add_error(name if name in self.fields else None, str(error))

    @property
    def document(self) -> dict[str, Any]:
        """The keys of the rules; those that say nothing are left out."""
        given = self.cleaned_data
        above, heaviest = given["above"], given.get("heaviest")
        highest = max((level for _aisle, (_rack, level) in above), default=0)
        limit = {} if heaviest is None else {"heaviest": heaviest}
        document = {
            "fixed": given["fixed"],
            "aisles": given["only"],
            "forbidden": {
                key: [rack for name in names for rack in self._racks(name)] for key, names in given["never"].items()
            },
            "apart": given["apart"],
            "blocked": [
                {"aisle": aisle, "rack": rack - 1, "first_bin": first - 1, "bins": max(1, last - first + 1)}
                for aisle, (rack, first, last) in given["blocked"]
            ],
            "masses": given["masses"],
            "racks": [{"aisle": aisle, "rack": rack - 1, "level": level} for aisle, (rack, level) in above],
            "levels": [{}, *[limit] * highest] if highest else [],
            "replenishments": given["replenishments"],
            "dock": given["dock"],
        }
        said = {key: value for key, value in document.items() if value}
        most = given.get("most_moved")
        return said if most is None else {**said, "most_moved": most}

    def _racks(self, aisle: str) -> list[dict[str, Any]]:
        return [{"aisle": aisle, "rack": number} for number in range(len(self._aisles[aisle].racks))]


def _store_initial(problem: KittingProblem) -> dict[str, Any]:
    rules = store_document(problem)
    found: dict[str, Any] = {
        "fixed": [[key] for key in rules.get("fixed", ())],
        "only": [[key, *names] for key, names in rules.get("aisles", {}).items()],
        "never": [
            [key, *dict.fromkeys(one["aisle"] for one in racks)] for key, racks in rules.get("forbidden", {}).items()
        ],
        "apart": rules.get("apart", ()),
        "blocked": [
            [one["aisle"], one["rack"] + 1, one["first_bin"] + 1, one["first_bin"] + one["bins"]]
            for one in rules.get("blocked", ())
        ],
        "above": [[one["aisle"], one["rack"] + 1, one["level"]] for one in rules.get("racks", ()) if one.get("level")],
        **{
            key: [[name, at] for name, at in rules.get(key, {}).items()] for key in ("masses", "replenishments", "dock")
        },
    }
    numbers = {"most_moved": rules["most_moved"]} if "most_moved" in rules else {}
    limits = [level["heaviest"] for level in rules.get("levels", ())[1:] if "heaviest" in level]
    return (
        {key: rule_lines.text_of(lines) for key, lines in found.items()}
        | numbers
        | ({"heaviest": min(limits)} if limits else {})
    )


def rule_form(problem: Problem, *args: Any, **kwargs: Any) -> RuleForm:
    """The form that suits a problem."""
    if isinstance(problem, BulkProblem):
        return StripRules(problem, *args, **kwargs)
    return StoreRules(problem, *args, **kwargs)
