"""Rules of a study: a form, which makes another study of the same figures."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.slotting import queries, services
from hanmaru.central.slotting.problems import CURVE
from hanmaru.central.slotting.rule_forms import RuleForm, StripRules
from hanmaru.central.slotting.store_rules import StoreRules
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.kernel.errors import HanmaruError, NotFound

CURVE_S = 60
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.PLAN_SLOTTING)
def page(request: MemberRequest, study_id: int) -> HttpResponse:
    """What is asked for beyond a short way; ``?most_moved=`` fills in how many may move."""
    card = queries.study_card(study_id)
    problem, _house = queries.problem_of_study(study_id)
    most = request.GET.get("most_moved", "")
    initial = {"most_moved": int(most)} if most.isascii() and most.isdigit() and len(most) < 7 else {}
    posted = request.POST or None
    form: RuleForm = (
        StripRules(problem, posted, initial=initial)
        if isinstance(problem, BulkProblem)
        else StoreRules(problem, posted, initial=initial)
    )
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"] or _("%(name)s, with rules") % {"name": card.name[:100]}
        try:
            made = services.study_with_rules(study_id, name, form.document)
        except NotFound:
            raise
        except HanmaruError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Here are the same figures with your rules. The study before stays as it is."))
            return redirect("slotting:study", made)
    context = {"study": card, "form": form, "names": _some([one.key for one in problem.materials])}
    if not isinstance(problem, BulkProblem):
        context |= {
            "aisles": _some([one.key for one in problem.aisles]),
            "kits": _some([one.key for one in problem.models]),
        }
    return render(request, "slotting/rules.html", context, status=422 if form.errors else 200)


def _some(names: list[str]) -> str:
    """The first of some names, in one line."""
    return ", ".join([*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])])


@require_POST
@needs(Can.PLAN_SLOTTING)
def curve(request: MemberRequest, study_id: int) -> HttpResponse:
    """Look for what moving ever more materials saves, in the background."""
    del request
    services.start_search(study_id, method=CURVE, limit_s=CURVE_S)
    return redirect("slotting:study", study_id)
