"""The catalogue over the REST API: products, variants, photos, barcodes, tags, and what a scan stands for."""

from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import File, Query, Status
from ninja.files import UploadedFile

from hanmaru.central.catalog import queries, services
from hanmaru.central.catalog.schemas import (
    BarcodeIn,
    BarcodeOut,
    MatchOut,
    OptionIn,
    OptionsOut,
    PhotoOut,
    ProductChange,
    ProductIn,
    ProductOut,
    ProductRowOut,
    StorageClassIn,
    StorageClassOut,
    TagIn,
    TagOut,
    TagsIn,
    VariantChange,
    VariantOut,
)
from hanmaru.central.companies.api import DeviceAuth, Page, Paging, Routes, page_of, uploaded_once
from hanmaru.floor import scan

router = Routes(tags=["catalog"])
uploads = Routes(tags=["catalog"], once=False)  # the key is kept here: a photo is too large to be kept with it
READ = DeviceAuth("catalog:read")
WRITE = DeviceAuth("catalog:write")


@router.get("/products", response=Page[ProductRowOut], auth=READ, summary="Products, newest first")
def products(request: HttpRequest, paging: Paging, q: str = "", archived: bool = False) -> dict[str, object]:  # noqa: FBT001, FBT002 -- a query parameter
    """Products on sale, or archived ones; ``q`` looks for words in name, code, SKU and barcode."""
    rows = queries.product_rows(q[:200], after=paging.after(), limit=paging.limit + 1, archived=archived)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/products", response={201: ProductOut}, auth=WRITE, summary="Make a product with its variants")
def create_product(request: HttpRequest, body: ProductIn) -> Status[Any]:
    """Every combination of the options becomes a variant; without options there is one."""
    given = body.dict(exclude={"options", "variant"}, exclude_unset=True)
    product_id = services.create_product(
        options=[option.spec() for option in body.options],
        variant=cast("services.VariantFields", body.variant.dict(exclude_unset=True)) if body.variant else None,
        **cast("services.ProductFields", given),
    )
    return Status(201, _product(product_id))


@router.get("/products/{int:product_id}", response=ProductOut, auth=READ, summary="One product")
def product(request: HttpRequest, product_id: int) -> dict[str, object]:
    """A product with its options, photos and the first 200 variants."""
    return _product(product_id)


@router.patch("/products/{int:product_id}", response=ProductOut, auth=WRITE, summary="Change a product")
def change_product(request: HttpRequest, product_id: int, body: ProductChange) -> dict[str, object]:
    """Change the fields that are sent. ``archived`` takes it off sale or puts it back."""
    changes = body.dict(exclude_unset=True, exclude={"archived"})
    services.edit_product(product_id, **cast("services.ProductFields", changes))
    if body.archived is not None:
        (services.archive_product if body.archived else services.restore_product)(product_id)
    return _product(product_id)


@router.put("/products/{int:product_id}/options", response=OptionsOut, auth=WRITE, summary="Set the options")
def set_options(request: HttpRequest, product_id: int, body: list[OptionIn]) -> dict[str, object]:
    """Tell all options and values; only what is missing is made, what is left out is taken away."""
    change = services.set_options(product_id, [option.spec() for option in body])
    return {"made": change.made, "deleted": change.deleted, "archived": change.archived}


