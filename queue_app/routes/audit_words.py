"""How a visit's story is told: one sentence for each thing that happened."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from queue_app.audit.story import Kind, Told
from queue_app.errors import N_
from queue_app.lifecycle import Action, ClaimAction, Outcome
from queue_app.models import ComplaintStep, MessageKind, MessageStatus
from queue_app.routes.complaint_words import step_text
from queue_app.routes.labels import logged_action, outcome_label
from queue_app.routes.language import language

_MOVES: Mapping[str, str] = {
    Action.BOOK: N_("Nomor didaftarkan untuk %(service)s."),
    Action.JOIN: N_("Nomor diambil di kantor untuk %(service)s."),
    Action.CHECK_IN: N_("Warga lapor datang."),
    Action.RESCHEDULE: N_("Jadwalnya diganti."),
    Action.DEFER: N_("Warga minta waktu; beberapa nomor didahulukan."),
    Action.CALL: N_("Dipanggil ke loket %(counter)s."),
    Action.RECALL: N_("Dipanggil sekali lagi ke loket %(counter)s."),
    Action.START: N_("Mulai dilayani di loket %(counter)s."),
    Action.FINISH: N_("Selesai di loket %(counter)s: %(outcome)s."),
    Action.HOLD: N_("Layanan ditahan di loket %(counter)s."),
    Action.RESUME: N_("Layanan dilanjutkan di loket %(counter)s."),
    Action.TRANSFER: N_("Dipindahkan ke %(service)s."),
    Action.CONTINUE: N_("Selesai di loket %(counter)s, lalu lanjut ke %(service)s."),
    Action.RELEASE: N_("Boleh dipanggil loket mana pun lagi."),
    Action.RETURN: N_("Kembali ke antrean."),
    Action.NO_SHOW: N_("Tidak hadir ketika dipanggil ke loket %(counter)s."),
    Action.CANCEL: N_("Nomor dibatalkan."),
    Action.EXPIRE: N_("Kedaluwarsa di akhir hari, tidak dilayani."),
    Action.MOVE: N_("Dipindahkan supervisor ke %(service)s."),
    Action.SET_CATEGORY: N_("Kelompok prioritasnya diubah."),
    Action.UNDO: N_("Langkah terakhir diurungkan: %(undone)s."),
    Action.WITHDRAW: N_("Impornya diurungkan; tidak ada di angka mana pun."),
    ClaimAction.FLAG: N_("Waktu yang tercatat dibantah."),
    ClaimAction.ACCEPT: N_("Bantahan atas waktu diterima: waktu itu tidak dihitung."),
    ClaimAction.DECLINE: N_("Bantahan atas waktu tidak diterima."),
}

_MESSAGES: Mapping[MessageKind, str] = {
    MessageKind.BOOKED: N_("bukti pendaftaran"),
    MessageKind.MOVED: N_("jadwal diganti"),
    MessageKind.REMINDER: N_("pengingat"),
    MessageKind.NEAR: N_("sebentar lagi giliran"),
    MessageKind.CALLED: N_("panggilan"),
    MessageKind.MISSED: N_("terlewat"),
    MessageKind.CLOSED_DAY: N_("kantor tutup"),
    MessageKind.PLACE: N_("dapat tempat"),
    MessageKind.NOTICE: N_("kabar dari kantor"),
    MessageKind.ALERT: N_("peringatan"),
}

_SENT: Mapping[MessageStatus, str] = {
    MessageStatus.SENT: N_("Pesan terkirim lewat %(channel)s: %(kind)s."),
    MessageStatus.UNKNOWN: N_("Pesan lewat %(channel)s mungkin sampai: %(kind)s."),
    MessageStatus.FAILED: N_("Pesan lewat %(channel)s gagal: %(kind)s."),
}


def sentence(told: Told) -> str:
    """What happened, in the reader's language."""
    match told.kind:
        case Kind.FORECAST:
            low, high = (round(told.facts[name] / 60) for name in ("low_s", "high_s"))
            return str(gettext("Warga melihat perkiraan tunggu %(low)s–%(high)s menit.", low=low, high=high))
        case Kind.MESSAGE:
            kind, sent = gettext(_MESSAGES[MessageKind(told.name)]), _SENT[told.facts["status"]]
            return str(gettext(sent, channel=told.facts["channel"], kind=kind))
        case Kind.COMPLAINT:
            step = step_text(ComplaintStep(told.name))
            return str(gettext("Pengaduan %(number)s: %(step)s.", number=told.facts["number"], step=step))
    words = _MOVES.get(told.name)
    return str(gettext(words, **_named(told))) if words else _action(told.name)


def _action(name: str) -> str:
    """Its name on a button; as it stands where somebody put into the log what is none."""
    try:
        return logged_action(name)
    except (ValueError, KeyError):
        return name


def _named(told: Told) -> dict[str, Any]:
    service = "–" if told.service is None else getattr(told.service, f"name_{language()}", told.service.name_id)
    outcome = told.facts.get("outcome", Outcome.DONE)
    return {
        "service": service,
        "counter": told.counter if told.counter is not None else "–",
        "outcome": outcome_label(Outcome(outcome)) if outcome in set(Outcome) else outcome,
        "undone": _action(str(told.facts.get("undoes", "–"))),
    }
