"""Places: the tree of the house, one place, new places, labels to print."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.access import Can, holds
from hanmaru.central.companies.views.access import needs
from hanmaru.central.stock import queries, services
from hanmaru.central.stock.forms import G_PER_KG, MM3_PER_LITRE, PlaceChangeForm, PlaceForm, RackForm
from hanmaru.central.stock.labels import place_labels
from hanmaru.central.stock.services import PlaceKind
from hanmaru.kernel.errors import HanmaruError, NotFound

MOST_SHOWN = 500


def _classes() -> list[tuple[str, str]]:
    return [(found.code, found.name) for found in catalog.storage_classes()]


def _parent(code: str) -> int | None:
    return queries.place_by_code(code).id if code else None


@needs(Can.SEE_STOCK)
def tree(request: HttpRequest) -> HttpResponse:
    """The house, a branch at a time: what lies directly below a place, with how full it is."""
    below = request.GET.get("in", "")
    above = queries.place_by_code(below) if below else None
    places = queries.places_below(above.id if above else None, limit=MOST_SHOWN)
    if above is None and len(places) == 1 and not places[0].holds_stock:  # one site: its inside is meant
        above = places[0]
        places = queries.places_below(above.id, limit=MOST_SHOWN)
    rows = queries.with_fill(places)
    context = {
        "above": above,
        "pieces": sum(row.pieces for row in rows),
        "used": sum(row.used for row in rows),
        "bins": sum(row.bins for row in rows),
        "trail": queries.trail_of(above.id) if below and above else [],
        "rows": rows,
        "may_edit": holds(request.membership, Can.EDIT_PLACES),  # type: ignore[attr-defined]
    }
    return render(request, "stock/places.html", context)


@needs(Can.SEE_STOCK)
def place(request: HttpRequest, place_id: int) -> HttpResponse:
    """One place: what lies there, what still fits, the last moves."""
    trail = queries.trail_of(place_id)
    card = trail[-1]
    balances = queries.balances_at(place_id)
    moves = queries.moves(place=place_id, limit=20)
    room = queries.room_left([place_id])[place_id]
    names = dict(_classes())
    cards = catalog.variant_cards({row.variant for row in balances} | {move.variant for move in moves})
    context = {
        "place": card,
        "kind": PlaceKind(card.kind).label,
        "trail": trail,
        "room": room,
        "room_litres": None if room.volume_mm3 is None else room.volume_mm3 / MM3_PER_LITRE,
        "room_kg": None if room.weight_g is None else room.weight_g / G_PER_KG,
        "class_words": [names.get(code, code) for code in card.storage_classes],
        "balances": [{"balance": row, "card": cards.get(row.variant)} for row in balances],
        "moves": [{"move": row, "card": cards.get(row.variant)} for row in moves],
        "may_edit": holds(request.membership, Can.EDIT_PLACES),  # type: ignore[attr-defined]
    }
    return render(request, "stock/place.html", context)


@needs(Can.EDIT_PLACES)
def new(request: HttpRequest) -> HttpResponse:
    """A new place."""
    first = {"kind": PlaceKind.BIN, "parent": request.GET.get("in", "")}
    form = PlaceForm(request.POST or None, initial=first, classes=_classes())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.create_place(
                data["code"],
                PlaceKind(data["kind"]),
                name=data["name"],
                parent=_parent(data["parent"]),
                capacity=form.capacity(),
            )
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The place is ready. Print its label."))
            return redirect("stock:place", made)
    return render(request, "stock/new_place.html", {"form": form}, status=422 if form.errors else 200)


@needs(Can.EDIT_PLACES)
def new_rack(request: HttpRequest) -> HttpResponse:
    """A rack with all its levels and bins."""
    form = RackForm(request.POST or None, initial={"parent": request.GET.get("in", "")}, classes=_classes())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            bins = services.create_rack(
                data["code"],
                parent=queries.place_by_code(data["parent"]).id,
                levels=data["levels"],
                bins=data["bins"],
                capacity=form.capacity(),
            )
        except HanmaruError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(count)s bins are ready. Print their labels.") % {"count": len(bins)})
            return redirect("stock:places")
    return render(request, "stock/new_rack.html", {"form": form}, status=422 if form.errors else 200)


@needs(Can.EDIT_PLACES)
def change(request: HttpRequest, place_id: int) -> HttpResponse:
    """Change a place's name and limits."""
    card = queries.place_card(place_id)
    first = {
        "name": card.name,
        "pickable": card.pickable,
        "litres": card.volume_mm3 / MM3_PER_LITRE if card.volume_mm3 else None,
        "kilograms": card.max_weight_g / G_PER_KG if card.max_weight_g else None,
        "pieces": card.max_count,
        "storage_classes": card.storage_classes,
    }
    form = PlaceChangeForm(request.POST or None, initial=first, classes=_classes())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.change_place(place_id, name=data["name"], pickable=data["pickable"], capacity=form.capacity())
        messages.success(request, _("Saved."))
        return redirect("stock:place", place_id)
    context = {"form": form, "place": card}
    return render(request, "stock/change_place.html", context, status=422 if form.errors else 200)


@needs(Can.EDIT_PLACES)
@require_POST
def close(request: HttpRequest, place_id: int) -> HttpResponse:
    """Take a place out of use."""
    try:
        services.close_place(place_id)
    except NotFound:
        raise Http404 from None
    except HanmaruError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Closed. Nothing is put here any more."))
    return redirect("stock:place", place_id)


@needs(Can.SEE_STOCK)
def labels(request: HttpRequest) -> HttpResponse:
    """A sheet of labels to print: those of a place and all below it, or of the whole house."""
    below = request.GET.get("in", "")
    root = queries.place_by_code(below) if below else None
    found = queries.places_inside(root.id if root else None, limit=2000)
    response = HttpResponse(place_labels(found), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="places.pdf"'
    return response
