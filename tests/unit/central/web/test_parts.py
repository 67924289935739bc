"""Every part draws what it is told, and refuses to be drawn without what makes it understandable."""

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from hanmaru.central.web import icons
from hanmaru.central.web.parts.needs import PartError

WITHOUT_A_NAME = [
    '{% button "" %}',
    '{% link_button "" "/x" %}',
    '{% link_button "Go" "" %}',
    '{% big_task "" "/x" icon="truck" %}',
    '{% stat "" 3 %}',
    '{% badge "" %}',
    '{% message "" %}',
    '{% empty_state "" %}',
    '{% progress "" 1 2 %}',
    '{% photo "/x.webp" "" %}',
    '{% dialog "x" "" %}{% enddialog %}',
    '{% dialog "" "Title" %}{% enddialog %}',
    '{% card "" %}{% endcard %}',
    '{% tabs "" %}{% endtabs %}',
    '{% tab "" "/x" %}',
    '{% crumb "" %}',
    '{% key_values "" %}{% endkey_values %}',
    '{% key_value "" %}{% endkey_value %}',
    '{% checklist "" done=0 total=1 %}{% endchecklist %}',
    '{% check "" %}',
    '{% step_line nothing "" %}',
    '{% live "stock" "x" "" %}{% endlive %}',
    '{% live "" "x" "Stock" %}{% endlive %}',
    '{% pager label="" next="/x" %}',
    '{% quantity "n" "" 1 %}',
    '{% search_bar "" %}',
    '{% copy_field "" "abc" %}',
    '{% scan_say "" %}',
    '{% scan_amount "" 1 %}',
    '{% table rows caption="" %}{% column "A" %}{% endcolumn %}{% empty %}none{% endtable %}',
    '{% table rows caption="A" %}{% column "" %}{% endcolumn %}{% empty %}none{% endtable %}',
    "{% button misspelt %}",
]

UNKNOWN_KINDS = [
    '{% button "Go" variant="loud" %}',
    '{% badge "Go" tone="purple" %}',
    '{% message "Go" tone="error" %}',
    '{% photo "" "Ring" size="huge" %}',
    '{% stat "On hand" 3 direction="sideways" %}',
    '{% stat "On hand" 3 direction="up" %}',
    '{% empty_state "None" href="/x" %}',
    '{% scan_say "Go" tone="warn" %}',
    '{% step_line bad_steps "Steps" %}',
    '{% table rows caption="A" %}{% column "A" align="left" %}{% endcolumn %}{% empty %}none{% endtable %}',
    "{% field notafield %}",
]


class RingForm(forms.Form):
    """A field of each kind that is drawn in its own way."""

    name = forms.CharField(label="Name", help_text="As customers see it.")
    size = forms.IntegerField(label="Size", required=False, min_value=1)
    way = forms.ChoiceField(label="Way", choices=[("p", "Parcel")], widget=forms.RadioSelect)
    photo = forms.FileField(label="Photo", required=False)


def draw(text: str, **context: Any) -> str:
    given = {
        "rows": [{"sku": "R-1", "free": 1240}],
        "nothing": [],
        "bad_steps": [{"label": "Picked", "state": "half"}],
        "notafield": "name",
        "request": RequestFactory().get("/stock/?q=ring"),
    }
    with translation.override("en"):
        return Template("{% load parts %}" + text).render(Context(given | context))


@pytest.mark.parametrize("text", WITHOUT_A_NAME)
def test_a_part_without_its_name_is_refused(text: str) -> None:
    with pytest.raises(PartError, match="needs"):
        draw(text)


@pytest.mark.parametrize("text", UNKNOWN_KINDS)
def test_a_part_of_an_unknown_kind_is_refused(text: str) -> None:
    with pytest.raises(PartError):
        draw(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% table rows %}{% column 'A' %}{% endcolumn %}{% empty %}none{% endtable %}",
        "{% table rows caption='A' %}{% empty %}none{% endtable %}",
        "{% table rows caption='A' %}{% column 'A' %}{% endcolumn %}{% endtable %}",
        "{% table rows caption='A' stripes=True %}{% column 'A' %}{% endcolumn %}{% empty %}none{% endtable %}",
        "{% table %}{% endtable %}",
        "{% column %}{% endcolumn %}",
    ],
)
def test_a_table_without_caption_column_or_empty_state_is_refused_when_read(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        draw(text)


def test_an_unknown_icon_is_refused_by_name() -> None:
    with pytest.raises(icons.IconMissingError, match="no-such-icon"):
        draw('{% icon "no-such-icon" %}')


@pytest.mark.parametrize("name", ["../package", "Package", "", "package.svg"])
def test_an_icon_name_cannot_leave_the_folder(name: str) -> None:
    with pytest.raises(icons.IconMissingError, match="no icon name"):
        icons.shapes(name)


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "package" %}')
    labelled = draw('{% icon "package" label="Parcel" %}')
    assert 'role="img" aria-label="Parcel"' in labelled
    assert "aria-hidden" not in labelled


