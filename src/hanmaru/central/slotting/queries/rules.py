"""The rules of a study in words, a sentence each."""

from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanmaru.central.slotting.problems import Problem
from hanmaru.decide.slotting.bulk.problem import BulkProblem, BulkRules
from hanmaru.decide.slotting.kitting.problem import KittingRules

NAMED: Final = 3
"""Names that a sentence tells, of however many it is about."""


def rules_told(problem: Problem, unit: str) -> list[str]:
    """What a planner asks for beyond a short way; empty where nothing."""
    return _on_strip(problem.rules, unit) if isinstance(problem, BulkProblem) else _in_bins(problem.rules)


def _in_bins(rules: KittingRules) -> list[str]:
    tied, masses = {*rules.aisles, *rules.forbidden}, rules.masses if rules.heaviest else {}
    found = [
        _named(ngettext("%(count)s material stays", "%(count)s materials stay", len(rules.fixed)), rules.fixed),
        _named(
            ngettext("%(count)s material in certain aisles", "%(count)s materials in certain aisles", len(tied)), tied
        ),
        _some(
            ngettext("%(count)s pair not in one aisle", "%(count)s pairs not in one aisle", len(rules.apart)),
            rules.apart,
        ),
        _some(
            ngettext("%(count)s run of bins stays free", "%(count)s runs of bins stay free", len(rules.blocked)),
            rules.blocked,
        ),
        _("heavy goods near the floor") if masses else "",
        _("picks from above cost more") if any(rules.level_costs) else "",
        _("with the way of replenishment") if rules.replenishments else "",
        _named(
            ngettext("%(count)s more in/out point", "%(count)s more in/out points", len(rules.depots)), rules.depots
        ),
        _("bins of several sizes") if rules.bin_size else "",
        _most(rules.most_moves),
    ]
    return [one for one in found if one]


def _most(most: int | None) -> str:
    if most is None:
        return ""
    return ngettext("at most %(count)s material moves", "at most %(count)s materials move", most) % {"count": most}


def _on_strip(rules: BulkRules, unit: str) -> list[str]:
    found = [
        _named(ngettext("%(count)s material stays", "%(count)s materials stay", len(rules.fixed)), rules.fixed),
        _some(
            ngettext("%(count)s stretch stays free", "%(count)s stretches stay free", len(rules.forbidden)),
            rules.forbidden,
        ),
        _some(
            ngettext("%(count)s group side by side", "%(count)s groups side by side", len(rules.together)),
            rules.together,
        ),
        _some(
            ngettext("%(count)s pair not near each other", "%(count)s pairs not near each other", len(rules.apart)),
            rules.apart,
        ),
    ]
    if rules.clearance:
        found.append(_("a clear gap of %(gap)s %(unit)s") % {"gap": f"{rules.clearance:g}", "unit": unit})
    found.append(_most(rules.most_moved))
    return [one.strip() for one in found if one]


def _some(words: str, what: Collection[object]) -> str:
    count = len(what)
    return words % {"count": count} if count else ""


def _named(words: str, names: Collection[str]) -> str:
    """The same with the first of the names."""
    told = ", ".join([*sorted(names)[:NAMED], *(["…"] if len(names) > NAMED else [])])
    return f"{_some(words, names)}: {told}" if names else ""
