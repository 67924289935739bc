"""Who reads now: a file that was replaced stays until everybody who began before that has ended.

Source: epoch-based reclamation, Fraser, "Practical lock-freedom" (University of Cambridge, 2004), section 5.2.3.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from hanmaru.edge.historian.manifest import DataFile


class Readers:
    """Counts readers by the epoch in which they began; a replacement ends an epoch. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epoch = 0
        self._began: Counter[int] = Counter()
        self._replaced: list[tuple[int, Sequence[DataFile]]] = []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep what is there from now on."""
        with self._lock:
            epoch = self._epoch
            self._began[epoch] += 1
        try:
            yield
        finally:
            with self._lock:
                self._began[epoch] -= 1
                if not self._began[epoch]:
                    del self._began[epoch]

    def replaced(self, files: Sequence[DataFile]) -> None:
        """Take files that count no more: who begins now does not know them."""
        with self._lock:
            self._replaced.append((self._epoch, files))
            self._epoch += 1

    def unread(self) -> list[DataFile]:
        """Hand out, once, the replaced files that nobody can be reading any more."""
        with self._lock:
            oldest = min(self._began, default=self._epoch)
            free = [file for epoch, files in self._replaced if epoch < oldest for file in files]
            self._replaced = [(epoch, files) for epoch, files in self._replaced if epoch >= oldest]
        return free
