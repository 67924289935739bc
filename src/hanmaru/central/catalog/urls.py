"""Addresses of this app's pages."""

from django.urls import URLPattern, URLResolver, path

from hanmaru.central.catalog.views import importing, pictures, printing, products, storage, variants

app_name = "catalog"
urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", products.product_list, name="list"),
    path("products/new/", products.new, name="new"),
    path("products/import/", importing.choose, name="import_products"),
    path("products/import/template.xlsx", importing.template, name="import_template"),
    path("products/import/<int:run_id>/", importing.run, name="import_run"),
    path("products/import/<int:run_id>/start/", importing.start, name="import_start"),
    path("products/import/<int:run_id>/refused.xlsx", importing.refused, name="import_refused"),
    path("products/export.csv", importing.export_products, {"form": "csv"}, name="export_csv"),
    path("products/export.xlsx", importing.export_products, {"form": "xlsx"}, name="export_xlsx"),
    path("products/storage-classes/", storage.classes, name="storage_classes"),
    path("products/storage-classes/<int:class_id>/", storage.change, name="change_storage_class"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("products/<int:product_id>/edit/", products.edit, name="edit"),
    path("products/<int:product_id>/archive/", products.archive, name="archive"),
    path("products/<int:product_id>/options/", products.options, name="options"),
    path("products/<int:product_id>/options/preview/", products.options_preview, name="options_preview"),
    path("products/<int:product_id>/photos/", pictures.photos, name="photos"),
    path("products/<int:product_id>/photos/<int:photo_id>/", pictures.change_photo, name="change_photo"),
    path("products/<int:product_id>/labels/", printing.product_labels, name="product_labels"),
    path("products/variants/<int:variant_id>/", variants.variant, name="variant"),
    path("products/variants/<int:variant_id>/archive/", variants.archive, name="archive_variant"),
    path("products/variants/<int:variant_id>/barcodes/", variants.barcodes, name="barcodes"),
    path("products/variants/<int:variant_id>/tags/", variants.tags, name="tags"),
    path("products/variants/<int:variant_id>/labels/", printing.variant_labels, name="labels"),
    path("photos/<int:company_id>/<int:photo_id>/<int:edge>.webp", pictures.photo, name="photo"),
]
