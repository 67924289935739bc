"""What is ordered together: baskets, for those who decide where goods lie."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F

from hanmaru.central.orders.models import OrderLine, OrderState

_NOT_MEANT = (OrderState.DRAFT, OrderState.CANCELLED)


def baskets(since: datetime, until: datetime, variants: Iterable[int]) -> list[tuple[int, ...]]:
    """Of each order placed in the span that asks for some of these variants, which of them; in key order.

    Drafts, cancelled orders and cancelled lines do not count.
    """
    lines = OrderLine.objects.filter(
        order__placed_at__gte=since, order__placed_at__lt=until, variant_id__in=list(variants)
    ).exclude(order__state__in=_NOT_MEANT)
    lines = lines.filter(quantity__gt=F("cancelled")).order_by()
    grouped = lines.values("order_id").annotate(asked=ArrayAgg("variant_id", distinct=True))
    return [tuple(sorted(row["asked"])) for row in grouped.order_by("order_id")]
