"""What a person presses: buttons, links that look like them, the big tasks of Today."""

from django.template import Library
from django.utils.safestring import SafeString

from hanmaru.central.web import icons
from hanmaru.central.web.parts.needs import attributes, needed, one_of
from hanmaru.central.web.parts.tones import TONES

register = Library()

_VARIANTS = ("primary", "plain", "quiet", "danger")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """{% icon "package" %}: a picture; give `label` only where no word stands beside it."""
    return icons.svg(name, str(label), size)


def _pressed(tag: str, label: object, variant: str, given: dict[str, object]) -> dict[str, object]:
    needed(tag, label=label)
    one_of(tag, "variant", variant, _VARIANTS)
    return {"label": label, "variant": variant, **given}


@register.inclusion_tag("web/parts/button.html")
def button(
    label: object,
    *,
    icon: str = "",
    variant: str = "primary",
    big: bool = False,
    type: str = "submit",  # noqa: A002 - the word of HTML
    opens: str = "",
    icon_only: bool = False,
    **attrs: object,
) -> dict[str, object]:
    """{% button _("Save") icon="check" %}: submits its form; with `opens` it opens the dialog of that id."""
    if opens:
        type = "button"  # noqa: A001
        attrs |= {"data_opens": opens, "aria_haspopup": "dialog"}
    given = {"icon": icon, "big": big, "type": type, "icon_only": icon_only, "attrs": attributes(attrs)}
    return _pressed("button", label, variant, given)


@register.inclusion_tag("web/parts/link_button.html")
def link_button(
    label: object,
    href: str,
    *,
    icon: str = "",
    variant: str = "plain",
    big: bool = False,
    **attrs: object,
) -> dict[str, object]:
    """{% link_button _("New product") url icon="plus" variant="primary" %}: goes somewhere."""
    needed("link_button", href=href)
    return _pressed("link_button", label, variant, {"href": href, "icon": icon, "big": big, "attrs": attributes(attrs)})


@register.inclusion_tag("web/parts/big_task.html")
def big_task(
    title: object, href: str, *, icon: str, count: int | None = None, note: object = "", tone: str = "plain"
) -> dict[str, object]:
    """{% big_task _("Pick") url icon="list-checks" count=7 note=_("7 orders wait") %}: one plank of Today."""
    needed("big_task", title=title, href=href, icon=icon)
    one_of("big_task", "tone", tone, TONES)
    return {"title": title, "href": href, "icon": icon, "count": count, "note": note, "tone": tone}
