"""Options typed as chips: a name, and values parted by commas."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hanmaru.central.catalog.forms.entries import MoneyField
from hanmaru.central.catalog.queries import OptionCard
from hanmaru.central.catalog.services import MOST_OPTIONS, OptionSpec, ValueSpec
from hanmaru.kernel.errors import HanmaruError

_PARTED = re.compile(r"[,;\n、，]+")


@dataclass
class ValueRow:
    """One value on the page. ``key`` names its inputs."""

    key: str
    value: str
    difference: str = ""
    code: str = ""
    id: int | None = None
    gone: bool = False


@dataclass
class OptionRow:
    """One option on the page. ``fresh`` are the new values as typed."""

    key: str
    name: str = ""
    id: int | None = None
    values: list[ValueRow] = field(default_factory=list)
    fresh: str = ""

    @property
    def living(self) -> list[ValueRow]:
        """The values that are to stay."""
        return [value for value in self.values if not value.gone]


class OptionsForm:
    """The options of a product as they stand on the page, and what was typed into them."""

    def __init__(self, options: list[OptionCard], data: QueryDict | None = None, *, currency: str = "KRW") -> None:
        self.money = MoneyField(currency=currency, required=False)
        self.error = ""
        self.rows = [self._known(option, data) for option in options]
        for place in range(len(options), MOST_OPTIONS):
            self.rows.append(self._new(f"n{place}", data))

    def shown(self) -> list[OptionRow]:
        """Options in use and an empty one to write the next one in; three to begin with."""
        used = [row for row in self.rows if row.id or row.name or row.fresh]
        empty = [row for row in self.rows if row not in used]
        return used + empty[: max(1, 3 - len(used))]

    def specs(self) -> list[OptionSpec]:
        """What the service is told; raises ValidationError for an amount that cannot be read."""
        return [
            OptionSpec(row.name or _("Option"), [self._spec(value) for value in row.living], row.id)
            for row in self.rows
            if row.living
        ]

    def count(self) -> int:
        """How many variants these options make."""
        count = 1
        for row in self.rows:
            count *= max(len(row.living), 1)
        return count

    def _spec(self, value: ValueRow) -> ValueSpec:
        return ValueSpec(value.value, value.code, self.money.clean(value.difference) or 0, value.id)

    def _known(self, option: OptionCard, data: QueryDict | None) -> OptionRow:
        key = f"o{option.id}"
        row = OptionRow(key, option.name, option.id)
        if data is not None:
            row.name = data.get(f"{key}-name", option.name).strip()
            row.fresh = data.get(f"{key}-fresh", "")
        for card in option.values:
            value = ValueRow(f"{key}-v{card.id}", card.value, self._shown(card.price_difference), card.code, card.id)
            if data is not None:
                value.value = data.get(f"{value.key}-value", card.value).strip()
                value.difference = data.get(f"{value.key}-difference", value.difference)
                value.gone = f"{value.key}-gone" in data
            row.values.append(value)
        row.values += self._fresh(row, data)
        return row

    def _new(self, key: str, data: QueryDict | None) -> OptionRow:
        row = OptionRow(key)
        if data is not None:
            row.name, row.fresh = data.get(f"{key}-name", "").strip(), data.get(f"{key}-fresh", "")
        row.values = self._fresh(row, data)
        return row

    def _fresh(self, row: OptionRow, data: QueryDict | None) -> list[ValueRow]:
        words = list(dict.fromkeys(" ".join(word.split()) for word in _PARTED.split(row.fresh) if word.strip()))
        there = {value.value for value in row.values}
        rows = [ValueRow(f"{row.key}-f-{word}", word) for word in words if word not in there]
        for value in rows:
            value.difference = data.get(f"{value.key}-difference", "") if data is not None else ""
        return rows

    def _shown(self, minor: int) -> str:
        return str(self.money.prepare_value(minor)) if minor else ""


def sentence(error: Any) -> str:
    """What an error says, whether it is one of ours or of a form's field."""
    return str(error) if isinstance(error, HanmaruError) else " ".join(getattr(error, "messages", [str(error)]))
