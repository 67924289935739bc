"""The words of the scan screens: huge, few, with a tone that the browser turns into a sound."""

import warnings
from typing import Final

from django.template import Library

from hanmaru.central.web.parts.needs import needed, one_of
from hanmaru.central.web.parts.tones import ICON_OF_TONE

register = Library()

MOST_WORDS: Final = 8
_TONES: Final = ("ok", "stop", "info")


@register.inclusion_tag("web/parts/scan_say.html")
def scan_say(text: object, *, tone: str = "info", subject: object = "", detail: object = "") -> dict[str, object]:
    """{% scan_say _("Put it here") subject="A-01-02" tone="ok" %}: what to do now, in at most eight words.

    `subject` is the one thing to look for (a place, a quantity), drawn largest; `detail` a quiet line below.
    Tone ok and stop sound; info is silent. More than eight words warn, which is an error in the tests.
    """
    needed("scan_say", text=text)
    one_of("scan_say", "tone", tone, _TONES)
    count = len(str(text).split())
    if count > MOST_WORDS:
        warnings.warn(f"scan_say: {count} words, at most {MOST_WORDS}: {text}", stacklevel=2)
    return {"text": text, "tone": tone, "subject": subject, "detail": detail, "icon": ICON_OF_TONE[tone]}


@register.inclusion_tag("web/parts/scan_amount.html")
def scan_amount(label: object, value: int, *, of: int | None = None, unit: object = "") -> dict[str, object]:
    """{% scan_amount _("Take") 3 of=12 unit=_("pcs") %}: a quantity at 180 %."""
    needed("scan_amount", label=label, value=value)
    return {"label": label, "value": value, "of": of, "unit": unit}
