"""The charts of satisfaction and accuracy, and the tables behind them: figures in the reader's words."""

from decimal import Decimal

from flask_babel import gettext

from metrics.accuracy import WEIGHTS, Accuracy, Part
from metrics.satisfaction import ELEMENTS, Element, rounded
from queue_app import charts
from queue_app.charts import Boundary, Row
from queue_app.errors import N_
from queue_app.report_files import Cell
from queue_app.routes import survey_words
from queue_app.routes.chart import Shown
from queue_app.routes.language import language
from queue_app.survey.results import Results

PARTS = {
    Part.INFORMATION: N_("Informasi benar dan jelas"),
    Part.REWORK: N_("Tidak perlu datang lagi"),
    Part.PAPERS: N_("Berkas lengkap sesuai daftar"),
    Part.WRONG_SERVICE: N_("Layanan yang tepat"),
    Part.CORRECTIONS: N_("Tanpa perbaikan"),
    Part.COMPLAINTS: N_("Tanpa pengaduan yang terbukti"),
}

MEANINGS = {
    Part.INFORMATION: N_("Jawaban 3 atau 4 pada pertanyaan apakah informasi benar dan jelas."),
    Part.REWORK: N_(
        "Tidak kembali untuk layanan yang sama dalam 14 hari setelah selesai. Hanya dari warga yang memberi NIK atau "
        "nomor telepon, dan setelah 14 hari itu lewat."
    ),
    Part.PAPERS: N_("Tidak ada berkas yang kurang, dari warga yang sudah mencentang daftar dokumen saat mendaftar."),
    Part.WRONG_SERVICE: N_("Tidak dialihkan, diarahkan, atau diberi layanan lain dari yang diminta."),
    Part.CORRECTIONS: N_("Bukan kunjungan untuk memperbaiki kekeliruan kantor, menurut petugas."),
    Part.COMPLAINTS: N_("Layanan tanpa pengaduan tentang informasi yang dinyatakan benar."),
}


def elements(results: Results) -> Shown:
    found = results.result.elements if results.result else ()
    names = {name: gettext(words) for name, words in survey_words.ELEMENTS.items()}
    rows = [Row(names[element.name], float(element.nrr)) for element in found]
    boundaries = [Boundary(2.6, "C"), Boundary(3.0644, "B"), Boundary(3.5324, "A")]
    return Shown(
        "elements",
        gettext("Nilai setiap unsur"),
        gettext("Rata-rata jawaban 1 sampai 4 untuk tiap unsur. Garis putus-putus: batas mutu C, B dan A."),
        lambda frame: charts.bars(frame, rows, low=1, high=4, boundaries=boundaries),
        [
            (gettext("Unsur"), gettext("Nilai (1 sampai 4)"), gettext("Nilai x 25"), gettext("Mutu")),
            *((names[e.name], *_values(e)) for e in sorted(found, key=lambda e: ELEMENTS.index(e.name))),
        ],
        not found,
    )


def _values(element: Element) -> tuple[Decimal, Decimal, str]:
    return rounded(element.nrr, 3), element.ikm, element.grade.value


def services(results: Results) -> Shown:
    """Services with too few answers stand in it without a figure."""
    few = gettext("terlalu sedikit jawaban")
    rows = []
    table: list[tuple[Cell, ...]] = []
    for row in results.services:
        name, found = row.service.name(language()), row.result
        if found is None:
            rows.append(Row(name, None, without=few))
            table.append((name, None, None, None, None, None))
        else:
            rows.append(Row(name, float(found.ikm), found.low, found.high))
            ends = (None if end is None else Decimal(f"{end:.2f}") for end in (found.low, found.high))
            table.append((name, found.ikm, *ends, found.grade.value, found.n))
    return Shown(
        "services",
        gettext("IKM setiap layanan"),
        gettext("IKM 25 sampai 100 dengan rentang 95 persen. Garis putus-putus: batas mutu C, B dan A."),
        lambda frame: charts.bars(
            frame,
            rows,
            low=25,
            high=100,
            digits=1,
            boundaries=[Boundary(65, "C"), Boundary(76.61, "B"), Boundary(88.31, "A")],
        ),
        [
            (
                gettext("Layanan"),
                gettext("IKM"),
                gettext("dari"),
                gettext("sampai"),
                gettext("Mutu"),
                gettext("Jawaban"),
            ),
            *table,
        ],
        all(row.result is None for row in results.services),
    )


def parts(accuracy: Accuracy) -> Shown:
    def percent(share: float | None) -> float | None:
        return None if share is None else round(100 * share, 1)

    no_data = gettext("tidak ada data")
    rows = [
        Row(gettext(PARTS[one.part]), percent(one.right), percent(one.low), percent(one.high), no_data)
        for one in accuracy.components
    ]
    return Shown(
        "parts",
        gettext("Bagian-bagian ketepatan informasi"),
        gettext("Persen yang tepat dengan rentang 95 persen. Yang tidak ada datanya bukan nol."),
        lambda frame: charts.bars(frame, rows, low=0, high=100, digits=1),
        [
            (
                gettext("Bagian"),
                gettext("Tepat (persen)"),
                gettext("dari"),
                gettext("sampai"),
                gettext("Tidak tepat"),
                gettext("Kasus"),
                gettext("Bobot (persen)"),
                gettext("Bobot dipakai (persen)"),
            ),
            *(
                (
                    gettext(PARTS[one.part]),
                    percent(one.right),
                    percent(one.low),
                    percent(one.high),
                    one.wrong if one.n else None,
                    one.n,
                    percent(WEIGHTS[one.part]),
                    percent(one.weight),
                )
                for one in accuracy.components
            ),
        ],
        not any(one.n for one in accuracy.components),
    )
