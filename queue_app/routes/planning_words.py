"""How plans are said: the names of figures and changes, the chart of needed counters, the rows of tables and files."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from queue_app import charts
from queue_app.charts import Cell, Heat
from queue_app.discipline import RuleName
from queue_app.errors import N_
from queue_app.report_files import Cell as Value
from queue_app.routes.chart import Shown
from queue_app.routes.labels import figure_text, share_text, weekday_text

KINDS: Mapping[str, str] = {
    "counter": N_("Buka satu loket lagi"),
    "break": N_("Pindahkan istirahat"),
    "quota": N_("Ubah kuota harian"),
    "slots": N_("Tambah tempat sesi kedatangan"),
    "rule": N_("Ubah aturan giliran"),
}
RULES: Mapping[str, str] = {
    RuleName.ACCUMULATING.value: N_("Prioritas bertambah dengan menunggu"),
    RuleName.FIRST_COME.value: N_("Yang datang dahulu, dahulu"),
    RuleName.STRICT.value: N_("Kelompok prioritas selalu dahulu"),
}
NAMES: Mapping[str, str] = {
    "median_s": N_("Waktu tunggu tengah (menit)"),
    "p90_s": N_("Waktu tunggu P90 (menit)"),
    "within": N_("Dipanggil dalam target"),
    "sent_away": N_("Pulang tanpa dilayani (orang sehari)"),
    "left": N_("Pergi sebelum dipanggil (orang sehari)"),
    "overtime_s": N_("Lembur (menit)"),
    "occupancy": N_("Waktu loket yang terpakai melayani"),
}
PROBLEMS: Mapping[str, str] = {
    "no_slots": N_("Layanan itu tidak punya sesi kedatangan pada jam itu."),
    "too_many_places": N_("Satu sesi kedatangan menjadi terlalu besar."),
    "outside_hours": N_("Jam itu di luar jam buka loket yang biasa."),
    "unknown_counter": N_("Loket itu biasanya tidak buka pada hari itu."),
}
SOURCES: Mapping[str, str] = {
    "shifts": N_("Jam buka loket: dari sesi loket hari-hari itu."),
    "served": N_("Jam buka loket: diperkirakan dari siapa melayani kapan, sebab sesi loket tidak tercatat."),
    "counters": N_("Jam buka loket: semua loket dianggap buka sepanjang jam buka, sebab belum ada catatan."),
}
_MINUTES = ("median_s", "p90_s", "overtime_s")
_SHARES = ("within", "occupancy")


def value(name: str, number: float | None) -> str:
    """A figure of a plan as text, without its unit but for per cent; a dash for none."""
    if number is None:
        return "–"
    if name in _SHARES:
        return share_text(number)
    return figure_text(round(number / 60 if name in _MINUTES else number, 1))


def difference(name: str, number: float | None) -> str:
    """With its sign; shares in percentage points."""
    if number is None:
        return "–"
    scaled = number / 60 if name in _MINUTES else number * 100 if name in _SHARES else number
    rounded = round(scaled, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    said = f"{sign}{figure_text(abs(rounded))}"
    return str(gettext("%(number)s poin", number=said)) if name in _SHARES else said


def scenario(asked: Mapping[str, Any]) -> str:
    """A scenario as a short sentence."""
    times = {name: _clock(asked[name]) for name in ("from", "to", "at") if name in asked}
    match asked["kind"]:
        case "counter":
            return str(gettext("Satu loket lagi, %(start)s–%(end)s", start=times["from"], end=times["to"]))
        case "break":
            return str(
                gettext(
                    "Loket %(counter)s: istirahat %(start)s–%(end)s pindah ke %(at)s",
                    counter=asked["counter"],
                    start=times["from"],
                    end=times["to"],
                    at=times["at"],
                )
            )
        case "quota" if asked["amount"] is None:
            return str(gettext("Layanan %(service)s tanpa kuota", service=asked["service"]))
        case "quota":
            return str(gettext("Kuota %(service)s menjadi %(n)s", service=asked["service"], n=asked["amount"]))
        case "slots":
            return str(
                gettext(
                    "%(service)s: %(n)s tempat lagi tiap sesi, %(start)s–%(end)s",
                    service=asked["service"],
                    n=asked["amount"],
                    start=times["from"],
                    end=times["to"],
                )
            )
    rule = RULES[asked["rule"]]
    return str(gettext(rule))


def needs_chart(result: Mapping[str, Any]) -> Shown:
    """Needed counters by weekday and hour, with the table behind it."""
    days = result["weekdays"]
    starts = sorted({hour["start"][:2] for day in days for hour in day["hours"]})
    by_hour = [{hour["start"][:2]: hour for hour in day["hours"]} for day in days]
    cells = [
        [Cell(float(of[start]["counters"]), 1) if start in of else Cell(None, 0) for start in starts] for of in by_hour
    ]
    heat = Heat(
        [weekday_text(day["weekday"]) for day in days], starts, cells, gettext("loket"), gettext("jam"), least=1
    )
    most = max((hour["counters"] for day in days for hour in day["hours"]), default=0)
    description = gettext(
        "Loket paling sedikit agar %(share)s yang datang pada jam itu dipanggil dalam %(minutes)s menit. Paling banyak "
        "%(most)s; kantor punya %(there)s.",
        share=share_text(result["share"]),
        minutes=result["target_minutes"],
        most=most,
        there=result["counters"],
    )
    return Shown(
        "needs",
        gettext("Loket yang diperlukan menurut hari dan jam"),
        description,
        lambda frame: charts.heat_map(frame, heat),
        needs_table(result),
        not starts,
    )


def needs_table(result: Mapping[str, Any]) -> Sequence[Sequence[Value]]:
    heading = (
        gettext("Hari"),
        gettext("Jam"),
        gettext("Perlu"),
        gettext("Biasanya buka"),
        gettext("Rumus Erlang"),
        gettext("Datang"),
        gettext("Dalam target (persen)"),
        gettext("dari"),
        gettext("sampai"),
    )
    return [
        heading,
        *(
            (
                weekday_text(day["weekday"]),
                f"{hour['start']}–{hour['end']}",
                hour["counters"],
                hour["open_now"],
                hour["erlang"],
                round(hour["comes"], 1),
                *(None if hour[name] is None else round(100 * hour[name], 1) for name in ("within", "low", "high")),
            )
            for day in result["weekdays"]
            for hour in day["hours"]
        ),
    ]


def what_if_table(result: Mapping[str, Any]) -> Sequence[Sequence[Value]]:
    """For a file: one row for each figure of each way of running the day."""
    heading = (
        "scenario",
        "figure",
        "mean",
        "low",
        "high",
        "days_low",
        "days_high",
        "diff",
        "diff_low",
        "diff_high",
        "clear",
    )
    ranges = ("mean", "low", "high", "days_low", "days_high")
    rows: list[Sequence[Value]] = [heading]
    for name, figure in result["now"].items():
        rows.append((gettext("Sekarang"), name, *(_short(figure[of]) for of in ranges), None, None, None, None))
    for one in result["scenarios"]:
        for name, figure in one.get("figures", {}).items():
            change = one["changes"][name]
            rows.append(
                (
                    scenario(one["scenario"]),
                    name,
                    *(_short(figure[of]) for of in ranges),
                    *(_short(change[of]) for of in ("mean", "low", "high")),
                    change["clear"],
                )
            )
    return rows


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
