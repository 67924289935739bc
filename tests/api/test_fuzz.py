"""Made-up requests against every operation of the API: no 5xx, and no answer that the OpenAPI does not describe.

The requests come from the schema itself (schemathesis): its examples, its bounds and just beyond, and random ones, half
of them wrong on purpose.
"""

import json
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from ninja.responses import NinjaJSONEncoder
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hanmaru.central.web.api import api
from tests.api.conftest import World

pytestmark = pytest.mark.django_db

# Not asked for over HTTP: no test has a database yet while tests are collected.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder)))
schema.app = get_wsgi_application()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
PHASES = [Phase.explicit, Phase.generate]


@schema.parametrize()
@settings(max_examples=10, suppress_health_check=QUIET, phases=PHASES, derandomize=True, database=None)
def test_every_answer_is_described(case: Any, world: World) -> None:
    world.put_into(case)
    case.call_and_validate(headers=world.headers, checks=CHECKS)


@pytest.mark.long
@pytest.mark.timeout(1800)
@schema.parametrize()
@settings(max_examples=1000, suppress_health_check=QUIET)
def test_every_answer_is_described_at_length(case: Any, world: World) -> None:
    world.put_into(case)
    case.call_and_validate(headers=world.headers, checks=CHECKS)
