"""The tables say what the site's registry says, whatever was there before."""

import json

import pytest

pytestmark = pytest.mark.django_db

ASSET = {"path": "mill/milling/line-1/mill-1", "name": "밀링 1호기", "name_en": "Mill 1", "kind": "mill"}
SOURCE = {"protocol": "opcua", "config": {"url": "opc.tcp://mill", "password": "hidden-one"}, "enabled": True}
TAG = {
    "id": 17,
    "asset": "mill/milling/line-1/mill-1",
    "name": "spindle/load",
    "type": "number",
    "source": "mill-opcua",
    "address": "ns=2;s=Load",
    "unit": "%",
}


@pytest.fixture
def site(company):
    from hanmaru.central.plant.services import add_site

    return add_site("mill", "성수 공장", "Seongsu plant")


def registry(**entries):
    from hanmaru.central.plant.services import Registry

    read = Registry()
    given = {"assets.mill": ASSET, "sources.mill-opcua": SOURCE, "tags.17": TAG, **entries}
    for key, value in given.items():
        if value is not None:
            read.read(key, value if isinstance(value, bytes) else json.dumps(value).encode())
    return read


def test_what_the_registry_holds_is_there_and_the_second_time_changes_nothing(site):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    assert mirror(site.pk, registry())
    assert not mirror(site.pk, registry())
    [source] = queries.sources(site.pk)
    assert (source.name, source.protocol, source.tags) == ("mill-opcua", "opcua", 1)
    tag = queries.tag_cards(site.pk, [17])[17]
    assert (tag.path, tag.unit, tag.source) == ("mill/milling/line-1/mill-1/spindle/load", "%", "mill-opcua")


def test_paths_above_an_asset_are_there_though_nobody_named_them(site):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    mirror(site.pk, registry())
    (top,) = queries.tree(site.pk)
    assert [one.path for one in queries.trail(site.pk, ASSET["path"])] == [
        "mill",
        "mill/milling",
        "mill/milling/line-1",
        "mill/milling/line-1/mill-1",
    ]
    assert top.path == "mill"
    assert top.parts[0].parts[0].parts[0].tags == 1


def test_a_secret_of_a_connection_never_reaches_the_tables(site):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    mirror(site.pk, registry())
    assert "hidden-one" not in json.dumps(queries.sources(site.pk)[0].config)
    assert queries.sources(site.pk)[0].config["url"] == "opc.tcp://mill"


def test_what_is_gone_goes_and_what_changed_changes(site):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    mirror(site.pk, registry())
    later = registry(**{"sources.mill-opcua": None, "tags.17": {**TAG, "unit": "Cel", "description": "열"}})
    assert mirror(site.pk, later)
    assert queries.sources(site.pk) == []
    card = queries.tag_cards(site.pk, [17])[17]
    assert (card.unit, card.words) == ("°C", "열")


def test_an_entry_that_cannot_be_read_is_told_and_the_others_are_kept(site):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    read = registry(**{"tags.18": {**TAG, "id": "many"}, "tags.19": b"{"})
    assert sorted(read.rejected) == ["tags.18", "tags.19"]
    assert "id" in read.rejected["tags.18"]
    mirror(site.pk, read)
    assert list(queries.tag_cards(site.pk, [17, 18, 19])) == [17]


def test_a_name_that_another_company_uses_is_refused(site, other_company):
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.plant.errors import SiteTaken
    from hanmaru.central.plant.services import add_site

    with (
        acting(company_id=other_company.company_id, user_id=other_company.user_id),
        pytest.raises(SiteTaken),
    ):
        add_site("mill", "다른 공장")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("list", b"[]"),
        ("flat", b'{"protocol": "opcua", "config": "opc.tcp://mill"}'),
        ("nul", b'{"protocol": "opcua", "config": {"path": "a\\u0000b"}}'),
        ("half", b'{"protocol": "opcua", "config": {"path": "\\ud800"}}'),
        ("n" * 65, b"{}"),
    ],
)
def test_a_source_that_no_row_can_hold_does_not_keep_the_others_away(site, name, value):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    read = registry(**{f"sources.{name}": value})
    assert list(read.rejected) == [f"sources.{name}"]
    mirror(site.pk, read)
    assert [source.name for source in queries.sources(site.pk)] == ["mill-opcua"]


def test_an_asset_without_a_place_does_not_keep_the_others_away(site):
    read = registry(**{"assets.odd": {**ASSET, "path": "Mill 1"}, "tags.18": {**TAG, "id": 18, "asset": "a//b"}})
    assert sorted(read.rejected) == ["assets.odd", "tags.18"]


def test_a_password_within_an_address_is_hidden_too(site):
    from hanmaru.central.plant import queries
    from hanmaru.central.plant.services import mirror

    config = {"url": "mqtt://ann:hidden-two@broker:1883/a@b", "also": ["mqtt://broker:1883", "a: b@c"]}
    mirror(site.pk, registry(**{"sources.mill-opcua": {**SOURCE, "config": config}}))
    kept = queries.sources(site.pk)[0].config
    assert "hidden-two" not in json.dumps(kept)
    assert kept["url"].startswith("mqtt://ann:")
    assert kept["url"].endswith("@broker:1883/a@b")
    assert kept["also"] == config["also"]
