"""A kitting study made from a bill of material: a row for each material of a kit, and the racks in a few lines."""

import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO, Final, TypeVar

from django.utils.translation import gettext as _

from hanmaru.central.sheets.columns import Column, decimal, integer, text
from hanmaru.central.sheets.kinds import Limits
from hanmaru.central.sheets.problems import RowError
from hanmaru.central.sheets.reader import Row, open_sheet
from hanmaru.central.slotting.errors import BillContradicts, KitWithoutFigure, PlaceHalf, SheetRowsWrong
from hanmaru.central.slotting.models import Source
from hanmaru.central.slotting.services.studies import MOST_BINS, create_study

MOST_OFTEN: Final = 1_000_000_000
LIMITS: Final = Limits(size=20 * 1024 * 1024, rows=200_000)
T = TypeVar("T")
Aisles = list[dict[str, Any]]
"""Aisles as an instance has them: id, weight, racks."""


def columns() -> list[Column]:
    """What a bill of material tells: places are counted from 1, as they are on the shop floor."""
    return [
        Column(
            "kit",
            "키트",
            "Kit",
            text(120),
            required=True,
            aliases=("모델", "제품", "완제품", "model", "product", "assembly"),
        ),
        Column(
            "often",
            "횟수",
            "How often",
            decimal(0, MOST_OFTEN),
            aliases=("얼마나 자주", "생산량", "만드는 횟수", "frequency"),
        ),
        Column(
            "material",
            "자재",
            "Material",
            text(120),
            required=True,
            aliases=("부품", "자재명", "품번", "component", "part"),
        ),
        Column("bins", "칸 수", "Bins", integer(1, MOST_BINS), aliases=("필요한 칸", "칸")),
        Column("aisle", "지금 통로", "Aisle now", text(120), aliases=("통로",)),
        Column("rack", "지금 랙", "Rack now", integer(1, MOST_BINS), aliases=("랙",)),
        Column("bin", "지금 첫 칸", "First bin now", integer(1, MOST_BINS), aliases=("첫 칸", "지금 칸")),
    ]


@dataclass(slots=True)
class _Bill:
    """What the rows have told so far: kit -> materials and how often; material -> bins and today's place."""

    kits: dict[str, dict[str, None]] = field(default_factory=dict)
    often: dict[str, Decimal] = field(default_factory=dict)
    bins: dict[str, int] = field(default_factory=dict)
    today: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take one row in. Raise BillContradicts, PlaceHalf."""
        values: Any = row.values
        kit, material = values["kit"], values["material"]
        self.kits.setdefault(kit, {})[material] = None
        place = (values["aisle"], values["rack"], values["bin"])
        if any(one is not None for one in place):
            if None in place:
                raise PlaceHalf(row=row.number, material=material)
            _told(self.today, material, place, row, _("Aisle now"))
        if values["often"] is not None:
            _told(self.often, kit, values["often"], row, _("How often"))
        if values["bins"] is not None:
            _told(self.bins, material, values["bins"], row, _("Bins"))

    def document(self, aisles: Aisles) -> dict[str, Any]:
        """The instance; a material of which no row tells its bins needs one. Raise KitWithoutFigure."""
        if (silent := next((kit for kit in self.kits if kit not in self.often), None)) is not None:
            raise KitWithoutFigure(kit=silent)
        materials = list(dict.fromkeys(material for bill in self.kits.values() for material in bill))
        found: dict[str, Any] = {
            "aisles": aisles,
            "materials": [{"id": one, "bins": self.bins.get(one, 1)} for one in materials],
            "models": [
                {"id": kit, "frequency": float(self.often[kit]), "materials": list(bill)}
                for kit, bill in self.kits.items()
            ],
        }
        if self.today:
            found["today"] = {
                one: {"aisle": aisle, "rack": rack - 1, "first_bin": first - 1}
                for one, (aisle, rack, first) in self.today.items()
            }
        return found


def _told(known: dict[str, T], name: str, value: T, row: Row, column: str) -> None:
    """Keep what a cell tells of a name, which no earlier one may have told otherwise. Raise BillContradicts."""
    before = known.setdefault(name, value)
    if before != value:
        raise BillContradicts(row=row.number, column=column, name=name, value=_shown(value), other=_shown(before))


def _shown(value: object) -> str:
    return " / ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)


def study_from_bill(name: str, aisles: Aisles, file: BinaryIO) -> int:
    """Keep what a sheet says, in racks like these; the id of the study.

    Raises:
        SheetRefused, SheetRowsWrong, BillContradicts, PlaceHalf, KitWithoutFigure, and as create_study.
    """
    bill = _Bill()
    for row in open_sheet(file, columns(), limits=LIMITS):
        if isinstance(row, RowError):
            raise SheetRowsWrong(row=row.row, column=row.column, sentence=row.sentence, remedy=row.remedy)
        bill.add(row)
    return create_study(name, bill.document(aisles), source=Source.TABLE, unit="m")


def study_from_bill_text(name: str, aisles: Aisles, table: str) -> int:
    """The same of a table that was typed, or pasted from a spreadsheet."""
    return study_from_bill(name, aisles, io.BytesIO(table.encode("utf-8", "replace")))
