"""What states, actions, categories, days and refusals are called on the screen, in the person's language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, gettext

from metrics.ranking import Standing
from queue_app import stops
from queue_app.charts.numbers import number, percent
from queue_app.errors import N_, Param, QueueError
from queue_app.lifecycle import Action, ClaimAction, OfficeAction, Outcome, ShiftAction, ShiftState, TicketState
from queue_app.messages.words import ALERT_WORDS
from queue_app.models import Alert, Category, ComplaintState, ComplaintStep, Relation, Role, SignInKind
from queue_app.representation import CATEGORY_NAMES
from queue_app.routes.complaint_words import complaint_text, step_text
from queue_app.routes.language import LANGUAGES, language

_STATES: Mapping[TicketState, str] = {
    TicketState.BOOKED: N_("Terdaftar"),
    TicketState.WAITING: N_("Menunggu"),
    TicketState.CALLED: N_("Dipanggil"),
    TicketState.SERVING: N_("Sedang dilayani"),
    TicketState.ON_HOLD: N_("Ditahan"),
    TicketState.SERVED: N_("Selesai"),
    TicketState.NO_SHOW: N_("Tidak hadir"),
    TicketState.CANCELLED: N_("Dibatalkan"),
    TicketState.EXPIRED: N_("Kedaluwarsa"),
    TicketState.WITHDRAWN: N_("Impornya diurungkan"),
}

_ACTIONS: Mapping[Action | ShiftAction | OfficeAction, str] = {
    Action.BOOK: N_("Daftar"),
    Action.JOIN: N_("Ambil nomor"),
    Action.CHECK_IN: N_("Lapor datang"),
    Action.RESCHEDULE: N_("Ganti jadwal"),
    Action.DEFER: N_("Minta waktu"),
    Action.CALL: N_("Panggil"),
    Action.RECALL: N_("Panggil ulang"),
    Action.START: N_("Mulai layani"),
    Action.FINISH: N_("Selesaikan"),
    Action.HOLD: N_("Tahan"),
    Action.RESUME: N_("Lanjutkan"),
    Action.TRANSFER: N_("Pindahkan"),
    Action.CONTINUE: N_("Lanjut ke layanan berikutnya"),
    Action.RELEASE: N_("Bebaskan untuk loket lain"),
    Action.RETURN: N_("Kembalikan ke antrean"),
    Action.NO_SHOW: N_("Tandai tidak hadir"),
    Action.CANCEL: N_("Batalkan"),
    Action.EXPIRE: N_("Tutup di akhir hari"),
    Action.MOVE: N_("Pindahkan ke layanan lain"),
    Action.SET_CATEGORY: N_("Ubah kelompok prioritas"),
    Action.UNDO: N_("Urungkan"),
    Action.WITHDRAW: N_("Urungkan impor"),
    ShiftAction.OPEN: N_("Buka loket"),
    ShiftAction.PAUSE: N_("Jeda"),
    ShiftAction.RESUME: N_("Lanjutkan sesi"),
    ShiftAction.CLOSE: N_("Tutup loket"),
    OfficeAction.SERVICE_PAUSE: N_("Jeda layanan"),
    OfficeAction.SERVICE_RESUME: N_("Buka layanan lagi"),
    OfficeAction.ISSUING_STOP: N_("Hentikan nomor baru"),
    OfficeAction.ISSUING_RESUME: N_("Beri nomor baru lagi"),
    OfficeAction.ANNOUNCE: N_("Kirim pesan"),
    OfficeAction.ANNOUNCE_END: N_("Tarik pesan"),
    OfficeAction.DAY_CLOSE: N_("Tutup hari"),
    OfficeAction.ALERT_RAISE: N_("Peringatan muncul"),
    OfficeAction.ALERT_CLEAR: N_("Peringatan reda"),
    OfficeAction.ALERT_ACKNOWLEDGE: N_("Peringatan diketahui"),
    OfficeAction.DISPLAY_CHANGE: N_("Ubah layar"),
    OfficeAction.DISPLAY_PAIR: N_("Pasangkan layar"),
    OfficeAction.DISPLAY_REVOKE: N_("Lepas layar"),
    OfficeAction.ANNOTATE: N_("Catatan pada bagan"),
    OfficeAction.ANNOTATION_REMOVE: N_("Catatan pada bagan dihapus"),
    OfficeAction.SIGNAL: N_("Isyarat indikator"),
    OfficeAction.SIGNAL_SEEN: N_("Isyarat indikator dilihat"),
    OfficeAction.CONTENT_CHANGE: N_("Ubah isi layar"),
}

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DONE: N_("Layanan selesai"),
    Outcome.PAPERS_MISSING: N_("Berkas kurang"),
    Outcome.REDIRECTED: N_("Diarahkan ke tempat lain"),
    Outcome.NOT_ELIGIBLE: N_("Tidak memenuhi syarat"),
    Outcome.SYSTEM_DOWN: N_("Sistem terganggu"),
}

_RELATIONS: Mapping[Relation, str] = {
    Relation.SELF: N_("Saya sendiri"),
    Relation.CHILD: N_("Anak saya"),
    Relation.PARENT: N_("Orang tua saya"),
    Relation.SPOUSE: N_("Suami atau istri saya"),
    Relation.OTHER: N_("Anggota keluarga lain"),
}

_SHIFT_STATES: Mapping[ShiftState, str] = {
    ShiftState.OPEN: N_("Buka"),
    ShiftState.PAUSED: N_("Jeda"),
    ShiftState.CLOSED: N_("Tutup"),
}

_ROLES: Mapping[Role, str] = {
    Role.OFFICER: N_("Petugas"),
    Role.RECEPTION: N_("Petugas penerimaan"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMIN: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
}


_SIGN_IN: Mapping[SignInKind, str] = {
    SignInKind.SIGNED_IN: N_("Masuk"),
    SignInKind.SIGNED_IN_OIDC: N_("Masuk dengan akun kantor"),
    SignInKind.SIGNED_OUT: N_("Keluar"),
    SignInKind.WRONG_PASSWORD: N_("Kata sandi salah"),
    SignInKind.WRONG_CODE: N_("Kode langkah kedua salah"),
    SignInKind.WRONG_PIN: N_("Layar dicoba dibuka, tidak cocok"),
    SignInKind.SESSION_ENDED: N_("Sesi diakhiri"),
    SignInKind.LOCKED: N_("Layar ditutup"),
    SignInKind.UNLOCKED: N_("Layar dibuka"),
    SignInKind.PASSWORD_CHANGED: N_("Kata sandi diganti"),
    SignInKind.PASSWORD_RESET: N_("Kata sandi sementara dibuat"),
    SignInKind.PIN_SET: N_("PIN disimpan"),
    SignInKind.SECOND_STEP_ON: N_("Langkah kedua dipasang"),
    SignInKind.SECOND_STEP_RESET: N_("Langkah kedua dihapus"),
    SignInKind.RECOVERY_USED: N_("Kode cadangan dipakai"),
    SignInKind.ROLE_CHANGED: N_("Peran diubah"),
    SignInKind.DEACTIVATED: N_("Dinonaktifkan"),
    SignInKind.ACTIVATED: N_("Diaktifkan lagi"),
    SignInKind.CREATED: N_("Akun dibuat"),
}


def sign_in_label(kind: SignInKind) -> str:
    """What happened to an account."""
    return str(gettext(_SIGN_IN[kind]))


def state_label(state: TicketState) -> str:
    return str(gettext(_STATES[state]))


def action_label(action: Action | ShiftAction | OfficeAction) -> str:
    return str(gettext(_ACTIONS[action]))


def outcome_label(outcome: Outcome) -> str:
    """What came of a service."""
    return str(gettext(_OUTCOMES[outcome]))


def category_label(category: Category) -> str:
    return str(gettext(CATEGORY_NAMES[category]))


def relation_label(relation: Relation) -> str:
    """Whom a number is for, seen from who fills in the form."""
    return str(gettext(_RELATIONS[relation]))


def cost_text(rupiah: int) -> str:
    """What a service costs: "gratis", "Rp50.000"."""
    return f"Rp{format_decimal(rupiah, locale=get_locale())}" if rupiah else str(gettext("gratis"))


def percent_text(share: float) -> str:
    """A share of 1 with one decimal: "15,3%"."""
    return str(format_percent(share, "#,##0.#%", locale=get_locale()))


def share_text(share: float | None) -> str:
    """A share of 1 as "12,5 %", a dash for no data."""
    return percent(share, language())


def minutes_text(seconds: float | None) -> str:
    """A duration in minutes with one decimal: "12,5", a dash for no data."""
    return number(None if seconds is None else seconds / 60, language(), 1)


def figure_text(value: float | str | Decimal) -> str:
    """A cell of a table: whole numbers as they are, decimals with theirs, others with one, texts untouched."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return number(float(value), language(), max(0, -int(value.as_tuple().exponent)))
    return number(value, language(), 0 if isinstance(value, int) else 1)


