"""Messages of a connection that the bus refused: the list, one in full; a person sends anew, mends, drops them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.plant import queries
from hanmaru.central.plant.errors import GatewayRefused, NoAnswer, UnknownPart
from hanmaru.central.plant.link import ask_gateway
from hanmaru.central.plant.queries import SiteCard
from hanmaru.central.plant.saying import in_own_words
from hanmaru.central.plant.views.shown import site_context

PAGE = 50  # letters that the gateway answers at once


@needs(Can.SEE_PLANT)
@require_http_methods(["GET", "POST"])
def page(request: MemberRequest, site: str, name: str) -> HttpResponse:
    """What the bus refused of one connection; ``?letter=`` shows one message in full."""
    card = queries.site_card(site)
    queries.source_row(card.id, name)
    may_edit = holds(request.membership, Can.EDIT_PLANT)
    context = {**site_context(card, "connections"), "name": name, "may_edit": may_edit}
    letter = request.GET.get("letter", "")
    if request.method == "POST" and may_edit:
        if request.POST.get("do") != "mend":
            return _change(request, site, name)
        letter = request.POST.get("letter", "")
        try:
            return _mend(request, site, name, letter)
        except (GatewayRefused, NoAnswer) as error:
            context |= {"refusal": str(error), "written": request.POST.get("text", "")}
    try:
        context |= _one(card, name, letter) if letter else _list(request, site, name)
    except (GatewayRefused, NoAnswer) as error:
        context["silence"] = str(error)
    return render(request, "plant/refused.html", context)


def _list(request: HttpRequest, site: str, name: str) -> dict[str, Any]:
    asked = request.GET.get("first", "")
    first = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    found = ask_gateway(site, {"do": "dead", "source": name, "first": first})
    address = reverse("plant:refused", args=[site, name])
    mended = ask_gateway(site, {"do": "mended", "source": name})["mended"]
    return {
        "letters": [_letter(one) for one in found["letters"]],
        "mended": [{**one, "at": datetime.fromisoformat(one["at"])} for one in mended],
        "kept": found["kept"],
        "lost": found["lost"],
        "next_url": f"{address}?first={first + PAGE}" if found["kept"] > first + PAGE else "",
        "first_url": f"{address}?first={max(0, first - PAGE)}" if first else "",
    }


def _one(site: SiteCard, name: str, letter: str) -> dict[str, Any]:
    found = ask_gateway(site.name, {"do": "dead_letter", "source": name, "letter": letter[:80]})["letter"]
    rows = found.get("readings", [])
    tags = queries.tag_cards(site.id, {row["tag"] for row in rows})
    for row in rows:
        row["tag_words"] = tags[row["tag"]].words if row["tag"] in tags else row["tag"]
    return {"letter": _letter(found), "rows": rows}


def _letter(found: dict[str, Any]) -> dict[str, Any]:
    """A message with its kind in words, its reasons in the reader's language and its time as one."""
    found = in_own_words(found)
    kinds = {"readings": _("Readings"), "events": _("Event"), "outcomes": _("Outcome of a command")}
    return {**found, "at": datetime.fromisoformat(found["at"]), "what": kinds.get(found["what"], found["what"])}


def _change(request: HttpRequest, site: str, name: str) -> HttpResponse:
    """Send anew or drop: one message where it is named, all where not."""
    wanted, letter = request.POST.get("do", ""), request.POST.get("letter", "")
    if wanted not in {"resend", "drop"}:
        raise UnknownPart(what=wanted)
    which: dict[str, Any] = {"letters": [letter[:80]]} if letter else {"all": True}
    try:
        done = ask_gateway(site, {"do": wanted, "source": name, **which}, 60)
    except (GatewayRefused, NoAnswer) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _told(done))
    return redirect("plant:refused", site=site, name=name)


def _mend(request: HttpRequest, site: str, name: str, letter: str) -> HttpResponse:
    """Have a message say what a person wrote. Raise GatewayRefused, which names what is wrong with it; NoAnswer."""
    said = {"letter": letter[:80], "text": request.POST.get("text", ""), "by": str(request.user)}
    ask_gateway(site, {"do": "mend", "source": name, **said})
    messages.success(request, _("The mended message is sent. What it said before stays in the list below."))
    return redirect("plant:refused", site=site, name=name)


def _told(done: dict[str, int]) -> str:
    count = done.get("resent", done.get("dropped", 0))
    if "dropped" in done:
        return ngettext("%(count)s message was dropped.", "%(count)s messages were dropped.", count) % {"count": count}
    words = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    return words % {"count": count}
