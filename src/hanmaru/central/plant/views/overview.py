"""The plant at a glance: what stands where, and how it fares now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import MemberRequest, needs
from hanmaru.central.plant import queries, services
from hanmaru.central.plant.forms import SiteForm
from hanmaru.central.plant.queries import AssetCard, TagCard
from hanmaru.central.plant.views.shown import Shown, site_context, with_values
from hanmaru.floor.asset import Level
from hanmaru.kernel.errors import HanmaruError

FIRST_TAGS = 4
"""Values that stand on the card of a machine; all of them stand on its own page."""


@needs(Can.SEE_PLANT)
def overview(request: MemberRequest) -> HttpResponse:
    """Every machine of a site with its first values."""
    sites = queries.own_sites()
    if not sites:
        return render(request, "plant/none.html", {"may_edit": holds(request.membership, Can.EDIT_PLANT)})
    wanted = request.GET.get("site", "")
    site = next((one for one in sites if one.name == wanted), sites[0])
    machines = queries.first_tags(site.id, FIRST_TAGS)
    shown, silence = with_values(site.name, [tag for tags in machines.values() for tag in tags])
    values = {one.tag.number: one for one in shown}
    context = {
        **site_context(site, "overview"),
        "areas": [_section(part, machines, values) for part in _areas(queries.tree(site.id))],
        "silence": silence,
        "watched": ",".join(str(number) for number in values),
        "may_edit": holds(request.membership, Can.EDIT_PLANT),
    }
    return render(request, "plant/overview.html", context)


def _areas(tree: tuple[AssetCard, ...]) -> tuple[AssetCard, ...]:
    """What the page is divided into: the areas below the site itself."""
    if len(tree) == 1 and tree[0].level is Level.SITE:
        return tree[0].parts
    return tree


def _section(area: AssetCard, machines: dict[str, list[TagCard]], values: dict[int, Shown]) -> dict[str, object]:
    """An area with the cards of all that has tags in it, wherever below it stands."""
    cards = [
        {"asset": asset, "line": line, "shown": [values[tag.number] for tag in machines[asset.path]]}
        for asset, line in _below(area)
        if asset.path in machines
    ]
    return {"asset": area, "cards": cards}


def _below(asset: AssetCard, line: str = "") -> list[tuple[AssetCard, str]]:
    """The asset and everything below it, each with the name of the line it stands in."""
    line = asset.label if asset.level is Level.LINE else line
    found = [(asset, "" if asset.level is Level.LINE else line)]
    for part in asset.parts:
        found += _below(part, line)
    return found


@needs(Can.SEE_PLANT)
def asset(request: HttpRequest, site: str, path: str) -> HttpResponse:
    """One machine, line or area: all its values."""
    card = queries.site_card(site)
    here = queries.asset_card(card.id, path)
    shown, silence = with_values(site, queries.tags_at(card.id, path))
    curves = [str(one.tag.number) for one in shown if one.tag.type != "text"]
    context = {
        **site_context(card, "overview"),
        "asset": here,
        "trail": queries.trail(card.id, path),
        "shown": shown,
        "silence": silence,
        "watched": ",".join(str(one.tag.number) for one in shown),
        "trend_tags": ",".join(curves[:6]),
    }
    return render(request, "plant/asset.html", context)


@needs(Can.EDIT_PLANT)
@require_http_methods(["GET", "POST"])
def new_site(request: HttpRequest) -> HttpResponse:
    """Make a site."""
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            site = services.add_site(**form.cleaned_data)
        except HanmaruError as error:
            form.add_error("name", str(error))
        else:
            return redirect(f"{reverse('plant:overview')}?site={site.name}")
    return render(request, "plant/new_site.html", {"form": form})