def standing_text(standing: Standing | None, beside: bool = True) -> str:
    """The places that an officer may have by speed. ``beside``: accuracy and satisfaction stand there too; without them
    no place is said.
    """
    if standing is None:
        return "–"
    if standing.group == "open":
        return str(gettext("belum dapat dibedakan"))
    if not beside:
        return str(gettext("tidak tampil tanpa ketepatan dan kepuasan"))
    if standing.best == standing.worst:
        return str(gettext("%(best)s dari %(of)s", best=standing.best, of=standing.of))
    return str(
        gettext("%(best)s sampai %(worst)s dari %(of)s", best=standing.best, worst=standing.worst, of=standing.of)
    )


def logged_action(action: str) -> str:
    """What a row of a ticket's log is called; one about a claim: that it was contested, or answered."""
    if action == ClaimAction.FLAG:
        return str(gettext("Sanggahan waktu"))
    if action in (ClaimAction.ACCEPT, ClaimAction.DECLINE):
        return str(gettext("Putusan sanggahan"))
    return action_label(Action(action))


def shift_state_label(state: ShiftState) -> str:
    return str(gettext(_SHIFT_STATES[state]))


def role_label(role: Role) -> str:
    return str(gettext(_ROLES[role]))


def day_text(day: date) -> str:
    """A local day in full: "Selasa, 24 November 2026"."""
    return format_date(day, "EEEE, d MMMM y", locale=get_locale())


