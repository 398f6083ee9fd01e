"""The officers' speed as JSON, CSV, XLSX and as text for a terminal, always with how it was computed.

Cells that a spreadsheet could take for a formula are made harmless: an officer's or a service's name is data that
somebody else typed.
"""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from metrics.periods import Period
from metrics.speed import Contested, OfficerSpeed, OfficeSpeed, Variant
from queue_app import report_quality
from queue_app.report_quality import Quality
from queue_app.workbooks import workbook

METHOD = (
    "Indirect standardisation on log serve times with shrinkage: each visit is compared with what the other officers "
    "need for the same service and outcome (with the service's standard time while there is too little history), after "
    "what the priority group and the part of the day do to serve times is taken out. "
    "100 is as expected, above is faster; the interval is 95 %."
)

Cell = str | int | float | bool | Decimal | None

_COLUMNS = ("officer", "served", "median_s", "p90_s", "index", "index_low", "index_high", "enough", "p80_s")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_json(speed: OfficeSpeed, office: str) -> dict[str, Any]:
    """All of it as plain values. ``office`` is the slug; times in seconds, index values with 100 as expected.

    ``index`` and its interval are null unless ``enough``; every figure is null where there is no data.
    """
    rules = speed.rules
    return {
        "office": office,
        "period": _period(speed.period),
        "reference_period": _period(speed.reference_period),
        "served": speed.served,
        "officers": [dict(zip(_COLUMNS, _row(officer), strict=True)) for officer in speed.officers],
        "method": METHOD,
        "minimums": {
            "visits": rules.min_visits,
            "reference_visits": rules.reference.min_reference,
            "serve_s": rules.limits.shortest_s,
            "serve_s_most": rules.limits.longest_s,
        },
        "exclusions": {
            "all": _by_value(speed.excluded),
            "by_officer": {officer.officer: _by_value(officer.excluded) for officer in speed.officers},
        },
        "against_standard_share": {
            officer.officer: _rounded(officer.against_standard_share, 4) for officer in speed.officers
        },
        "without_expectation": {officer.officer: officer.without_expectation for officer in speed.officers},
        "strata": [
            {
                "service": stratum.service,
                "sent_away": len(stratum.stratum) > 1,
                "reference_visits": stratum.n,
                "officers": stratum.officers,
                "mu": _rounded(stratum.mu, 6),
                "sigma": _rounded(stratum.sigma, 6),
                "source": stratum.source,
            }
            for stratum in speed.strata
        ],
        "mix": {
            name: {key: _rounded(math.exp(effect), 4) for key, effect in effects.items()}
            for name, effects in (("category", speed.mix.category), ("part_of_day", speed.mix.part_of_day))
        },
        "tau2": _rounded(speed.tau2, 8),
        "contested": {
            officer.officer: _contested(officer.contested) for officer in speed.officers if officer.contested
        },
        "provisional_from": speed.provisional_from.isoformat() if speed.provisional_from else None,
    }


def written(speed: OfficeSpeed, office: str, form: str, quality: Quality | None = None) -> bytes:
    """The whole file in one of ``table``, ``json``, ``csv``, ``xlsx``; text in UTF-8. ``quality``: accuracy and
    satisfaction beside the speed.
    """
    match form:
        case "json":
            content = as_json(speed, office) | (report_quality.as_json(quality, speed) if quality else {})
            return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
        case "csv":
            return as_csv(speed, quality).encode()
        case "xlsx":
            return as_xlsx(speed, office, quality)
        case "table":
            more = report_quality.lines(quality) if quality else []
            return (as_table(speed, office) + "".join(f"{line}\n" for line in more)).encode()
    raise ValueError(f"unknown form of a report: {form!r}")


