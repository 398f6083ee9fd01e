"""The monthly report of an office: its sections, as a paper and as a workbook. New sections go into ``SECTIONS``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.accuracy import Accuracy
from metrics.periods import Period, day_of
from metrics.services import ServiceSummary
from queue_app import accuracy, dashboard, finality, letterhead, report
from queue_app.charts import WIDE, Frame
from queue_app.complaints import figures as complaint_figures
from queue_app.complaints.figures import Outcomes
from queue_app.dashboard import Dashboard, Filters, Occupied, Share
from queue_app.models import Office, Role, Service, Subject, User
from queue_app.report_files import Cell
from queue_app.routes import complaint_words, dashboard_charts, quality_charts
from queue_app.routes.chart import Shown, percents
from queue_app.routes.dialogue_files import Rows, sheets_of
from queue_app.routes.labels import month_text
from queue_app.routes.language import language
from queue_app.survey import results
from queue_app.survey.results import Results


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: a chart (SVG, or empty), the table behind it with its heading first, and words before
    both. ``in_paper``: the table stands in the paper too, and not only in the workbook. No rows: no data.
    """

    title: str
    words: str
    table: Rows
    svg: str = ""
    in_paper: bool = False

    @property
    def is_empty(self) -> bool:
        return len(self.table) < 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sections are made of, read once."""

    figures: Dashboard
    occupied: Occupied
    summaries: Sequence[ServiceSummary]
    accuracy: Accuracy
    survey: Results
    complaints: Mapping[Subject, Outcomes]
    services: Mapping[str, str]
    officers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Monthly:
    """A report that is read: ``period`` ends with yesterday while its month is running."""

    office: Office
    month: date
    period: Period
    now: datetime
    facts: Facts
    sections: Sequence[Section]

    @property
    def is_empty(self) -> bool:
        return not self.facts.figures.now.served and not self.facts.figures.now.waited


def read(session: Session, office: Office, month: date, now: datetime) -> Monthly:
    """The report of the month that begins on ``month``; days to come have no visits."""
    following = (month + timedelta(days=31)).replace(day=1)
    period = Period(month, following - timedelta(days=1), office.zone)
    facts = Facts(
        figures=dashboard.load(session, office, period, Filters(), now),
        occupied=dashboard.occupied(
            session, office, finality.ended_part(period, day_of(now, office.zone)), Filters(), now
        ),
        summaries=report.services(session, office, period, now),
        accuracy=accuracy.of_office(session, office, period, now),
        survey=results.of_office(session, office, period, now),
        complaints=complaint_figures.received(session, office, period, day_of(now, office.zone)),
        services={
            service.code: service.name(language())
            for service in session.scalars(select(Service).where(Service.office_id == office.id))
        },
        officers=dict(
            session.execute(
                select(User.username, User.display_name).where(User.office_id == office.id, User.role == Role.OFFICER)
            ).all()
        ),
    )
    sections = [section for make in SECTIONS for section in make(facts)]
    return Monthly(office, month, period, now, facts, sections)


def paper(monthly: Monthly) -> str:
    """The HTML of the paper."""
    figures = monthly.facts.figures
    return render_template(
        "documents/monthly.html",
        office=monthly.office,
        logo=letterhead.logo(monthly.office),
        now=monthly.now,
        monthly=monthly,
        figures=figures,
        indicators=_indicators(figures),
        method=[gettext(text) for text in _method()],
    )


def workbook(monthly: Monthly) -> bytes:
    """The same as XLSX: a sheet for the summary, one for each section, one for the method."""
    figures = monthly.facts.figures
    summary: list[Sequence[Cell]] = [
        (gettext("Indikator"), gettext("Nilai (persen)"), gettext("Rentang dari"), gettext("Rentang sampai"), "n"),
        *((title, *percents(share), share.n) for title, share, _before, _words in _indicators(figures)),
        (
            gettext("Dipanggil dalam target waktu tunggu"),
            *percents(figures.now.in_time),
            figures.now.in_time.n,
        ),
        (gettext("Kantor"), monthly.office.name),
        (gettext("Masa"), month_text(monthly.month)),
    ]
    if monthly.is_empty:
        summary.append((gettext("Belum ada data pada bulan ini. Itu bukan nol."),))
    sheets: list[tuple[str, Rows]] = [(gettext("Ringkasan"), summary)]
    sheets += [(f"{at}", [*section.table, (), (section.title,)]) for at, section in enumerate(monthly.sections, 1)]
    method = [(gettext("Cara menghitung"),), *((text,) for text in _method())]
    return sheets_of([*sheets, (gettext("Metode"), method)])


def _indicators(figures: Dashboard) -> Sequence[tuple[str, Share, Share, str]]:
    """Always the three: speed never stands alone."""
    now, before = figures.now, figures.earlier
    return (
        (gettext("Kecepatan: dalam waktu standar"), now.speed, before.speed, gettext("layanan berstandar")),
        (gettext("Ketepatan: selesai sekali datang"), now.accuracy, before.accuracy, gettext("layanan")),
        (gettext("Kepuasan: menjawab puas"), now.satisfaction, before.satisfaction, gettext("jawaban")),
    )


def _services(facts: Facts) -> Sequence[Section]:
    heading = (
        gettext("Layanan"),
        gettext("Dilayani"),
        gettext("Waktu tengah (menit)"),
        gettext("9 dari 10 (menit)"),
        gettext("Standar (menit)"),
        gettext("Dalam standar (persen)"),
    )
    rows = [
        (
            f"{row.service} {facts.services.get(row.service, '')}".strip(),
            row.served,
            *(None if s is None else round(s / 60, 1) for s in (row.median_s, row.p90_s, row.standard_s)),
            None if row.within_standard_share is None else round(100 * row.within_standard_share, 1),
        )
        for row in facts.summaries
    ]
    words = gettext("Setiap layanan di samping waktu standarnya.")
    return [Section(gettext("Layanan"), words, [heading, *rows], in_paper=True)]


def _charts(facts: Facts) -> Sequence[Section]:
    figures = facts.figures
    code = max(figures.serve_s, key=lambda one: len(figures.serve_s[one]), default="")
    shown = dashboard_charts.all_of(figures, facts.occupied, code, facts.services, facts.officers)
    return [_of_chart(one) for one in shown]


def _quality(facts: Facts) -> Sequence[Section]:
    """Accuracy by its parts; the survey by its nine elements and by service."""
    shown = (
        quality_charts.parts(facts.accuracy),
        quality_charts.elements(facts.survey),
        quality_charts.services(facts.survey),
    )
    return [_of_chart(one) for one in shown]


def _complaints(facts: Facts) -> Sequence[Section]:
    """Those that came in during the month, by what they are about; nothing tells of a person."""
    heading = (
        gettext("Perihal"),
        gettext("Diterima"),
        *(gettext(words) for words in complaint_words.RESOLUTIONS.values()),
        gettext("Belum diputuskan"),
        gettext("Lewat tenggat"),
    )
    found = {subject: facts.complaints[subject] for subject in Subject if subject in facts.complaints}
    rows = [(gettext(complaint_words.SUBJECTS[subject]), *_counts(of)) for subject, of in found.items()]
    if rows:
        rows.append((gettext("Seluruhnya"), *_counts(sum(found.values(), Outcomes()))))
    words = gettext("Pengaduan yang masuk pada bulan ini dan hasilnya sampai laporan dibuat. Identitas tidak dimuat.")
    return [Section(gettext("Pengaduan"), words, [heading, *rows], in_paper=True)]


def _counts(of: Outcomes) -> Sequence[int]:
    return of.received, of.upheld, of.partly, of.not_upheld, of.withdrawn, of.open, of.late


def _of_chart(one: Shown) -> Section:
    svg = "" if one.empty else one.draw(Frame(one.title, one.description, language(), WIDE))
    # Days and hours are read from the picture; officers stand in a table, where all three indicators are.
    return Section(one.title, one.description, one.table, svg, in_paper=one.key not in _PICTURES)


_PICTURES = ("heat", "waits", "in-time", "standard", "times")
"""Charts whose long tables are in the workbook alone."""

SECTIONS: Sequence[Callable[[Facts], Sequence[Section]]] = (_services, _quality, _complaints, _charts)
"""What stands in the report, in its order; each gives any number of parts."""


def _method() -> Sequence[str]:
    return (
        gettext("Semua angka dihitung dari catatan antrean dan survei, tidak diketik. Hanya hari yang sudah berakhir."),
        gettext(
            "Bagian layanan yang selesai dalam waktu standar layanannya. Waktu ditahan dan jeda dikeluarkan. "
            "Layanan tanpa standar tidak dihitung."
        ),
        gettext(
            "Bagian layanan yang selesai seperti yang diminta: bukan berkas kurang, salah layanan, diarahkan, atau "
            "tidak memenuhi syarat. Sebab di luar petugas ikut terhitung, jadi baca sebagai pertanyaan."
        ),
        gettext(
            "Bagian jawaban survei pendek yang bernilai 3 atau 4 dari 4. Yang tidak menjawab bisa berbeda pendapat. "
            "Jawaban tidak tercatat per loket."
        ),
        gettext(
            "Dipanggil dalam target waktu tunggu layanannya, dari yang dipanggil dan yang masih menunggu; yang pergi "
            "sebelum dipanggil tidak dinilai. Target adalah yang berlaku pada akhir bulan itu."
        ),
        gettext("Rentang 95 persen menurut Wilson. Garis mendatar berarti tidak ada data; itu bukan nol."),
        gettext(
            "Indeks kecepatan membandingkan setiap kunjungan dengan waktu petugas lain untuk layanan yang sama; waktu "
            "ditahan dan jeda dikeluarkan; 100 berarti sesuai harapan."
        ),
        gettext(
            "Peringkat yang mungkin: semua pasangan petugas dibandingkan sekaligus, dengan kesalahan paling banyak 5 "
            "dari 100 kantor. “1 sampai 3 dari 6” berarti hanya tiga petugas yang jelas lebih lambat; di antara yang "
            "lain belum ada beda."
        ),
    )
