"""READ: complaints as rows in the fields of SP4N-LAPOR, for CSV and XLSX.

Who complained is not exported: there, a complainant gives the own name by the own account. ``Sifat laporan`` says
whether a name was given to the office (Rahasia) or not (Anonim). The text is the complainant's own, for it is what was
reported: the file is for who oversees the office.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.complaints import reads
from queue_app.complaints.reads import Moment
from queue_app.models import Complaint, ComplaintState, ComplaintStep, Resolution, Severity, Subject, Ticket
from queue_app.personal import Vault
from queue_app.report_files import Cell, cell
from queue_app.workbooks import workbook

COLUMNS = (
    "Nomor pengaduan",
    "Klasifikasi laporan",
    "Judul laporan",
    "Isi laporan",
    "Tanggal kejadian",
    "Lokasi kejadian",
    "Instansi tujuan",
    "Kategori laporan",
    "Sifat laporan",
    "Kanal",
    "Layanan",
    "Tanggal diterima",
    "Tingkat",
    "Tenggat",
    "Status",
    "Hasil",
    "Tanggal selesai",
    "Tanggapan",
)

# SP4N-LAPOR is Indonesian: these words are data of its file and are not translated.
_SUBJECTS: Mapping[Subject, str] = {
    Subject.WAIT: "Waktu pelayanan",
    Subject.INFORMATION: "Informasi pelayanan",
    Subject.CONDUCT: "Perilaku petugas",
    Subject.COST: "Biaya dan pungutan",
    Subject.FACILITIES: "Sarana dan prasarana",
    Subject.OTHER: "Lainnya",
}
_SEVERITIES: Mapping[Severity, str] = {
    Severity.LIGHT: "Ringan",
    Severity.NORMATIVE: "Normatif",
    Severity.ORDINARY: "Tidak berkadar pengawasan",
    Severity.EXAMINATION: "Perlu pemeriksaan",
}
_STATES: Mapping[ComplaintState, str] = {
    ComplaintState.RECEIVED: "Belum ditindaklanjuti",
    ComplaintState.IN_PROGRESS: "Proses",
    ComplaintState.DECIDED: "Selesai",
    ComplaintState.APPEALED: "Proses",
    ComplaintState.CLOSED: "Selesai",
}
_RESOLUTIONS: Mapping[Resolution, str] = {
    Resolution.UPHELD: "Terbukti",
    Resolution.PARTLY: "Terbukti sebagian",
    Resolution.NOT_UPHELD: "Tidak terbukti",
    Resolution.WITHDRAWN: "Dicabut",
}


def rows(session: Session, vault: Vault, complaints: Sequence[Complaint]) -> list[list[Cell]]:
    """A row for each, as COLUMNS; days as YYYY-MM-DD of the office, an empty cell for what is not known."""
    courses, days = reads.whole_courses(session, vault, complaints), _days_of_visits(session, complaints)
    return [_row(vault, each, courses[each.id], days.get(each.ticket_id)) for each in complaints]


def as_csv(found: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark at its beginning, by which spreadsheets know it; CRLF, as RFC 4180 has it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row] for row in found)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(found: Sequence[Sequence[Cell]]) -> bytes:
    file = io.BytesIO()
    with workbook(file) as book:
        sheet = book.add_worksheet("Pengaduan")
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for number, row in enumerate(found, start=1):
            sheet.write_row(number, 0, [cell(value) for value in row])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(COLUMNS) - 1, 18)
        sheet.set_column(3, 3, 60)
    return file.getvalue()


def _days_of_visits(session: Session, complaints: Sequence[Complaint]) -> Mapping[int | None, date]:
    """The local day of each complaint's visit, by the ticket's id."""
    of = [each.ticket_id for each in complaints if each.ticket_id is not None]
    return dict(session.execute(select(Ticket.id, Ticket.day).where(Ticket.id.in_(of))).all())


def _row(vault: Vault, complaint: Complaint, course: Sequence[Moment], visited: date | None) -> list[Cell]:
    office = complaint.office
    received = opening.local_day(office, complaint.created_at)
    happened = visited or received
    finished = opening.local_day(office, complaint.finished_at) if complaint.finished_at else None
    service = complaint.service.name_id if complaint.service else None
    subject = _SUBJECTS[complaint.subject]
    return [
        complaint.label,
        "Pengaduan",
        f"{subject}: {service}" if service else subject,
        vault.shown(complaint.text_sealed),
        happened.isoformat(),
        office.address or office.name,
        office.name,
        subject,
        "Rahasia" if complaint.name_sealed else "Anonim",
        complaint.channel.value,
        service,
        received.isoformat(),
        _SEVERITIES[complaint.severity],
        complaint.due_on.isoformat(),
        _STATES[complaint.state],
        _RESOLUTIONS[complaint.resolution] if complaint.resolution else None,
        finished.isoformat() if finished else None,
        _answer(course),
    ]


def _answer(course: Sequence[Moment]) -> str | None:
    """The last decision's reasons; before there is one, the last reply."""
    said = [moment for moment in course if moment.words]
    for step in (ComplaintStep.DECIDE, ComplaintStep.REPLY):
        words = [moment.words for moment in said if moment.step is step]
        if words:
            return words[-1]
    return None
