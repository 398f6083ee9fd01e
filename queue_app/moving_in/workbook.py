"""XLSX, read as a stream: 200,000 rows take no more memory than ten. Not everything in a sheet is a value.

* A formula is not what it shows; a row that needs one is refused, and so says which cell.
* Of merged cells a spreadsheet keeps the first alone, so the others' rows would silently lose theirs: refused as well.
* A text that looks like a date is read as one (``cells``); a number without a date's format is not.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from queue_app.errors import N_
from queue_app.moving_in.cells import BadCell
from queue_app.moving_in.rows import MOST_COLUMNS, Raw, UnreadableSource

LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_TEXTS = 128 * 1024 * 1024
"""Of the texts that a workbook keeps once for all its cells: the one part that is held in memory."""

_MOST_PARTS = 5_000
_MOST_MERGED = 20_000
_AT_ONCE = 1_000
_MERGED = re.compile(rb"<(?:\w{1,10}:)?mergeCell\b[^>]{0,60}?ref=\x22([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\x22")
_DAMAGED = N_("Berkas XLSX ini rusak. Buka dan simpan lagi di aplikasi lembar kerja.")
_OLD = b"\xd0\xcf\x11\xe0"

# It warns of what it can't read; a row that is affected is refused anyway. Said once, and of this library alone: to be
# quiet for the length of a reading would quieten all threads.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


def sheets(path: Path) -> Sequence[str]:
    """The names of its sheets. Raises UnreadableSource."""
    with _opened(path) as book:
        return [sheet.title for sheet in book.worksheets]


def read(path: Path, sheet: str) -> Iterator[Raw]:
    """All rows of a sheet but empty ones; ``sheet`` empty: the first. Raises UnreadableSource."""
    with _opened(path) as book:
        found = {each.title: each for each in book.worksheets}
        chosen = found.get(sheet) if sheet else next(iter(found.values()), None)
        if chosen is None:
            raise UnreadableSource(N_("Lembar “%(sheet)s” tidak ada."), sheet=sheet[:60])
        merged = _Merged.read(path, getattr(chosen, "_worksheet_path", ""))
        chosen.reset_dimensions()  # what the file says of its size may be wrong, and may be a whole empty sheet
        rows = _sound(chosen.iter_rows(max_col=MOST_COLUMNS))
        for number, row in enumerate(rows, start=1):
            values = [cell.value for cell in row]
            if any(value is not None for value in values):
                yield Raw(number, values, _bad(number, row, merged))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook  # noqa: PLC0415 - a server starts sooner without it, and most never need it

    _check_parts(path)
    with path.open("rb") as file:  # as a file: of a name without its ending the library wants to know nothing
        try:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        except Exception as error:  # whatever a broken part makes the library say
            raise UnreadableSource(_DAMAGED) from error
        try:
            yield book
        finally:
            book.close()


def _check_parts(path: Path) -> None:
    """Before anything is unpacked: a few kilobytes can be made to unpack to gigabytes."""
    try:
        with path.open("rb") as file:
            if file.read(4) == _OLD:
                raise UnreadableSource(N_("Berkas ini XLS lama atau berkata sandi. Simpan sebagai XLSX tanpa sandi."))
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnreadableSource(N_("Berkas ini bukan XLSX.")) from error
    texts = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    whole = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or whole > LARGEST_UNPACKED or texts > LARGEST_TEXTS:
        raise UnreadableSource(N_("Isi berkas ini terlalu besar setelah dibuka. Bagi menjadi beberapa berkas."))


def _sound(rows: Iterator[Any]) -> Iterator[Any]:
    """Raises UnreadableSource where the library breaks on a row."""
    while True:
        try:
            part = list(islice(rows, _AT_ONCE))
        except Exception as error:
            raise UnreadableSource(_DAMAGED) from error
        if not part:
            return
        yield from part


class _Merged:
    """Which cells are merged, by row: the first and the last column and how the range is called."""

    def __init__(self, by_row: Mapping[int, Sequence[tuple[int, int, str]]]) -> None:
        self._by_row = by_row

    @classmethod
    def read(cls, path: Path, part: str) -> "_Merged":
        from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415 - loaded by now

        by_row: dict[int, list[tuple[int, int, str]]] = {}
        cells = 0
        for name in _ranges(path, part.lstrip("/")):
            left, top, right, bottom = (place or 0 for place in range_boundaries(name))
            cells += bottom - top + 1
            if cells > _MOST_MERGED:
                raise UnreadableSource(N_("Lembar ini penuh sel gabungan. Pisahkan sel gabungannya dahulu."))
            for row in range(top, bottom + 1):
                by_row.setdefault(row, []).append((left, right, name))
        return cls(by_row)

    def at(self, row: int) -> Sequence[tuple[int, int, str]]:
        return self._by_row.get(row, ())


def _ranges(path: Path, part: str) -> Iterator[str]:
    """They stand behind the rows, so the whole part is gone through, a piece at a time."""
    with zipfile.ZipFile(path) as packed:
        try:
            stream = packed.open(part)
        except KeyError:
            return
        with stream:
            rest = b""
            while piece := stream.read(1 << 20):
                whole = rest + piece
                end = 0
                for found in _MERGED.finditer(whole) if b"mergeCell" in whole else ():  # far quicker where none is
                    yield found[1].decode("ascii")
                    end = found.end()
                rest = whole[max(end, len(whole) - 200) :]


def _bad(number: int, row: Sequence[Any], merged: _Merged) -> dict[int, BadCell]:
    bad = {}
    for place, cell in enumerate(row):
        kind = getattr(cell, "data_type", "n")
        if kind == "f":
            bad[place] = BadCell(N_("sel %(cell)s berisi rumus; tempel sebagai nilai"), cell=_name(place, number))
        elif kind == "e":
            bad[place] = BadCell(N_("sel %(cell)s berisi galat"), cell=_name(place, number))
    for left, right, name in merged.at(number):
        for place in range(left - 1, min(right, MOST_COLUMNS)):
            bad[place] = BadCell(N_("sel ini bagian dari sel gabungan %(range)s; pisahkan dahulu"), range=name)
    return bad


def _name(place: int, row: int) -> str:
    """Of a cell, as a spreadsheet shows it: B7."""
    from openpyxl.utils.cell import get_column_letter  # noqa: PLC0415 - loaded by now

    return f"{get_column_letter(place + 1)}{row}"
