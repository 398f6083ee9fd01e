"""CSV: one line is one row, so a forgotten quotation mark spoils its own line and not all that follow."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from queue_app.errors import N_
from queue_app.moving_in.cells import BadCell
from queue_app.moving_in.rows import MOST_COLUMNS, Raw, UnreadableSource

LINE_BYTES = 20_000
_SEPARATORS = ",;\t|"
_OTHER_TEXT = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = {b"PK\x03\x04": "XLSX", b"SQLite format 3": "SQLite", b"\xd0\xcf\x11\xe0": "XLS", b"%PDF": "PDF"}


def read(path: Path) -> Iterator[Raw]:
    """All rows but empty ones. Raises UnreadableSource, and OSError."""
    with path.open("rb") as file:
        head = file.read(16)
        if head.startswith(_OTHER_TEXT):
            raise UnreadableSource(N_("Berkas ini bukan teks UTF-8. Simpan lagi sebagai “CSV UTF-8”."))
        for mark, what in _NO_TEXT.items():
            if head.startswith(mark):
                raise UnreadableSource(N_("Berkas ini bukan CSV, melainkan %(what)s."), what=what)
        file.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
        separator = ""
        for number, line in _lines(file):
            if not line.strip():
                continue
            separator = separator or _separator(line)
            yield _row(number, line, separator)


def _separator(line: bytes) -> str:
    """Of the first line that is not empty: whichever stands there most."""
    text = line.decode("utf-8", "replace")
    return max(_SEPARATORS, key=text.count)


def _row(number: int, line: bytes, separator: str) -> Raw:
    try:
        if len(line) > LINE_BYTES:
            raise BadCell(N_("baris ini lebih panjang daripada %(most)s bita"), most=LINE_BYTES)
        text = line.decode("utf-8")
        if "\0" in text:
            raise BadCell(N_("berisi tanda yang tidak dapat ditampilkan"))
        cells = next(csv.reader([text], delimiter=separator, strict=True))
    except UnicodeDecodeError:
        return Raw(number, (), is_whole=BadCell(N_("bukan teks UTF-8")))
    except csv.Error:
        return Raw(number, (), is_whole=BadCell(N_("tanda kutipnya tidak ditutup")))
    except BadCell as bad:
        return Raw(number, (), is_whole=bad)
    return Raw(number, [cell or None for cell in cells[:MOST_COLUMNS]])


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines without their ends; of an over-long one only a part, so that it can't fill the memory."""
    number = 0
    while line := file.readline(LINE_BYTES + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(1 << 16)):
            pass
        yield number, line.rstrip(b"\r\n")
