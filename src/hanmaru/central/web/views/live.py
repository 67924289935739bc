"""The address of the live stream, for a server that runs Django alone."""

from django.http import HttpRequest, HttpResponse


def not_here(request: HttpRequest) -> HttpResponse:
    """Streams are answered by :mod:`hanmaru.central.web.live` before Django; a plain WSGI server has none."""
    return HttpResponse(status=204)  # tells an EventSource to stop asking
