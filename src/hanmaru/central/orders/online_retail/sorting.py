"""A batch of lines sorted into documents: pure, nothing is asked of the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hanmaru.central.orders.online_retail.lines import RawLine, RetailLine, understood
from hanmaru.central.orders.online_retail.rules import Rule, Side, judge


@dataclass(slots=True)
class Document:
    """The goods of one invoice, each with its rule (a return's is found later). The head is that of the first line."""

    invoice: str
    lines: list[tuple[RetailLine, Rule | Side]] = field(default_factory=list)

    @property
    def head(self) -> RetailLine:
        """The line that speaks for the document: date, customer, country."""
        return self.lines[0][0]


@dataclass(slots=True)
class Sorted:
    """What a batch holds. Each line is in exactly one of the three."""

    orders: dict[str, Document] = field(default_factory=dict)
    returns: dict[str, Document] = field(default_factory=dict)
    refused: list[tuple[RawLine, Rule]] = field(default_factory=list)

    def goods(self) -> Iterable[RetailLine]:
        """Every line that stands for goods."""
        for documents in (self.orders, self.returns):
            for document in documents.values():
                for line, _rule in document.lines:
                    yield line


def sort(raws: Iterable[RawLine]) -> Sorted:
    """Judge each line and put it where it belongs, in the order of the file."""
    batch = Sorted()
    for raw in raws:
        line = understood(raw)
        if line is None:
            batch.refused.append((raw, Rule.UNREADABLE))
            continue
        rule = judge(line)
        if isinstance(rule, Side):
            batch.returns.setdefault(line.invoice, Document(line.invoice)).lines.append((line, rule))
        elif rule.startswith("order_line"):
            batch.orders.setdefault(line.invoice, Document(line.invoice)).lines.append((line, rule))
        else:
            batch.refused.append((raw, rule))
    return batch
