"""Workbooks (XLSX) in which a text stays a text."""

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook


def workbook(file: IO[bytes]) -> "Workbook":
    """A new one, written to ``file`` when its block is over. No text becomes a formula, a link or a number."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - most processes never write one

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return Workbook(file, options)
