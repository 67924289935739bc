"""Labels of places: the code large, and as a symbol that a scanner reads."""

from collections.abc import Iterable

from django.conf import settings

from hanmaru.central.catalog.labels import Label, font_file, sheet
from hanmaru.central.stock.queries import PlaceCard
from hanmaru.floor.scan import place_label


def place_labels(places: Iterable[PlaceCard]) -> bytes:
    """A PDF with one label a place, in the order given."""
    labels = [Label(code=place_label(place.code), title=place.code, detail=place.name) for place in places]
    return sheet(labels, font_file(settings.FRONT_END_PACKAGES))
