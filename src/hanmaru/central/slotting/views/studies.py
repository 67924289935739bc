"""Studies: the list, the three ways to make one, and one of them with its plans."""

import io
import json
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.sheets.cells import Cell
from hanmaru.central.sheets.writer import write_xlsx
from hanmaru.central.slotting import drawing, queries, services
from hanmaru.central.slotting.examples import EXAMPLES
from hanmaru.central.slotting.forms import BillForm, FileForm, SearchForm, StockForm, TableForm
from hanmaru.central.slotting.problems import Problem, has_curve
from hanmaru.central.slotting.services.from_table import LIMITS
from hanmaru.central.slotting.services.studies import MOST_BYTES
from hanmaru.central.slotting.views.files import json_file
from hanmaru.central.slotting.views.pictures import language
from hanmaru.kernel.errors import HanmaruError

PAGE = 50
SHARES = (25, 50, 75, 90, 100)
"""Percent of all that can be saved, for which the page tells how many materials must move."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Can.SEE_SLOTTING)
def home(request: HttpRequest) -> HttpResponse:
    """All studies, newest first, and what is being carried just now."""
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    rows = queries.studies(after=after, limit=PAGE + 1)
    context = {
        "studies": rows[:PAGE],
        "following": f"?after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
        "open": [one for one in queries.relocations(limit=3) if one.open],
        "may_plan": may_plan(request),
    }
    return render(request, "slotting/home.html", context)


@require_safe
@needs(Can.PLAN_SLOTTING)
def choose(request: HttpRequest) -> HttpResponse:
    """Where the figures of a new study come from."""
    return render(request, "slotting/new.html")


@_form_page
@needs(Can.PLAN_SLOTTING)
def from_file(request: HttpRequest) -> HttpResponse:
    """A study from an instance file."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = form.cleaned_data["name"] or file.name.rpartition(".")[0] or file.name
        try:
            if file.size > MOST_BYTES:
                form.add_error("file", _("The file is larger than 20 MB."))
            else:
                return redirect("slotting:study", services.study_from_file(name, file.read()))
        except HanmaruError as error:
            form.add_error("file", str(error))
    context = {"form": form, "most_bytes": MOST_BYTES}
    return render(request, "slotting/from_file.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Can.PLAN_SLOTTING)
def example(request: HttpRequest, kind: str) -> HttpResponse:
    """A small instance file of that kind, strip or bins."""
    del request
    if kind not in EXAMPLES:
        raise Http404
    return json_file(json.dumps(EXAMPLES[kind], indent=1), f"example-{kind}.json")


@_form_page
@needs(Can.PLAN_SLOTTING)
def from_stock(request: HttpRequest) -> HttpResponse:
    """A study from what lies in the house and what was ordered."""
    form = StockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("slotting:study", services.study_from_stock(services.Wish(**form.cleaned_data)))
        except HanmaruError as error:
            form.add_error(None, str(error))
    return render(request, "slotting/from_stock.html", {"form": form}, status=422 if form.errors else 200)


@_form_page
@needs(Can.PLAN_SLOTTING)
def from_table(request: HttpRequest) -> HttpResponse:
    """A study from a table of materials."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name = given["name"] or _("Strip of %(length)s %(unit)s") % {
            "length": f"{given['length']:g}",
            "unit": given["unit"],
        }
        strip = (name, given["length"], given["unit"])
        try:
            if given["file"]:
                return redirect("slotting:study", services.study_from_table(*strip, given["file"].file))
            return redirect("slotting:study", services.study_from_text(*strip, given["table"]))
        except HanmaruError as error:
            form.add_error("file" if given["file"] else "table", str(error))
    context = {"form": form, "most_bytes": LIMITS.size}
    return render(request, "slotting/from_table.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Can.PLAN_SLOTTING)
def table_template(request: HttpRequest) -> HttpResponse:
    """A sheet as it should look, with three rows as examples."""
    del request
    point = _("Point")
    header = [_("Material"), _("Width"), _("Now at"), f"{point} 5", f"{point} 20", f"{point} 35"]
    rows: list[list[Cell]] = [["M1", 8, 4, 12, 0, 3], ["M2", 12, 14, 0, 20, 0], ["M3", 6, 23, 5, 5, 9]]
    return _sheet(header, rows, "strip.xlsx")


@_form_page
@needs(Can.PLAN_SLOTTING)
def from_bill(request: HttpRequest) -> HttpResponse:
    """A study from a bill of material."""
    form = BillForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name = given["name"] or (given["file"].name.rpartition(".")[0] if given["file"] else "") or _("Kits in bins")
        try:
            if given["file"]:
                study = services.study_from_bill(name, given["aisles"], given["file"].file)
            else:
                study = services.study_from_bill_text(name, given["aisles"], given["table"])
            return redirect("slotting:study", study)
        except HanmaruError as error:
            form.add_error("file" if given["file"] else "table", str(error))
    context = {"form": form, "most_bytes": LIMITS.size}
    return render(request, "slotting/from_bill.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Can.PLAN_SLOTTING)
def bill_template(request: HttpRequest) -> HttpResponse:
    """A bill as it should look: two kits that share a material."""
    del request
    header = [_("Kit"), _("How often"), _("Material"), _("Bins"), _("Aisle now"), _("Rack now"), _("First bin now")]
    rows: list[list[Cell]] = [
        ["K1", 40, "P1", 3, "A2", 1, 1],
        ["K1", None, "P2", 1, "A1", 1, 1],
        ["K2", 25, "P2", None, None, None, None],
        ["K2", None, "P3", 2, "A1", 2, 1],
    ]
    return _sheet(header, rows, "kits.xlsx")


def _sheet(header: list[str], rows: list[list[Cell]], name: str) -> HttpResponse:
    """A sheet to be kept as a file of that name."""
    book = io.BytesIO()
    write_xlsx(book, header, rows, title=_("Materials"))
    answer = HttpResponse(book.getvalue(), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@needs(Can.SEE_SLOTTING)
def page(request: HttpRequest, study_id: int) -> HttpResponse:
    """One study: today's layout, its plans beside each other, and the way to another plan."""
    card = queries.study_card(study_id)
    problem, house = queries.problem_of_study(study_id)
    plans = queries.compared(study_id, problem, house)
    searches = queries.searches_of(study_id)
    found = [(one, plans[one.id]) for one in searches if one.id in plans]
    curves = [one for one in searches if one.is_curve]
    context: dict[str, Any] = {
        "study": card,
        "today": queries.today_of(problem, house),
        "found": sorted(found, key=lambda pair: pair[1].travel),
        "others": [one for one in searches if one.id not in plans and not one.is_curve],
        "rules": queries.rules_told(problem, card.unit),
        "without": queries.best_of(card.without_rules) if card.without_rules else None,
        **_saved(problem, curves[0] if curves else None),
        "relocations": queries.relocations_of(study_id),
        "form": SearchForm(),
        "may_plan": may_plan(request),
    }
    return render(request, "slotting/study.html", context)


def _saved(problem: Problem, search: queries.SearchCard | None) -> dict[str, Any]:
    """What moving few materials saves: the search for it, its curve, and a few points of that to choose from."""
    points = search.curve[1:] if search is not None else ()
    shares = [next((one for one in points if one.share >= share), None) for share in SHARES]
    return {
        "may_curve": has_curve(problem),
        "curve": search,
        "curve_pictures": [
            mark_safe(one)  # noqa: S308 -- drawn by us, every text in it escaped
            for one in (drawing.saved(search.curve, language()) if search is not None and points else ())
        ],
        "points": list({one.moved: one for one in shares if one is not None}.values()),
    }


@require_safe
@needs(Can.SEE_SLOTTING)
def instance(request: HttpRequest, study_id: int) -> HttpResponse:
    """The instance as a file, as `hanmaru solve` reads it."""
    del request
    card = queries.study_card(study_id)
    return json_file(queries.instance_text(study_id), f"{card.name}.json")


@require_POST
@needs(Can.PLAN_SLOTTING)
def archive(request: HttpRequest, study_id: int) -> HttpResponse:
    """Take a study off the list."""
    del request
    services.archive_study(study_id)
    return redirect("slotting:home")


def may_plan(request: HttpRequest) -> bool:
    """Whether the person may search and accept; others look and carry."""
    return holds(cast("MemberRequest", request).membership, Can.PLAN_SLOTTING)
