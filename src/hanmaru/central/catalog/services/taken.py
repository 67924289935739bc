"""What the database refuses as taken, said as the catalogue says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hanmaru.central.catalog import errors
from hanmaru.kernel.errors import Conflict

_ERRORS: dict[str, type[Conflict]] = {
    "one_product_a_code": errors.CodeTaken,
    "one_variant_a_sku": errors.SkuTaken,
    "one_variant_a_gtin": errors.BarcodeTaken,
    "one_variant_a_barcode": errors.BarcodeTaken,
    "one_extra_barcode": errors.BarcodeTaken,
    "one_tag_an_epc": errors.TagTaken,
    "one_storage_class_a_code": errors.StorageClassTaken,
}


@contextmanager
def conflicts(value: str = "") -> Iterator[None]:
    """A transaction whose unique constraints answer as a :class:`Conflict`.

    The services look before they write and name the other; this is for what another session wrote in between.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        kind = _ERRORS.get(constraint or "")
        if kind is None:
            raise
        raise kind(value=value, other=_("another product")) from error
