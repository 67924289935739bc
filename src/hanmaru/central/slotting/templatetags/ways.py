"""How travel is written on the pages of slotting."""

from django.template import Library
from django.utils.formats import number_format

register = Library()
WHOLE_FROM = 1_000


@register.filter
def way(value: float | None) -> str:
    """{{ plan.travel|way }}: with its thousands set apart; a tenth only where few figures stand before it."""
    if value is None:
        return "–"
    rounded = round(value) if abs(value) >= WHOLE_FROM else round(value, 1)
    places = 0 if rounded == int(rounded) else 1
    return number_format(rounded, places, use_l10n=True, force_grouping=True)


@register.filter
def coordinate(value: float) -> str:
    """{{ why.at|coordinate }}: to a thousandth, with no zeros behind."""
    return f"{round(value, 3):.10g}"
