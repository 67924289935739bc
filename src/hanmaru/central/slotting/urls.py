"""Addresses of this app's pages."""

from django.urls import URLPattern, URLResolver, path

from hanmaru.central.companies.answers import says_why
from hanmaru.central.slotting.views import pictures, relocations, rules, searches, studies, weeks

app_name = "slotting"
urlpatterns: list[URLPattern | URLResolver] = [
    path("slotting/", says_why(studies.home), name="home"),
    path("slotting/new/", says_why(studies.choose), name="new"),
    path("slotting/new/file/", says_why(studies.from_file), name="from_file"),
    path("slotting/new/file/example-<str:kind>.json", says_why(studies.example), name="example"),
    path("slotting/new/stock/", says_why(studies.from_stock), name="from_stock"),
    path("slotting/new/bill/", says_why(studies.from_bill), name="from_bill"),
    path("slotting/new/bill/template.xlsx", says_why(studies.bill_template), name="bill_template"),
    path("slotting/new/table/", says_why(studies.from_table), name="from_table"),
    path("slotting/new/table/template.xlsx", says_why(studies.table_template), name="table_template"),
    path("slotting/studies/<int:study_id>/", says_why(studies.page), name="study"),
    path("slotting/studies/<int:study_id>/instance.json", says_why(studies.instance), name="instance"),
    path("slotting/studies/<int:study_id>/archive/", says_why(studies.archive), name="archive_study"),
    path("slotting/studies/<int:study_id>/search/", says_why(searches.start), name="start"),
    path("slotting/studies/<int:study_id>/rules/", says_why(rules.page), name="rules"),
    path("slotting/studies/<int:study_id>/moves/", says_why(rules.curve), name="curve"),
    path("slotting/searches/<int:search_id>/", says_why(searches.page), name="search"),
    path("slotting/searches/<int:search_id>/places/", says_why(searches.places), name="places"),
    path("slotting/searches/<int:search_id>/weeks/", says_why(weeks.page), name="weeks"),
    path("slotting/searches/<int:search_id>/weeks/<int:week>/accept/", says_why(weeks.accept), name="accept_week"),
    path("slotting/searches/<int:search_id>/plan.json", says_why(searches.plan), name="plan"),
    path("slotting/searches/<int:search_id>/pictures/<str:picture>.svg", says_why(pictures.picture), name="picture"),
    path("slotting/searches/<int:search_id>/stop/", says_why(searches.stop), name="stop"),
    path("slotting/searches/<int:search_id>/again/", says_why(searches.again), name="again"),
    path("slotting/searches/<int:search_id>/accept/", says_why(searches.accept), name="accept"),
    path("slotting/relocations/<int:relocation_id>/", says_why(relocations.page), name="relocation"),
    path("slotting/relocations/<int:relocation_id>/print/", says_why(relocations.paper), name="paper"),
    path("slotting/relocations/<int:relocation_id>/call-off/", says_why(relocations.call_off), name="call_off"),
    path("slotting/relocations/<int:relocation_id>/moves/<int:number>/", says_why(relocations.done), name="move_done"),
]
