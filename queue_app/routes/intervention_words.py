"""What is said of an intervention and of its effect, in plain words."""

from collections.abc import Mapping
from math import exp

from flask_babel import gettext, ngettext

from metrics.effect import Claimed, Effect, TooLittle, Verdict, Why, verdict
from metrics.effect.regression import Interval
from queue_app.charts.numbers import number
from queue_app.errors import N_
from queue_app.interventions.figures import in_unit
from queue_app.interventions.measuring import TIMES, Found, Measured
from queue_app.models import GroupKind, InterventionDeed, InterventionKind, Monitored
from queue_app.routes.language import language

KINDS: Mapping[InterventionKind, str] = {
    InterventionKind.TRAINING: N_("Pelatihan"),
    InterventionKind.PROCEDURE: N_("Cara kerja baru"),
    InterventionKind.BOOKING: N_("Pendaftaran daring"),
    InterventionKind.RESOURCES: N_("Petugas, loket atau alat"),
    InterventionKind.OTHER: N_("Lain-lain"),
}
GROUPS: Mapping[GroupKind, str] = {
    GroupKind.OFFICE: N_("Seluruh kantor"),
    GroupKind.SERVICES: N_("Layanan"),
    GroupKind.OFFICERS: N_("Petugas"),
    GroupKind.COUNTERS: N_("Loket"),
    GroupKind.OTHERS: N_("Semua yang lain"),
}
INDICATORS: Mapping[Monitored, str] = {
    Monitored.SPEED: N_("Waktu layanan"),
    Monitored.WAIT: N_("Waktu tunggu"),
    Monitored.ACCURACY: N_("Akurasi informasi"),
    Monitored.SATISFACTION: N_("Kepuasan masyarakat"),
}
"""In the order in which a page names them."""

DEEDS: Mapping[InterventionDeed, str] = {
    InterventionDeed.PROPOSE: N_("Rencana ditulis"),
    InterventionDeed.CHANGE: N_("Rencana diubah"),
    InterventionDeed.SEE: N_("Hasil dibuka"),
    InterventionDeed.CLOSE: N_("Ditutup"),
    InterventionDeed.REOPEN: N_("Dibuka lagi"),
}
FIELDS: Mapping[str, str] = {
    "kind": N_("jenis"),
    "name": N_("nama"),
    "done": N_("apa yang dilakukan"),
    "start_day": N_("tanggal mulai"),
    "washout": N_("hari peralihan"),
    "group": N_("siapa yang terkena"),
    "members": N_("anggota kelompok"),
    "control": N_("pembanding"),
    "control_members": N_("anggota pembanding"),
    "primary": N_("indikator utama"),
    "expected": N_("perubahan yang diharapkan"),
    "annotation_id": N_("catatan pada bagan"),
}
ASSUMPTIONS = (
    N_(
        "Cara pertama: regresi terputus atas angka harian, dengan tren sebelum tanggal, hari dalam minggu, perubahan "
        "tingkat dan perubahan tren. Yang dibandingkan: hari sesudahnya dengan lanjutan tren sebelumnya. Rentangnya "
        "memperhitungkan bahwa hari yang berdekatan saling mirip."
    ),
    N_(
        "Cara kedua: selisih median kunjungan (rata-rata untuk akurasi dan kepuasan), rentangnya dari penarikan ulang "
        "hari. Pengaruh baru disebut bila kedua cara melihatnya."
    ),
    N_(
        "Disesuaikan menurut layanan dan hasilnya, kelompok prioritas, bagian hari dan petugas; waktu tunggu juga "
        "menurut banyaknya kedatangan per loket. Yang tidak tercatat tidak dapat disesuaikan."
    ),
    N_(
        "Yang lain yang terjadi pada tanggal yang sama tidak dapat dipisahkan dari intervensi ini, kecuali dengan "
        "kelompok pembanding."
    ),
    N_(
        "Musim baru dapat dipisahkan bila ada data sekurang-kurangnya 11 bulan sebelum tanggalnya, atau dengan "
        "kelompok pembanding."
    ),
    N_(
        "Hari dihitung bila punya sekurang-kurangnya 5 kasus; diperlukan 20 hari sebelum dan 20 hari sesudah. Hari "
        "tanpa data tidak dianggap nol."
    ),
)
_WHY: Mapping[Why, str] = {
    Why.NO_DATA: N_("Tidak ada data. Itu bukan nol."),
    Why.OTHER_MIX: N_("Tidak dapat dibandingkan: layanan sebelum dan sesudahnya tidak ada yang sama."),
    Why.ALL_EQUAL: N_("Semua nilai sama, sehingga kepastiannya tidak dapat dihitung."),
}
_CLAIMED: Mapping[Claimed, str] = {
    Claimed.CONFIRMED: N_("Yang diharapkan, %(change)s, terbukti."),
    Claimed.REFUTED: N_("Yang diharapkan, %(change)s, terbantah: perubahannya lebih kecil."),
    Claimed.OPEN: N_("Yang diharapkan, %(change)s, belum dapat dibuktikan maupun dibantah."),
}
LEAST_DAYS = 20


