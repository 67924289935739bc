"""The reference page of the REST API, made from its OpenAPI description: operations, scopes, message shapes."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def api_page(note: str) -> str:
    """Answer the page of the API; Django must be set up."""
    from hanmaru.central.web.api import api  # noqa: PLC0415 - after Django is set up

    schema: Schema = api.get_openapi_schema(path_prefix="/api/v1/")
    lines = [
        "# API\n",
        note,
        "Every call carries a device token, `Authorization: Bearer hmd_...`; every write an `Idempotency-Key`.",
        "Refusals are problem documents (RFC 9457) with a `code` of [Errors](errors.md). How to begin:",
        "[write a program against the API](../how-to/use-the-api.md).\n",
        "## Operations\n",
    ]
    scopes = _scopes(api)
    for part, rows in _parts(schema, scopes).items():
        lines += [
            f"### {part}\n",
            "| call | what it does | takes | answers | scope |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    lines += ["## Message shapes\n", "Fields marked * must be there.\n"]
    for name, shape in sorted(schema["components"]["schemas"].items()):
        lines += _shape(name, shape)
    return "\n".join(lines).rstrip() + "\n"


def _scopes(api: Any) -> dict[str, str]:
    """Operation id -> the scope that its token needs."""
    return {
        operation.operation_id or api.get_openapi_operation_id(operation): getattr(auth, "scope", "")
        for _prefix, router in api._routers  # noqa: SLF001 - ninja tells them nowhere else
        for view in router.path_operations.values()
        for operation in view.operations
        for auth in operation.auth_callbacks
    }


def _parts(schema: Schema, scopes: Mapping[str, str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for path, operations in schema["paths"].items():
        for method, one in operations.items():
            scope = scopes.get(one["operationId"], "")
            row = f"| `{method.upper()} {path}` | {one['summary']} | {_taken(one)} | {_answered(one)} | `{scope}` |"
            parts.setdefault(path.split("/")[3], []).append(row)
    return parts


def _taken(operation: Schema) -> str:
    query = [f"`{one['name']}`" for one in operation.get("parameters", ()) if one["in"] == "query"]
    return ", ".join([*(_named(one["schema"]) for one in _contents(operation.get("requestBody", {}))), *query])


def _answered(operation: Schema) -> str:
    found = [
        f"{status}: {_named(one['schema'])}"
        for status, answer in operation["responses"].items()
        if int(status) < 400
        for one in _contents(answer)
    ]
    return ", ".join(found) or ", ".join(str(status) for status in operation["responses"] if int(status) < 400)


def _contents(holder: Schema) -> Iterator[Schema]:
    yield from holder.get("content", {}).values()


def _named(schema: Schema) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_named(one) for one in schema["anyOf"])
    if "allOf" in schema:
        return " and ".join(_named(one) for one in schema["allOf"])
    if schema.get("type") == "array":
        return f"list of {_named(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _shape(name: str, shape: Schema) -> list[str]:
    lines = [f"### {name}\n"]
    if "description" in shape:
        lines.append(f"{' '.join(shape['description'].split())}\n")
    if "enum" in shape:
        return [*lines, "One of: " + ", ".join(f"`{one}`" for one in shape["enum"]) + ".\n"]
    lines += ["| field | type | bounds | meaning |", "|---|---|---|---|"]
    needed = shape.get("required", ())
    for field, one in shape.get("properties", {}).items():
        meaning = " ".join(str(one.get("description", "")).split()).replace("|", "\\|")
        lines.append(f"| `{field}`{'*' if field in needed else ''} | {_named(one)} | {_bounds(one)} | {meaning} |")
    return [*lines, ""]


def _bounds(schema: Schema) -> str:
    inner = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    words = {"minimum": "from {}", "maximum": "to {}", "minLength": "at least {} characters"}
    words |= {"maxLength": "at most {} characters", "minItems": "at least {}", "maxItems": "at most {}"}
    return ", ".join(text.format(inner[key]) for key, text in words.items() if key in inner)
