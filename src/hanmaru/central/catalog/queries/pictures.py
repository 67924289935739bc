"""Photos as others see them, and their files."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage

from hanmaru.central.catalog.errors import NoSuchProduct
from hanmaru.central.catalog.models import Photo
from hanmaru.central.catalog.queries.cards import photo_url


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """A photo: sizes in pixels, ``alt`` says what it shows."""

    id: int
    alt: str
    width: int
    height: int

    @property
    def thumbnail(self) -> str:
        """URL of the small picture."""
        return photo_url(self.id)

    @property
    def large(self) -> str:
        """URL of the picture for a product's page."""
        return photo_url(self.id, 960)

    @property
    def master(self) -> str:
        """URL of the whole picture."""
        return photo_url(self.id, 0)


def photos_of(product_id: int) -> list[PhotoCard]:
    """The photos of a product in their order."""
    rows = Photo.objects.filter(product_id=product_id).order_by("position", "id")
    return [PhotoCard(*row) for row in rows.values_list("pk", "alt", "width", "height")]


def photo_paths() -> Iterator[tuple[int, str]]:
    """Photo id -> path of the whole picture in the media store, of every photo."""
    yield from Photo.objects.order_by("pk").values_list("pk", "file").iterator(chunk_size=1_000)


def photo_file(photo_id: int, edge: int, *, for_customers: bool = False) -> File[bytes]:
    """The opened WebP file of a photo, ``edge`` 0 for the whole picture.

    ``for_customers``: only of products that the order page shows.

    Raises:
        NoSuchProduct: no such photo for this company, or no such size of it.
    """
    photos = Photo.objects.filter(pk=photo_id)
    if for_customers:
        photos = photos.filter(product__on_order_page=True, product__archived_at=None, company__order_page_open=True)
    photo = photos.first()
    path = photo and (photo.thumbnails.get(str(edge)) if edge else photo.file)
    if not path:
        raise NoSuchProduct
    try:
        return default_storage.open(path)
    except FileNotFoundError:
        raise NoSuchProduct from None
