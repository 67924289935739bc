"""What others may read of slotting."""

from hanmaru.central.slotting.models import Kind, RelocationState, SearchState, Source
from hanmaru.central.slotting.queries.compared import Compared, Today, compared, compared_plan, today_of
from hanmaru.central.slotting.queries.explained import Lying, lying_of, why
from hanmaru.central.slotting.queries.measured import Measured, measured
from hanmaru.central.slotting.queries.relocations import (
    RelocationCard,
    TaskCard,
    relocation_card,
    relocations,
    relocations_of,
    tasks_of,
)
from hanmaru.central.slotting.queries.searches import SearchCard, plan_text, search_card, searches_of
from hanmaru.central.slotting.queries.studies import StudyCard, instance_text, problem_of_study, studies, study_card

__all__ = [
    "Compared",
    "Kind",
    "Lying",
    "Measured",
    "RelocationCard",
    "RelocationState",
    "SearchCard",
    "SearchState",
    "Source",
    "StudyCard",
    "TaskCard",
    "Today",
    "compared",
    "compared_plan",
    "instance_text",
    "lying_of",
    "measured",
    "plan_text",
    "problem_of_study",
    "relocation_card",
    "relocations",
    "relocations_of",
    "search_card",
    "searches_of",
    "studies",
    "study_card",
    "tasks_of",
    "today_of",
    "why",
]
