"""A company to place orders with, made inside a running system: `python tests/chaos/workshop.py` prints it as JSON."""

import json

import django

VARIANTS = 12
PIECES = 100_000


def make() -> dict[str, object]:
    """Sign a company up and fill a shelf for every variant; what a client needs to know of it."""
    from hanmaru.central.catalog.models import Product, Variant
    from hanmaru.central.companies.services import sign_up
    from hanmaru.central.companies.services.tokens import issue_token
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, beyond, create_place, post

    owner = sign_up(
        company_name="Chaos", person_name="Owner", email="chaos@example.com", password="a-long-enough-password-1"
    )
    with acting(company_id=owner.company_id, user_id=owner.user_id, source="chaos"):
        bins = [create_place(f"BIN{number}", PlaceKind.BIN, walk_order=number) for number in range(4)]
        variants = []
        for number in range(1, VARIANTS + 1):
            product = Product.objects.create(name=f"Ring {number}", code=f"R{number}", base_price=1000)
            variants.append(Variant.objects.create(product=product, number=number, sku=f"R{number}", price=1000).pk)
        source = beyond(PlaceKind.SUPPLIER)
        post(
            [
                Move(variant=v, from_place=source, to_place=bins[0], quantity=PIECES, reason=MoveReason.RECEIVE)
                for v in variants
            ]
        )
        token = issue_token("chaos", ["orders:write", "stock:write"])
    return {"company": owner.company_id, "token": token, "variants": variants, "bins": bins}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make()))  # noqa: T201 - read by the test
