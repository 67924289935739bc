"""What gateways and historians said, in the reader's language (hanmaru.floor.words).

Only templates of our catalogue are filled in: what else comes over the bus is shown as it came, in English.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

DEEPEST: Final = 6  # sentences within sentences
LONGEST: Final = 1000  # characters of a part
GLUE: Final = re.compile(r"(?:%\(\w+\)s|[^\w%])+")
"""A template that only puts other sentences together, such as `%(who)s: %(words)s`."""


def say(words: Any, form: Any) -> str:
    """The sentence of a form in the reader's language; ``words`` where the form is none, or none of ours."""
    return _said(form, DEEPEST) or str(words)


def in_own_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """A message, or the ``error`` in it, with ``said`` beside its words: the words in the reader's language."""
    found = {name: part for name, part in told.items() if name != "said"}
    if isinstance(found.get("error"), Mapping):
        found["error"] = in_own_words({name: part for name, part in found["error"].items() if name != "error"})
    forms = told.get("said")
    for name, form in forms.items() if isinstance(forms, Mapping) else ():
        if isinstance(found.get(name), Mapping) and isinstance(form, Mapping):
            found[name] = {key: say(words, form.get(key)) for key, words in found[name].items()}
        elif name in found:
            found[name] = say(found[name], form)
    return found


def _said(form: Any, depth: int) -> str:
    """The sentence, empty where nothing in it is to be translated or where it does not fit its template."""
    if not depth or not isinstance(form, Mapping) or not isinstance(form.get("with"), Mapping):
        return ""
    template, parts = form.get("say"), form["with"]
    if not isinstance(template, str) or not template:
        return ""
    translated = gettext(template)
    if translated == template and not GLUE.fullmatch(template[:LONGEST]):
        return ""
    try:
        if not parts and "%(" not in translated:
            return translated  # a sentence of its own may hold a bare per cent sign
        return translated % {name: _part(one, depth - 1) for name, one in parts.items()}
    except (KeyError, TypeError, ValueError):
        return ""


def _part(part: Any, depth: int) -> str:
    """What is filled in; of a sentence that is none of ours its English words."""
    if not isinstance(part, Mapping):
        return str(part)[:LONGEST]
    return _said(part, depth) or _english(part, depth)


def _english(form: Mapping[str, Any], depth: int) -> str:
    template, parts = str(form.get("say", ""))[:LONGEST], form.get("with")
    for name, one in parts.items() if depth and isinstance(parts, Mapping) else ():
        template = template.replace(f"%({name})s", _part(one, depth - 1))[:LONGEST]
    return template
