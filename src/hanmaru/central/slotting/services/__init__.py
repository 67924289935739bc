"""Every write of slotting."""

from hanmaru.central.slotting.services.from_bill import study_from_bill, study_from_bill_text
from hanmaru.central.slotting.services.from_stock import Wish, study_from_stock
from hanmaru.central.slotting.services.from_table import study_from_table, study_from_text
from hanmaru.central.slotting.services.relocations import accept_plan, call_off, do_move, do_task
from hanmaru.central.slotting.services.rules import study_with_rules
from hanmaru.central.slotting.services.searches import carry_out, has_curve, search_again, start_search, stop_search
from hanmaru.central.slotting.services.studies import archive_study, create_study, study_from_file
from hanmaru.central.slotting.services.weeks import accept_week

__all__ = [
    "Wish",
    "accept_plan",
    "accept_week",
    "archive_study",
    "call_off",
    "carry_out",
    "create_study",
    "do_move",
    "do_task",
    "has_curve",
    "search_again",
    "start_search",
    "stop_search",
    "study_from_bill",
    "study_from_bill_text",
    "study_from_file",
    "study_from_stock",
    "study_from_table",
    "study_from_text",
    "study_with_rules",
]
