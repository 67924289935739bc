"""A store made from real orders: what is bought together is picked together, so baskets are kits and SKUs materials."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import median
from typing import Any, Final

from hanmaru.decide.slotting.generate import aisles_in_a_row
from hanmaru.kernel.errors import Invalid

RACKS, RACK = 2, 24  # of an aisle, and bins of one
FILL: Final = 0.9
MOST_BINS: Final = 6

Basket = frozenset[str]


class NoBaskets(Invalid):
    """There is nothing to make a store from."""

    code = "slotting.no_baskets"
    message = "There are no orders of goods in the file. Name one that has some"


def store_of_baskets(
    baskets: Iterable[Basket], sold: Mapping[str, float], materials: int, models: int
) -> dict[str, Any]:
    """Answer a kitting instance, as JSON has it, of so many of the most bought SKUs and so many kits at most.

    `sold`: pieces sold of each SKU; who sells more gets more bins, from 1 to 6 by the square root. Baskets are cut down
    to those SKUs; equal ones are one kit with their number as its frequency. Of more kits than `models` those that
    cause the most picks are kept. Raise NoBaskets.
    """
    found = [basket for basket in baskets if basket]
    bought = Counter(sku for basket in found for sku in basket)
    if not bought:
        raise NoBaskets
    skus = sorted(bought, key=lambda sku: (-bought[sku], sku))[:materials]
    kept = frozenset(skus)
    kits = Counter(basket & kept for basket in found)
    del kits[frozenset()]
    busiest = sorted(kits, key=lambda kit: (-kits[kit] * len(kit), sorted(kit)))[:models]
    usual = median(max(1.0, sold.get(sku, 1)) for sku in skus)
    bins = {sku: max(1, min(MOST_BINS, round(2 * sqrt(max(1.0, sold.get(sku, 1)) / usual)))) for sku in skus}
    return {
        "aisles": aisles_in_a_row(-(-round(sum(bins.values()) / FILL) // (RACKS * RACK)), RACKS, RACK),
        "materials": [{"id": sku, "bins": bins[sku]} for sku in skus],
        "models": [
            {"id": f"K{number}", "frequency": kits[kit], "materials": sorted(kit)}
            for number, kit in enumerate(busiest, 1)
        ],
    }
