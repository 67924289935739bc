"""Icons: SVG files of lucide-static, written into the page."""

import re
from functools import cache
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hanmaru.central.web.frontend import ICONS

_SVG: Final = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class IconMissingError(LookupError):
    """No such icon, or the front-end packages are not installed."""


@cache
def shapes(name: str) -> SafeString:
    """Return the shapes inside the SVG called `name`.

    Raises:
        IconMissingError: there is no file of that name.
    """
    if not _NAME.fullmatch(name):
        msg = f"{name!r} is no icon name: small letters, digits and hyphens"
        raise IconMissingError(msg)
    path = ICONS / f"{name}.svg"
    try:
        found = _SVG.search(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        remedy = "see https://lucide.dev/icons for names" if ICONS.is_dir() else "run `npm ci`"
        msg = f"no icon {name!r} in {ICONS}: {remedy}"
        raise IconMissingError(msg) from error
    if found is None:
        msg = f"{path} is not an SVG file"
        raise IconMissingError(msg)
    # A file of a package locked by hash, and its name was checked: safe to write as it is.
    return mark_safe(" ".join(found["shapes"].split()))  # noqa: S308


def svg(name: str, label: str = "", size: str = "") -> SafeString:
    """Return the icon as markup, hidden from screen readers unless it has a label of its own."""
    classes = f"icon icon-{size}" if size else "icon"
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" focusable="false">{}</svg>',
        classes,
        meaning,
        shapes(name),
    )
