"""Orders from a file, tried first and then taken; orders as a file."""

import io
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.orders.forms.importing import ImportForm
from hanmaru.central.orders.importing import export
from hanmaru.central.orders.importing.columns import REASON, place_of
from hanmaru.central.orders.importing.run import KIND, import_file, try_file
from hanmaru.central.orders.queries import OrderState
from hanmaru.central.orders.views.answers import PAGE, after_of, found
from hanmaru.central.sheets import queries as sheets
from hanmaru.central.sheets.kinds import Limits
from hanmaru.central.sheets.writer import write_csv, write_xlsx
from hanmaru.kernel.errors import HanmaruError

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Can.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is tried at once."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_bound and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            run_id = try_file(cast("BinaryIO", file.file), str(file.name))
        except HanmaruError as error:
            form.add_error("file", str(error))
        else:
            return redirect("orders:import_run", run_id)
    context = {"form": form, "runs": sheets.runs(KIND), "most_bytes": Limits().size}
    return render(request, "orders/import.html", context, status=422 if form.errors else 200)


@needs(Can.IMPORT)
@require_safe
@found
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """What a trial found, or what an import has done."""
    card = _known(run_id)
    rows = sheets.refused_rows(run_id, after=after_of(request), limit=PAGE + 1)
    counts = {name: card.counts.get(name, 0) for name in ("orders_made", "orders_known", "orders_refused", "refused")}
    context = {
        "run": card,
        "counts": counts,
        "rows": rows[:PAGE],
        "following": f"?after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
    }
    return render(request, "orders/import_run.html", context)


@needs(Can.IMPORT)
@require_POST
@found
def start(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take the good orders of a trial in."""
    _known(run_id)
    try:
        done = import_file(run_id)
    except HanmaruError as error:
        messages.error(request, str(error))
        return redirect("orders:import")
    return redirect("orders:import_run", done)


@needs(Can.IMPORT)
@require_safe
@found
def refused(request: HttpRequest, run_id: int) -> HttpResponse:
    """The refused rows as a sheet, with the reasons in its last column."""
    del request
    _known(run_id)
    header, rows = sheets.refused_sheet(run_id, REASON, place_of)
    return _xlsx(header, rows, "refused.xlsx")


@needs(Can.IMPORT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """A sheet with every column and an order as an example."""
    del request
    return _xlsx(export.header()[:9], export.template_rows(), "orders.xlsx")


@needs(Can.SEE_ORDERS)
@require_safe
def export_orders(request: HttpRequest, form: str) -> HttpResponse:
    """Orders as CSV or Excel: all, of a state, or those a search finds."""
    state = request.GET.get("state", "")
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    header = export.header(english=get_language() == "en")
    rows = export.rows(state=state if state in OrderState.values else "", text=text)
    if form == "xlsx":
        return _xlsx(header, rows, "orders.xlsx")
    # Rows are read here and now: once the answer streams, nobody acts for the company any more.
    answer = HttpResponse(b"".join(write_csv(header, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return answer


def _known(run_id: int) -> sheets.RunCard:
    card = sheets.run_card(run_id)
    if card.kind != KIND:
        raise Http404
    return card


def _xlsx(header: Any, rows: Any, name: str) -> HttpResponse:
    book = io.BytesIO()
    write_xlsx(book, header, rows, title=_("Orders"))
    answer = HttpResponse(book.getvalue(), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