def test_what_a_person_wrote_is_escaped_everywhere() -> None:
    bad = "<script>alert(1)</script>"
    drawn = draw(
        "{% button bad %}{% message bad %}{% badge bad %}{% stat bad bad %}{% empty_state bad %}{% photo bad bad %}"
        "{% dialog 'd' bad %}{{ bad }}{% enddialog %}{% card bad %}{{ bad }}{% endcard %}{% button 'x' title=bad %}"
        "{% key_values bad %}{% key_value bad %}{{ bad }}{% endkey_value %}{% endkey_values %}"
        "{% table rows caption=bad %}{% column bad %}{{ bad }}{% endcolumn %}{% empty %}-{% endtable %}"
        "{% copy_field bad bad %}{% scan_say bad %}{% step_line steps bad %}"
        "{% big_task bad bad icon='truck' note=bad %}",
        bad=bad,
        steps=[{"label": bad, "state": "done", "actor": bad}],
    )
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_table_draws_each_row_with_its_labels_for_the_phone() -> None:
    drawn = draw(
        '{% table rows caption="Stock" row_name="item" %}{% column "SKU" %}{{ item.sku }}{% endcolumn %}'
        '{% column "Available" align="end" %}{{ item.free|counted }}{% endcolumn %}{% empty %}none{% endtable %}'
    )
    assert "<caption" in drawn
    assert "Stock</caption>" in drawn
    assert '<td role="cell" class="start" data-label="SKU"><div class="cell">R-1</div></td>' in drawn
    assert '<td role="cell" class="end" data-label="Available"><div class="cell">1,240</div></td>' in drawn
    assert "none" not in drawn


def test_an_empty_table_says_what_to_do_instead() -> None:
    drawn = draw(
        '{% table nothing caption="Stock" %}{% column "SKU" %}{% endcolumn %}'
        '{% empty %}{% empty_state "No stock yet" href="/new" action="Receive goods" %}{% endtable %}'
    )
    assert "<table" not in drawn
    assert "No stock yet" in drawn
    assert 'href="/new"' in drawn


def test_a_field_ties_label_help_and_error_to_its_input() -> None:
    form = RingForm({"name": "", "size": "0"})
    drawn = draw("{% fields form %}", form=form)
    assert '<label for="id_name">Name' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'href="#id_name"' in drawn, "the summary leads to the field"
    assert "(optional)" in drawn
    assert "<fieldset" in drawn, "radios are named by a legend"
    assert "data-file-drop" in drawn


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in draw("{% fields form %}", form=RingForm())


def test_a_whole_form_carries_its_token_and_its_way_to_send_files() -> None:
    drawn = draw('{% form form submit="Save" cancel="/rings/" %}', form=RingForm(), csrf_token="tok123")
    assert 'name="csrfmiddlewaretoken" value="tok123"' in drawn
    assert 'enctype="multipart/form-data"' in drawn
    assert 'href="/rings/"' in drawn


def test_extra_words_of_a_button_become_attributes() -> None:
    drawn = draw('{% button "Save" hx_post="/x" disabled=True title=nothing_here name="go" formnovalidate=False %}')
    assert ' hx-post="/x" disabled title="" name="go"' in drawn
    assert "formnovalidate" not in drawn


def test_a_button_that_opens_a_dialog_does_not_submit() -> None:
    drawn = draw('{% button "Delete" opens="sure" %}')
    assert 'type="button"' in drawn
    assert 'data-opens="sure"' in drawn
    assert 'aria-haspopup="dialog"' in drawn


def test_steps_say_their_state_in_words_too() -> None:
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    steps = [
        {"label": "Ordered", "state": "done", "at": at, "actor": "Office"},
        {"label": "Picked", "state": "current"},
    ]
    drawn = draw('{% step_line steps "Progress" %}', steps=steps)
    assert 'aria-current="step"' in drawn
    assert '<span class="unseen">done</span>' in drawn
    assert 'datetime="2026-03-04T14:06:00+09:00"' in drawn, "shown in the site's zone"


def test_a_moment_of_another_year_says_its_year() -> None:
    assert "2001" in draw("{{ at|moment }}", at=datetime(2001, 3, 4, 5, 6, tzinfo=UTC))
    assert draw("{{ at|moment }}", at=None) == "–"


def test_a_live_region_asks_for_its_own_page_again() -> None:
    drawn = draw('{% live "stock products" "stock-list" "Stock" %}x{% endlive %}')
    assert 'data-live="stock products"' in drawn
    assert 'hx-get="/stock/?q=ring"' in drawn
    assert 'hx-select="#stock-list"' in drawn


def test_a_scan_message_of_more_than_eight_words_warns() -> None:
    with pytest.warns(UserWarning, match="9 words"):
        draw('{% scan_say "one two three four five six seven eight nine" %}')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw('{% scan_say "one two three four five six seven eight" tone="ok" %}')


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (1240, "1,240"), (-1240, "-1,240"), ("x", "x"), (True, "True")])
def test_whole_numbers_have_their_thousands_set_apart(value: object, shown: str) -> None:
    assert draw("{{ value|counted }}", value=value) == shown


def test_a_progress_of_nothing_is_no_division_by_zero() -> None:
    assert 'value="0"' in draw('{% progress "Picked" 0 0 %}')
    assert 'value="100"' in draw('{% progress "Picked" 14 12 %}')
