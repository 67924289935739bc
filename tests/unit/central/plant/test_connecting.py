"""The pages that connect a machine: its device is asked, some of what it offers is chosen, each field is checked."""

import json

import pytest

from tests.unit.central.plant.conftest import PRESS, text

pytestmark = pytest.mark.django_db

DRIVER = {
    "name": "modbus",
    "title": "Modbus",
    "title_ko": "모드버스",
    "schemes": ["modbus"],
    "fields": [
        {"name": "url", "type": "text", "bounds": "at most 400 characters", "description": "Name of `<b>` only"},
        {"name": "password", "type": "text", "bounds": "may be left out", "description": "Password of the user."},
        {"name": "timeout", "type": "number", "bounds": "0.1 to 300, may be left out", "description": "Seconds"},
        {"name": "mode", "type": '`"tcp"`, `"rtu"`', "bounds": "may be left out", "description": "Line"},
        {"name": "odd_one", "type": "registers", "bounds": "at most 5, may be left out", "description": ""},
    ],
}
NODE = {
    "address": "holding:9",
    "name": "pressure",
    "kind": "point",
    "type": "number",
    "unit": "kPa",
    "writable": False,
    "value": "4",
    "level": 0,
}
GIVEN = {"protocol": "modbus", "name": "press-2", "asset": PRESS, "config-url": "modbus://p2", "config-mode": "tcp"}


@pytest.fixture
def gateway(beside):
    beside.answers |= {"drivers": {"drivers": [DRIVER]}, "browse": {"nodes": [NODE]}, "store": {"stored": "press-2"}}
    return beside


def test_a_connection_is_made_by_asking_the_device_and_choosing(site, gateway, browser):
    address = "/plant/mill/connections/new/"
    assert "모드버스" in text(browser.get(address))
    looked = text(browser.post(address, {**GIVEN, "do": "look"}))
    assert "holding:9" in looked
    assert gateway.asked[-1][1]["config"] == {"url": "modbus://p2", "mode": "tcp"}
    chosen = json.dumps({key: NODE[key] for key in ("address", "name", "type", "unit", "writable")})
    stored = browser.post(address, {**GIVEN, "do": "store", "node": [chosen]})
    assert stored["Location"] == "/plant/mill/connections/press-2/"
    assert gateway.asked[-1][1]["tags"] == [{**json.loads(chosen), "asset": PRESS}]


def test_five_thousand_nodes_are_chosen_and_too_many_are_refused(site, gateway, browser):
    address = "/plant/mill/connections/new/"
    nodes = [{**NODE, "address": f"ns=1;s=Bulk{number}", "name": f"Bulk{number}", "level": 1} for number in range(5000)]
    gateway.answers["browse"] = {"nodes": nodes, "more": True}
    page = text(browser.post(address, {**GIVEN, "do": "look", "find": "bulk", "first": "5000"}))
    assert page.count('name="node"') == 5000
    assert 'name="first" value="10000"' in page
    assert 'value="bulk"' in page
    asked = gateway.asked[-1][1]
    assert (asked["find"], asked["first"]) == ("bulk", 5000)
    chosen = [json.dumps({"address": one["address"], "name": one["name"], "type": "number"}) for one in nodes]
    assert browser.post(address, {**GIVEN, "do": "store", "node": chosen}).status_code == 302
    assert len(gateway.asked[-1][1]["tags"]) == 5000
    refused = browser.post(address, {**GIVEN, "do": "store", "node": chosen * 2})
    assert (refused.status_code, "6,000" in text(refused)) == (413, True)
    assert [question["do"] for _subject, question in gateway.asked].count("store") == 1


def test_the_fields_of_a_driver_speak_the_reader_s_language(site, gateway, browser):
    address = "/plant/mill/connections/new/?protocol=modbus"
    page = text(browser.get(address))
    assert all(
        words in page
        for words in ("주소", "비밀번호", "사용자의 비밀번호.", "기다리는 시간", "0.1 ~ 300", 'maxlength="400"')
    )
    assert "odd one" in page  # has no label
    assert "Password of the user." not in page
    browser.cookies["django_language"] = "en"
    page = text(browser.get(address))
    assert all(words in page for words in ("Address", "Password of the user.", "Patience", 'maxlength="400"'))


