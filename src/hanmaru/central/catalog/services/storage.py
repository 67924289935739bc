"""Storage classes: kinds of places that goods need."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.coding import romanised
from hanmaru.central.catalog.errors import CodeImpossible, NoSuchProduct, StorageClassTaken, StorageClassUsed
from hanmaru.central.catalog.models import Product, StorageClass
from hanmaru.central.catalog.services.taken import conflicts
from hanmaru.central.companies.live import changed


def create_storage_class(name: str, code: str = "") -> str:
    """Make a storage class; answer its code, made from the name where none is given.

    Raises:
        TextNeeded, TextTooLong: the name or code is empty or too long.
        CodeImpossible: the code has other characters than letters, digits, - and _.
        StorageClassTaken: there is one of this code.
    """
    name = fields.text(_("Name"), name, 60, needed=True)
    code = fields.text(_("Code"), code, 30) or slugify(romanised(name))[:30]
    if not code or slugify(code, allow_unicode=True) != code.lower():
        raise CodeImpossible(field=_("Code"), value=code or name)
    with conflicts(code):
        if StorageClass.objects.filter(code=code).exists():
            raise StorageClassTaken(value=code)
        StorageClass.objects.create(name=name, code=code)
    changed("products")
    return code


def rename_storage_class(class_id: int, name: str) -> None:
    """Give a storage class another name; its code stays, for places know it by that."""
    name = fields.text(_("Name"), name, 60, needed=True)
    if not StorageClass.objects.filter(pk=class_id).update(name=name):
        raise NoSuchProduct
    changed("products")


def delete_storage_class(class_id: int) -> None:
    """Delete a storage class; raises :class:`StorageClassUsed` while products need it."""
    with transaction.atomic():
        row = StorageClass.objects.select_for_update().filter(pk=class_id).first()
        if row is None:
            raise NoSuchProduct
        used = Product.objects.filter(storage_class=row).count()
        if used:
            raise StorageClassUsed(count=used, name=row.name)
        row.delete()
    changed("products")
