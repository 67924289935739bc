"""Connections to machines: how they fare, and new ones. A connection is stored only once its device has answered."""

import json
import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.plant import queries
from hanmaru.central.plant.connecting import PREFIX, DriverForm
from hanmaru.central.plant.errors import GatewayRefused, NoAnswer, UnknownPart
from hanmaru.central.plant.field_labels import LABELS
from hanmaru.central.plant.forms import ConnectionForm
from hanmaru.central.plant.link import ask_gateway
from hanmaru.central.plant.queries import SiteCard
from hanmaru.central.plant.saying import say
from hanmaru.central.plant.views.shown import site_context
from hanmaru.floor.shapes import WrongShape, from_json
from hanmaru.floor.words import of_error

DEVICE_PATIENCE: Final = 60
"""Seconds that a device gets to answer; some take half a minute."""


@needs(Can.SEE_PLANT)
def connections(request: MemberRequest, site: str) -> HttpResponse:
    """Every connection of a site; how each fares comes live."""
    card = queries.site_card(site)
    context = {
        **site_context(card, "connections"),
        "sources": queries.sources(card.id),
        "watch_states": True,
        "may_edit": holds(request.membership, Can.EDIT_PLANT),
    }
    return render(request, "plant/connections.html", context)


@needs(Can.SEE_PLANT)
@require_http_methods(["GET", "POST"])
def connection(request: MemberRequest, site: str, name: str) -> HttpResponse:
    """One connection: how it fares, what it reads, what happened; pause it, let it go on, remove it."""
    card = queries.site_card(site)
    source = queries.source_row(card.id, name)
    may_edit = holds(request.membership, Can.EDIT_PLANT)
    if request.method == "POST" and may_edit:
        return _change(request, site, name)
    context = {
        **site_context(card, "connections"),
        "source": source,
        "config": [(LABELS.get(key, key), _setting(value)) for key, value in source.config.items()],
        "tags": queries.find_tags(card.id, source=name, limit=200),
        "events": queries.events_of(card.id, name),
        "watch_states": True,
        "may_edit": may_edit,
    }
    return render(request, "plant/connection.html", context)


