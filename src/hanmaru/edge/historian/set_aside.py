"""What could not be taken: kept as it came, with the reason, until a person has looked at it."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hanmaru.edge.historian.disk import written
from hanmaru.kernel.errors import NotFound

MOST: Final = 10_000  # of more, the oldest go


class NotSetAside(NotFound):
    """Nothing of this id is set aside."""

    code = "historian.not_set_aside"
    message = "Nothing with the id %(id)s is set aside; ask for the list again"


class SetAside:
    """A folder of batches, each under the hash of its bytes: what comes again is there once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.count = sum(1 for _ in folder.glob("*.json"))

    def keep(self, data: bytes, why: str, **facts: object) -> None:
        """Keep bytes; they are on the disk when this returns."""
        name = hashlib.sha256(data).hexdigest()[:24]
        known = self._about(name).exists()
        with written(self._folder / f"{name}.bin") as file:
            file.write(data)
        told = {"id": name, "at": datetime.now(UTC).isoformat(), "why": why, "bytes": len(data), **facts}
        with written(self._about(name)) as file:
            file.write(json.dumps(told, ensure_ascii=False).encode())
        self.count += not known
        if self.count > MOST:
            self.drop(str(self.list(MOST + 1)[-1]["id"]))

    def list(self, most: int) -> list[dict[str, Any]]:
        """Answer what there is, newest first: id, at, why, bytes and where it came from."""
        found = [json.loads(path.read_bytes()) for path in self._folder.glob("*.json")]
        return sorted(found, key=lambda one: str(one["at"]), reverse=True)[:most]

    def data(self, name: str) -> bytes:
        """Answer the bytes of one. Raise NotSetAside."""
        path = self._folder / f"{name}.bin"
        if not name.isalnum() or not path.exists():
            raise NotSetAside(id=name[:80])
        return path.read_bytes()

    def drop(self, name: str) -> None:
        """Forget one."""
        self.count -= self._about(name).exists()
        self._about(name).unlink(missing_ok=True)
        (self._folder / f"{name}.bin").unlink(missing_ok=True)

    def _about(self, name: str) -> Path:
        return self._folder / f"{name}.json"
