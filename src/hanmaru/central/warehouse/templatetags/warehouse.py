"""{% load warehouse %}."""

import json

from django.template import Library

register = Library()


@register.filter
def as_json(value: object) -> str:
    """{{ vals|as_json }}: for hx-vals; the attribute escapes it."""
    return json.dumps(value, ensure_ascii=False)