@router.get(
    "/products/{int:product_id}/variants", response=Page[VariantOut], auth=READ, summary="Variants of a product"
)
def product_variants(request: HttpRequest, product_id: int, paging: Paging) -> dict[str, object]:
    """The variants of one product in the order they were made, archived ones as well."""
    queries.product_card(product_id)
    rows = queries.variants_of(product_id, archived=True, after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@uploads.post("/products/{int:product_id}/photos", response={201: PhotoOut}, auth=WRITE, summary="Add a photo")
def add_photo(request: HttpRequest, product_id: int, photo: File[UploadedFile], alt: str = "") -> Status[Any]:
    """JPEG, PNG, WebP, HEIC or AVIF of at most 40 MB; it is stored anew without place and device."""

    def work() -> dict[str, Any]:
        photo_id = services.add_photo(product_id, cast("services.Upload", photo.file), alt=alt)
        card = next(card for card in queries.photos_of(product_id) if card.id == photo_id)
        return PhotoOut.from_orm(card).dict()

    return Status(201, uploaded_once(request, photo, 201, work))


@router.delete("/photos/{int:photo_id}", response={204: None}, auth=WRITE, summary="Delete a photo")
def delete_photo(request: HttpRequest, photo_id: int) -> Status[None]:
    """Delete a photo and its files."""
    services.delete_photo(photo_id)
    return Status(204, None)


@router.get("/variants", response=Page[VariantOut], auth=READ, summary="Search variants, newest first")
def variants(request: HttpRequest, paging: Paging, q: str = "") -> dict[str, object]:
    """Variants on sale whose name, code, SKU, options or barcode hold the words of ``q``."""
    rows = queries.search_variants(q[:200], after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.get("/variants/{int:variant_id}", response=VariantOut, auth=READ, summary="One variant")
def variant(request: HttpRequest, variant_id: int) -> queries.VariantCard:
    """A variant by its id."""
    return queries.variant_card(variant_id)


@router.patch("/variants/{int:variant_id}", response=VariantOut, auth=WRITE, summary="Change a variant")
def change_variant(request: HttpRequest, variant_id: int, body: VariantChange) -> queries.VariantCard:
    """Change the fields that are sent. ``price`` null: base price and differences again."""
    changes = body.dict(exclude_unset=True)
    services.edit_variant(variant_id, **cast("services.VariantFields", changes))
    return queries.variant_card(variant_id)


@router.post("/variants/{int:variant_id}/barcodes", response={201: BarcodeOut}, auth=WRITE, summary="Add a barcode")
def add_barcode(request: HttpRequest, variant_id: int, body: BarcodeIn) -> Status[Any]:
    """A supplier's code, or an outer box with its count."""
    added = services.add_barcode(variant_id, body.code, body.quantity)
    return Status(201, next(card for card in queries.barcodes_of(variant_id) if card.id == added))


@router.get("/variants/{int:variant_id}/tags", response=Page[TagOut], auth=READ, summary="Tags of a variant")
def tags(request: HttpRequest, variant_id: int, paging: Paging) -> dict[str, object]:
    """RFID tags bound to a variant, newest first."""
    queries.variant_card(variant_id)
    rows = queries.tags_of(variant_id, after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/variants/{int:variant_id}/tags", response={201: list[str]}, auth=WRITE, summary="Number new tags")
def new_tags(request: HttpRequest, variant_id: int, body: TagsIn) -> Status[Any]:
    """EPCs of new tags (24 hex digits): SGTIN-96 where the variant has a GTIN, else our own scheme."""
    return Status(201, services.new_tags(variant_id, body.count))


@router.post("/variants/{int:variant_id}/tags/bind", response={204: None}, auth=WRITE, summary="Bind a tag")
def bind_tag(request: HttpRequest, variant_id: int, body: TagIn) -> Status[None]:
    """Bind a tag that has a number already."""
    services.bind_tag(variant_id=variant_id, **body.dict())
    return Status(204, None)


@router.get("/match", response=MatchOut, auth=READ, summary="What a scan stands for")
def match(request: HttpRequest, code: Annotated[str, Query(min_length=1, max_length=512)]) -> dict[str, object]:
    """GS1 element strings, GTINs, own barcodes, EPCs in hex or as URI, SKUs and other barcodes."""
    found = queries.match(scan.parse(code))
    return {name: getattr(found, name) for name in MatchOut.model_fields}


@router.get("/storage-classes", response=list[StorageClassOut], auth=READ, summary="Storage classes")
def storage_classes(request: HttpRequest) -> list[queries.StorageClassCard]:
    """Kinds of places that goods need, by name."""
    return queries.storage_classes()


@router.post("/storage-classes", response={201: StorageClassOut}, auth=WRITE, summary="Make a storage class")
def create_storage_class(request: HttpRequest, body: StorageClassIn) -> Status[Any]:
    """Without ``code`` one is made from the name."""
    code = services.create_storage_class(body.name, body.code)
    return Status(201, next(card for card in queries.storage_classes() if card.code == code))


def _product(product_id: int) -> dict[str, object]:
    card = queries.product_card(product_id)
    shown = {name: getattr(card, name) for name in ProductOut.model_fields if hasattr(card, name)}
    return {
        **shown,
        "variants": queries.variants_of(product_id, limit=200),
        "variant_count": card.variants,
        "options": queries.options_of(product_id),
        "photos": queries.photos_of(product_id),
        "archived": card.archived_at is not None,
    }
