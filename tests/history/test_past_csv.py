"""Past records in CSV: what is read, and the reason for each row that is not."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from queue_app import history_csv
from queue_app.history_csv import Outcome, PastRecord, Refused, UnreadableFile

HEADER = "arrival_ts,service_start_ts,service_end_ts,server_id,service_type,outcome"
GOOD = "2026-03-02 09:00:00,2026-03-02 09:05:00,2026-03-02 09:15:00,s1,KTP,served"
JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def read(folder: Path, content: str | bytes, zone: ZoneInfo = JAKARTA) -> list[PastRecord | Refused]:
    path = folder / "past.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(history_csv.read(path, zone, NOW))


def rows(folder: Path, *lines: str, zone: ZoneInfo = JAKARTA) -> list[PastRecord | Refused]:
    return read(folder, "\n".join([HEADER, *lines, ""]), zone)


def reason(folder: Path, line: str, zone: ZoneInfo = JAKARTA) -> str:
    (row,) = rows(folder, line, zone=zone)
    assert isinstance(row, Refused), row
    assert row.line == 2
    return row.reason


def utc(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def test_local_times_are_read_in_the_given_zone(tmp_path: Path) -> None:
    assert rows(tmp_path, GOOD) == [
        PastRecord(
            line=2,
            arrived_at=utc(2),
            started_at=utc(2, 5),
            ended_at=utc(2, 15),
            server="s1",
            service="KTP",
            outcome=Outcome.SERVED,
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T02:00:00Z",
        "2026-03-02T09:00:00+07:00",
        "2026-03-02t02:00:00z",
        "2026-03-02T04:00:00.000+02:00",
        "2026-03-02 09:00:00",
        " 2026-03-02T09:00:00 ",
    ],
)
def test_every_form_of_the_same_instant_is_the_same_instant(tmp_path: Path, text: str) -> None:
    (row,) = rows(tmp_path, f"{text},,,,KTP,abandoned")
    assert isinstance(row, PastRecord)
    assert row.arrived_at == utc(2)


def test_columns_may_stand_in_any_order_and_among_others(tmp_path: Path) -> None:
    text = (
        "outcome,note,service_type,server_id,service_end_ts,service_start_ts,Arrival_TS\r\n"
        'no-show,"a, b",KTP,,,2026-03-02 09:05:00,2026-03-02 09:00:00\r\n'
    )
    (row,) = read(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert row == PastRecord(2, utc(2), utc(2, 5), None, None, "KTP", Outcome.NO_SHOW)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (GOOD + ",more", "7 cells instead of 6"),
        ("2026-03-02 09:00:00,s1,KTP,served", "4 cells instead of 6"),
        (GOOD.replace("09:15:00", "09:04:59"), "service_end_ts lies before service_start_ts"),
        (GOOD.replace("09:05:00", "08:59:59"), "service_start_ts lies before arrival_ts"),
        ("2026-03-02 09:00:00,,2026-03-02 08:59:59,,KTP,abandoned", "service_end_ts lies before arrival_ts"),
        (GOOD.replace("2026-03-02 09:15:00", "2026-11-24 09:00:01"), "lies in the future"),
        (GOOD.replace("2026-03-02 09:15:00", "9999-12-31T23:59:59-12:00"), "lies in the future"),
        (GOOD.replace("2026-03-02 09:00:00", "0001-01-01T00:00:00+14:00"), "lies before 1970"),
        (GOOD.replace("2026-03-02 09:00:00", "02/03/2026 09:00"), "is not a time like"),
        (GOOD.replace("2026-03-02 09:00:00", "2026-02-30 09:00:00"), "is not a time like"),
        (GOOD.replace("2026-03-02 09:00:00", "2026-03-02 24:00:01"), "is not a time like"),
        (GOOD.replace("2026-03-02 09:00:00", "2026-W10-1T09:00:00"), "is not a time like"),
        (GOOD.replace("2026-03-02 09:00:00", "٢٠٢٦-٠٣-٠٢ ٠٩:٠٠:٠٠"), "is not a time like"),
        (GOOD.replace("2026-03-02 09:00:00", ""), "arrival_ts is empty"),
        (GOOD.replace("2026-03-02 09:05:00", ""), "served, but service_start_ts is empty"),
        (GOOD.replace("2026-03-02 09:15:00", ""), "served, but service_end_ts is empty"),
        (GOOD.replace("served", "abandoned"), "abandoned, but service_start_ts"),
        ("2026-03-02 09:00:00,,,,KTP,no_show", "neither service_start_ts nor service_end_ts"),
        (GOOD.replace("served", "selesai"), "outcome 'selesai' is not known"),
        (GOOD.replace("served", ""), "outcome '' is not known"),
        (GOOD.replace("KTP", ""), "service_type is empty"),
        (GOOD.replace("KTP", "K" * 41), "service_type has 41 letters; at most 40"),
        (GOOD.replace("s1", "s" * 61), "server_id has 61 letters; at most 60"),
        (GOOD.replace("s1", "s\x00"), "control character"),
        (GOOD.replace("s1", "s\t1"), "control character"),
        (GOOD.replace("s1", "s" * 3000), "longer than 2000 bytes"),
        (GOOD.replace("s1", '"s1'), "is not CSV"),
        (GOOD.replace("s1", '"s1"x'), "is not CSV"),
    ],
)
def test_a_row_that_cannot_be_right_is_named_with_its_reason(tmp_path: Path, line: str, named: str) -> None:
    assert named in reason(tmp_path, line)


def test_a_local_time_that_did_not_exist_is_refused(tmp_path: Path) -> None:
    said = reason(tmp_path, "2026-03-29 02:30:00,,,,KTP,abandoned", BERLIN)
    assert "did not exist in Europe/Berlin" in said


def test_a_local_time_that_came_twice_needs_its_offset(tmp_path: Path) -> None:
    said = reason(tmp_path, "2026-10-25 02:30:00,,,,KTP,abandoned", BERLIN)
    assert "came twice in Europe/Berlin" in said
    (row,) = rows(tmp_path, "2026-10-25 02:30:00+01:00,,,,KTP,abandoned", zone=BERLIN)
    assert isinstance(row, PastRecord)
    assert row.arrived_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_unclosed_quotation_spoils_its_own_line_only(tmp_path: Path) -> None:
    found = rows(tmp_path, GOOD, GOOD.replace("s1", '"s1'), GOOD)
    assert [type(row) for row in found] == [PastRecord, Refused, PastRecord]
    assert [row.line for row in found] == [2, 3, 4]


def test_an_over_long_line_spoils_its_own_line_only(tmp_path: Path) -> None:
    found = rows(tmp_path, GOOD.replace("s1", "s" * 200_000), GOOD)
    assert [(type(row), row.line) for row in found] == [(Refused, 2), (PastRecord, 3)]


def test_another_encoding_is_named_by_line(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD.replace('s1', 'José')}\n".encode("latin-1"))
    assert [type(row) for row in found] == [PastRecord, Refused]
    assert found[1] == Refused(3, "the line is not UTF-8 text")


def test_empty_lines_are_named_but_not_those_at_the_end(tmp_path: Path) -> None:
    found = rows(tmp_path, GOOD, "", GOOD, "", "  ", "")
    assert found[1] == Refused(3, "the line is empty")
    assert [row.line for row in found] == [2, 3, 4]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "missing: arrival_ts"),
        ("\n\n", "missing: arrival_ts"),
        (GOOD + "\n", "missing: arrival_ts"),
        (HEADER.replace(",outcome", "") + "\n", "missing: outcome"),
        (HEADER.replace(",", ";") + "\n", "separated by semicolons"),
        (HEADER + ",outcome\n", "names a column twice: outcome"),
        (HEADER.encode("utf-16"), "must be CSV in UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "must be CSV in UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(tmp_path: Path, content: str | bytes, named: str) -> None:
    with pytest.raises(UnreadableFile, match=named):
        read(tmp_path, content)