def _setting(value: Any) -> str:
    """A setting as people write it: lists a line an item, what is within an item as `name value`."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return "\n".join(map(_setting, value))
    if isinstance(value, dict):
        return " · ".join(f"{LABELS.get(name, name)} {_setting(one)}" for name, one in value.items())
    return "–"


def _change(request: HttpRequest, site: str, name: str) -> HttpResponse:
    """Do what the button says."""
    done: dict[str, tuple[dict[str, Any], str]] = {
        "pause": ({"do": "enable", "source": name, "enabled": False}, _("The connection rests.")),
        "resume": ({"do": "enable", "source": name, "enabled": True}, _("The connection goes on.")),
        "remove": ({"do": "remove", "source": name}, _("The connection was removed. Its history stays.")),
    }
    wanted = request.POST.get("do", "")
    if wanted not in done:
        raise UnknownPart(what=wanted)
    question, words = done[wanted]
    try:
        ask_gateway(site, question)
    except (GatewayRefused, NoAnswer) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("plant:connections", site=site)


@needs(Can.EDIT_PLANT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, site: str) -> HttpResponse:
    """Choose the kind of machine, say where it is, see what it tells, choose what is read."""
    card = queries.site_card(site)
    context = site_context(card, "connections")
    try:
        drivers = ask_gateway(site, {"do": "drivers"})["drivers"]
    except NoAnswer as error:
        return render(request, "plant/new_connection.html", {**context, "silence": str(error)})
    for driver in drivers:
        driver["words"] = driver["title_ko"] if get_language() == "ko" else driver["title"]
    wanted = request.POST.get("protocol") or request.GET.get("protocol", "")
    driver = next((one for one in drivers if one["name"] == wanted), None)
    if driver is None:
        return render(request, "plant/new_connection.html", {**context, "drivers": drivers, "steps": _steps(0)})
    return _filled(request, card, driver)


def _filled(request: HttpRequest, site: SiteCard, driver: dict[str, Any]) -> HttpResponse:
    """The form of one driver; with what its device tells once it was asked."""
    posted = request.POST if request.method == "POST" else None
    form = DriverForm(driver, posted)
    whole = ConnectionForm(posted, site=site.name)
    context = {
        **site_context(site, "connections"),
        "driver": driver,
        "form": form,
        "whole": whole,
        "assets": queries.asset_paths(site.id),
        "steps": _steps(1),
    }
    if posted is not None and form.is_valid() and whole.is_valid():
        try:
            if posted.get("do") == "store":
                _store(site.name, driver["name"], form.config(), whole.cleaned_data, posted.getlist("node"))
                messages.success(request, _("Connected. The first values come in a moment."))
                return redirect("plant:connection", site=site.name, name=whole.cleaned_data["name"])
            looked = {"do": "browse", "protocol": driver["name"], "config": form.config(), "depth": 4}
            context |= _found(site.name, looked, posted)
        except (GatewayRefused, NoAnswer, WrongShape) as error:
            words = say(str(error), of_error(error).form())
            if not _is_of_a_field(form, words):
                context |= {"refusal": words, "remedy": error.data.get("remedy", "")}
    return render(request, "plant/connect.html", context)


def _is_of_a_field(form: DriverForm, words: str) -> bool:
    """Put what is wrong with one setting beside its field: `config.url: ...`, as the gateway names it."""
    where, _colon, wrong = words.partition(": ")
    name = PREFIX + re.split(r"[.\[]", where.removeprefix("config."))[0]
    if not where.startswith("config.") or name not in form.fields:
        return False
    form.add_error(name, wrong)
    return True


def _found(site: str, looked: dict[str, Any], posted: QueryDict) -> dict[str, Any]:
    """What a device tells of what is looked for, a part of it where it is much."""
    asked, find = posted.get("first", ""), posted.get("find", "")[:200]
    first = int(asked) if asked.isdecimal() and len(asked) < 8 else 0
    found = ask_gateway(site, {**looked, "find": find, "first": first}, DEVICE_PATIENCE)
    nodes = found["nodes"]
    following = first + len(nodes) if found.get("more") and nodes else 0
    told = {"nodes": _nested(nodes), "points": sum(one["kind"] == "point" for one in nodes), "steps": _steps(2)}
    return {**told, "find": find, "first": first, "following": following, "answered": True}


def _store(site: str, protocol: str, config: dict[str, Any], said: dict[str, Any], chosen: list[str]) -> None:
    tags = [{**_chosen(one), "asset": said["asset"]} for one in chosen]
    question = {"do": "store", "name": said["name"], "protocol": protocol, "config": config, "tags": tags}
    ask_gateway(site, question, DEVICE_PATIENCE)


def _chosen(text: str) -> dict[str, Any]:
    """A tag as the page posted it. Raise WrongShape."""
    tag = from_json(text)
    if not isinstance(tag, dict):
        raise WrongShape(field="node", problem="give an object")
    return tag


def _nested(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a device told, as folders within folders; those in which there is nothing to read are left out.

    A folder has ``inside`` and ``count``, the points in it and below it. What every OPC UA server tells of itself
    (namespace 0) stands last and is closed. What lies in a folder that is not among them stands at the top.
    """
    nodes = [{"level": 0, "below": "", **one, "inside": [], "own": one["address"].startswith("i=")} for one in found]
    folders = {(one["address"], one["level"]): one for one in nodes if one["kind"] == "folder"}
    top: dict[str, Any] = {"inside": []}
    for node in nodes:
        folders.get((node["below"], node["level"] - 1), top)["inside"].append(node)
    return _filled_only(top)


def _filled_only(folder: dict[str, Any]) -> list[dict[str, Any]]:
    kept = []
    for node in folder["inside"]:
        if node["kind"] == "folder":
            node["inside"] = _filled_only(node)
            node["count"] = sum(one["count"] for one in node["inside"])
        else:
            node["count"] = int(node["kind"] == "point")
            node["as_tag"] = _as_tag(node)
        if node["count"]:
            kept.append(node)
    return sorted(kept, key=lambda one: one["own"])


def _as_tag(found: dict[str, Any]) -> str:
    """The tag that a node would become."""
    kept = ("address", "name", "type", "unit", "writable")
    return json.dumps({key: found[key] for key in kept}, ensure_ascii=False)


def _steps(now: int) -> list[dict[str, str]]:
    """The steps to a connection, for the line above the form."""
    words = (_("How it speaks"), _("Where it is"), _("What is read"))
    states = ["done"] * now + ["current"] + ["todo"] * (len(words) - now - 1)
    return [{"label": label, "state": state} for label, state in zip(words, states, strict=True)]