def test_what_a_driver_says_of_a_field_is_no_html(site, gateway, browser):
    page = text(browser.get("/plant/mill/connections/new/?protocol=modbus"))
    assert "Name of <code>&lt;b&gt;</code> only" in page


@pytest.mark.parametrize("node", ["{", "[]", "7", "[" * 100_000])
def test_a_choice_that_the_page_did_not_offer_is_refused(site, gateway, browser, node):
    posted = browser.post("/plant/mill/connections/new/", {**GIVEN, "do": "store", "node": [node]})
    assert posted.status_code == 200
    assert all(question["do"] != "store" for _subject, question in gateway.asked)


@pytest.mark.parametrize("written", ["{", "NaN", "[" * 100_000])
def test_what_is_no_json_is_refused_at_its_field(site, gateway, browser, written):
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "config-odd_one": written, "do": "look"}))
    assert "JSON" in page
    assert "holding:9" not in page


@pytest.mark.parametrize("name", ["new", "Press-2", "press_2"])
def test_a_name_that_has_no_address_of_its_own_is_refused(site, gateway, browser, name):
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "name": name, "do": "look"}))
    assert "holding:9" not in page


def test_every_label_belongs_to_a_field_of_a_driver():
    from hanmaru.central.plant.field_labels import LABELS
    from hanmaru.floor.shapes import describe
    from hanmaru.gateway.drivers import load, names

    assert set(LABELS) <= {field[0] for name in names() for field in describe(load(name).config)}


def test_what_the_device_refuses_is_told_and_what_was_typed_stays(site, gateway, browser):
    refusal = {"code": "gateway.retry", "words": "press-2: connection refused", "remedy": "Switch it on"}
    gateway.answers["browse"] = {"error": refusal}
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "do": "look"}))
    assert "connection refused" in page
    assert "Switch it on" in page
    assert 'value="modbus://p2"' in page


@pytest.mark.parametrize("asset", ["elsewhere/press", "mill/Press 1", "mill/a/b/c/d/e"])
def test_a_path_that_cannot_be_one_is_refused(site, gateway, browser, asset):
    page = text(browser.post("/plant/mill/connections/new/", {**GIVEN, "asset": asset, "do": "look"}))
    assert "holding:9" not in page


@pytest.mark.parametrize(("button", "question"), [("pause", "enable"), ("resume", "enable"), ("remove", "remove")])
def test_a_connection_is_paused_and_removed(site, gateway, browser, button, question):
    gateway.answers[question] = {}
    assert "holding:1" in text(browser.get("/plant/mill/connections/press-1/"))
    browser.post("/plant/mill/connections/press-1/", {"do": button})
    assert gateway.asked[-1][1]["do"] == question
    assert gateway.asked[-1][1]["source"] == "press-1"


def test_a_button_that_there_is_not_is_refused(site, gateway, browser):
    assert browser.post("/plant/mill/connections/press-1/", {"do": "explode"}).status_code == 404


def test_what_is_wrong_with_a_setting_stands_at_its_field(site, beside, browser):
    told = {"name": "url", "type": "text", "bounds": "at most 400 characters", "description": "Address."}
    driver = {"name": "opcua", "title": "OPC UA", "title_ko": "OPC UA", "schemes": [], "fields": [told]}
    error = {"code": "message.shape", "words": "config.url: give opc.tcp://host:4840", "remedy": ""}
    beside.answers |= {"drivers": {"drivers": [driver]}, "browse": {"error": error}}
    posted = {"protocol": "opcua", "name": "line-2", "asset": "mill/a/b/c", "config-url": "http://x", "do": "look"}
    page = text(browser.post("/plant/mill/connections/new/", posted))
    assert "config.url" not in page
    assert 'id="id_config-url"' in page
    assert "give opc.tcp://host:4840" in page
    assert "http://x" in page
    beside.answers["browse"] = {"error": {**error, "words": "opc.tcp://x: it did not answer in time"}}
    assert "opc.tcp://x: it did not answer" in text(browser.post("/plant/mill/connections/new/", posted))
