"""What a process measures of itself, for Prometheus, and whether it can answer at all.

The web processes share one port, so each writes its figures to files in ``PROMETHEUS_MULTIPROC_DIR`` and any of them
adds up all: https://prometheus.github.io/client_python/multiprocess/ .
"""

import os
import time
from collections.abc import Callable
from ipaddress import ip_address

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest, multiprocess

from hanmaru.central.companies.views.access import open_to_all

SECONDS = Histogram(
    "hanmaru_request_seconds",
    "Time from a request's arrival in Django to its answer",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.12, 0.25, 0.5, 1, 2.5, 10),
)


class MetricsMiddleware:
    """Times every request by its route, and tells the browser (W3C Server Timing)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note how long it took."""
        begun = time.perf_counter()
        response = self.get_response(request)
        taken = time.perf_counter() - begun
        route = request.resolver_match.route if request.resolver_match else "none"
        SECONDS.labels(request.method, route, response.status_code).observe(taken)
        response["Server-Timing"] = f"app;dur={taken * 1000:.1f}"
        return response


def _from_this_machine(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@open_to_all
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus' text format, for a collector on this machine; elsewhere there is nothing here."""
    if not _from_this_machine(request):
        raise Http404
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@open_to_all
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Whether this process can do its work: 200, or 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})