def said(indicator: Monitored, found: Found) -> str:
    """The effect on one indicator as a sentence or two."""
    if isinstance(found, TooLittle):
        return _too_little(found)
    match verdict(found):
        case Verdict.NOT_CLEAR:
            return _not_clear(indicator, found)
        case Verdict.SPLIT:
            return str(
                gettext("Dua cara hitung tidak sependapat (%(one)s dan %(other)s); belum dapat disebut berpengaruh.")
            ) % {"one": signed(indicator, found.average), "other": signed(indicator, found.resampled)}
        case Verdict.LOWER:
            template = gettext("Lebih cepat %(size)s.") if indicator is Monitored.SPEED else gettext("Turun %(size)s.")
        case Verdict.HIGHER:
            template = gettext("Lebih lambat %(size)s.") if indicator is Monitored.SPEED else gettext("Naik %(size)s.")
    return str(template) % {"size": _size(indicator, found.average)}


def is_better(indicator: Monitored, found: Found | None) -> bool | None:
    """Whether a clear change is for the better; None: there is none."""
    if not isinstance(found, Effect):
        return None
    seen = verdict(found)
    if seen not in (Verdict.LOWER, Verdict.HIGHER):
        return None
    return (seen is Verdict.LOWER) == (indicator in TIMES)


def warning(measured: Measured) -> str:
    """Speed is never read alone: whether what is faster is also worse; empty where it is not."""
    if not any(is_better(one, measured.get(one)) for one in (Monitored.SPEED, Monitored.WAIT)):
        return ""
    worse = [
        str(gettext(INDICATORS[one]))
        for one in (Monitored.ACCURACY, Monitored.SATISFACTION)
        if is_better(one, measured.get(one)) is False
    ]
    if worse:
        return str(gettext("Lebih cepat, tetapi ini turun: %(worse)s.")) % {"worse": ", ".join(worse).lower()}
    unknown = [
        str(gettext(INDICATORS[one]))
        for one in (Monitored.ACCURACY, Monitored.SATISFACTION)
        if not isinstance(measured.get(one), Effect)
    ]
    if unknown:
        return str(gettext("Lebih cepat belum tentu baik: belum dapat dinilai %(unknown)s.")) % {
            "unknown": ", ".join(unknown).lower()
        }
    return ""


def claimed_text(expected: float, claim: Claimed) -> str:
    """What became of the change that was named beforehand."""
    return str(gettext(_CLAIMED[claim])) % {"change": expected_text(expected)}


def expected_text(expected: float) -> str:
    """A change of times in per cent: "turun 30 %"."""
    size = _with_unit(Monitored.WAIT, abs(expected))
    return str(gettext("turun %(size)s", size=size) if expected < 0 else gettext("naik %(size)s", size=size))


