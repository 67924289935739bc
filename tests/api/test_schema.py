"""What the OpenAPI must hold so that people can work from it: every app's routes, examples, stable names, faults."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

CENTRAL = Path(__file__).parents[2] / "src" / "hanmaru" / "central"
METHODS = {"get", "post", "put", "patch", "delete"}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    from hanmaru.central.web.api import api

    schema: dict[str, Any] = api.get_openapi_schema()
    return schema


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def with_routes() -> list[str]:
    """The apps that have routes of their own."""
    return sorted(path.parent.name for path in CENTRAL.glob("*/api.py") if path.parent.name != "web")


@pytest.mark.parametrize("app", with_routes())
def test_the_routes_of_every_app_are_there(spec: dict[str, Any], app: str) -> None:
    router = import_module(f"hanmaru.central.{app}.api").router
    prefix = f"/api/v1/{app}"
    for path in router.path_operations:
        address = prefix + path.replace("int:", "")
        assert address in spec["paths"], f"{address}: add the router of {app} to web/api.py"


def test_every_operation_has_a_name_of_its_own_made_from_its_function(spec: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _label, operation in operations(spec))
    assert max(names.values()) == 1
    for label, operation in operations(spec):
        part = label.split("/")[3]
        assert operation["operationId"].startswith(f"hanmaru_central_{part}_api_"), label
        assert operation["summary"], label
        assert operation["description"], label
        assert operation["tags"], label


def test_every_operation_says_its_faults_as_problems(spec: dict[str, Any]) -> None:
    for label, operation in operations(spec):
        faults = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert set(faults) >= {400, 401, 403, 404, 409, 413, 422, 429, 503}, label
        for status, answer in faults.items():
            assert list(answer["content"]) == [PROBLEM], f"{label} {status}"


def test_every_write_takes_a_key_and_every_operation_a_token(spec: dict[str, Any]) -> None:
    for label, operation in operations(spec):
        headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (not label.startswith("GET")), label
        assert operation["security"], label


def test_every_body_has_an_example(spec: dict[str, Any]) -> None:
    without = []
    for label, operation in operations(spec):
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json" and not exemplified(spec, media["schema"]):
                without.append(label)
    assert without == []


def exemplified(spec: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Say whether a person can see what to send: the whole has an example, or each field that must be sent has one."""
    schema = resolved(spec, schema)
    if "example" in schema or "examples" in schema or "default" in schema or "enum" in schema or "const" in schema:
        return True
    if schema.get("type") == "array":
        return exemplified(spec, schema["items"])
    for part in ("anyOf", "allOf", "oneOf"):
        if part in schema:
            return any(exemplified(spec, one) for one in schema[part])
    fields = schema.get("properties", {})
    needed = schema.get("required") or list(fields)[:1]
    return bool(fields) and all(exemplified(spec, fields[name]) for name in needed)


def resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself where it is a reference."""
    while "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema
