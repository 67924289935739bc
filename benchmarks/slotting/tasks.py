"""What is to be run: every instance with every method, part by part, and what comes of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

OURS: Final = "auto"
PEER: Final = "mt-kahypar"
BULK_OTHERS: Final = ("ga", "ga-timed", "milp-cpsat", "milp-highs")
KITTING_OTHERS: Final = ("ga", "milp-cpsat", "milp-highs")
GENETIC_LIMIT: Final = 120.0  # seconds; its 5,000 generations take less on all shapes but the year of orders
ORDERS: Final = "orders"


@dataclass(frozen=True)
class Task:
    """One instance, by shape and seed, one method and its limit in seconds.

    `tries`: how often Mt-KaHyPar is run. `orders`: the file of which an instance named `orders-...` is made.
    """

    part: str
    kind: Literal["bulk", "kitting"]
    like: str
    seed: int
    method: str
    limit: float
    fill: float | None = None
    tries: int = 0
    orders: str = ""

    @property
    def name(self) -> tuple[Any, ...]:
        """What tells it from others, wherever its file lies."""
        return (self.part, self.like, self.seed, self.fill, self.method, self.limit, self.tries)

    @property
    def instance(self) -> tuple[str, int, float]:
        """Shape, seed, share of the strip or store that is taken (0 if as the shape has it)."""
        return (self.like, self.seed, self.fill or 0.0)


@dataclass(frozen=True)
class Result:
    """What a method reached. Without a plan `objective` is None and `why` tells the reason."""

    task: Task
    materials: int = 0
    bins: int = 0
    objective: float | None = None
    bound: float = 0.0
    optimal: bool = False
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds of the processor, all threads together."""
    memory: float = 0.0
    """GiB, at most, of the process that did nothing else."""
    walked: float | None = None
    """Metres a period, of stores."""
    tries: int = 0
    violations: list[str] = field(default_factory=list)
    """What the checker says against the plan."""
    why: str = ""
    broken: bool = False
    """Whether the process ended without an answer: it is run again when asked for again."""
    jobs: int = 1
    """How many ran side by side."""
    machine: dict[str, Any] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Percent of the objective by which the bound lies below it; 100 without a plan."""
        if self.objective is None:
            return 100.0
        return 100 * (self.objective - self.bound) / self.objective if self.objective else 0.0

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def result_of(document: dict[str, Any]) -> Result:
    """Read what `Result.document` wrote."""
    known = {one.name for one in fields(Result)}
    return Result(
        **{key: value for key, value in document.items() if key in known} | {"task": Task(**document["task"])}
    )


@dataclass(frozen=True)
class Wanted:
    """How much is to be run: `scale` shortens all limits, and below 1 leaves out larger instances."""

    scale: float
    seeds: Sequence[int]
    orders: Path | None = None
    baselines: bool = True

    def sizes(self, shape: str, numbers: Sequence[int]) -> list[str]:
        """Shapes of those sizes that are at most `scale` times the largest, and of the first."""
        return [f"{shape}-{n}" for n in numbers if n <= numbers[-1] * self.scale or n == numbers[0]]

    def tasks(self, part: str, kind: Literal["bulk", "kitting"], like: str, seed: int, **more: Any) -> Iterator[Task]:
        """One instance: ours within `limit` seconds, `others` within `their` seconds; `tries` of Mt-KaHyPar."""
        fill, limit, their, orders = more.get("fill"), more["limit"], more.get("their", 60), more.get("orders", "")
        yield Task(part, kind, like, seed, OURS, limit * self.scale, fill, orders=orders)
        if not self.baselines:
            return
        for method in more.get("others", ()):
            least = (GENETIC_LIMIT if method.startswith("ga") else their) * self.scale
            yield Task(part, kind, like, seed, method, least, fill, orders=orders)
        if more.get("tries"):
            tries = max(2, round(more["tries"] * self.scale))
            yield Task(part, kind, like, seed, PEER, 300 * self.scale, fill, tries, orders)


def _table7(wanted: Wanted) -> Iterator[Task]:
    for like, seed in product(wanted.sizes("table7", (10, 12, 14, 16, 18, 20, 30, 50, 100, 200)), wanted.seeds):
        yield from wanted.tasks("table7", "bulk", like, seed, limit=60, others=BULK_OTHERS)


def _plant(wanted: Wanted) -> Iterator[Task]:
    for like, fill, seed in product(("sparse-59", "case-59"), (None, 0.9), wanted.seeds):
        yield from wanted.tasks("plant", "bulk", like, seed, fill=fill, limit=60, others=BULK_OTHERS)


def _plant100(wanted: Wanted) -> Iterator[Task]:
    for like, fill, seed in product(("sparse-100", "case-100"), (None, 0.9), wanted.seeds):
        yield from wanted.tasks("plant100", "bulk", like, seed, fill=fill, limit=60)


def _strip500(wanted: Wanted) -> Iterator[Task]:
    for fill, seed in product((None, 0.9), wanted.seeds):
        yield from wanted.tasks("strip500", "bulk", "table7-500", seed, fill=fill, limit=60)


def _strip5000(wanted: Wanted) -> Iterator[Task]:
    yield from wanted.tasks("strip5000", "bulk", "table7-5000", wanted.seeds[0], fill=0.9, limit=300)


def _table8(wanted: Wanted) -> Iterator[Task]:
    for like, seed in product(wanted.sizes("table8", (20, 30, 40, 70, 100)), wanted.seeds):
        yield from wanted.tasks("table8", "kitting", like, seed, limit=60, others=KITTING_OTHERS)


def _table8large(wanted: Wanted) -> Iterator[Task]:
    for like, seed in product(wanted.sizes("table8", (200, 300)), wanted.seeds):
        yield from wanted.tasks("table8large", "kitting", like, seed, limit=60, others=KITTING_OTHERS)


def _store(wanted: Wanted) -> Iterator[Task]:
    for seed in wanted.seeds:
        yield from wanted.tasks("store", "kitting", "smd-store", seed, limit=120, others=("ga",), tries=80)


def _store600(wanted: Wanted) -> Iterator[Task]:
    for seed in wanted.seeds:
        yield from wanted.tasks("store600", "kitting", "smd-store", seed, limit=600)


def _store40000(wanted: Wanted) -> Iterator[Task]:
    yield from wanted.tasks("store40000", "kitting", "large-store", wanted.seeds[0], limit=540, others=("ga",), tries=8)


def _orders(wanted: Wanted) -> Iterator[Task]:
    """Of order lines a thousand SKUs and the whole file; of a JSON file the instance that it is."""
    if wanted.orders is None or not wanted.orders.exists():
        print(f"orders: left out, {'no file is named' if wanted.orders is None else f'{wanted.orders} is not there'}")
        return
    names = [f"{ORDERS}-{wanted.orders.stem}"] if wanted.orders.suffix == ".json" else [*FROM_ORDERS]
    for like in names:
        more: dict[str, Any] = {"limit": 120, "others": ("ga",), "tries": 8, "orders": str(wanted.orders)}
        yield from wanted.tasks("orders", "kitting", like, wanted.seeds[0], **more)


FROM_ORDERS: Final = {f"{ORDERS}-1000": (1_000, 5_000), f"{ORDERS}-all": (100_000, 100_000)}
"""At most so many SKUs and kits."""
PARTS: Final[dict[str, Callable[[Wanted], Iterator[Task]]]] = {
    "table7": _table7,
    "plant": _plant,
    "plant100": _plant100,
    "strip500": _strip500,
    "strip5000": _strip5000,
    "table8": _table8,
    "table8large": _table8large,
    "store": _store,
    "store600": _store600,
    "store40000": _store40000,
    "orders": _orders,
}
