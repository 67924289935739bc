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
        "cards": [card for top in queries.tree(site.id) for card in _cards(top, (), machines, values)],
        "silence": silence,
        "watched": ",".join(str(number) for number in values),
        "may_edit": holds(request.membership, Can.EDIT_PLANT),
    }
    return render(request, "plant/overview.html", context)


def _cards(
    asset: AssetCard, above: tuple[str, ...], machines: dict[str, list[TagCard]], values: dict[int, Shown]
) -> list[dict[str, object]]:
    """A card for the asset and for each below it that has tags of its own; ``above`` are the names of what it is in."""
    found: list[dict[str, object]] = []
    if asset.path in machines:
        shown = [values[tag.number] for tag in machines[asset.path]]
        found.append({"asset": asset, "where": " · ".join(above), "shown": shown})
    inside = (*above, asset.label) if asset.level > Level.SITE else above
    for part in asset.parts:
        found += _cards(part, inside, machines, values)
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
    form = SiteForm(request.POST or None, initial={"name": services.proposed_name()})
    if request.method == "POST" and form.is_valid():
        try:
            site = services.add_site(**form.cleaned_data)
        except HanmaruError as error:
            form.add_error("name", str(error))
        else:
            return redirect(f"{reverse('plant:overview')}?site={site.name}")
    return render(request, "plant/new_site.html", {"form": form})