def as_csv(speed: OfficeSpeed, quality: Quality | None = None) -> str:
    """A row per officer, columns as in the JSON, then those of accuracy and satisfaction; UTF-8 text with CRLF, as
    RFC 4180 has it. No data: an empty cell.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([cell(value) for value in row] for row in _officers(speed, quality))
    return text.getvalue()


def as_xlsx(speed: OfficeSpeed, office: str, quality: Quality | None = None) -> bytes:
    """A workbook: officers; accuracy and satisfaction; how it was computed; what was left out; what visits were
    compared with.
    """
    file = io.BytesIO()
    with workbook(file) as book:
        bold = book.add_format({"bold": True})
        for name, rows in _sheets(speed, office, quality):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, [cell(value) for value in row], bold if number == 0 else None)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 0, 28)
    return file.getvalue()


def as_table(speed: OfficeSpeed, office: str) -> str:
    """The same for people at a terminal."""
    minimum = speed.rules.min_visits
    rows = [("officer", "served", "median", "p90", "index", "95 % interval")]
    for officer in speed.officers:
        index = f"{officer.index:.1f}" if officer.index is not None else "too few"
        interval = f"{officer.index_low:.1f} to {officer.index_high:.1f}" if officer.index is not None else ""
        rows.append(
            (officer.officer, str(officer.served), _clock(officer.median_s), _clock(officer.p90_s), index, interval)
        )
    lines = [
        f"{office}, {speed.period.start_day} to {speed.period.end_day} ({speed.period.zone.key})",
        f"{speed.served} served. Expected times from {speed.reference_period.start_day} "
        f"to {speed.reference_period.end_day}.",
        "",
        *_aligned(rows),
        "",
        METHOD,
        f"Under {minimum} visits in the index: too few.",
        "Left out: " + (", ".join(f"{name} {n}" for name, n in _by_value(speed.excluded).items()) or "nothing") + ".",
        *(_contested_line(officer.officer, officer.contested) for officer in speed.officers if officer.contested),
    ]
    if speed.provisional_from:
        lines.append(f"Provisional from {speed.provisional_from} on: officers may still contest a time.")
    return "\n".join(lines) + "\n"


def _contested_line(officer: str, contested: Contested) -> str:
    def index(variant: Variant) -> str:
        return "too few" if variant.index is None else f"{variant.index:.1f}"

    return (
        f"Contested by {officer}: {contested.open} open, {contested.accepted} accepted, {contested.declined} declined. "
        f"Index with all {index(contested.with_all)}, without any {index(contested.without_any)}."
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(text.rjust(width) for text, width in zip(others, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _sheets(speed: OfficeSpeed, office: str, quality: Quality | None) -> Iterator[tuple[str, Sequence[Sequence[Cell]]]]:
    yield "officers", _officers(speed, quality)
    if quality:
        yield from report_quality.sheets(quality)
    whole = as_json(speed, office)
    yield (
        "method",
        [
            ("what", "value"),
            ("office", office),
            *(_named("period", whole["period"])),
            *(_named("reference_period", whole["reference_period"])),
            ("served", speed.served),
            ("provisional_from", whole["provisional_from"]),
            ("method", METHOD),
            *([("standing", report_quality.STANDING_METHOD)] if quality else ()),
            *(_named("minimums", whole["minimums"])),
            ("tau2", whole["tau2"]),
        ],
    )
    reasons: list[Sequence[Cell]] = [("officer", "reason", "visits")]
    reasons += [("", reason, count) for reason, count in whole["exclusions"]["all"].items()]
    for officer, counts in whole["exclusions"]["by_officer"].items():
        reasons += [(officer, reason, count) for reason, count in counts.items()]
    yield "exclusions", reasons
    yield "contested", _contested_rows(whole["contested"])
    columns = ("service", "reference_visits", "officers", "mu", "sigma", "source")
    yield "strata", [columns, *([stratum[column] for column in columns] for stratum in whole["strata"])]


def _officers(speed: OfficeSpeed, quality: Quality | None) -> list[Sequence[Cell]]:
    """The heading and a row per officer."""
    if quality is None:
        return [_COLUMNS, *(_row(officer) for officer in speed.officers)]
    return [
        (*_COLUMNS, *report_quality.COLUMNS),
        *((*_row(officer), *report_quality.cells(quality, officer)) for officer in speed.officers),
    ]


def _contested_rows(contested: Mapping[str, Mapping[str, Any]]) -> list[Sequence[Cell]]:
    """A row per officer and choice of legs, beside how many were contested."""
    rows: list[Sequence[Cell]] = [
        ("officer", "open", "accepted", "declined", "legs", "served", "median_s", "index", "index_low", "index_high")
    ]
    for officer, claims in contested.items():
        counts = (claims["open"], claims["accepted"], claims["declined"])
        rows += [(officer, *counts, legs, *claims[legs].values()) for legs in ("with_all", "without_any")]
    return rows


def _named(name: str, values: Mapping[str, Cell]) -> Iterator[tuple[Cell, Cell]]:
    for key, value in values.items():
        yield f"{name}.{key}", value


def _row(officer: OfficerSpeed) -> tuple[Cell, ...]:
    return (
        officer.officer,
        officer.served,
        _rounded(officer.median_s, 3),
        _rounded(officer.p90_s, 3),
        _rounded(officer.index, 2),
        _rounded(officer.index_low, 2),
        _rounded(officer.index_high, 2),
        officer.enough,
        _rounded(officer.p80_s, 3),
    )


def _contested(contested: Contested) -> dict[str, Any]:
    return {
        "open": contested.open,
        "accepted": contested.accepted,
        "declined": contested.declined,
        "with_all": _variant(contested.with_all),
        "without_any": _variant(contested.without_any),
    }


def _variant(variant: Variant) -> dict[str, Cell]:
    return {
        "served": variant.served,
        "median_s": _rounded(variant.median_s, 3),
        "index": _rounded(variant.index, 2),
        "index_low": _rounded(variant.index_low, 2),
        "index_high": _rounded(variant.index_high, 2),
    }


def cell(value: Cell) -> Cell:
    """The value as a spreadsheet may have it: a text that it could run as a formula gets an apostrophe before it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _clock(seconds: float | None) -> str:
    """Minutes and seconds, as on the desk; a dash for no data."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _by_value(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(reason): count for reason, count in sorted(counts.items())}


def _period(period: Period) -> dict[str, str]:
    return {
        "from": period.start_day.isoformat(),
        "to": period.end_day.isoformat(),
        "timezone": period.zone.key,
    }
