"""The scan screens, walked as a browser does: each answer carries what the next scan sends."""

import html
import json
import re
import uuid
from typing import Any

import pytest

from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db


class Scanner:
    """A person with a scanner on one screen."""

    def __init__(self, client: Any, url: str) -> None:
        self.client = client
        self.url = url
        self.read(client.get(url))

    def read(self, response: Any) -> Any:
        """Keep what the step carries."""
        self.response = response
        self.text = response.content.decode()
        inputs = re.findall(r'<input[^>]*form="scan-form"[^>]*>', self.text)
        self.inputs = {
            html.unescape(_attribute(one, "name")): html.unescape(_attribute(one, "value")) for one in inputs
        }
        found = re.search(r'data-outcome="(\w+)"', self.text)
        self.tone = found[1] if found else ""
        return response

    def scan(self, code: str, *, key: str = "", **typed: str) -> "Scanner":
        """Scan something."""
        body = {**self.inputs, **typed, "code": code, "idempotency_key": key or uuid.uuid4().hex}
        self.read(self.client.post(self.url, body))
        return self

    def press(self, word: str, **typed: str) -> "Scanner":
        """Press the button of that word."""
        found = re.search(rf"<button[^>]*hx-vals=\"([^\"]*)\"[^>]*>(?:(?!</button>).)*{word}", self.text, re.DOTALL)
        assert found, f"no button {word} in {self.text}"
        vals = json.loads(html.unescape(found[1]))
        self.read(self.client.post(self.url, {**self.inputs, **typed, **vals}))
        return self

    def sees(self, *texts: str) -> bool:
        """Whether all of it is on the screen."""
        return all(text in html.unescape(self.text) for text in texts)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


@pytest.fixture
def client(company, client_of):
    company.user.language = "en"
    company.user.save()
    return client_of(company)


def sku(variant: int) -> str:
    from hanmaru.central.catalog.queries import variant_card

    return variant_card(variant).sku


def code(place: int) -> str:
    from hanmaru.central.stock.queries import place_card

    return f"HM-P-{place_card(place).code}"


def test_the_whole_way_by_scanner(client, new_variant, bins):
    from hanmaru.central.warehouse import queries, services
    from hanmaru.central.warehouse.models import Parcel

    ring = new_variant()
    delivery = services.announce_delivery({ring: 3})
    receiving = Scanner(client, f"/warehouse/receive/{delivery}/").scan(sku(ring))
    assert receiving.tone == "ok"
    assert floor.at(services.dock(), ring) == (1, 0)
    receiving.press("Count these in too", more="2")
    assert floor.at(services.dock(), ring) == (3, 0)
    receiving.press("All has come")
    assert not queries.delivery_card(delivery).open

    stowing = Scanner(client, "/warehouse/put-away/").scan(sku(ring))
    assert stowing.sees("Put it here", code(bins[0])[5:])
    stowing.scan(code(bins[1]))
    assert (stowing.tone, floor.at(bins[1], ring)) == ("ok", (3, 0))

    order = floor.ordered((ring, 2))
    assert client.post("/pick-lists/new/", {"do": "all"}).status_code == 302
    (card,) = queries.pick_lists(live_only=True)
    picking = Scanner(client, f"/warehouse/pick/{card.id}/").scan(code(bins[0]))
    assert (picking.tone, picking.sees("Wrong place")) == ("stop", True)
    picking.scan(code(bins[1])).scan(sku(new_variant()))
    assert (picking.tone, picking.sees("Wrong product")) == ("stop", True)
    picking.scan(sku(ring))
    assert picking.sees("All picked")

    packing = Scanner(client, f"/warehouse/pack/{order}/").scan(sku(ring)).scan(sku(ring))
    assert packing.tone == "ok"
    packing.scan(sku(ring))
    assert packing.tone == "stop"
    packing.press("Close the box")
    parcel = Parcel.objects.get()
    shipping = Scanner(client, "/warehouse/ship/").scan(f"HM-B-{parcel.number}").scan("640123456789", carrier="CJ")
    assert shipping.tone == "ok"
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.tracking_number, floor.state(order)) == ("CJ", "640123456789", "shipped")
    assert floor.clean()


@pytest.mark.parametrize(
    "path",
    [
        "/warehouse/",
        "/warehouse/receive/",
        "/warehouse/receive/new/",
        "/warehouse/put-away/",
        "/warehouse/pick/",
        "/warehouse/pack/",
        "/warehouse/ship/",
        "/warehouse/count/",
        "/warehouse/move/",
        "/warehouse/look-up/",
        "/deliveries/",
        "/deliveries/new/",
        "/suppliers/",
        "/pick-lists/",
        "/pick-lists/new/",
        "/parcels/",
        "/boxes/",
        "/readers/",
    ],
)
def test_pages_open_empty_and_full_within_twelve_queries(
    path, client, new_variant, bins, django_assert_max_num_queries
):
    from hanmaru.central.warehouse import services

    assert client.get(path).status_code == 200
    rings = [new_variant() for _number in range(4)]
    services.create_supplier("Silver works")
    services.create_box(services.Box(name="S", length_mm=200, width_mm=150, height_mm=100, max_weight_g=2000))
    for ring in rings:
        floor.stow(ring, 9, bins[0])
        services.receive(None, ring, 2)
    orders = [floor.ordered((ring, 2)) for ring in rings]
    services.make_pick_list(orders[:1])
    floor.pick_all(services.make_pick_list(orders[1:3]))
    floor.pack_all(orders[1])
    with django_assert_max_num_queries(12 + 4):  # session, user, membership, who acts: the shell's own
        assert client.get(path).status_code == 200


