"""Addresses of stock: figures, places, moves, corrections."""

from django.urls import path

from hanmaru.central.stock.views import figures, moves, places

app_name = "stock"
urlpatterns = [
    path("stock/", figures.variants, name="list"),
    path("stock/<int:variant_id>/", figures.variant, name="variant"),
    path("stock/<int:variant_id>/correct/", figures.correct, name="correct"),
    path("stock/<int:variant_id>/move/", figures.move, name="move"),
    path("places/", places.tree, name="places"),
    path("places/new/", places.new, name="new_place"),
    path("places/rack/", places.new_rack, name="new_rack"),
    path("places/labels/", places.labels, name="place_labels"),
    path("places/<int:place_id>/", places.place, name="place"),
    path("places/<int:place_id>/change/", places.change, name="change_place"),
    path("places/<int:place_id>/close/", places.close, name="close_place"),
    path("moves/", moves.ledger, name="moves"),
]
