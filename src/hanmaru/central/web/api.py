"""The root of the REST API, /api/v1: the apps' routes under one address, errors as problem details."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hanmaru import __version__
from hanmaru.central.catalog.api import router as catalog
from hanmaru.central.catalog.api import uploads as photos
from hanmaru.central.companies.api.problems import CONTENT_TYPE, problem, problem_of
from hanmaru.central.orders.api import router as orders
from hanmaru.central.slotting.api import router as slotting
from hanmaru.central.stock.api import router as stock
from hanmaru.central.warehouse.api import router as warehouse
from hanmaru.kernel.errors import HanmaruError

DESCRIPTION = """
Products, stock, orders, warehouse work and layouts of one company, for programs and devices.

Every call carries a device token (`Authorization: Bearer hmd_...`), every write an `Idempotency-Key`: the same key
again gets the same answer and changes nothing. Lists come in pages; pass `next` as `cursor`. Faults are problem details
(RFC 9457): `code` is for programs and never renamed, `title` is a sentence for people in the language of
`Accept-Language`.
"""


class Api(NinjaAPI):
    """Ninja's API whose faults are documented as what they are: ``application/problem+json``."""

    def get_openapi_schema(self, *arguments: Any, **options: Any) -> Any:
        """The OpenAPI description of every route."""
        schema = super().get_openapi_schema(*arguments, **options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"][CONTENT_TYPE] = answer["content"].pop("application/json")
        return schema


api = Api(title="Hanmaru", version=__version__, description=DESCRIPTION, urls_namespace="api", docs_url="/docs")
api.add_router("/catalog", catalog)
api.add_router("/catalog", photos)
api.add_router("/stock", stock)
api.add_router("/orders", orders)
api.add_router("/warehouse", warehouse)
api.add_router("/slotting", slotting)


@api.exception_handler(HanmaruError)
def _refused(request: HttpRequest, error: HanmaruError) -> HttpResponse:
    return problem_of(error, request)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [{"field": ".".join(map(str, fault["loc"])), "message": str(fault["msg"])} for fault in error.errors]
    return problem(422, "api.invalid", _("The request does not have the right form. See errors."), errors=faults)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "api.token", _("Authorization: send a device token as Bearer. Make one in Settings, Devices."))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", _("There is no such thing here."))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "api.too_large", _("The request is too large. Send it in parts."))


@api.exception_handler(HttpError)
def _ninja(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "api.malformed" if error.status_code == 400 else "api.error", str(error))
