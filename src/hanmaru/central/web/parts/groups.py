"""Parts that hold others: dialogs, tabs, lists, the line of steps, a region kept live."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template import Library
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hanmaru.central.web.parts.needs import needed, one_of

register = Library()

_STEP_STATES = ("done", "current", "todo", "stopped")


@register.simple_block_tag
def dialog(content: str, id: str, title: object, *, wide: bool = False) -> SafeString:  # noqa: A002 - the word of HTML
    """{% dialog "cancel" _("Cancel the order?") %}...{% enddialog %}: opened by a button with opens="cancel"."""
    needed("dialog", id=id, title=title)
    return render_to_string("web/parts/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_block_tag
def card(content: str, title: object, *, level: int = 2, id: str = "") -> SafeString:  # noqa: A002 - the word of HTML
    """{% card _("Delivery") %}...{% endcard %}: a titled sheet of paper on the floor."""
    needed("card", title=title)
    return render_to_string("web/parts/card.html", {"content": content, "title": title, "level": level, "id": id})


@register.simple_block_tag
def tabs(content: str, label: object) -> SafeString:
    """{% tabs _("State of orders") %}{% tab ... %}{% endtabs %}: links between views of one list."""
    needed("tabs", label=label)
    return render_to_string("web/parts/tabs.html", {"content": content, "label": label})


@register.inclusion_tag("web/parts/tab.html")
def tab(label: object, href: str, *, current: bool = False, count: int | None = None) -> dict[str, object]:
    """{% tab _("New") "?state=new" current=True count=4 %}, inside {% tabs %}."""
    needed("tab", label=label, href=href)
    return {"label": label, "href": href, "current": current, "count": count}


@register.simple_block_tag
def breadcrumb(content: str) -> SafeString:
    """{% breadcrumb %}{% crumb ... %}{% endbreadcrumb %}: the way back, in block `crumbs`."""
    return render_to_string("web/parts/breadcrumb.html", {"content": content})


@register.inclusion_tag("web/parts/crumb.html")
def crumb(label: object, href: str = "") -> dict[str, object]:
    """{% crumb _("Orders") url %}; the last one, the page itself, has no href."""
    needed("crumb", label=label)
    return {"label": label, "href": href}


@register.simple_block_tag
def key_values(content: str, title: object) -> SafeString:
    """{% key_values _("Order") %}{% key_value %}...{% endkey_values %}: facts of one thing."""
    needed("key_values", title=title)
    return render_to_string("web/parts/key_values.html", {"content": content, "title": title})


@register.simple_block_tag
def key_value(content: str, key: object) -> SafeString:
    """{% key_value _("Customer") %}{{ order.customer }}{% endkey_value %}: a dash where there is nothing."""
    needed("key_value", key=key)
    return render_to_string("web/parts/key_value.html", {"content": SafeString(content.strip()), "key": key})


@register.simple_block_tag
def checklist(content: str, title: object, *, done: int, total: int) -> SafeString:
    """{% checklist _("First steps") done=1 total=4 %}{% check ... %}{% endchecklist %}."""
    needed("checklist", title=title)
    return render_to_string(
        "web/parts/checklist.html", {"content": content, "title": title, "done": done, "total": total}
    )


@register.inclusion_tag("web/parts/check.html")
def check(label: object, *, done: bool = False, href: str = "", note: object = "") -> dict[str, object]:
    """{% check _("Add your first product") done=True href=url %}, inside {% checklist %}."""
    needed("check", label=label)
    return {"label": label, "done": done, "href": href, "note": note}


@register.inclusion_tag("web/parts/step_line.html")
def step_line(steps: Iterable[Any], title: object) -> dict[str, object]:
    """{% step_line order.steps _("Progress of the order") %}: where something stands.

    `steps` are mappings or objects with `label`, `state` (done, current, todo, stopped) and, once
    they happened, `at` (datetime) and `actor`.
    """
    needed("step_line", title=title)
    given = list(steps)
    for step in given:
        word = step["label"] if isinstance(step, Mapping) else step.label
        state = step["state"] if isinstance(step, Mapping) else step.state
        needed("step_line", label=word)
        one_of("step_line", "state", str(state), _STEP_STATES)
    return {"steps": given, "title": title}


@register.simple_block_tag(takes_context=True)
def live(context: Context, content: str, topics: str, id: str, label: object) -> SafeString:  # noqa: A002 - the word of HTML
    """{% live "stock products" "stock-list" _("Stock") %}...{% endlive %}: fetched anew when a topic is told.

    The page's own address is asked again and the region of the same id is taken from the answer.
    """
    needed("live", topics=topics, id=id, label=label)
    given = {"content": content, "topics": topics, "id": id, "label": label, "url": context["request"].get_full_path()}
    return render_to_string("web/parts/live.html", given)
