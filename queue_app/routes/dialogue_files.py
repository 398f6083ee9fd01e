"""Performance dialogues to take along: a workbook whose rows e-Kinerja asks for, and a paper to sign."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Response, render_template
from flask_babel import gettext

from queue_app import documents, letterhead, workbooks
from queue_app.charts.numbers import number
from queue_app.dialogue import lines
from queue_app.dialogue.view import Shown
from queue_app.models import Deed, DialogueState, Indicator, Office
from queue_app.report_files import Cell, cell
from queue_app.routes import dialogue_words as words
from queue_app.routes.attachment import attach
from queue_app.routes.labels import clock_time
from queue_app.routes.language import language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Sequence[Sequence[Cell]]


def paper(shown: Shown, office: Office, now: datetime) -> str:
    """The HTML of the paper: everything of one dialogue, with places to sign, and how it was computed."""
    return render_template(
        "documents/dialogue.html",
        office=office,
        logo=letterhead.logo(office),
        now=now,
        shown=shown,
        dialogue=shown.dialogue,
        lines=lines.of(shown),
        variants=lines.variants(shown),
        claims=lines.claims(shown),
        answer=next((e for e in reversed(shown.dialogue.entries) if e.deed is Deed.ANSWER), None),
        notes=[e for e in shown.dialogue.entries if e.deed is Deed.NOTE],
        words=words,
        number=lambda value: number(value, language(), 1),
    )


def pdf(page: str, name: str) -> Response:
    """Raises QueueError ``document_failed``."""
    return attachment(documents.to_pdf(page), "application/pdf", f"{name}.pdf")


def workbook(shown: Sequence[Shown], office: Office, name: str) -> Response:
    return attachment(sheets_of([*_sheets(shown, office)]), XLSX, f"{name}.xlsx")


def attachment(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    attach(answer, name)
    return answer


def sheets_of(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    """A workbook of these sheets, each with its heading first. A text that could be run as a formula is harmless."""
    content = io.BytesIO()
    with workbooks.workbook(content) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, [cell(value) for value in row], plain if at else bold)
            sheet.freeze_panes(1, 0)
            for column in range(len(rows[0]) if rows else 0):
                longest = max(len(str(row[column] or "")) for row in rows if len(row) > column)
                sheet.set_column(column, column, min(max(longest + 2, 10), 48))
    return content.getvalue()


def _sheets(shown: Sequence[Shown], office: Office) -> Iterator[tuple[str, Rows]]:
    yield gettext("Target"), [_target_heading(), *(row for one in shown for row in _target_rows(one))]
    yield gettext("Putusan"), [_decision_heading(), *(_decision(one) for one in shown)]
    yield gettext("Tindak lanjut"), [_action_heading(), *(row for one in shown for row in _action_rows(one))]
    yield gettext("Riwayat"), [_history_heading(), *(row for one in shown for row in _history_rows(one, office))]
    yield gettext("Metode"), [[gettext("Cara menghitung")], *([gettext(text)] for text in words.METHOD)]


def _target_heading() -> Sequence[str]:
    return (
        *_whom_heading(),
        gettext("Hasil kerja"),
        gettext("Indikator"),
        gettext("Target"),
        gettext("Realisasi"),
        gettext("Rentang dari"),
        gettext("Rentang sampai"),
        gettext("Jumlah data"),
        gettext("Penilaian"),
    )


def _whom_heading() -> Sequence[str]:
    return gettext("Petugas"), gettext("Nama pengguna"), gettext("Masa")


def _whom(shown: Shown) -> Sequence[Cell]:
    dialogue = shown.dialogue
    officer = dialogue.officer
    return officer.display_name, officer.username, words.span_text(dialogue.span, dialogue.start_day)


def _target_rows(shown: Shown) -> Iterator[Sequence[Cell]]:
    for line in lines.of(shown):
        measured = line.measured
        yield (
            *_whom(shown),
            line.result,
            gettext(words.INDICATORS[line.indicator]),
            line.words if line.indicator is Indicator.WORDS else line.goal,
            *(None if v is None else round(v, 2) for v in (measured.value, measured.low, measured.high)),
            measured.n if measured.n else None,
            gettext(words.LEVELS[line.level]) if line.level else gettext("belum cukup data"),
        )


def _decision_heading() -> Sequence[str]:
    return (
        *_whom_heading(),
        gettext("Keadaan"),
        gettext("Perilaku kerja"),
        gettext("Alasan perilaku"),
        gettext("Saran predikat"),
        gettext("Predikat"),
        gettext("Alasan putusan"),
        gettext("Sidik angka"),
    )


def _decision(shown: Shown) -> Sequence[Cell]:
    dialogue, suggested = shown.dialogue, shown.suggestion.predikat
    is_closed = dialogue.state is DialogueState.CLOSED and shown.closing is not None
    kept = shown.closing.data["suggested"] if is_closed and shown.closing else suggested
    return (
        *_whom(shown),
        gettext(words.STATES[dialogue.state]),
        gettext(words.LEVELS[dialogue.conduct]) if dialogue.conduct else None,
        dialogue.conduct_reason,
        gettext(words.PREDIKATS[kept]) if kept else None,
        gettext(words.PREDIKATS[dialogue.predikat]) if dialogue.predikat else None,
        dialogue.predikat_reason,
        shown.frozen["digest"] if shown.frozen else None,
    )


def _action_heading() -> Sequence[str]:
    return *_whom_heading(), gettext("Jenis"), gettext("Tindak lanjut"), gettext("Tenggat"), gettext("Selesai")


def _action_rows(shown: Shown) -> Iterator[Sequence[Cell]]:
    for action in shown.dialogue.actions:
        done = action.done_day.isoformat() if action.done_day else None
        yield *_whom(shown), gettext(words.KINDS[action.kind]), action.text, action.due_day.isoformat(), done


def _history_heading() -> Sequence[str]:
    return *_whom_heading(), gettext("Kapan"), gettext("Siapa"), gettext("Apa"), gettext("Kata-kata")


def _history_rows(shown: Shown, office: Office) -> Iterator[Sequence[Cell]]:
    for entry in shown.dialogue.entries:
        local = entry.at.astimezone(office.zone)
        when = f"{local.date()} {clock_time(entry.at, office.zone)}"
        yield *_whom(shown), when, entry.actor.display_name, gettext(words.DEEDS[entry.deed]), entry.words
