"""Reads baskets from a file of order lines in the layout of Online Retail: Parquet, CSV or Excel."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from hanmaru.decide.slotting.baskets import store_of_baskets
from hanmaru.launch.documents import UnreadableDocument


def store_of_orders(path: Path, materials: int, models: int) -> dict[str, Any]:
    """Answer a kitting instance of the orders in a file.

    Left out: cancellations, corrections, and lines that are no goods (postage, fees: their codes begin with a letter).
    Raise UnreadableDocument, NoBaskets.
    """
    from hanmaru.central.orders.online_retail.lines import understood  # noqa: PLC0415 - Django's translations
    from hanmaru.central.orders.online_retail.reading import NotOnlineRetail, read_lines  # noqa: PLC0415 - as above

    baskets: defaultdict[str, set[str]] = defaultdict(set)
    sold: Counter[str] = Counter()
    try:
        for raw in read_lines(path):
            line = understood(raw)
            if line and line.quantity > 0 and line.code[:1].isdigit() and not line.invoice.startswith("C"):
                baskets[line.invoice].add(line.code)
                sold[line.code] += line.quantity
    except NotOnlineRetail as error:
        raise UnreadableDocument(file=path, why=f"columns are missing: {error.data['missing']}") from error
    except OSError as error:
        raise UnreadableDocument(file=path, why=error.strerror or error) from error
    return store_of_baskets((frozenset(basket) for basket in baskets.values()), sold, materials, models)
