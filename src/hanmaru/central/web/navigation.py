"""The shell around a page: destinations, the company's name, the person's settings."""

from dataclasses import dataclass
from typing import Final

from django.template import Library
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = Library()

SIZE_COOKIE: Final = "text_size"
SIZES: Final = ("normal", "larger")
SHEETS: Final = tuple(
    f"web/css/{name}.css"
    for name in (
        "tokens",
        "ground",
        "shell",
        "actions",
        "words",
        "entry",
        "tables",
        "groups",
        "goods",
        "scan",
        "welcome",
        "print",
    )
)


@dataclass(frozen=True)
class Destination:
    """A place one can go to from every page."""

    route: str
    icon: str
    word: str | Promise


DESTINATIONS: Final = (
    Destination("today", "sun", _("Today")),
    Destination("orders:list", "clipboard-list", _("Orders")),
    Destination("stock:list", "boxes", _("Stock")),
    Destination("catalog:list", "package", _("Products")),
    Destination("warehouse:home", "scan-barcode", _("Warehouse work")),
    Destination("stock:places", "map-pin", _("Places")),
    Destination("slotting:home", "layout-grid", _("Layout")),
    Destination("stock:moves", "arrow-left-right", _("Moves")),
    Destination("plant:overview", "factory", _("Plant")),
    Destination("companies:people", "users", _("People")),
    Destination("companies:settings", "settings", _("Settings")),
)
ON_THE_PHONE: Final = 4
"""How many destinations the bar of a phone holds; the rest stands behind "More"."""


def _href(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _destinations(path: str) -> list[dict[str, object]]:
    places = [(place, _href(place.route)) for place in DESTINATIONS]
    hit = max((href for _place, href in places if href and path.startswith(href)), key=len, default="")
    return [
        {"icon": place.icon, "word": place.word, "href": href, "current": href == hit} for place, href in places if href
    ]


def first_destination() -> str:
    """Where a person begins: Today, or the first page there is."""
    return next(href for place in DESTINATIONS if (href := _href(place.route)))


@register.simple_tag
def sheets() -> dict[str, object]:
    """{% sheets as sheets %}: the style sheets alone, for a page that may ask nothing of the database."""
    return {"sheets": SHEETS}


@register.simple_tag(takes_context=True)
def shell(context: Context) -> dict[str, object]:
    """{% shell as shell %}: what base.html and bare.html draw around the page."""
    request = context.get("request")
    if request is None:
        return {"size": SIZES[0], "sheets": SHEETS, "home": "/", "path": "/"}
    size = request.COOKIES.get(SIZE_COOKIE, SIZES[0])
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    destinations = _destinations(request.path) if known else []
    return {
        "size": size if size in SIZES else SIZES[0],
        "sheets": SHEETS,
        "home": "/",
        "destinations": destinations,
        "first": destinations[:ON_THE_PHONE],
        "more_current": any(place["current"] for place in destinations[ON_THE_PHONE:]),
        "company": str(getattr(request, "company", None) or "") if known else "",
        "person": str(user) if known else "",
        "path": request.get_full_path(),
        "live_url": _href("live") if known else "",
        "logout": _href("companies:logout") if known else "",
        "login": _href("companies:login"),
        "signup": _href("companies:signup"),
    }
