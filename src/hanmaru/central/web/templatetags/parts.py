"""{% load parts %}: every part of the pages, and what the shell itself needs."""

from django.template import Library

from hanmaru.central.web import navigation
from hanmaru.central.web.parts import actions, entry, groups, scanning, tables, words

register = Library()

for _gathered in (actions, entry, groups, navigation, scanning, tables, words):
    register.tags.update(_gathered.register.tags)
    register.filters.update(_gathered.register.filters)
