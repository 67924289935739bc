"""Errors as problem details (RFC 9457)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from pydantic import Field

from hanmaru.kernel.errors import HanmaruError

CONTENT_TYPE = "application/problem+json"


class Fault(Schema):
    """One field that was wrong."""

    field: str = Field(examples=["body.quantity"])
    message: str = Field(examples=["Input should be greater than 0"])


class Problem(Schema):
    """What went wrong: a code for programs, a sentence for people."""

    type: str = Field(examples=["/docs/reference/errors#stock.not_enough"])
    title: str = Field(examples=["Not enough stock: 5 wanted, 2 free."])
    status: int = Field(examples=[409])
    code: str = Field(examples=["stock.not_enough"])
    data: dict[str, Any] = Field(default_factory=dict)
    errors: list[Fault] = Field(default_factory=list)


def problem(status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """An answer that says what went wrong."""
    body = {
        "type": f"/docs/reference/errors#{code}",
        "title": title,
        "status": status,
        "code": code,
        "data": more.get("data", {}),
        "errors": more.get("errors", []),
    }
    response = JsonResponse(body, status=status, content_type=CONTENT_TYPE, json_dumps_params={"default": str})
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def problem_of(error: HanmaruError, request: HttpRequest | None = None) -> HttpResponse:
    """One of our own errors as an answer."""
    return problem(error.status, error.code, str(error), data=error.data)