def test_another_companys_pages_are_not_there(client, other_company, company, client_of, new_variant, bins):
    from hanmaru.central.warehouse import services

    ring = new_variant()
    delivery = services.announce_delivery({ring: 3})
    floor.stow(ring, 9, bins[0])
    order = floor.ordered((ring, 2))
    pick_list = services.make_pick_list([order])
    floor.pick_all(pick_list)
    (parcel,) = floor.pack_all(order)
    stranger = client_of(other_company)
    for path in (
        f"/deliveries/{delivery}/",
        f"/warehouse/receive/{delivery}/",
        f"/pick-lists/{pick_list}/",
        f"/warehouse/pick/{pick_list}/",
        f"/parcels/{parcel}/",
        f"/orders/{order}/packing-list.pdf",
    ):
        assert client.get(path).status_code == 200, path
        assert stranger.get(path).status_code == 404, path


def test_what_was_scanned_twice_by_a_lost_line_counts_once(client, new_variant, bins):
    from hanmaru.central.warehouse import services

    rings = [new_variant(), new_variant()]
    for ring in rings:
        floor.stow(ring, 4, bins[0])
    pick_list = services.make_pick_list([floor.ordered((rings[0], 2), (rings[1], 2))])
    picking = Scanner(client, f"/warehouse/pick/{pick_list}/").scan(code(bins[0]))
    first = {**picking.inputs, "code": sku(rings[0]), "idempotency_key": "a" * 32}
    for _time in range(2):  # the answer to the first was lost
        picking.read(client.post(picking.url, first))
        assert picking.tone == "ok"
    assert floor.at(services.packing_table(), rings[0]) == (2, 0)
    assert floor.at(services.packing_table(), rings[1]) == (0, 0)
    picking.scan(sku(rings[1]))
    assert picking.sees("All picked")


def test_two_people_want_one_list(client, company, new_variant, bins, new_company, client_of):
    from hanmaru.central.companies.models import Membership, Role, User
    from hanmaru.central.warehouse import services

    ring = new_variant()
    floor.stow(ring, 4, bins[0])
    pick_list = services.make_pick_list([floor.ordered((ring, 2))])
    Scanner(client, f"/warehouse/pick/{pick_list}/")
    user = User.objects.create_user("second@example.com", "a-long-enough-password-1", name="Second", language="en")
    second = client_of(Membership.objects.create(user=user, roles=[Role.WAREHOUSE]))
    told = Scanner(second, f"/warehouse/pick/{pick_list}/")
    assert told.sees(company.user.name, "Somebody else has it")


def test_bent_states_begin_anew(client, new_variant, bins):
    ring = new_variant()
    for path in ("/warehouse/put-away/", "/warehouse/receive/new/", "/warehouse/ship/", "/warehouse/count/"):
        for name in ("variant", "place", "parcel", "delivery", "source", "lot_id"):
            for bad in ("x", "9" * 40, "-1", "9" * 18):
                body = {f"s_{name}": bad, "code": sku(ring), "idempotency_key": uuid.uuid4().hex}
                assert client.post(path, body).status_code in (200, 204), (path, name, bad)


def test_a_strange_tag_is_bound_in_two_taps(client, company, new_variant, bins):
    from hanmaru.central.companies.services.tokens import authenticate, issue_token
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.warehouse import services
    from hanmaru.floor.epc import OwnTag
    from tests.unit.central.warehouse.test_readers import read

    ring = new_variant()
    epc = OwnTag(company.company_id, 999, 1).hex
    device = authenticate(issue_token("Gate", ["reader"]))
    with acting(device_id=device.id, user_id=None):
        assert services.reader_answers(1, [read(1, epc)])[0].status == "unknown"
    assert f"/readers/{epc}/" in client.get("/readers/").content.decode()
    assert sku(ring) in client.get(f"/readers/{epc}/").content.decode()
    assert client.post(f"/readers/{epc}/", {"variant": ring}).status_code == 302
    assert f"/readers/{epc}/" not in client.get("/readers/").content.decode()
    with acting(device_id=device.id, user_id=None):
        assert services.reader_answers(1, [read(2, epc)])[0].status == "known"
    assert client.get("/readers/nonsense/").status_code == 302


def test_a_tag_scanned_at_receiving_is_not_counted_twice(client, new_variant, bins):
    from hanmaru.central.catalog.services import new_tags
    from hanmaru.central.warehouse import services

    ring = new_variant()
    first, second = new_tags(ring, 2)
    screen = Scanner(client, "/warehouse/receive/new/").scan(first)
    assert screen.tone == "ok"
    assert screen.scan(first).tone == "stop"
    assert screen.sees("counted in before")
    assert screen.scan(second).tone == "ok"
    assert floor.at(services.dock(), ring) == (2, 0)
