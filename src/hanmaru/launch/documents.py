"""JSON files that people hand in and get: read strictly, written whole or not at all."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from hanmaru.kernel.errors import Invalid, Refused

MOST_DIGITS: Final = 400


class UnreadableDocument(Invalid):
    """A file that is not there, or no JSON object."""

    code = "launch.unreadable_document"
    message = "%(file)s cannot be read: %(why)s"


class UnwritableFile(Refused):
    """A file that cannot be written."""

    code = "launch.unwritable_file"
    message = "%(file)s cannot be written: %(why)s. Name another file"


def read_document(path: Path) -> dict[str, Any]:
    """Read a JSON object; a key that stands twice in one object is refused. Raise UnreadableDocument."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = json.loads(text, object_pairs_hook=_once, parse_int=_whole)
        if "\\ud" in text.lower():  # half a pair of surrogates can be read and never be written
            json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        why = f"it is no JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise UnreadableDocument(file=path, why=why) from error
    except RecursionError as error:
        raise UnreadableDocument(file=path, why="lists and objects lie in each other too deeply") from error
    except OSError as error:
        raise UnreadableDocument(file=path, why=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise UnreadableDocument(file=path, why=f"it is no UTF-8 at byte {error.start}. Save it as UTF-8") from error
    except ValueError as error:
        raise UnreadableDocument(file=path, why=error) from error
    if not isinstance(document, dict):
        raise UnreadableDocument(file=path, why="it holds no JSON object, which begins with {")
    return document


def _whole(digits: str) -> float:
    """A whole number; of hundreds of digits infinity, which is refused by the key where it stands."""
    return int(digits) if len(digits) < MOST_DIGITS else float(digits)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object; name each once")
        found[key] = value
    return found


def write_document(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON object. Raise UnwritableFile."""
    write_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file beside its place and move it there when it is whole. Raise UnwritableFile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UnwritableFile(file=path, why=error.strerror or error) from error
