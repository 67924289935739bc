"""All tags of a site, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.plant import queries
from hanmaru.central.plant.errors import UnknownPart
from hanmaru.central.plant.views.shown import site_context, with_values

PAGE = 50


@needs(Can.SEE_PLANT)
def browse(request: HttpRequest, site: str) -> HttpResponse:
    """Find tags by words and by connection."""
    card = queries.site_card(site)
    words, source = request.GET.get("q", "")[:200], request.GET.get("source", "")[:64]
    after = request.GET.get("after", "")
    begin = int(after) if after.isdecimal() and len(after) < 11 else 0
    found = queries.find_tags(card.id, words=words, source=source, after=begin, limit=PAGE + 1)
    shown, silence = with_values(site, found[:PAGE])
    query = request.GET.copy()
    next_url = ""
    if len(found) > PAGE:
        query["after"] = str(found[PAGE - 1].number)
        next_url = f"{reverse('plant:tags', args=[site])}?{query.urlencode()}"
    context = {
        **site_context(card, "tags"),
        "shown": shown,
        "silence": silence,
        "watched": ",".join(str(one.tag.number) for one in shown),
        "words": words,
        "source": source,
        "sources": [one.name for one in queries.sources(card.id)],
        "next_url": next_url,
        "first_url": reverse("plant:tags", args=[site]) if begin else "",
    }
    return render(request, "plant/tags.html", context)


@needs(Can.SEE_PLANT)
def tag(request: HttpRequest, site: str, number: int) -> HttpResponse:
    """One tag: its newest value and where it comes from."""
    card = queries.site_card(site)
    found = queries.tag_cards(card.id, [number]).get(number)
    if found is None:
        raise UnknownPart(what=number)
    shown, silence = with_values(site, [found])
    context = {
        **site_context(card, "tags"),
        "one": shown[0],
        "silence": silence,
        "watched": str(number),
        "trail": queries.trail(card.id, found.asset),
    }
    return render(request, "plant/tag.html", context)
