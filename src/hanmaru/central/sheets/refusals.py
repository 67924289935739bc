"""Files that cannot be read as a sheet at all: each says what it is and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Invalid


class SheetRefused(Invalid):
    """A file that is not read at all."""

    code = "sheet.refused"
    message: object = _("This file cannot be read as a table. Save it as Excel (.xlsx) or CSV.")


class SheetEmpty(SheetRefused):
    """No bytes, or no row with anything in it."""

    code = "sheet.empty"
    message = _("The file is empty. Fill in the header row and at least one row below it.")


class SheetTooLarge(SheetRefused):
    """More bytes than allowed; refused before reading."""

    code = "sheet.too_large"
    status = 413
    message = _("The file has %(megabytes)s MB, more than %(limit)s MB. Split it into several files.")


class SheetNotATable(SheetRefused):
    """Something else under a table's name."""

    code = "sheet.not_a_table"
    message = _("This file is not a table but %(what)s. Choose an Excel (.xlsx) or CSV file.")


class SheetOldExcel(SheetRefused):
    """A format of Excel that we do not read: .xls, .xlsb."""

    code = "sheet.old_excel"
    message = _("This is an Excel file of another format. Open it in Excel and save it as .xlsx.")


class SheetWebPage(SheetRefused):
    """A web page with a table, named .xls by the program that made it."""

    code = "sheet.web_page"
    message = _("This is a web page saved under an Excel name. Open it in Excel and save it as .xlsx.")


class SheetLocked(SheetRefused):
    """An Excel file behind a password."""

    code = "sheet.locked"
    message = _("The file is locked with a password. Save it without the password and send it again.")


class SheetBroken(SheetRefused):
    """It begins like an Excel file and cannot be read to the end."""

    code = "sheet.broken"
    message = _("The Excel file is damaged. Open it in Excel, save it under another name and send that.")


class SheetBomb(SheetRefused):
    """Unpacked it would be far larger than any table a person keeps."""

    code = "sheet.bomb"
    status = 413
    message = _("Unpacked, the Excel file is far too large. Copy only the table into a new file and send that.")


class SheetEncoding(SheetRefused):
    """Bytes that are neither UTF-8 nor UTF-16 nor CP949."""

    code = "sheet.encoding"
    message = _("The letters in line %(line)s cannot be read. Save the file as “CSV UTF-8” or as .xlsx.")


class SheetOpenQuote(SheetRefused):
    """A double quote that is opened and never closed."""

    code = "sheet.open_quote"
    message = _("A double quote opened near line %(line)s is never closed. Close it, or save the table as .xlsx.")


class SheetColumnsMissing(SheetRefused):
    """Columns without which nothing can be read."""

    code = "sheet.columns_missing"
    message = _("The header row lacks: %(missing)s. Found: %(found)s.")


class SheetColumnTwice(SheetRefused):
    """Two columns that mean the same."""

    code = "sheet.column_twice"
    message = _("Two columns mean the same: %(headers)s. Delete one of them.")


class SheetUnknown(SheetRefused):
    """A sheet asked for by a name that the file does not have."""

    code = "sheet.unknown"
    message = _("The file has no sheet “%(sheet)s”. It has: %(sheets)s.")


class SheetTooManyRows(SheetRefused):
    """More rows than we take in one file."""

    code = "sheet.too_many_rows"
    status = 413
    message = _("The table has more than %(limit)s rows. Split it into several files.")