def placebo_text(found: Effect) -> str:
    """What the same method says of earlier dates."""
    count = len(found.placebos)
    if not count:
        return str(gettext("Terlalu sedikit hari sebelumnya untuk menguji tanggal semu."))
    clear = sum(one.change.is_clear for one in found.placebos)
    text = ngettext(
        "Uji tanggal semu: terlihat perubahan pada %(clear)s dari %(num)s tanggal sebelumnya.",
        "Uji tanggal semu: terlihat perubahan pada %(clear)s dari %(num)s tanggal sebelumnya.",
        count,
        clear=clear,
    )
    warned = gettext("Hati-hati: angka ini juga berubah tanpa intervensi.") if clear else ""
    return f"{text} {warned}".strip()


def signed(indicator: Monitored, one: Interval) -> str:
    """An estimate with its interval, with signs: "−18 % (−24 sampai −11 %)"."""
    value, low, high = (in_unit(indicator, end) for end in (one.value, one.low, one.high))
    ends = gettext("%(low)s sampai %(high)s", low=_sign(low), high=_with_unit(indicator, high, sign=True))
    return f"{_with_unit(indicator, value, sign=True)} ({ends})"


def plain_value(indicator: Monitored, value: float | None) -> str:
    """A plain median or mean before or after, in the unit that people know."""
    return number(natural(indicator, value), language(), 1)


def natural(indicator: Monitored, value: float | None) -> float | None:
    """Minutes for times, per cent for accuracy, 25 to 100 for satisfaction."""
    if value is None:
        return None
    if indicator in TIMES:
        return exp(value) / 60
    return 100 * value if indicator is Monitored.ACCURACY else value


def unit(indicator: Monitored) -> str:
    """The unit of ``natural``."""
    if indicator in TIMES:
        return str(gettext("menit"))
    return str(gettext("persen")) if indicator is Monitored.ACCURACY else str(gettext("nilai 25–100"))


def _too_little(found: TooLittle) -> str:
    if found.why is not Why.FEW_DAYS:
        return str(gettext(_WHY[found.why]))
    before, after = found.sides.days
    return str(
        gettext("Belum cukup hari: %(before)s sebelum dan %(after)s sesudah, diperlukan %(least)s dan %(least)s.")
    ) % {"before": before, "after": after, "least": LEAST_DAYS}


def _not_clear(indicator: Monitored, found: Effect) -> str:
    """And what can be ruled out all the same, by both methods."""
    low = min(found.average.low, found.resampled.low)
    high = max(found.average.high, found.resampled.high)
    text = gettext("Tidak ada pengaruh yang jelas: %(size)s.", size=signed(indicator, found.average))
    ruled = gettext(
        "Turun lebih dari %(low)s atau naik lebih dari %(high)s dapat dikesampingkan.",
        low=_with_unit(indicator, abs(in_unit(indicator, low))),
        high=_with_unit(indicator, in_unit(indicator, high)),
    )
    return f"{text} {ruled}" if low < 0 < high else str(text)


def _size(indicator: Monitored, one: Interval) -> str:
    """Without signs, the nearer end first: "18 % (11 sampai 24 %)"."""
    value, *ends = (abs(in_unit(indicator, end)) for end in (one.value, one.low, one.high))
    low, high = sorted(ends)
    between = gettext("%(low)s sampai %(high)s", low=_rounded(low), high=_with_unit(indicator, high))
    return f"{_with_unit(indicator, value)} ({between})"


def _with_unit(indicator: Monitored, value: float, *, sign: bool = False) -> str:
    text = _sign(value) if sign else _rounded(value)
    if indicator in TIMES:
        return text + ("%" if language() == "en" else "\N{NO-BREAK SPACE}%")
    return str(gettext("%(value)s poin", value=text))


def _sign(value: float) -> str:
    return ("+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "") + _rounded(abs(value))


def _rounded(value: float) -> str:
    """Whole from 10 on: more would be false precision."""
    return number(value, language(), 0 if value >= 10 else 1)
