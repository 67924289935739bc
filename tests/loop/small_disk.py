"""A small disk of a process's own, to be filled and emptied from outside: a tmpfs in a mount namespace. Linux only.

Source: tmpfs(5), mount_namespaces(7), user_namespaces(7), proc(5) on /proc/PID/root.
"""

import errno
import shutil
import subprocess
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1024 * 1024
PIECE: Final = 65_536
NEW_SPACE: Final = ("unshare", "--user", "--map-root-user", "--mount")


def possible() -> bool:
    """Say whether this system lets us make one: some forbid namespaces to users."""
    if shutil.which("unshare") is None:
        return False
    trial = [*NEW_SPACE, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/tmp"]  # noqa: S108 - only hidden from the trial
    return subprocess.run(trial, check=False, capture_output=True).returncode == 0


class SmallDisk:
    """Lies over a folder, for one process and its children."""

    def __init__(self, folder: Path, megabytes: int = 16) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._megabytes = folder, megabytes

    def under(self, command: list[str]) -> list[str]:
        """Answer the command that runs a command on this disk, under the same process id."""
        script = f'mount -t tmpfs -o size={self._megabytes}m none "$0" && exec "$@"'
        return [*NEW_SPACE, "sh", "-c", script, str(self._folder), *command]

    def fill(self, process: int) -> None:
        """Leave no byte free."""
        ballast = self._ballast(process)
        written = 0
        with ballast.open("wb", buffering=0) as file:
            try:
                while written <= self._megabytes * MEGABYTE:
                    written += file.write(bytes(PIECE))
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 - the disk may end at any piece
                return
        raise AssertionError("the disk has no end")

    def empty(self, process: int) -> None:
        """Make room again."""
        self._ballast(process).unlink()

    def _ballast(self, process: int) -> Path:
        seen = Path(f"/proc/{process}/root", *self._folder.resolve().parts[1:])
        assert seen.stat().st_dev != self._folder.stat().st_dev, "the disk is not there"
        return seen / "ballast"
