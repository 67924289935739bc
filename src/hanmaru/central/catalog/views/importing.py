"""Products from a file: tried first, then taken; refused rows handed back to be mended."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanmaru.central.catalog.errors import FileGone
from hanmaru.central.catalog.forms.importing import ImportForm
from hanmaru.central.catalog.importing import export
from hanmaru.central.catalog.importing.columns import REASON, place_of
from hanmaru.central.catalog.importing.run import KIND, import_file, try_file
from hanmaru.central.catalog.views.products import PAGE, after_of
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.sheets import queries as sheets
from hanmaru.central.sheets.errors import NoSuchRun
from hanmaru.central.sheets.kinds import Limits
from hanmaru.central.sheets.writer import write_csv, write_xlsx
from hanmaru.kernel.errors import HanmaruError

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[..., HttpResponse]


def _known_run(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, run_id: int) -> HttpResponse:
        try:
            kind = sheets.run_card(run_id).kind
        except NoSuchRun:
            kind = ""
        if kind != KIND:
            raise Http404
        return view(request, run_id)

    return answer


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
            return redirect("catalog:import_run", run_id)
    context = {"form": form, "runs": sheets.runs(KIND), "most_bytes": Limits().size}
    return render(request, "catalog/import.html", context, status=422 if form.errors else 200)


@needs(Can.IMPORT)
@require_safe
@_known_run
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """What a trial found, or what an import has done."""
    card = sheets.run_card(run_id)
    rows = sheets.refused_rows(run_id, after=after_of(request), limit=PAGE + 1)
    earlier = sheets.run_of_file(KIND, card.file_hash) if card.dry_run else None
    counts = {name: card.counts.get(name, 0) for name in ("products_made", "products_changed", "refused")}
    counts |= {name: card.counts.get(f"variants_{name}", 0) for name in ("made", "changed", "same")}
    context = {
        "run": card,
        "counts": counts,
        "good": card.position - counts["refused"],
        "rows": rows[:PAGE],
        "following": f"?after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
        "earlier": earlier if earlier and earlier.finished_at else None,
    }
    return render(request, "catalog/import_run.html", context)


@needs(Can.IMPORT)
@require_POST
@_known_run
def start(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take the good rows of a trial in."""
    try:
        done = import_file(run_id)
    except FileGone as error:
        messages.error(request, str(error))
        return redirect("catalog:import_products")
    return redirect("catalog:import_run", done)


@needs(Can.IMPORT)
@require_safe
@_known_run
def refused(request: HttpRequest, run_id: int) -> HttpResponse:
    """The refused rows as a sheet, with the reasons in its last column."""
    del request
    header, rows = sheets.refused_sheet(run_id, REASON, place_of)
    return _xlsx(header, rows, "refused.xlsx")


@needs(Can.IMPORT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty sheet with every column and two rows as examples."""
    del request
    return _xlsx(export.template_header(), export.template_rows(), "products.xlsx")


@needs(Can.SEE_STOCK)
@require_safe
def export_products(request: HttpRequest, form: str) -> HttpResponse:
    """All products on sale as CSV or Excel; what the import reads."""
    currency = cast("MemberRequest", request).company.currency
    table = export.table(currency, english=get_language() == "en")
    if form == "xlsx":
        return _xlsx(table.header, table.rows, "products.xlsx")
    # Rows are read here and now: once the answer streams, nobody acts for the company any more.
    answer = HttpResponse(b"".join(write_csv(table.header, table.rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="products.csv"'
    return answer


def _xlsx(header: Any, rows: Any, name: str) -> HttpResponse:
    book = io.BytesIO()
    write_xlsx(book, header, rows, title=_("Products"))
    answer = HttpResponse(book.getvalue(), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
