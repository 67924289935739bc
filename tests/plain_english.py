"""For the tests of rooms below central: errors say what the code says, whatever language Django is set to."""

from collections.abc import Iterator

import pytest
from django.utils.translation import gettext

from hanmaru.kernel.errors import speak


@pytest.fixture(autouse=True)
def plain_english() -> Iterator[None]:
    speak(str)
    yield
    speak(gettext)
