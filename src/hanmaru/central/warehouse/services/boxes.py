"""The boxes on the shelf."""

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanmaru.central.warehouse.errors import NameTaken, UnknownBox
from hanmaru.central.warehouse.models import BoxType
from hanmaru.kernel.errors import Invalid


class SizeImpossible(Invalid):
    """A box without a size, or larger than a lorry."""

    code = "box.size"
    message = _("Size and load: give whole numbers from 1 to %(most)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box to be on the shelf: inner size in mm, weights in g, cost in the minor unit."""

    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    max_weight_g: int
    weight_g: int = 0
    cost: int = 0

    def __post_init__(self) -> None:
        most = 1_000_000
        sizes = (self.length_mm, self.width_mm, self.height_mm, self.max_weight_g)
        if not all(1 <= size <= most for size in sizes) or self.weight_g < 0 or self.cost < 0:
            raise SizeImpossible(most=most)


def create_box(box: Box) -> int:
    """Put a box type on the shelf; the id. Raises NameTaken."""
    try:
        with transaction.atomic():
            return int(BoxType.objects.create(**asdict(box)).pk)
    except IntegrityError:
        raise NameTaken(name=box.name) from None


def change_box(box_id: int, box: Box) -> None:
    """Change a box type; parcels already packed keep their weight. Raises UnknownBox, NameTaken."""
    try:
        with transaction.atomic():
            found = BoxType.objects.filter(pk=box_id).update(**asdict(box))
    except IntegrityError:
        raise NameTaken(name=box.name) from None
    if not found:
        raise UnknownBox


def restore_box(box_id: int) -> None:
    """Put a box back on the shelf. Raises UnknownBox."""
    if not BoxType.objects.filter(pk=box_id).update(archived_at=None):
        raise UnknownBox


def archive_box(box_id: int) -> None:
    """Propose this box no more. Raises UnknownBox."""
    if not BoxType.objects.filter(pk=box_id).update(archived_at=timezone.now()):
        raise UnknownBox
