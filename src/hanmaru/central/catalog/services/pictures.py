"""Photos of products: checked and made anew by :mod:`~hanmaru.central.catalog.photos`, kept in the media store."""

from collections.abc import Sequence
from functools import partial
from threading import BoundedSemaphore
from typing import BinaryIO, Final
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields, photos
from hanmaru.central.catalog.errors import NoSuchProduct, TooManyPhotos
from hanmaru.central.catalog.models import Photo, Product
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import current_company_id

MOST_PHOTOS: Final = 30
Upload = BinaryIO
"""A seekable binary file: what a browser sent, or one from disk."""
# Decoding one large photo takes up to 400 MB; two at a time keep a web process within its memory.
_decoding = BoundedSemaphore(2)


def add_photo(product_id: int, file: bytes | Upload, *, alt: str = "") -> int:
    """Add a photo behind the others; answer its id. ``alt`` says what it shows; without it the product's name does.

    Raises:
        NoSuchProduct: not one of this company's products.
        TooManyPhotos: the product has :data:`MOST_PHOTOS`.
        PhotoRefused: not a photo that can be used; the message says why.
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NoSuchProduct
    alt = fields.text(_("What the photo shows"), alt, 200)
    with _decoding:
        picture = photos.render(file)
    paths = _keep(picture)
    try:
        photo_id = _append(product, picture, paths, alt or product.name)
    except BaseException:
        _forget(list(paths.values()))
        raise
    changed("products")
    return photo_id


def _append(product: Product, picture: photos.Photo, paths: dict[int, str], alt: str) -> int:
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        there = Photo.objects.filter(product=product).order_by("-position")
        if there.count() >= MOST_PHOTOS:
            raise TooManyPhotos(most=MOST_PHOTOS)
        last = there.first()
        added = Photo.objects.create(
            product=product,
            file=paths[0],
            thumbnails={str(edge): path for edge, path in paths.items() if edge},
            width=picture.master.width,
            height=picture.master.height,
            alt=alt,
            position=last.position + 1 if last else 0,
        )
    photo_id: int = added.pk
    return photo_id


def describe_photo(photo_id: int, alt: str) -> None:
    """Say what a photo shows, for people who do not see it; raises :class:`NoSuchProduct`."""
    alt = fields.text(_("What the photo shows"), alt, 200, needed=True)
    if not Photo.objects.filter(pk=photo_id).update(alt=alt):
        raise NoSuchProduct
    changed("products")


def order_photos(product_id: int, ids: Sequence[int]) -> None:
    """Put the photos of a product in this order, the first one being shown in lists; others follow as they were."""
    with transaction.atomic():
        rows = list(Photo.objects.select_for_update().filter(product_id=product_id).order_by("position", "pk"))
        wanted = {photo_id: place for place, photo_id in enumerate(ids)}
        if not rows or set(wanted) - {row.pk for row in rows}:
            raise NoSuchProduct
        for place, row in enumerate(sorted(rows, key=lambda row: wanted.get(row.pk, len(wanted)))):
            row.position = place
        Photo.objects.bulk_update(rows, ["position"])
    changed("products")


def delete_photo(photo_id: int) -> None:
    """Delete a photo and its files; raises :class:`NoSuchProduct`."""
    with transaction.atomic():
        row = Photo.objects.select_for_update().filter(pk=photo_id).first()
        if row is None:
            raise NoSuchProduct
        row.delete()
        transaction.on_commit(partial(_forget, [row.file, *row.thumbnails.values()]))
    changed("products")


def _keep(picture: photos.Photo) -> dict[int, str]:
    """Edge (0: the master) -> path in the media store. The names cannot be guessed."""
    folder = f"{current_company_id()}/photos/{uuid4().hex}"
    pictures = {0: picture.master, **picture.thumbnails}
    return {
        edge: default_storage.save(f"{folder}/{edge}.webp", ContentFile(rendition.data))
        for edge, rendition in pictures.items()
    }


def _forget(paths: Sequence[str]) -> None:
    for path in paths:
        default_storage.delete(path)
