"""What a page says: messages, states, emptiness, how far something is."""

from datetime import datetime

from django.template import Library
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hanmaru.central.web.parts.needs import PartError, attributes, needed, one_of
from hanmaru.central.web.parts.tones import ICON_OF_TONE, TONE_OF_LEVEL, TONES
from hanmaru.kernel.money import Money

register = Library()
LONG_FIGURE = 7
"""Characters of a figure that stand beside each other on a phone at full size."""


@register.inclusion_tag("web/parts/message.html")
def message(text: object, *, tone: str = "info", title: object = "") -> dict[str, object]:
    """{% message _("Saved.") tone="ok" %}: a sentence that the person should see."""
    needed("message", text=text)
    one_of("message", "tone", tone, TONES)
    return {"text": text, "tone": tone, "title": title, "icon": ICON_OF_TONE[tone]}


@register.filter
def tone_of_level(level_tag: str) -> str:
    """Map a level of django.contrib.messages to a tone."""
    return TONE_OF_LEVEL.get(level_tag, "info")


@register.filter
def counted(value: object) -> object:
    """{{ 12400|counted }}: a whole number with its thousands set apart; anything else as it is."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


@register.simple_tag(takes_context=True)
def money(context: Context, minor: int | None, currency: str = "") -> str:
    """{% money product.price %}: an amount in the minor unit of the company's currency, as people write it."""
    if minor is None:
        return "–"
    if not currency:
        company = getattr(context.get("request"), "company", None)
        currency = company.currency if company else "KRW"
    return Money(minor, currency).written(get_language() or "ko")


@register.filter
def moment(value: datetime | None) -> SafeString:
    """{{ order.placed_at|moment }}: month, day and time; the year where it is another one than now."""
    if value is None:
        return SafeString("–")
    local = timezone.localtime(value)
    # Translators: a date format of Django's: month, day, time; in Korean n월 j일 H:i
    this_year, other_year = _("M j, H:i"), _("M j, Y, H:i")
    shown = date_format(local, this_year if local.year == timezone.localtime().year else other_year)
    return format_html('<time class="moment" datetime="{}">{}</time>', local.isoformat(timespec="seconds"), shown)


@register.inclusion_tag("web/parts/badge.html")
def badge(word: object, *, tone: str = "plain", icon: str = "") -> dict[str, object]:
    """{% badge _("Shipped") tone="ok" %}: a state, by icon and word."""
    needed("badge", word=word)
    one_of("badge", "tone", tone, TONES)
    return {"word": word, "tone": tone, "icon": icon or ICON_OF_TONE[tone]}


@register.inclusion_tag("web/parts/empty_state.html")
def empty_state(
    title: object, *, icon: str = "inbox", note: object = "", href: str = "", action: object = ""
) -> dict[str, object]:
    """{% empty_state _("No products yet") note=... href=url action=_("Add a product") %}: what to do next."""
    needed("empty_state", title=title)
    if bool(href) != bool(action):
        msg = "{% empty_state %} needs href and action together"
        raise PartError(msg)
    return {"title": title, "icon": icon, "note": note, "href": href, "action": action}


@register.inclusion_tag("web/parts/stat.html")
def stat(
    label: object,
    value: object,
    *,
    unit: object = "",
    note: object = "",
    trend: object = "",
    direction: str = "",
    better: str = "up",
    href: str = "",
) -> dict[str, object]:
    """{% stat _("On hand") 1240 unit=_("pcs") trend=_("12 more than yesterday") direction="up" %}: one figure.

    ``better``: the direction that is good news, "up" or "down".
    """
    needed("stat", label=label, value=value)
    arrows = {"": "", "up": "trending-up", "down": "trending-down", "same": "move-right"}
    one_of("stat", "direction", direction, tuple(arrows))
    one_of("stat", "better", better, ("up", "down"))
    if direction and not trend:
        msg = "{% stat %} needs trend, in words, beside direction: an arrow alone says nothing"
        raise PartError(msg)
    return {
        "label": label,
        "value": value,
        "long": len(str(counted(value))) > LONG_FIGURE,
        "unit": unit,
        "note": note,
        "trend": trend,
        "arrow": arrows[direction],
        "news": "" if direction in ("", "same") else "good" if direction == better else "bad",
        "href": href,
    }


@register.inclusion_tag("web/parts/progress.html")
def progress(label: object, value: int, total: int, *, note: object = "") -> dict[str, object]:
    """{% progress _("Picked") 3 12 %}: a bar with its figures in words."""
    needed("progress", label=label)
    share = min(100, max(0, round(100 * value / total))) if total else 0
    return {"label": label, "value": value, "total": total, "share": share, "note": note}


@register.inclusion_tag("web/parts/photo.html")
def photo(src: str | None, alt: object, *, size: str = "small", href: str = "", **attrs: object) -> dict[str, object]:
    """{% photo product.thumb product.name size="small" %}: small, medium or large; a quiet box where none is."""
    needed("photo", alt=alt)
    one_of("photo", "size", size, ("small", "medium", "large"))
    return {"src": src, "alt": alt, "size": size, "href": href, "attrs": attributes(attrs)}
