"""What the platform operator sees: that companies exist, and how large they are. Nothing else of theirs."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hanmaru.central.companies import queries
from hanmaru.central.companies.views.access import open_to_all


@open_to_all
@require_GET
def platform(request: Any) -> HttpResponse:
    """The list of companies; 404 for everybody but platform operators, who need not be in a company."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('companies:login')}?next={reverse('companies:platform')}")
    if not request.user.is_platform_operator:
        raise Http404
    return render(request, "companies/platform.html", {"rows": queries.platform_companies()})
