"""Who delivers."""

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.warehouse.errors import NameTaken
from hanmaru.central.warehouse.models import Supplier


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a supplier, without blanks around it."""

    name: str
    email: str
    phone: str


def create_supplier(name: str, *, email: str = "", phone: str = "") -> int:
    """Make a supplier; the id. Raises NameTaken."""
    told = _Told(name.strip(), email.strip(), phone.strip())
    try:
        with transaction.atomic():
            return int(Supplier.objects.create(**asdict(told)).pk)
    except IntegrityError:
        raise NameTaken(name=told.name) from None


def change_supplier(supplier_id: int, *, name: str, email: str = "", phone: str = "") -> None:
    """Change a supplier; deliveries of the past tell the new name too. Raises UnknownThing, NameTaken."""
    told = _Told(name.strip(), email.strip(), phone.strip())
    try:
        with transaction.atomic():
            found = Supplier.objects.filter(pk=supplier_id).update(**asdict(told))
    except IntegrityError:
        raise NameTaken(name=told.name) from None
    if not found:
        raise UnknownThing(what=f"supplier {supplier_id}")


def archive_supplier(supplier_id: int) -> None:
    """Offer this supplier for new deliveries no more. Raises UnknownThing."""
    if not Supplier.objects.filter(pk=supplier_id).update(archived_at=timezone.now()):
        raise UnknownThing(what=f"supplier {supplier_id}")


def restore_supplier(supplier_id: int) -> None:
    """Offer this supplier again. Raises UnknownThing."""
    if not Supplier.objects.filter(pk=supplier_id).update(archived_at=None):
        raise UnknownThing(what=f"supplier {supplier_id}")
