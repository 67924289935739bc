"""Studies: made from a document that has been checked whole, then never changed."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone

from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.slotting.errors import NameUnprintable, StudyTooLarge, UnknownStudy
from hanmaru.central.slotting.models import Source, Study
from hanmaru.central.slotting.problems import Document, Problem, document_of, kind_of, problem_of
from hanmaru.decide.slotting.bulk.problem import BulkProblem

MOST_MATERIALS: Final = 20_000
MOST_BINS: Final = 200_000
MOST_BYTES: Final = 20 * 1024 * 1024
LONGEST_NAME: Final = 120
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def create_study(
    name: str,
    document: Document,
    *,
    source: str = Source.FILE,
    unit: str = "",
    house: Mapping[str, Any] | None = None,
    without_rules: int | None = None,
) -> int:
    """Keep what is to be laid out; the id of the study. ``without_rules``: the study of the same figures without rules.

    Raises:
        NeitherKind, NameUnprintable, StudyTooLarge, and what hanmaru.decide.slotting says of the document.
    """
    try:
        text = json.dumps(document)
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a letter: no message could be written that names it
        raise NameUnprintable(name="?") from None
    kind = kind_of(document)
    problem = problem_of(kind, document)
    _check_names([name, *names_of(problem)])
    _check_size(problem)
    study = Study.objects.create(
        name=name.strip()[:LONGEST_NAME] or "–",
        kind=kind,
        source=source,
        unit=unit,
        instance=text,
        house=dict(house or {}),
        without_rules_id=without_rules,
        materials=len(problem.materials),
        created_by=acting_now().user_id,
    )
    changed("slotting")
    return int(study.pk)


def study_from_file(name: str, content: bytes) -> int:
    """Keep an uploaded instance; the id of the study. Raise NotJson and as create_study."""
    return create_study(name, document_of(content))


def archive_study(study_id: int) -> None:
    """Take a study off the list; its searches and relocations stay as they are. Raise UnknownStudy."""
    found = Study.objects.filter(pk=study_id, archived_at=None).update(archived_at=timezone.now())
    if not found and not Study.objects.filter(pk=study_id).exists():
        raise UnknownStudy
    changed("slotting")


def names_of(problem: Problem) -> Iterable[str]:
    """Every name that the pages show of a problem."""
    yield from (material.key for material in problem.materials)
    if not isinstance(problem, BulkProblem):
        yield from (aisle.key for aisle in problem.aisles)
        yield from (model.key for model in problem.models)


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if _UNSEEN.search(name):
            raise NameUnprintable(name=_UNSEEN.sub("?", name)[:60])


def _check_size(problem: Problem) -> None:
    count = len(problem.materials)
    bins = 0 if isinstance(problem, BulkProblem) else sum(sum(aisle.racks) for aisle in problem.aisles)
    if count > MOST_MATERIALS or bins > MOST_BINS:
        raise StudyTooLarge(count=count, bins=bins, most=MOST_MATERIALS, most_bins=MOST_BINS)
