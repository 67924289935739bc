"""Rules: figures never change, so a study with other rules is another study beside the first."""

import json
from collections.abc import Mapping
from typing import Any, Final

from hanmaru.central.slotting.errors import UnknownStudy
from hanmaru.central.slotting.models import Study
from hanmaru.central.slotting.services.studies import create_study

KEPT: Final = ("strips",)
"""Rules that come with the figures of a file and stay: no form asks for them."""


def study_with_rules(study_id: int, name: str, rules: Mapping[str, Any]) -> int:
    """Keep a study of the same figures with these rules in place of those it has; its id.

    Raises:
        UnknownStudy, and what hanmaru.decide.slotting says of the rules.
    """
    study = Study.objects.filter(pk=study_id).first()
    if study is None:
        raise UnknownStudy
    document = json.loads(study.instance)
    kept = {key: value for key, value in document.pop("rules", {}).items() if key in KEPT}
    if kept or rules:
        document["rules"] = kept | dict(rules)
    first = study.without_rules_id or study.pk
    return create_study(
        name, document, source=study.source, unit=study.unit, house=study.house, without_rules=first if rules else None
    )
