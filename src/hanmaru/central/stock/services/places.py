"""Places: made, changed, closed; and the places beyond the house, which every company has."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.live import changed
from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.stock.models import BEYOND, HOLDING, Balance, Place, PlaceKind
from hanmaru.kernel.errors import Conflict, Invalid, Refused

# What a path label may hold: https://www.postgresql.org/docs/18/ltree.html (and a short code for a scanner).
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")
# The order of the tree: a place lies only in one that stands before it.
_ORDER = (PlaceKind.SITE, PlaceKind.ZONE, PlaceKind.AISLE, PlaceKind.RACK, PlaceKind.LEVEL)


class CodeImpossible(Invalid):
    """A code that no label or path can carry."""

    code = "place.code"
    message = _("Code: %(value)s cannot be used. Use letters A to Z, digits, - and _, at most 40.")


class CodeTaken(Conflict):
    """Two places with one code would make a scan ambiguous."""

    code = "place.code_taken"
    message = _("Code: %(value)s is already used by another place. Choose another.")


class WrongParent(Invalid):
    """A rack cannot lie in a bin."""

    code = "place.parent"
    message = _("Lies in: a place of this kind cannot lie there. Choose a larger place.")


class NotEmpty(Refused):
    """Goods still lie in a place that is to be closed."""

    code = "place.not_empty"
    message = _("%(count)s pieces still lie here. Move them first, then close the place.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a place can take: mm³, g, pieces; None is no limit. No classes: anything may lie here."""

    volume_mm3: int | None = None
    max_weight_g: int | None = None
    max_count: int | None = None
    storage_classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("volume_mm3", "max_weight_g", "max_count"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise Invalid(_("Capacity must be greater than 0. Leave it empty for no limit."))


NO_LIMIT = Capacity()


def beyond(kind: PlaceKind) -> int:
    """The id of the company's place beyond the house: supplier, customer, correction, scrap or production."""
    if kind not in BEYOND:
        raise WrongParent
    code = kind.value.upper()
    place, _made = Place.objects.get_or_create(code=code, defaults={"kind": kind, "path": code, "holds_stock": False})
    return int(place.pk)


def _label(code: str) -> str:
    if not _CODE.match(code):
        raise CodeImpossible(value=code)
    return code


def _check_parent(kind: PlaceKind, parent: Place | None) -> None:
    if kind in BEYOND:
        raise WrongParent
    if parent is None:
        return
    if parent.kind not in _ORDER or (kind in _ORDER and _ORDER.index(kind) <= _ORDER.index(PlaceKind(parent.kind))):
        raise WrongParent


def create_place(
    code: str,
    kind: PlaceKind,
    *,
    name: str = "",
    parent: int | None = None,
    capacity: Capacity = NO_LIMIT,
    walk_order: int = 0,
    pickable: bool | None = None,
) -> int:
    """Make a place; the id. Docks and packing tables are not picked from unless said so.

    Raises:
        CodeImpossible, CodeTaken, WrongParent, UnknownThing (the parent).
    """
    label = _label(code)
    above = None
    if parent is not None:
        above = Place.objects.filter(pk=parent).first()
        if above is None:
            raise UnknownThing(what=f"place {parent}")
    _check_parent(kind, above)
    if Place.objects.filter(code=code).exists():
        raise CodeTaken(value=code)
    place = Place.objects.create(
        code=code,
        name=name,
        kind=kind,
        parent=above,
        path=f"{above.path}.{label}" if above else label,
        holds_stock=kind in HOLDING,
        pickable=kind in (PlaceKind.BIN, PlaceKind.CELL) if pickable is None else pickable,
        volume_mm3=capacity.volume_mm3,
        max_weight_g=capacity.max_weight_g,
        max_count=capacity.max_count,
        storage_classes=list(capacity.storage_classes),
        walk_order=walk_order,
    )
    changed("places")
    return int(place.pk)


@transaction.atomic
def create_rack(
    code: str, *, parent: int, levels: int, bins: int, capacity: Capacity = NO_LIMIT, walk_order: int = 0
) -> list[int]:
    """A rack with its levels and bins, coded ``<rack>-<level>-<bin>``; the ids of the bins, lowest level first."""
    if not (1 <= levels <= 20 and 1 <= bins <= 100):
        raise Invalid(_("A rack has 1 to 20 levels of 1 to 100 bins."))
    rack = create_place(code, PlaceKind.RACK, parent=parent, walk_order=walk_order)
    made = []
    for level in range(1, levels + 1):
        shelf = create_place(f"{code}-{level}", PlaceKind.LEVEL, parent=rack, walk_order=walk_order)
        made += [
            create_place(
                f"{code}-{level}-{column:02d}",
                PlaceKind.BIN,
                parent=shelf,
                capacity=capacity,
                walk_order=walk_order + column,
            )
            for column in range(1, bins + 1)
        ]
    return made


@transaction.atomic
def change_place(
    place_id: int, *, name: str, capacity: Capacity, pickable: bool, walk_order: int | None = None
) -> None:
    """Change what a person may change; code and kind are printed on a label and stay."""
    place = _locked(place_id)
    place.name = name
    place.pickable = pickable
    place.volume_mm3 = capacity.volume_mm3
    place.max_weight_g = capacity.max_weight_g
    place.max_count = capacity.max_count
    place.storage_classes = list(capacity.storage_classes)
    if walk_order is not None:
        place.walk_order = walk_order
    place.save()
    changed("places")


@transaction.atomic
def close_place(place_id: int) -> None:
    """No more goods may go here. Raises NotEmpty while goods lie here or in what it holds."""
    place = _locked(place_id)
    inside = Place.objects.filter(path__descendant_of=place.path)
    left = Balance.objects.filter(place__in=inside).aggregate(left=Sum("on_hand"))["left"] or 0
    if left:
        raise NotEmpty(count=left)
    inside.update(archived_at=timezone.now())
    changed("places")


def lock_places(place_ids: Iterable[int]) -> None:
    """Hold the places' rows to the end of the transaction, in key order: their room is about to be judged and used."""
    list(Place.objects.select_for_update(no_key=True).filter(pk__in=list(place_ids)).order_by("pk").values_list("pk"))


def _locked(place_id: int) -> Place:
    place = Place.objects.select_for_update().filter(pk=place_id).first()
    if place is None or place.kind in BEYOND:
        raise UnknownThing(what=f"place {place_id}")
    found: Place = place
    return found
