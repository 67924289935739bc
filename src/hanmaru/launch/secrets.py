"""Secrets that we make ourselves, once, and keep beside the data: database and bus passwords, the signing key."""

import json
import os
import secrets
from pathlib import Path


class Secrets:
    """A file of named secrets, readable by its owner alone. A name asked for the first time gets a new secret."""

    def __init__(self, path: Path) -> None:
        """Keep the secrets in the file at `path`, made when first needed."""
        self.path = path

    def of(self, name: str) -> str:
        """Answer the secret called `name`: 43 characters that need no quoting in a URL."""
        known: dict[str, str] = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            self._write(known)
        return known[name]

    def forget(self, name: str) -> None:
        """Drop a secret: asked for again it is another one."""
        if self.path.exists():
            known: dict[str, str] = json.loads(self.path.read_text(encoding="utf-8"))
            if known.pop(name, None) is not None:
                self._write(known)

    def _write(self, known: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
        draft.replace(self.path)
