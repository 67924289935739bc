"""Commands survive their way as JSON, with arguments and permit."""

from datetime import UTC, datetime, timedelta

import pytest

from hanmaru.floor.command import Command, Permit
from hanmaru.floor.shapes import WrongShape, give, take

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def command(*arguments: str) -> Command:
    return Command(
        id="1", source="gantry", target="seongsu/warehouse/picking/gantry-1", issued_at=NOW,
        expires_at=NOW + timedelta(minutes=1), program="fetch", arguments=arguments, permit=Permit("owner", 0, 5),
    )  # fmt: skip


def test_a_program_with_arguments_comes_back_as_it_was() -> None:
    assert take(Command, give(command("A1", "빠르게"))) == command("A1", "빠르게")


def test_an_argument_has_a_greatest_length() -> None:
    with pytest.raises(WrongShape, match="at most 200"):
        give(command("A" * 201))
