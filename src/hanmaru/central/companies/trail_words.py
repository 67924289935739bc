"""How the audit trail says what was written: words for tables, columns and what was done."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.access import SCOPES

TABLES: Final[dict[str, Promise]] = {
    "companies_user": _("Account"),
    "companies_company": _("Company"),
    "companies_membership": _("Person"),
    "companies_invitation": _("Invitation"),
    "companies_passwordreset": _("Link for a new password"),
    "companies_devicetoken": _("Device token"),
    "plant_site": _("Plant"),
    "plant_source": _("Connection to a machine"),
    "catalog_storageclass": _("Storage class"),
    "catalog_product": _("Product"),
    "catalog_option": _("Option"),
    "catalog_optionvalue": _("Value of an option"),
    "catalog_variant": _("Variant"),
    "catalog_variantvalue": _("Option of a variant"),
    "catalog_photo": _("Photo"),
    "catalog_tag": _("RFID tag"),
    "catalog_extrabarcode": _("Further barcode"),
    "stock_place": _("Place"),
    "stock_lot": _("Lot"),
    "orders_customer": _("Customer"),
    "orders_order": _("Order"),
    "orders_orderline": _("Order line"),
    "orders_orderstep": _("Step of an order"),
    "orders_return": _("Return"),
    "orders_returnline": _("Return line"),
    "sheets_importrun": _("File import"),
    "sheets_refusedrow": _("Refused row"),
    "warehouse_supplier": _("Supplier"),
    "warehouse_delivery": _("Delivery"),
    "warehouse_deliveryline": _("Delivery line"),
    "warehouse_readerread": _("Read of a tag"),
    "warehouse_taggedpiece": _("Tagged piece"),
    "warehouse_scan": _("Scan"),
    "warehouse_counttask": _("Count task"),
    "warehouse_picklist": _("Pick list"),
    "warehouse_picktask": _("Pick"),
    "warehouse_boxtype": _("Box"),
    "warehouse_parcel": _("Parcel"),
    "warehouse_parcelline": _("Content of a parcel"),
    "slotting_study": _("Layout study"),
    "slotting_search": _("Search for a layout"),
    "slotting_relocation": _("Relocation"),
    "slotting_relocationtask": _("Task of a relocation"),
}
OPERATIONS: Final[dict[str, Promise]] = {"INSERT": _("added"), "UPDATE": _("changed"), "DELETE": _("removed")}
_COLUMNS: Final[dict[str, Promise]] = {
    "name": _("Name"),
    "email": _("E-mail"),
    "user_id": _("Person"),
    "roles": _("Roles"),
    "scopes": _("May do"),
    "language": _("Language"),
    "text_size": _("Text size"),
    "password": _("Password"),
    "last_login": _("Last log-in"),
    "left_at": _("Left the company"),
    "accepted_at": _("Accepted on"),
    "revoked_at": _("Revoked on"),
    "used_at": _("Used on"),
    "expires_at": _("Good until"),
    "created_at": _("Added"),
    "updated_at": _("Changed"),
    "archived_at": _("Archived"),
    "is_active": _("Account open"),
    "is_platform_operator": _("Platform operator"),
    "slug": _("Address of the order page"),
    "time_zone": _("Time zone"),
    "currency": _("Currency"),
    "code": _("Code"),
    "quantity": _("Quantity"),
    "state": _("State"),
    "number": _("Number"),
    "position": _("Position"),
    "note": _("Note"),
    "price": _("Price"),
}
# Who made a row, and when, stands beside the entry already.
_UNTOLD: Final = frozenset(
    {"id", "company_id", "updated_at", "created_at", "created_by_id", "invited_by_id", "made_by_id"}
)
_PEOPLE: Final = {"user_id", "actor_id", "assigned_to"}
_LONGEST: Final = 80
Names = Mapping[int, str]


def table_word(table: str) -> str:
    """What a table's row is called."""
    return str(TABLES.get(table, table))


@cache
def _field(table: str, column: str) -> Any:
    """The model's field behind a column; None where there is none."""
    for model in apps.get_models():
        if model._meta.db_table == table:  # noqa: SLF001 -- Django's documented way to ask a model
            fields = model._meta.concrete_fields  # noqa: SLF001 -- same
            return next((field for field in fields if field.column == column), None)
    return None


def column_word(table: str, column: str) -> str:
    """What a column is called: our word, the model's own where it has one, or the column's name."""
    field = _field(table, column)
    if column in _COLUMNS:
        return str(_COLUMNS[column])
    if field is not None and isinstance(field.verbose_name, Promise):
        return str(field.verbose_name)
    return column.removesuffix("_id").replace("_", " ")


def people_in(changes: Mapping[str, Any]) -> set[int]:
    """The ids of people that stand among the values."""
    values = [value for column, value in changes.items() if column in _PEOPLE]
    return {one for value in values for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)}


def value_word(table: str, column: str, value: Any, names: Names) -> str:
    """A value as a person reads it."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        value = [f"{key} {one}" for key, one in value.items()]
    if isinstance(value, list):
        return ", ".join(value_word(table, column, one, names) for one in value)
    if column in _PEOPLE:
        return names.get(value, str(value))
    if column == "scopes":
        return str(SCOPES.get(value, value))
    field = _field(table, column)
    choices = dict(getattr(getattr(field, "base_field", field), "choices", None) or ())
    return _shortened(str(choices.get(value) or _moment(value)))


def _moment(value: Any) -> Any:
    """A point in time in the company's zone, to the minute; anything else as it is."""
    moment = parse_datetime(value) if isinstance(value, str) and "T" in value else None
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment is not None and moment.tzinfo else value


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def sentence(table: str, operation: str, changes: dict[str, Any], count: int) -> str:
    """What was done, in a few words: "Product changed"."""
    if table == "companies_user" and set(changes) == {"last_login"}:
        return gettext("Logged in")
    if count > 1:
        told = gettext("%(thing)s: %(count)s %(done)s")
        return told % {"thing": table_word(table), "count": count, "done": OPERATIONS[operation]}
    return gettext("%(thing)s %(done)s") % {"thing": table_word(table), "done": OPERATIONS[operation]}


def details(table: str, operation: str, changes: dict[str, Any], count: int, names: Names) -> list[str]:
    """The columns and their values, of a change the old and the new one; ``names`` are those of people by id."""
    if count > 1 or (table == "companies_user" and set(changes) == {"last_login"}):
        return []
    told = {column: value for column, value in changes.items() if column not in _UNTOLD}
    if operation == "UPDATE":
        return [f"{column_word(table, column)}: {_change(table, column, pair, names)}" for column, pair in told.items()]
    words = ((column, value_word(table, column, value, names)) for column, value in told.items())
    return [f"{column_word(table, column)}: {word}" for column, word in words if word != "–"]


def _change(table: str, column: str, pair: list[Any], names: Names) -> str:
    if pair[0] == "hidden":
        return gettext("changed (not shown)")
    old, new = (value_word(table, column, value, names) for value in pair)
    return f"{old} → {new}"
