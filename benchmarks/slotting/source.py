"""What the source measured on its own instances, which are not public: CPLEX 20.1 for 3,600 s, and its algorithm."""

from typing import Final, NamedTuple


class Measured(NamedTuple):
    """The best of CPLEX, the gap it left in %, its seconds; the best of the genetic algorithm, its seconds."""

    solver: float
    gap: float
    seconds: float
    genetic: float
    genetic_seconds: float

    def __str__(self) -> str:
        """Both in a few words."""
        above = 100 * (self.genetic / self.solver - 1)
        return f"CPLEX gap {self.gap:g} %, {self.seconds:g} s; GA {above:+.2f} %, {self.genetic_seconds:g} s"


BULK: Final = {
    10: Measured(1_183_450, 0.0, 0.06, 1_183_450, 302),
    12: Measured(2_152_750, 0.0, 13, 2_152_750, 340),
    14: Measured(2_808_400, 0.0, 900, 2_810_700, 374),
    16: Measured(3_687_250, 4.94, 3600, 3_687_250, 416),
    18: Measured(4_441_150, 6.13, 3600, 4_441_150, 449),
    20: Measured(5_673_350, 7.00, 3600, 5_653_150, 500),
    30: Measured(13_668_800, 7.66, 3600, 13_575_150, 721),
    50: Measured(32_419_700, 7.84, 3600, 32_176_250, 1141),
    100: Measured(137_025_000, 7.29, 3600, 134_512_000, 2127),
}
"""Its Table 7, by number of materials."""
KITTING: Final = {
    20: Measured(2_400, 0.0, 0.19, 2_400, 132),
    30: Measured(2_700, 0.0, 20, 2_700, 158),
    40: Measured(3_000, 0.0, 662, 3_000, 188),
    70: Measured(32_100, 72.4, 3600, 17_900, 247),
    100: Measured(115_300, 85.7, 3600, 96_800, 386),
    200: Measured(1_236_000, 95.0, 3600, 724_200, 868),
    300: Measured(5_195_300, 97.2, 3600, 4_033_200, 1233),
}
"""Its Table 8, likewise."""


def measured(like: str) -> str:
    """What the source measured on instances of this shape and size, "" if nothing."""
    shape, _, number = like.rpartition("-")
    found = {"table7": BULK, "table8": KITTING}.get(shape, {}).get(int(number)) if number.isdigit() else None
    return str(found or "")
