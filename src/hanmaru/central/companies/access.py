"""Who may do what: the one table of capabilities, for pages, the API and the documentation."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.models import Role

__all__ = ["SCOPES", "Can", "Role", "allows", "holds", "roles_of"]


@dataclass(frozen=True)
class Grant:
    """What a capability is called, and which roles have it besides owners, who have all."""

    title: Promise
    roles: frozenset[Role]


def _grant(title: Promise, *roles: Role) -> Grant:
    return Grant(title, frozenset(roles))


_EVERYONE = tuple(Role)


class Can(Enum):
    """Something that a person may do in their company."""

    SEE_STOCK = _grant(_("See products, stock and moves"), *_EVERYONE)
    EDIT_PRODUCTS = _grant(_("Add and change products"), Role.PLANNER)
    SEE_ORDERS = _grant(_("See orders"), Role.WAREHOUSE, Role.PLANNER, Role.QUALITY)
    EDIT_ORDERS = _grant(_("Take, confirm and cancel orders"), Role.PLANNER)
    WORK_IN_WAREHOUSE = _grant(_("Receive, put away, pick, pack and ship"), Role.WAREHOUSE)
    CORRECT_STOCK = _grant(_("Count and correct stock"), Role.WAREHOUSE)
    EDIT_PLACES = _grant(_("Add and change places"), Role.WAREHOUSE)
    SEE_PLANT = _grant(_("See machines, readings and their history"), *_EVERYONE)
    EDIT_PLANT = _grant(_("Connect machines and choose what is read"), Role.MAINTENANCE)
    SEE_SLOTTING = _grant(_("See layouts and the moves they need"), Role.WAREHOUSE, Role.PLANNER)
    PLAN_SLOTTING = _grant(_("Search for better layouts and accept one"), Role.PLANNER)
    IMPORT = _grant(_("Import files"), Role.PLANNER)
    MANAGE_PEOPLE = _grant(_("Invite people, change roles, reset passwords"))
    MANAGE_DEVICES = _grant(_("Make and revoke device tokens"))
    CHANGE_SETTINGS = _grant(_("Change the company's settings"))
    SEE_TRAIL = _grant(_("Read the audit trail"))

    @property
    def title(self) -> Promise:
        """What it is called, for people."""
        return self.value.title

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that have it, owners apart."""
        return self.value.roles


def holds(membership: Any, *wanted: Role | Can) -> bool:
    """Say whether the membership has one of the roles or capabilities; an owner has all, nothing wanted suits all."""
    if membership is None:
        return False
    held: Collection[str] = membership.roles
    if not wanted or Role.OWNER in held:
        return True
    return bool(roles_of(*wanted).intersection(held))


def roles_of(*wanted: Role | Can) -> frozenset[Role]:
    """The roles that any of these asks for, owners apart."""
    roles: set[Role] = set()
    for one in wanted:
        roles |= one.roles if isinstance(one, Can) else {one}
    return frozenset(roles)


SCOPES: dict[str, Promise] = {
    "reader": _("Report what a tag reader reads"),
    "api:read": _("Read everything by the API"),
    "api:write": _("Read and change everything by the API"),
    "catalog:read": _("Read products"),
    "catalog:write": _("Read and change products"),
    "stock:read": _("Read stock"),
    "stock:write": _("Read, move and correct stock"),
    "orders:read": _("Read orders"),
    "orders:write": _("Read, place and change orders"),
    "warehouse:read": _("Read warehouse work"),
    "warehouse:write": _("Read and do warehouse work"),
    "slotting:read": _("Read layouts, searches and plans"),
    "slotting:write": _("Read layouts, search for plans and accept one"),
    "plant:read": _("Read machines, readings and their history"),
}
"""What a device token may be used for, and how that is said to people."""


def allows(scopes: Collection[str], wanted: str) -> bool:
    """Say whether a token of these scopes may be used for ``wanted``: writing includes reading, "api" every part."""
    part, _colon, verb = wanted.partition(":")
    good = {wanted}
    if verb == "read":
        good |= {f"{part}:write", "api:read", "api:write"}
    elif verb == "write":
        good.add("api:write")
    return not good.isdisjoint(scopes)
