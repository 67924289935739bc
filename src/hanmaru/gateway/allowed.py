"""Which files and serial ports of this machine a configuration may name: whoever fills in a page must not read others.

The folders stand in the variable HANMARU_GATEWAY_ALLOWED, which the host sets for itself and all its processes. Where
nobody set it, as for a person at the command line, the account's own rights are the limit.
"""

import os
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from hanmaru.kernel.errors import Forbidden

VARIABLE: Final = "HANMARU_GATEWAY_ALLOWED"
DEVICES: Final = Path("/dev")  # where serial ports are


class PlaceNotAllowed(Forbidden):
    """A file or port outside what the gateway may open."""

    code = "gateway.place_not_allowed"
    message = (
        "%(field)s: the gateway may not open %(path)s. Put it into %(folders)s, or name its folder in gateway.folders "
        "of hanmaru.toml (HANMARU_GATEWAY_FOLDERS) and start the gateway anew"
    )


def variable(folders: Sequence[Path]) -> dict[str, str]:
    """Answer the variable that allows these folders."""
    return {VARIABLE: os.pathsep.join(str(folder.resolve()) for folder in folders)}


def check(config: Any) -> None:
    """Look at every field that is declared with `opens`, links followed. Raise PlaceNotAllowed."""
    written = os.environ.get(VARIABLE)
    if written is None or not is_dataclass(config):
        return
    folders = [Path(one) for one in written.split(os.pathsep) if one]
    for field in fields(config):
        opens, value = field.metadata.get("opens"), getattr(config, field.name)
        if not opens or not value or (opens == "port" and "://" in value):
            continue
        path = Path(value).resolve()
        if not any(path.is_relative_to(one) for one in ([*folders, DEVICES] if opens == "port" else folders)):
            shown = ", ".join(map(str, folders)) or "no folder"
            raise PlaceNotAllowed(field=f"config.{field.name}", path=value[:300], folders=shown)
