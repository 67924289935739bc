"""What a planner asks for beyond a short way, as a form that writes the rule keys of an instance: along a strip."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanmaru.central.slotting import rule_lines
from hanmaru.central.slotting.services.studies import LONGEST_NAME
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.errors import FixedForbidden, FixedOverlap
from hanmaru.decide.slotting.formats.rules import rules_document
from hanmaru.kernel.errors import HanmaruError

MOST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Fold:
    """Fields that few need, folded away unless something stands in them."""

    title: Any
    note: Any
    fields: list[forms.BoundField]
    is_open: bool


def lines_field(label: Any, help_text: Any, rows: int = 2) -> forms.CharField:
    """A field of lines."""
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "autocapitalize": "off"})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=MOST_TEXT, strip=False, widget=widget
    )


def most_moved_field() -> forms.IntegerField:
    """How many materials may move."""
    return forms.IntegerField(
        label=_("Move at most so many materials"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("The others stay where they are now."),
    )


class RuleForm(forms.Form):
    """The rules of either kind."""

    name = forms.CharField(label=_("Name of the study with these rules"), required=False, max_length=LONGEST_NAME)

    rare: tuple[tuple[Any, Any, tuple[str, ...]], ...] = ()
    """Title, note and field names of what is folded away."""
    about_fixed: tuple[type[HanmaruError], ...] = ()
    """The errors that are about what stays where it is, whatever key they name."""
    field_of: Mapping[str, str] = {}
    """Which field writes a key of another name."""

    @property
    def document(self) -> dict[str, Any]:
        """The keys of "rules" in an instance, once the form is valid; those that say nothing are left out."""
        raise NotImplementedError

    @property
    def usual(self) -> list[forms.BoundField]:
        """The fields that stand open, but for the name."""
        folded = {"name", *(name for _title, _note, names in self.rare for name in names)}
        return [one for one in self if one.name not in folded]

    @property
    def folds(self) -> list[Fold]:
        """The others, by what they are about."""
        found = []
        for title, note, names in self.rare:
            fields = [self[name] for name in names]
            found.append(Fold(title, note, fields, any(one.errors or one.value() for one in fields)))
        return found

    def lines(self, field: str, read: Callable[[str], Any]) -> Any:
        """What ``read`` makes of a field's lines; the line that cannot be read is said at the field."""
        try:
            return read(self.cleaned_data.get(field, ""))
        except rule_lines.LineWrong as error:
            raise forms.ValidationError(str(error)) from None

    def refuse(self, error: HanmaruError) -> None:
        """Say what the instance is refused for at the field of its key: rules.apart[0].distance."""
        named = str(error.data.get("key", ""))
        key = "fixed" if isinstance(error, self.about_fixed) else named.removeprefix("rules.")
        word = key.split("[", 1)[0].split(".", 1)[0]
        name = self.field_of.get(word, word)
        if name in self.fields:  # which key it is, the field tells by itself
            self.add_error(name, str(error).removeprefix(f"{named}: ").removeprefix("rules.fixed: "))
        else:
            self.add_error(None, str(error))


class StripRules(RuleForm):
    """The rules of materials along a strip."""

    fixed = lines_field(
        _("Stay where they are"),
        _("A material in each line. To give it another place, write where its middle is to be: M1, 12.5"),
    )
    forbidden = lines_field(_("Keep free"), _("Pillars, doors, ways: from and to, a stretch in each line: 4, 5.5"))
    together = lines_field(_("Side by side"), _("Materials that belong together, a group in each line: M1, M2, M3"))
    apart = lines_field(
        _("Not near each other"), _("Two materials and how far their middles must be apart, in each line: M1, M2, 10")
    )
    clearance = forms.FloatField(
        label=_("Clear gap between neighbours"), required=False, min_value=0, max_value=1_000_000
    )
    most_moved = most_moved_field()
    about_fixed = (FixedOverlap, FixedForbidden)

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
