"""Where the front-end packages lie. Pure Python: the settings read this before Django is up."""

import os
from pathlib import Path
from typing import Final

_REPOSITORY: Final = Path(__file__).resolve().parents[4]

NODE_MODULES: Final = Path(os.environ.get("HANMARU_NODE_MODULES", _REPOSITORY / "node_modules"))
"""Folder that `npm ci` fills; HANMARU_NODE_MODULES names another one."""

ICONS: Final = NODE_MODULES / "lucide-static" / "icons"
"""One SVG an icon. Read by the `icon` tag and written into the page, so it is not served."""


def static_folders() -> list[tuple[str, str]]:
    """Return pairs (prefix, folder) for STATICFILES_DIRS: what a browser fetches from the packages."""
    return [
        ("pretendard", str(NODE_MODULES / "pretendard" / "dist" / "web" / "variable")),
        ("uplot", str(NODE_MODULES / "uplot" / "dist")),
    ]
