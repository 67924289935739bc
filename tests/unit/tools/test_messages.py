"""The keeper of translations, on an app made for the test."""

from pathlib import Path

import polib
import pytest

from tools import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
title = _("Orders")
def told(n):
    return ngettext("%(n)d piece", "%(n)d pieces", n) + pgettext("verb", "Order")
"""
TEMPLATE = """{% load i18n %}
    <h1>{% translate "Today" %}</h1>
  {% blocktranslate trimmed count n=rows|length %}
     One order of {{ who }}
  {% plural %}
     {{ n }} orders of {{ who }}
  {% endblocktranslate %}
      <b title="{% translate "Order" context "noun" %}">{{ _("Later")|upper }}</b>
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    monkeypatch.setattr(messages, "CENTRAL", tmp_path / "central")
    app = tmp_path / "central" / "shop"
    (app / "templates").mkdir(parents=True)
    (app / "views.py").write_text(PYTHON)
    (app / "templates" / "page.html").write_text(TEMPLATE)
    return app


def translate(app: str, **korean: str) -> None:
    path = messages.catalogue(app)
    entries = polib.pofile(str(path))
    for entry in entries:
        text = korean.get(entry.msgid, "가" + " ".join(messages.PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)))
        if entry.msgid_plural:
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = text
    entries.save(str(path))


def test_texts_are_found_in_python_and_in_templates(shop: Path) -> None:
    assert set(messages.texts("shop")) == {
        messages.Text("Orders"),
        messages.Text("%(n)d piece", "%(n)d pieces"),
        messages.Text("Order", context="verb"),
        messages.Text("Today"),
        messages.Text("One order of %(who)s", "%(n)s orders of %(who)s"),
        messages.Text("Order", context="noun"),
        messages.Text("Later"),
    }


def test_update_keeps_the_korean_and_drops_what_is_gone(shop: Path) -> None:
    assert messages.update("shop") == 7
    translate("shop", Orders="주문")
    (shop / "views.py").write_text(PYTHON.replace('pgettext("verb", "Order")', '_("Parcel")'))

    assert messages.update("shop") == 1
    kept = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.pofile(str(messages.catalogue("shop")))}
    assert kept[(None, "Orders")] == "주문"
    assert kept[(None, "Parcel")] == ""
    assert ("verb", "Order") not in kept


def test_a_complete_catalogue_passes_and_compiles_to_what_gettext_reads(shop: Path) -> None:
    messages.update("shop")
    translate("shop", Orders="주문")
    assert messages.check("shop") == []
    assert messages.compile_all() == 1
    assert messages.compile_all() == 0
    compiled = polib.mofile(str(messages.catalogue("shop").with_suffix(".mo")))
    assert compiled.find("Orders").msgstr == "주문"


@pytest.mark.parametrize(
    ("korean", "fault"),
    [
        ("", "not translated"),
        ("%(wat)s개", "other placeholders"),
        ("%(what)s을 넣으세요", "a particle follows a placeholder"),
    ],
)
def test_a_fault_is_named(shop: Path, korean: str, fault: str) -> None:
    (shop / "views.py").write_text('from x import _\nsentence = _("Put %(what)s in")\n')
    (shop / "templates" / "page.html").unlink()
    messages.update("shop")
    translate("shop", **{"Put %(what)s in": korean})
    assert [fault in sentence for sentence in messages.check("shop")] == [True]


def test_a_text_added_or_removed_since_the_update_is_named(shop: Path) -> None:
    messages.update("shop")
    translate("shop")
    (shop / "views.py").write_text(PYTHON.replace('"Orders"', '"Parcels"'))
    assert messages.check("shop") == [
        "shop: missing, run update: 'Parcels'",
        "shop: no longer used, run update: 'Orders'",
    ]


def test_sentences_of_errors_in_other_rooms_are_kept_by_web(shop: Path) -> None:
    room = shop.parents[1] / "floor"
    room.mkdir()
    (room / "tags.py").write_text('class Unknown(Exception):\n    code = "x"\n    message = "No such tag: %(epc)s"\n')
    (shop.parent / "web").mkdir()
    assert messages.Text("No such tag: %(epc)s") in messages.texts("web")


def test_what_drivers_say_of_their_fields_and_reasons_of_bad_quality_are_kept_by_web(shop: Path) -> None:
    drivers, floor = (shop.parents[1] / room for room in ("gateway/drivers/scale", "floor"))
    drivers.mkdir(parents=True)
    floor.mkdir()
    (drivers / "config.py").write_text('class Config:\n    port: str = told("Where it is " "plugged in.", longest=9)\n')
    (drivers / "driver.py").write_text('told("no field of a form")\n')
    (floor / "quality.py").write_text('REASONS: Final = {1: "not connected"}\nOTHER: Final = {1: "elsewhere"}\n')
    (shop.parent / "web").mkdir()
    assert set(messages.texts("web")) == {messages.Text("Where it is plugged in."), messages.Text("not connected")}
