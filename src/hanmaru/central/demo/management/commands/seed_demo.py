"""``hanmaru demo``: the made-up workshop and its neighbour, made once."""

from typing import Any

from django.core.management.base import BaseCommand

from hanmaru.central.demo.seeding import seed


class Command(BaseCommand):
    """Makes what is missing of the demo's data and says who may log in; a second run changes nothing."""

    help = "Fill the system with a made-up workshop and its neighbour"

    def handle(self, *_: Any, **__: Any) -> None:
        """Make the data, telling each step, then print the people and the reader's token."""
        told = seed(self._tell)
        self.stdout.write("\n".join(told))

    def _tell(self, step: str) -> None:
        self.stdout.write(step)
        self.stdout.flush()
