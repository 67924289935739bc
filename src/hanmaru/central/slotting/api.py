"""Slotting over the REST API: studies, searches for plans, accepting one, its tasks."""

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Status

from hanmaru.central.companies.api import DeviceAuth, Page, Paging, Routes, page_of
from hanmaru.central.slotting import queries, services
from hanmaru.central.slotting.shapes import (
    ID,
    FromStockIn,
    LabourIn,
    RelocationOut,
    SearchIn,
    SearchOut,
    StudyIn,
    StudyOut,
    TaskOut,
    WeeksOut,
)
from hanmaru.decide.slotting.kitting.reslot import Labour

router = Routes(tags=["slotting"])
READ = DeviceAuth("slotting:read")
WRITE = DeviceAuth("slotting:write")
Key = Annotated[int, Path(ge=1, le=ID)]


@router.get("/studies", response=Page[StudyOut], auth=READ, summary="Layout studies, newest first")
def studies(request: HttpRequest, paging: Paging) -> dict[str, object]:
    """What is to be laid out."""
    rows = queries.studies(after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/studies", response={201: StudyOut}, auth=WRITE, summary="Hand in an instance")
def make_study(request: HttpRequest, body: StudyIn) -> Status[queries.StudyCard]:
    """Keep an instance of the format that the reference page on slotting tells; it is checked whole."""
    return Status(201, queries.study_card(services.create_study(body.name, body.instance, unit=body.unit)))


@router.post("/studies/from-stock", response={201: StudyOut}, auth=WRITE, summary="Make a study from stock and orders")
def make_study_from_stock(request: HttpRequest, body: FromStockIn) -> Status[queries.StudyCard]:
    """Bins of the house, what lies in them, and the orders of so many days."""
    wish = services.Wish(
        name=body.name,
        below=body.place,
        storage_class=body.storage_class,
        days=body.days,
        walked=body.walked,
        first_m=body.first_m,
        between_m=body.between_m,
    )
    return Status(201, queries.study_card(services.study_from_stock(wish)))


@router.get("/studies/{study_id}", response=StudyOut, auth=READ, summary="One study")
def study(request: HttpRequest, study_id: Key) -> queries.StudyCard:
    """What it is about."""
    return queries.study_card(study_id)


@router.get("/studies/{study_id}/instance", response=dict[str, Any], auth=READ, summary="The instance of a study")
def instance(request: HttpRequest, study_id: Key) -> Any:
    """As it was handed in, or made."""
    return json.loads(queries.instance_text(study_id))


@router.get("/studies/{study_id}/searches", response=list[SearchOut], auth=READ, summary="Searches of a study")
def searches(request: HttpRequest, study_id: Key) -> list[queries.SearchCard]:
    """The newest thirty, newest first."""
    queries.study_card(study_id)
    return queries.searches_of(study_id)


@router.post("/studies/{study_id}/searches", response={202: SearchOut}, auth=WRITE, summary="Search for a plan")
def start(request: HttpRequest, study_id: Key, body: SearchIn) -> Status[queries.SearchCard]:
    """Begin a search in the background; ask for it again to see how far it is."""
    found = services.start_search(study_id, method=body.method, limit_s=body.limit_s, seed=body.seed)
    return Status(202, queries.search_card(found))


@router.get("/searches/{search_id}", response=SearchOut, auth=READ, summary="One search")
def search(request: HttpRequest, search_id: Key) -> queries.SearchCard:
    """How far it is: the best plan's travel, and the bound that none is below."""
    return queries.search_card(search_id)


@router.post("/searches/{search_id}/stop", response=SearchOut, auth=WRITE, summary="Stop a search")
def stop(request: HttpRequest, search_id: Key) -> queries.SearchCard:
    """End it within a second, and keep the best plan."""
    services.stop_search(search_id)
    return queries.search_card(search_id)


@router.get("/searches/{search_id}/plan", response=dict[str, Any], auth=READ, summary="The plan of a search")
def plan(request: HttpRequest, search_id: Key) -> Any:
    """Of the format that the reference page on slotting tells."""
    return json.loads(queries.plan_text(search_id))


@router.post("/searches/{search_id}/accept", response={201: RelocationOut}, auth=WRITE, summary="Accept a plan")
def accept(request: HttpRequest, search_id: Key) -> Status[queries.RelocationCard]:
    """Make its tasks, in a workable order."""
    return Status(201, queries.relocation_card(services.accept_plan(search_id)))


@router.get("/searches/{search_id}/weeks", response=WeeksOut, auth=READ, summary="A plan week by week")
def weeks(request: HttpRequest, search_id: Key, labour: Query[LabourIn]) -> queries.Weeks:
    """The moves that pay, in an order that finds free bins; nothing is kept."""
    return queries.weeks_of(queries.weekly(search_id, _labour(search_id, labour)))


@router.post(
    "/searches/{search_id}/weeks/{week}/accept", response={201: RelocationOut}, auth=WRITE, summary="Accept a week"
)
def accept_week(request: HttpRequest, search_id: Key, week: Key, body: LabourIn) -> Status[queries.RelocationCard]:
    """Make the tasks of one week; the weeks before must be done. Asked again, the relocation is the same."""
    found = services.accept_week(search_id, week, _labour(search_id, body))
    return Status(201, queries.relocation_card(found))


def _labour(search_id: int, told: LabourIn) -> Labour:
    periods = 7 / (queries.days_of(search_id) or told.days)
    return Labour(told.per_move, 0.0, told.moves_a_week, told.weeks, periods)


@router.get("/relocations/{relocation_id}", response=RelocationOut, auth=READ, summary="A plan being carried out")
def relocation(request: HttpRequest, relocation_id: Key) -> queries.RelocationCard:
    """How many of its tasks are done."""
    return queries.relocation_card(relocation_id)


@router.get("/relocations/{relocation_id}/tasks", response=list[TaskOut], auth=READ, summary="Its tasks, in order")
def tasks(request: HttpRequest, relocation_id: Key) -> list[queries.TaskCard]:
    """All of them."""
    queries.relocation_card(relocation_id)
    return queries.tasks_of(relocation_id)


@router.post("/relocations/{relocation_id}/call-off", response=RelocationOut, auth=WRITE, summary="Call it off")
def call_off(request: HttpRequest, relocation_id: Key) -> queries.RelocationCard:
    """Move no more; what was moved stays."""
    services.call_off(relocation_id)
    return queries.relocation_card(relocation_id)


@router.post(
    "/relocations/{relocation_id}/moves/{number}/done", response=RelocationOut, auth=WRITE, summary="A move is done"
)
def move_done(request: HttpRequest, relocation_id: Key, number: Key) -> queries.RelocationCard:
    """All tasks of this number: in the ledger, their goods are carried, all that lie there now."""
    return queries.relocation_card(services.do_move(relocation_id, number))


@router.post("/tasks/{relocation_task_id}/done", response=RelocationOut, auth=WRITE, summary="A task is done")
def done(request: HttpRequest, relocation_task_id: Key) -> queries.RelocationCard:
    """Carry its goods in the ledger: all that lie there now."""
    return queries.relocation_card(services.do_task(relocation_task_id))
