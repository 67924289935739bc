"""What one driver instance is to do, as the file that the host writes and the instance reads.

It lies beside the instance's own data, so an instance and a host start without the bus: the floor goes on alone.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hanmaru.floor.shapes import WrongShape, from_json, give, take
from hanmaru.floor.tag import Tag

FILE: Final = "instance.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One driver instance: its place on the floor, its configuration and its tags."""

    site: str
    source: str
    protocol: str
    config: Mapping[str, Any]
    tags: tuple[Tag, ...]

    def same_device(self, other: "Wanted") -> bool:
        """Say whether going from one to the other needs no new connection."""
        return (self.protocol, self.config) == (other.protocol, other.config)

    def write(self, folder: Path) -> Path:
        """Write the file, readable by us alone: a configuration may hold passwords."""
        folder.mkdir(parents=True, exist_ok=True)
        path, fresh = folder / FILE, folder / f"{FILE}.new"
        fresh.unlink(missing_ok=True)
        plain = {
            "site": self.site,
            "source": self.source,
            "protocol": self.protocol,
            "config": dict(self.config),
            "tags": [give(tag) for tag in self.tags],
        }
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(plain, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return path


def read(path: Path) -> Wanted:
    """Read the file. Raise WrongShape, OSError."""
    plain = from_json(path.read_bytes())
    try:
        tags = tuple(take(Tag, one, f"tags[{n}]") for n, one in enumerate(plain["tags"]))
        return Wanted(plain["site"], plain["source"], plain["protocol"], plain["config"], tags)
    except (KeyError, TypeError) as error:
        raise WrongShape(field=str(path), problem=f"it lacks {error}") from error


def stamp(path: Path) -> int:
    """Answer what changes whenever the file does; 0 when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return hash((status.st_ino, status.st_mtime_ns, status.st_size))
