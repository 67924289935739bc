"""A router whose writes happen once: the same Idempotency-Key again gets the same answer and changes nothing.

After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ : a key with another request is 422,
a key whose first request is still under way is 409. Refusals are not kept: the same request may succeed later.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.decorators import decorate_view

from hanmaru.central.companies.api.problems import Problem, problem_of
from hanmaru.central.companies.services import remembered_answers
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.kernel.errors import Conflict, Invalid

View = Callable[..., HttpResponse]
HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Any text of your own, one for each thing you want done. Sent again, it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": r"^[\x21-\x7e]+$"},
    "example": "5f0c2f0e-order-1042",
}
FAULTS = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 503})


class KeyMissing(Invalid):
    """A write without its key could happen twice."""

    code = "api.idempotency_key"
    status = 400
    message = _("Idempotency-Key: send 1 to 100 visible ASCII characters, one key for each thing you want done.")


class KeyOfAnother(Invalid):
    """The key was used for another request."""

    code = "api.idempotency_key_reused"
    message = _("Idempotency-Key: already used for another request. Send a new one.")


class StillWorking(Conflict):
    """The first request with this key has not ended."""

    code = "api.still_working"
    message = _("The first request with this Idempotency-Key is still under way. Try again in a moment.")


def idempotency_key(request: HttpRequest) -> str:
    """The key a write came with. Raises KeyMissing."""
    key: str = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 100 or not key.isascii() or not key.isprintable() or " " in key:
        raise KeyMissing
    return key


def _once(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if acting_now().company_id is None:
            return view(request, **arguments)  # not let in: the view says so
        try:
            key = idempotency_key(request)
        except KeyMissing as error:
            return problem_of(error)
        asked = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
        try:
            return _remembered(key, asked) or _answer_first(view, request, arguments, key, asked)
        except (KeyOfAnother, StillWorking) as error:
            return problem_of(error)

    return answer


def _remembered(key: str, asked: str) -> HttpResponse | None:
    known = remembered_answers.find(key)
    if known is None:
        return None
    if known.request_hash != asked:
        raise KeyOfAnother
    response = HttpResponse(status=known.status)
    if known.body is not None:
        response["Content-Type"] = "application/json; charset=utf-8"
        response.content = json.dumps(known.body).encode()
    response["Idempotent-Replayed"] = "true"
    return response


def _answer_first(view: View, request: HttpRequest, arguments: dict[str, Any], key: str, asked: str) -> HttpResponse:
    with _one_request_a_key():
        response = view(request, **arguments)
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        body = json.loads(response.content) if response.content else None
        remembered_answers.keep(key, f"{request.method} {request.path}", asked, response.status_code, body)
    return response


@contextmanager
def _one_request_a_key() -> Iterator[None]:
    """A transaction that ends with :class:`StillWorking` when another request keeps the same key."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "one_request_a_key" in str(error):
            raise StillWorking from None
        raise


def uploaded_once(request: HttpRequest, upload: Any, status: int, work: Callable[[], Any]) -> Any:
    """What ``work`` answers to an upload, done and remembered in one transaction; repeated, it is answered from memory.

    The key is taken before the work, so that a request sent twice at once leaves no files that nothing names.

    Raises:
        KeyMissing, KeyOfAnother, StillWorking, and what ``work`` raises.
    """
    key, digest = idempotency_key(request), hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for part in upload.chunks():
        digest.update(part)
    upload.seek(0)
    known = remembered_answers.find(key)
    if known is not None and known.request_hash != digest.hexdigest():
        raise KeyOfAnother
    if known is not None:
        return known.body
    with _one_request_a_key():
        remembered_answers.keep(key, f"{request.method} {request.path}", digest.hexdigest(), status, None)
        body = work()
        remembered_answers.complete(key, body)
    return body


class Routes(Router):
    """A router of one app. Every operation says ``response=`` and documents its faults; every write takes a key.

    ``once=False`` leaves a write's repetition to the service itself (the ledger knows its keys).
    """

    def __init__(self, *, once: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.once = once

    def api_operation(self, methods: list[str], path: str, **options: Any) -> Callable[..., Any]:
        """As ninja's, with faults and the Idempotency-Key added."""
        response = options.pop("response")
        answers = response if isinstance(response, dict) else {200: response}
        options["response"] = {**answers, FAULTS: Problem}
        writes = methods != ["GET"]
        if writes:
            extra = dict(options.pop("openapi_extra", None) or {})
            extra["parameters"] = [*extra.get("parameters", []), HEADER]
            options["openapi_extra"] = extra
        register = super().api_operation(methods, path, **options)
        if writes and self.once:
            return lambda function: register(decorate_view(_once)(function))
        return register
