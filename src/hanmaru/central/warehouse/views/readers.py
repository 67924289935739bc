"""Readers: who reported what; and a tag that nobody knows bound to a product in two taps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.services import bind_tag
from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.warehouse import queries
from hanmaru.central.warehouse.views.paging import after_of, page
from hanmaru.floor import epc as numbers


@require_safe
@needs(Can.WORK_IN_WAREHOUSE)
def reader_page(request: HttpRequest) -> HttpResponse:
    """The readers, the tags to be bound, the last reads."""
    rows, following = page(request, queries.reads(after=after_of(request), limit=51))
    first = after_of(request) is None
    context = {
        "reads": rows,
        "following": following,
        "readers": queries.readers() if first else [],
        "strange": queries.strange_tags() if first else [],
        "first": first,
    }
    return render(request, "warehouse/readers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Can.WORK_IN_WAREHOUSE)
def bind(request: HttpRequest, epc: str) -> HttpResponse:
    """Choose the product that a tag is on."""
    tag = numbers.parse(epc)
    if request.method == "POST":
        text = request.POST.get("variant", "")
        variant = catalog.variant_card(int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0)
        bind_tag(tag.hex, variant.id)
        messages.success(request, _("The tag is bound: %(product)s") % {"product": variant.title})
        return redirect("warehouse:readers")
    words = request.GET.get("q", "")[:80]
    context = {"epc": tag.hex, "words": words, "variants": catalog.search_variants(words, limit=30)}
    return render(request, "warehouse/bind.html", context)
