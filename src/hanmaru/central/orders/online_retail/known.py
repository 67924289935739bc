"""Products and customers of the file, made on the way; what is known is asked for once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hanmaru.central.catalog.services import PlainProduct, plain_products
from hanmaru.central.orders.models import Customer
from hanmaru.central.orders.online_retail.lines import RetailLine

PREFIX = "online-retail/"  # of external ids: the same file makes the same ids


def customer_name(number: str) -> str:
    """The data set names nobody: a customer is known by number."""
    return f"Customer {number}"


@dataclass(slots=True)
class Known:
    """Code -> variant id, customer number -> customer id; and the currency of what is made.

    The file names none: its amounts, two digits after the point, are taken as they are, in the minor unit of the
    company's own currency, so that its orders and its products can be added up.
    """

    currency: str
    variants: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)

    def learn(self, lines: Iterable[RetailLine]) -> None:
        """Make what these lines are the first to mention. Inside the batch's transaction."""
        products: dict[str, PlainProduct] = {}
        people: dict[str, str] = {}
        for line in lines:
            if line.code not in self.variants:
                first = products.get(line.code)
                if first is None or (first.name == first.code and line.description):
                    name = line.description or line.code
                    products[line.code] = PlainProduct(line.code, name, first.price if first else line.pence)
            if line.customer and line.customer not in self.customers:
                people.setdefault(line.customer, line.country)
        self.variants |= plain_products(list(products.values())) if products else {}
        self.customers |= _customers(people) if people else {}


def _customers(people: dict[str, str]) -> dict[str, int]:
    """Number -> id, new ones with their country."""
    known = Customer.objects.filter(external_id__in=[PREFIX + number for number in people])
    found = {external.removeprefix(PREFIX): pk for external, pk in known.values_list("external_id", "pk")}
    made = Customer.objects.bulk_create(
        Customer(name=customer_name(number), country=country[:60], external_id=PREFIX + number)
        for number, country in people.items()
        if number not in found
    )
    return found | {row.external_id.removeprefix(PREFIX): row.pk for row in made}
