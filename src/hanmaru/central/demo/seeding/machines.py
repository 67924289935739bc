"""The workshop's plant. What stands in it is told by the virtual plant's own configuration, through the gateway."""

from typing import Final

from hanmaru.central.plant import queries, services

SITE: Final = "seongsu"


def make() -> None:
    """Name the plant, unless the company has one."""
    if not queries.own_sites():
        services.add_site(SITE, "성수 공장", "Seongsu plant", by_the_house=True)
