"""The retention class of every tag, as the registry of the site says."""

import json
import threading
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from hanmaru.bus.streams import Kept
from hanmaru.floor.shapes import WrongShape, from_json, take
from hanmaru.floor.tag import Retention, Tag

log = structlog.get_logger(__name__)

CLASSES: Final[tuple[Retention, ...]] = ("short", "standard", "long")
STANDARD: Final = CLASSES.index("standard")
PATTERN: Final = "tags.>"


def bucket(site: str) -> str:
    """Answer the name of the bucket of a site's registry."""
    return f"plant-{site}"


class Classes:
    """Tag -> class; a tag that nobody has told of is of class standard. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, int] = {}
        self._tags = np.zeros(0, np.uint32)
        self._classes = np.zeros(0, np.int64)

    def __call__(self, tags: NDArray[np.uint32]) -> NDArray[np.str_]:
        """Answer the class of each tag."""
        with self._lock:
            known, classes = self._tags, self._classes
        if not len(known):
            return np.full(len(tags), CLASSES[STANDARD])
        place = np.minimum(np.searchsorted(known, tags), len(known) - 1)
        found: NDArray[np.str_] = np.asarray(CLASSES)[np.where(known[place] == tags, classes[place], STANDARD)]
        return found

    def hear(self, kept: Kept) -> None:
        """Take what the registry says of one tag; a deleted one keeps its class, for its readings are still there."""
        if kept.value is None:
            return
        try:
            tag = take(Tag, from_json(kept.value))
        except (WrongShape, json.JSONDecodeError) as error:
            log.warning("historian.bad_tag", key=kept.key, why=str(error))
            return
        with self._lock:
            self._known[tag.id] = CLASSES.index(tag.retention)
            order = sorted(self._known)
            self._tags = np.asarray(order, np.uint32)
            self._classes = np.asarray([self._known[one] for one in order])
