"""Addresses of this app's pages."""

from django.urls import URLPattern, URLResolver, path

from hanmaru.central.catalog.views import pictures, printing, products, variants

app_name = "catalog"
urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", products.product_list, name="list"),
    path("products/new/", products.new, name="new"),
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
