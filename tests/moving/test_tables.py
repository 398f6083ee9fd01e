"""Tables that people made: what can be read is read, what can't is named by row, column and reason."""

import time
import tracemalloc
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from queue_app.history_csv import Outcome, PastRecord
from queue_app.models import SourceKind
from queue_app.moving_in import sources, workbook
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import RowError, UnreadableSource
from queue_app.moving_in.sources import Source
from tests.moving.foreign import HEADING, ROWS, csv_of, workbook_of

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def guessed(source: Source) -> Plan:
    table = sources.tables(source)[0]
    return sources.first_plan(source, table, sources.peek(source, table).rows, "Asia/Jakarta")


def read(path: Path, plan: Plan | None = None) -> list[PastRecord | RowError]:
    kind = SourceKind(path.suffix[1:])
    source = Source(kind, path)
    return list(sources.records(source, plan or guessed(source), NOW))


def reasons(found: Iterable[PastRecord | RowError]) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.message % dict(one.params)) for one in found if isinstance(one, RowError)]


def at(day: int, hour: int, minute: int) -> datetime:
    """Local time in Jakarta."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_a_book_of_guests_is_understood_by_its_headings(tmp_path: Path) -> None:
    first, left, absent, last = read(csv_of(tmp_path / "tamu.csv"))
    assert first == PastRecord(
        line=2,
        arrived_at=at(2, 8, 0),
        started_at=at(2, 8, 10),
        ended_at=at(2, 8, 20),
        server="Sari",
        service="KTP",
        outcome=Outcome.SERVED,
        counter="Loket 1",
    )
    assert isinstance(left, PastRecord)
    assert (left.outcome, left.started_at) == (Outcome.ABANDONED, None)
    assert isinstance(absent, PastRecord)
    assert (absent.outcome, absent.started_at) == (Outcome.NO_SHOW, at(2, 8, 30))
    assert isinstance(last, PastRecord)
    assert (last.outcome, last.arrived_at) == (Outcome.SERVED, at(3, 9, 15))


def test_the_same_book_says_the_same_as_xlsx(tmp_path: Path) -> None:
    """With real dates and times, and a title above the headings."""
    rows = [
        (date(2026, 3, int(row[0][:2])), *(_clock(text) for text in row[1:4]), *(text or None for text in row[4:]))
        for row in ROWS
    ]
    path = workbook_of(tmp_path / "tamu.xlsx", [HEADING, *rows], heading=("Buku tamu 2026",))
    from_csv = read(csv_of(tmp_path / "tamu.csv"))
    for mine, theirs in zip(read(path), from_csv, strict=True):
        assert isinstance(mine, PastRecord)
        assert isinstance(theirs, PastRecord)
        assert (mine.arrived_at, mine.ended_at, mine.outcome) == (theirs.arrived_at, theirs.ended_at, theirs.outcome)


def _clock(text: str) -> Any:
    return datetime.strptime(text.replace(".", ":"), "%H:%M").time() if text else None  # noqa: DTZ007


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({1: "delapan"}, "Jam Datang", "“delapan” bukan waktu"),
        ({1: ""}, "Jam Datang", "kosong"),
        ({0: "31/02/2026"}, "Tanggal", "“31/02/2026” tidak ada di kalender"),
        ({0: "02/03/2031"}, "Jam Datang", "belum tiba"),
        ({2: "07:00"}, "Mulai", "lebih awal daripada langkah sebelumnya"),
        ({3: ""}, "Selesai", "kosong, padahal hasilnya selesai dilayani"),
        ({4: ""}, "Layanan", "kosong"),
        ({4: "x" * 121}, "Layanan", "terdiri dari 121 huruf"),
        ({5: "a\x07b"}, "Petugas", "tidak dapat ditampilkan"),
        ({7: "entah"}, "Hasil", "hasil “entah” tidak dikenal"),
        ({7: "batal"}, "Hasil", "padahal ada waktu mulai"),
        ({4: '"KTP'}, "", "tanda kutipnya tidak ditutup"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, change: dict[int, str], column: str, reason: str) -> None:
    row = [change.get(place, text) for place, text in enumerate(ROWS[0])]
    (bad,) = reasons(read(csv_of(tmp_path / "tamu.csv", [*ROWS[1:], row])))
    assert bad[:2] == (5, column)
    assert reason in bad[2]


def test_an_hour_that_did_not_exist_is_refused(tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [("2026-03-29 02:30", "KTP")], ("waktu datang", "layanan"))
    plan = Plan(columns={"arrived": 0, "service": 1}, dates="iso", zone="Europe/Berlin")
    ((_, _, why),) = reasons(read(path, plan))
    assert "jam diubah" in why


@pytest.mark.parametrize(
    ("text", "dates", "told"),
    [
        ("02/03/2026 08:00", "dmy", at(2, 8, 0)),
        ("03/02/2026 08:00", "mdy", at(2, 8, 0)),
        ("2 Maret 2026 08.00", "dmy", at(2, 8, 0)),
        ("2026-03-02T01:00:00Z", "dmy", at(2, 8, 0)),
        ("2026-03-02 08:00:00.250", "mdy", at(2, 8, 0)),
        ("2/3/2026, 8:00 AM", "dmy", at(2, 8, 0)),
    ],
)
def test_times_are_read_as_people_write_them(tmp_path: Path, text: str, dates: str, told: datetime) -> None:
    path = csv_of(tmp_path / "a.csv", [(text, "KTP")], ("datang", "layanan"))
    plan = Plan(columns={"arrived": 0, "service": 1}, dates=dates, zone="Asia/Jakarta")
    (found,) = read(path, plan)
    assert isinstance(found, PastRecord)
    assert found.arrived_at == told


def test_a_workbooks_traps_are_told_by_their_cells(tmp_path: Path) -> None:
    day = datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001 - a sheet knows no zone
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Waktu datang", "Mulai", "Selesai", "Layanan"])
    good = [day, day + timedelta(minutes=5), day + timedelta(minutes=9), "KTP"]
    sheet.append(good)  # 2
    sheet.append([day, day, "=B3+TIME(0,9,0)", "KTP"])  # 3
    sheet.append([46083.33, 46083.34, 46083.35, "KTP"])  # 4: numbers that are no dates
    sheet.append(["02/03/2026 08:00", "02/03/2026 08:05", "02/03/2026 08:09", "KTP"])  # 5: texts
    sheet.append([*good[:3], "=1+1"])  # 6
    for _ in range(3):
        sheet.append(good)  # 7 to 9
    sheet.merge_cells("D7:D9")
    sheet.append([day, "#REF!", day, "KTP"])  # 10
    sheet.append([*good[:3], "'=HYPERLINK()"])  # 11: a text that only looks like a formula
    sheet["D11"].data_type = "s"
    book.save(tmp_path / "kantor.xlsx")
    found = read(tmp_path / "kantor.xlsx")
    assert reasons(found) == [
        (3, "Selesai", "sel C3 berisi rumus; tempel sebagai nilai"),
        (4, "Waktu datang", "“46083.33” adalah angka, bukan waktu; beri kolom ini format tanggal dan jam"),
        (6, "Layanan", "sel D6 berisi rumus; tempel sebagai nilai"),
        *((row, "Layanan", "sel ini bagian dari sel gabungan D7:D9; pisahkan dahulu") for row in (7, 8, 9)),
        (10, "Mulai", "sel B10 berisi galat"),
    ]
    assert [one.line for one in found if isinstance(one, PastRecord)] == [2, 5, 11]


def test_a_sheet_that_lies_about_its_size_is_read_all_the_same(tmp_path: Path) -> None:
    path = workbook_of(tmp_path / "a.xlsx", ROWS)
    lying = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(lying, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>', 1)
            new.writestr(part, content)
    assert len(read(lying)) == len(ROWS)


def test_what_is_no_table_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook_of(tmp_path / "a.xlsx", ROWS)
    broken = bytearray(book.read_bytes())
    broken[60:400] = bytes(340)
    cases: Sequence[tuple[str, bytes, str]] = (
        ("a.csv", book.read_bytes(), "bukan CSV, melainkan"),
        ("a.csv", "a;b\n".encode("utf-16"), "bukan teks UTF-8"),
        ("a.xlsx", b"a;b\n1;2\n", "bukan XLSX"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "XLS lama atau berkata sandi"),
        ("a.xlsx", bytes(broken), "rusak"),
    )
    for name, content, why in cases:
        path = tmp_path / "sub" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        with pytest.raises(UnreadableSource) as refused:
            read(path, Plan(columns={"arrived": 0, "service": 1}))
        assert why in str(refused.value)
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1000)
    with pytest.raises(UnreadableSource, match="terlalu besar"):
        read(book)


def test_many_rows_take_no_more_memory_than_few(tmp_path: Path) -> None:
    """200,000 rows were measured once (docs/performance.md); here enough to tell a stream from a heap."""
    day = datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001
    row = (None, day, day + timedelta(minutes=5), day + timedelta(minutes=9), "KTP", "Sari", "Loket 1", "selesai")
    path = workbook_of(tmp_path / "besar.xlsx", (row for _ in range(10_000)))
    assert load_workbook(path, read_only=True) is not None
    source = Source(SourceKind.XLSX, path)
    plan = Plan(columns={"arrived": 1, "started": 2, "ended": 3, "service": 4}, zone="Asia/Jakarta")
    tracemalloc.start()
    begun = time.monotonic()
    count = sum(1 for _ in sources.records(source, plan, NOW))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 8_000_000, f"{peak} bytes, {time.monotonic() - begun:.1f} s"
