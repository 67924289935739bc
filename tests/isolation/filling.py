"""Fills every table of a company with a row, whatever tables there are.

A new table needs nothing here unless a CHECK refuses what is made up for it: then its fields are named in SPECIAL.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from hanmaru.central.companies.tenancy import CompanyOwned

_fresh = itertools.count(1)
SPECIAL: dict[str, dict[str, Any]] = {
    "catalog.Variant": {"gtin": "", "number": 900_001},  # beyond what the company will count to
    "catalog.Tag": {"epc": lambda: f"{next(_fresh):024X}"},
    "companies.Membership": None,  # type: ignore[dict-item]  # there since the sign-up
    "companies.Counter": None,  # type: ignore[dict-item]  # same
    "plant.Site": {"name": lambda: f"site-{next(_fresh)}"},
    "plant.Source": {"name": lambda: f"source-{next(_fresh)}"},
    "plant.Asset": {"path": lambda: f"site/area-{next(_fresh)}"},
    "plant.Tag": {"number": lambda: next(_fresh), "asset": lambda: f"site/area-{next(_fresh)}"},
    "stock.Place": {"path": lambda: f"p{next(_fresh)}", "kind": "bin", "holds_stock": True},
    "stock.StockMove": {"to_place": lambda filled: filled.make("stock.Place", again=True)},
    "warehouse.ReaderRead": {"epc": lambda: f"{next(_fresh):024X}"},
}


def company_models() -> list[type[models.Model]]:
    """Every model whose rows belong to a company."""
    return [model for model in apps.get_models() if issubclass(model, CompanyOwned)]


@dataclass
class Filled:
    """A company with a row in every table; ``marker`` stands in every free text of it."""

    membership: Any
    marker: str
    rows: dict[str, Any] = field(default_factory=dict)

    def fill(self) -> None:
        """Make the rows; the company must be acting."""
        for model in company_models():
            self.make(model._meta.label)

    def make(self, label: str, *, again: bool = False) -> Any:
        """The row of a table, made with all that it points to."""
        if label in self.rows and not again:
            return self.rows[label]
        model = apps.get_model(label)
        if SPECIAL.get(label, {}) is None:
            row = model.objects.first() or model.objects.create(series=self.marker)
        else:
            values = {one.name: self._value(model, one) for one in model._meta.concrete_fields if self._is_asked(one)}
            row = model.objects.create(**values)
        if not again:
            self.rows[label] = row
        return row

    def _is_asked(self, one: Any) -> bool:
        special = SPECIAL.get(one.model._meta.label, {})
        if one.name in special:
            return True
        if one.primary_key or one.name == "company" or (one.is_relation and one.related_model is one.model):
            return False
        if one.is_relation:
            return True
        return not one.null and not one.has_default() and not one.has_db_default()

    def _value(self, model: Any, one: Any) -> Any:
        special = SPECIAL.get(model._meta.label, {})
        if one.name in special:
            value = special[one.name]
            return value if not callable(value) else (value(self) if value.__code__.co_argcount else value())
        if one.is_relation:
            return self._related(one.related_model._meta.label)
        if one.choices:
            return one.choices[0][0]
        return _made_up(one, self.marker)

    def _related(self, label: str) -> Any:
        if label == "companies.User":
            return self.membership.user
        return self.membership.company if label == "companies.Company" else self.make(label)


def _made_up(one: Any, marker: str) -> Any:
    """A value that fits the field's type."""
    if isinstance(one, ArrayField):
        return [one.base_field.choices[0][0] if one.base_field.choices else marker[:20]]
    if isinstance(one, models.EmailField):
        return f"{marker.lower()}@example.com"
    if isinstance(one, models.CharField | models.TextField):
        return f"{marker}{next(_fresh)}"[: one.max_length]
    by_type = {models.DateTimeField: timezone.now, models.DateField: timezone.localdate, models.JSONField: dict}
    return by_type.get(type(one), lambda: 1)()
