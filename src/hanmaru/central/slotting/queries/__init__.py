"""What others may read of slotting."""

from hanmaru.central.slotting.models import Kind, RelocationState, SearchState, Source
from hanmaru.central.slotting.queries.compared import Compared, Today, compared, compared_plan, today_of
from hanmaru.central.slotting.queries.explained import Lying, lying_of, why
from hanmaru.central.slotting.queries.hindrances import Heap, docks_among, heap_of, hindrances
from hanmaru.central.slotting.queries.measured import Measured, measured
from hanmaru.central.slotting.queries.moving import (
    MoveCard,
    MovesToDo,
    TaskCard,
    last_moves,
    moves_of,
    moves_to_do,
    tasks_of,
)
from hanmaru.central.slotting.queries.relocations import (
    OpenMoves,
    RelocationCard,
    open_moves,
    relocation_card,
    relocations,
    relocations_of,
)
from hanmaru.central.slotting.queries.rules import rules_told
from hanmaru.central.slotting.queries.searches import (
    CurvePoint,
    SearchCard,
    best_of,
    plan_text,
    search_card,
    searches_of,
)
from hanmaru.central.slotting.queries.studies import (
    StudyCard,
    instance_text,
    places_words,
    problem_of_study,
    studies,
    study_card,
)
from hanmaru.central.slotting.queries.weeks import Week, Weekly, Weeks, days_of, moves_done, promised, weekly, weeks_of

__all__ = [
    "Compared",
    "CurvePoint",
    "Heap",
    "Kind",
    "Lying",
    "Measured",
    "MoveCard",
    "MovesToDo",
    "OpenMoves",
    "RelocationCard",
    "RelocationState",
    "SearchCard",
    "SearchState",
    "Source",
    "StudyCard",
    "TaskCard",
    "Today",
    "Week",
    "Weekly",
    "Weeks",
    "best_of",
    "compared",
    "compared_plan",
    "days_of",
    "docks_among",
    "heap_of",
    "hindrances",
    "instance_text",
    "last_moves",
    "lying_of",
    "measured",
    "moves_done",
    "moves_of",
    "moves_to_do",
    "open_moves",
    "places_words",
    "plan_text",
    "problem_of_study",
    "promised",
    "relocation_card",
    "relocations",
    "relocations_of",
    "rules_told",
    "search_card",
    "searches_of",
    "studies",
    "study_card",
    "tasks_of",
    "today_of",
    "weekly",
    "weeks_of",
    "why",
]
