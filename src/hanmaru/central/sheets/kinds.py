"""Tell from its first bytes what a file is, whatever its name says."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from hanmaru.central.sheets.refusals import (
    SheetEmpty,
    SheetLocked,
    SheetNotATable,
    SheetOldExcel,
    SheetTooLarge,
    SheetWebPage,
)

MEGABYTE = 1024 * 1024
_HEAD = 4096


class Kind(Enum):
    """How the file is to be read."""

    TEXT = auto()
    ZIP = auto()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of us. `unpacked` bounds all parts of an XLSX together, `strings` its table of texts."""

    size: int = 60 * MEGABYTE
    unpacked: int = 600 * MEGABYTE
    strings: int = 96 * MEGABYTE
    rows: int = 1_048_576
    columns: int = 300


_STRANGERS: tuple[tuple[bytes, object], ...] = (
    (b"MZ", _("a program")),
    (b"\x7fELF", _("a program")),
    (b"%PDF", _("a PDF document")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"\x1f\x8b", _("a packed archive")),
    (b"Rar!", _("a packed archive")),
    (b"7z\xbc\xaf", _("a packed archive")),
    (b"{\\rtf", _("a text document")),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: the container of .xls and of encrypted .xlsx
_LOCK = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4
_EXCEL_95 = b"\x09\x08"


def check_size(file: BinaryIO, limits: Limits) -> None:
    """Refuse by size before a byte is read."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise SheetEmpty
    if size > limits.size:
        raise SheetTooLarge(megabytes=-(-size // MEGABYTE), limit=limits.size // MEGABYTE)


def kind_of(file: BinaryIO) -> Kind:
    """Tell text from XLSX; raise a `SheetRefused` that names anything else."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return Kind.ZIP
    if head.startswith(_COMPOUND):
        raise SheetLocked if _contains(file, _LOCK) else SheetOldExcel
    if head.startswith(_EXCEL_95):
        raise SheetOldExcel
    for signature, what in _STRANGERS:
        if head.startswith(signature):
            raise SheetNotATable(what=what)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml")):
        raise SheetWebPage
    return Kind.TEXT


def _contains(file: BinaryIO, wanted: bytes) -> bool:
    file.seek(0)
    tail = b""
    while piece := file.read(MEGABYTE):
        if wanted in tail + piece:
            return True
        tail = piece[-len(wanted) :]
    return False
