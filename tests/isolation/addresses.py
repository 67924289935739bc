"""Every address of the pages and the API, with what its blanks are filled."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import get_resolver
from django.utils.module_loading import import_string

from tests.isolation.filling import Filled, company_models

ALIASES = {
    "token": "companies.DeviceToken",
    "list": "warehouse.PickList",
    "run": "sheets.ImportRun",
    "box": "warehouse.BoxType",
    "class": "catalog.StorageClass",
    "task": "warehouse.PickTask",
}
"""What an id in an address is called when it is not the model's name: ``<int:token_id>``."""

PLAIN: dict[str, Any] = {
    "edge": 160,
    "action": "confirm",
    "epc": "30" * 12,
    "kind": "strip",
    "picture": "layout",
    "week": 1,
}
"""Blanks that name nothing of a company; what a tag says may be asked by anybody who has read it."""

NAMED: dict[str, tuple[str, str]] = {
    "site": ("plant.Site", "name"),
    "path": ("plant.Asset", "path"),
    "number": ("plant.Tag", "number"),
    "name": ("plant.Source", "name"),
}
"""Blanks that name a row of a company by something else than its id."""

SLUG = "slug"
"""The public address of a company's order page: always ours, and what is behind it must be ours as well."""

BY_LINK = {
    "companies:join": "opened by a key that stands for its company; tests/unit/central/companies/test_joining_pages.py",
    "companies:reset": "same",
    "orders:tracking": "opened by the order's own key; tests/unit/central/orders",
    "orders:tracking_live": "same; its stream: tests/unit/central/web/test_order_live.py",
}
"""Addresses open to whoever holds a link, each with where that is tested."""

FILL_IN = (
    "%s has the blank <%s>, which tests/isolation/addresses.py cannot fill. Name it <model>_id after a model of a "
    "company, or add it to ALIASES (an id under another name), PLAIN (names nothing of a company) or BY_LINK (opened "
    "by a secret link)."
)


@dataclass(frozen=True)
class Page:
    """A route of the pages: ``template`` has {blanks}."""

    name: str
    template: str
    blanks: tuple[str, ...]
    view: Any


def pages() -> list[Page]:
    """Every page, in the order of the resolver; the API's routes are told by its schema."""
    return [page for page in _walk(get_resolver().url_patterns) if not page.name.startswith("api:")]


def _walk(patterns: Any, before: str = "/", space: str = "") -> Iterator[Page]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            name = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, name)
        else:
            template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
            blanks = tuple(re.findall(r"\{(\w+)\}", template))
            yield Page(space + (pattern.name or ""), template, blanks, pattern.callback)


def model_of(blank: str) -> str | None:
    """The label of the model that an id in an address names."""
    word = blank.removesuffix("_id")
    if word in ALIASES:
        return ALIASES[word]
    for model in company_models():
        if model.__name__.lower() == word.replace("_", ""):
            return model._meta.label
    return None


def fillable(blank: str) -> bool:
    """Say whether we know what to put there."""
    return blank in PLAIN or blank in NAMED or blank in {"company_id", SLUG} or model_of(blank) is not None


def value_of(blank: str, company: Filled) -> Any:
    """What stands for a blank when the address is to name something of the company."""
    if blank in PLAIN:
        return PLAIN[blank]
    if blank == "company_id":
        return company.membership.company_id
    if blank in NAMED:
        label, field = NAMED[blank]
        return getattr(company.rows[label], field)
    return company.rows[str(model_of(blank))].pk


def foreign_addresses(template: str, blanks: tuple[str, ...], ours: Filled, theirs: Filled) -> list[str]:
    """The address filled in every way in which at least one of its ids is another company's."""
    ids = [blank for blank in blanks if blank not in PLAIN and blank != SLUG]
    plain = {**PLAIN, SLUG: ours.membership.company.slug}
    filled = []
    for owners in itertools.product((theirs, ours), repeat=len(ids)):
        if theirs in owners:
            values = {blank: value_of(blank, owner) for blank, owner in zip(ids, owners, strict=True)}
            filled.append(template.format(**plain, **values))
    return filled


@dataclass(frozen=True)
class Operation:
    """An operation of the API: its method, its path with {blanks} and the schema of its body."""

    method: str
    template: str
    blanks: tuple[str, ...]
    body: dict[str, Any]
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.template}"


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI description of the whole API."""
    described: dict[str, Any] = import_string("hanmaru.central.web.api.api").get_openapi_schema()
    return described


def operations() -> list[Operation]:
    """Every operation of the API."""
    return [
        Operation(method, path, tuple(re.findall(r"\{(\w+)\}", path)), _body(operation), _files(operation))
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    found: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return found


def _files(operation: dict[str, Any]) -> tuple[str, ...]:
    content = operation.get("requestBody", {}).get("content", {})
    return tuple(content.get("multipart/form-data", {}).get("schema", {}).get("properties", {}))


def made_up(part: dict[str, Any], company: Filled, name: str = "") -> Any:
    """A value of the schema in which every id is one of the company's; None for an operation without a body."""
    if not part:
        return None
    for key in ("anyOf", "allOf"):
        part = part[key][0] if key in part else part
    if "$ref" in part:
        part = schema()["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    kind = part.get("type")
    label = model_of(name.removeprefix("from_").removeprefix("to_"))
    if label and kind == "integer":
        return company.rows[label].pk
    if "properties" in part:
        asked = part.get("required", [])
        return {key: made_up(value, company, key) for key, value in part["properties"].items() if key in asked}
    if kind == "array":
        return [made_up(part["items"], company, name.removesuffix("s"))]
    examples = [*part.get("examples", ()), *(part[key] for key in ("example", "default") if key in part)]
    plain = {"string": part.get("enum", ["x"])[0], "integer": part.get("minimum", 1), "number": 1.0, "object": {}}
    return examples[0] if examples else plain[kind]