def short_day_text(day: date) -> str:
    """A local day where space is short: "Sel, 24 Nov"."""
    return format_date(day, "EEE, d MMM", locale=get_locale())


def month_text(day: date) -> str:
    """The month of a day: "November 2026"."""
    return format_date(day, "MMMM y", locale=get_locale())


def weekday_short(day: date) -> str:
    return format_date(day, "EEE", locale=get_locale())


def day_month(day: date) -> str:
    return format_date(day, "d MMM", locale=get_locale())


def weekday_text(weekday: int) -> str:
    """A weekday (0 Monday) by name: "Selasa"."""
    return str(get_day_names("wide", locale=get_locale())[weekday])


def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """An instant on the office's wall clock: "08:05"."""
    return instant.astimezone(zone).strftime("%H:%M")


def error_text(error: QueueError) -> str:
    """The refusal as a sentence in the person's language, its states, actions and days in words."""
    return str(gettext(error.message)) % {name: _in_a_sentence(value) for name, value in error.params.items()}


def _in_a_sentence(value: object) -> object:
    match value:
        case date():
            text: object = day_text(value)
        case TicketState():
            text = _lower_first(state_label(value))
        case ShiftState():
            text = _lower_first(shift_state_label(value))
        case Category():
            text = _lower_first(category_label(value))
        case Action() | ShiftAction() | OfficeAction():
            text = action_label(value)
        case ComplaintState():
            text = _lower_first(complaint_text(value))
        case ComplaintStep():
            text = complaint_text(value)
        case StrEnum():
            text = value.value
        case _:
            text = value
    return text


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def alert_text(alert: Alert) -> str:
    """What a threshold has noticed, as a sentence."""
    facts = {**alert.facts, "service": alert.facts.get(f"service_{language()}", "")}
    return str(gettext(ALERT_WORDS[alert.kind])) % facts


def translated(text: str) -> str:
    """A constant of the code in the reader's language."""
    return str(gettext(text))


def translated_with(text: str, params: Mapping[str, Param]) -> str:
    """The same with its places filled, days in words."""
    return str(gettext(text)) % {name: _in_a_sentence(value) for name, value in params.items()}


def register(app: Flask) -> None:
    """Make the labels known to every template, as filters: ``{{ ticket.state | state_label }}``; and what a supervisor
    has stopped, as tests: ``{% if service is paused_on(today) %}``."""
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES)
    app.jinja_env.tests.update(
        paused_on=stops.is_paused, stopped_on=stops.is_issuing_stopped, wholly_stopped_on=stops.is_office_stopped
    )
    app.jinja_env.filters.update(
        translated=translated,
        translated_with=translated_with,
        sign_in_label=sign_in_label,
        state_label=state_label,
        action_label=action_label,
        category_label=category_label,
        outcome_label=outcome_label,
        relation_label=relation_label,
        cost_text=cost_text,
        percent_text=percent_text,
        share_text=share_text,
        minutes_text=minutes_text,
        figure_text=figure_text,
        standing_text=standing_text,
        logged_action=logged_action,
        shift_state_label=shift_state_label,
        role_label=role_label,
        day_text=day_text,
        short_day_text=short_day_text,
        month_text=month_text,
        weekday_text=weekday_text,
        weekday_short=weekday_short,
        day_month=day_month,
        clock_time=clock_time,
        error_text=error_text,
        alert_text=alert_text,
        complaint_text=complaint_text,
        step_text=step_text,
    )
