"""What the desk's buttons do: for each address one use case, with what its form carries and the sentence that tells of
it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import calling, claims, handover, shifts, tickets, undo
from queue_app.errors import N_
from queue_app.lifecycle import Outcome, TicketState
from queue_app.models import Ticket, User
from queue_app.routes import desk_forms
from queue_app.routes.labels import outcome_label, state_label

Deed = Callable[[Session, User, datetime], str]
"""Carries out one use case inside a write transaction, and says what came of it."""

_WITHOUT_REASON = N_("Tuliskan mengapa nomor ini didahulukan. Tanpa alasan, panggil menurut urutan.")

_Move = Callable[[Session, User, str, int, datetime, str | None], Ticket]


def _open_counter(session: Session, officer: User, now: datetime) -> str:
    shift = shifts.open_counter(session, officer, desk_forms.counter_id(), now)
    return str(gettext("Loket %(number)s buka.", number=shift.counter.number))


def _close_counter(session: Session, officer: User, now: datetime) -> str:
    to = desk_forms.counter_id("to") if desk_forms.text("to") else None
    shift = handover.close(session, officer, desk_forms.counter_id(), now, to, _words())
    return str(gettext("Loket %(number)s ditutup. Terima kasih.", number=shift.counter.number))


def _pause(session: Session, officer: User, now: datetime) -> str:
    why = desk_forms.reason(desk_forms.PAUSE_REASONS)
    shift = shifts.pause(session, officer, desk_forms.counter_id(), now, why)
    return str(gettext("Loket %(number)s jeda. Tidak ada yang dipanggil ke sini.", number=shift.counter.number))


def _end_pause(session: Session, officer: User, now: datetime) -> str:
    shift = shifts.open_counter(session, officer, desk_forms.counter_id(), now)
    return str(gettext("Jeda selesai. Loket %(number)s buka lagi.", number=shift.counter.number))


def _call_next(session: Session, officer: User, now: datetime) -> str:
    ticket = calling.call_next(session, officer, desk_forms.counter_id(), now, desk_forms.text("key"))
    return _called(ticket) if ticket else str(gettext("Tidak ada yang menunggu."))


def _call_chosen(session: Session, officer: User, now: datetime) -> str:
    ref, why = desk_forms.ticket_ref(), desk_forms.needed_reason(desk_forms.CHOICE_REASONS, _WITHOUT_REASON)
    return _called(calling.call_chosen(session, officer, desk_forms.counter_id(), ref.public_id, now, why))


def _finish(session: Session, officer: User, now: datetime) -> str:
    ref = desk_forms.ticket_ref()
    result = desk_forms.result(calling.find(session, officer, ref.public_id).service.documents)
    ticket = tickets.finish(session, officer, ref.public_id, ref.version, now, _words(), result)
    return _finished(ticket, result.outcome)


def _finish_and_call_next(session: Session, officer: User, now: datetime) -> str:
    ref, key = desk_forms.ticket_ref(), desk_forms.text("key")
    finished, called = tickets.finish_and_call_next(
        session, officer, desk_forms.counter_id(), ref.public_id, ref.version, now, key, _words()
    )
    following = _called(called) if called else str(gettext("Tidak ada yang menunggu."))
    return f"{_finished(finished, Outcome.DONE)} {following}"


def _hold(session: Session, officer: User, now: datetime) -> str:
    ref, why = desk_forms.ticket_ref(), desk_forms.reason(desk_forms.HOLD_REASONS)
    ticket = tickets.hold(session, officer, ref.public_id, ref.version, now, why, desk_forms.minutes("remind"))
    return str(gettext("%(label)s ditahan. Waktunya berhenti, loket bebas.", label=ticket.label))


def _undo(session: Session, officer: User, now: datetime) -> str:
    ref = desk_forms.ticket_ref()
    ticket = undo.undo(session, officer, ref.public_id, ref.version, now)
    state = state_label(ticket.state)
    return str(gettext("Diurungkan. %(label)s lagi: %(state)s.", label=ticket.label, state=state.lower()))


def _transfer(session: Session, officer: User, now: datetime) -> str:
    ref, (code, to) = desk_forms.ticket_ref(), desk_forms.destination()
    ticket = tickets.transfer(session, officer, ref.public_id, ref.version, now, code, _words(), to)
    label = ticket.label
    if ticket.for_counter is not None:
        return str(gettext("%(label)s menunggu loket %(number)s.", label=label, number=ticket.for_counter.number))
    if ticket.for_officer is not None:
        return str(gettext("%(label)s menunggu %(officer)s.", label=label, officer=ticket.for_officer.display_name))
    if ticket.for_pool is not None:
        return str(gettext("%(label)s menunggu kelompok loket %(pool)s.", label=label, pool=ticket.for_pool.code))
    return str(gettext("%(label)s dialihkan ke layanan %(service)s.", label=label, service=ticket.service.code))


def _flag(session: Session, officer: User, now: datetime) -> str:
    ref, why = desk_forms.ticket_ref(), desk_forms.needed_reason(desk_forms.FLAG_REASONS)
    ticket = claims.flag(session, officer, ref.public_id, ref.version, now, why, desk_forms.kind_of_claim())
    return str(gettext("Sanggahan untuk %(label)s dicatat. Supervisor memutuskannya.", label=ticket.label))


def _moved(move: _Move, sentence: str, words: Callable[[], str | None]) -> Deed:
    """A move of the ticket that needs nothing but, perhaps, the officer's words."""

    def deed(session: Session, officer: User, now: datetime) -> str:
        ref = desk_forms.ticket_ref()
        ticket = move(session, officer, ref.public_id, ref.version, now, words())
        return str(gettext(sentence, label=ticket.label))

    return deed


def _words() -> str | None:
    return desk_forms.text("detail") or None


def _called(ticket: Ticket) -> str:
    if ticket.counter is None:
        # The double of an earlier call, whose ticket has gone on since.
        return str(gettext("%(label)s sudah dipanggil tadi.", label=ticket.label))
    return str(gettext("%(label)s dipanggil ke loket %(number)s.", label=ticket.label, number=ticket.counter.number))


def _finished(ticket: Ticket, outcome: Outcome) -> str:
    if ticket.state is TicketState.WAITING:
        service = ticket.service.code
        words = N_("%(label)s selesai di sini, lalu menunggu layanan %(service)s.")
        return str(gettext(words, label=ticket.label, service=service))
    if outcome is not Outcome.DONE:
        result = outcome_label(outcome).lower()
        return str(gettext("%(label)s selesai: %(outcome)s.", label=ticket.label, outcome=result))
    return str(gettext("%(label)s selesai dilayani.", label=ticket.label))


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "open": _open_counter,
        "close": _close_counter,
        "pause": _pause,
        "continue": _end_pause,
        "call-next": _call_next,
        "call": _call_chosen,
        "recall": _moved(tickets.recall, N_("%(label)s dipanggil ulang."), _words),
        "start": _moved(tickets.start, N_("Melayani %(label)s. Waktu layanan berjalan."), _words),
        "finish": _finish,
        "finish-next": _finish_and_call_next,
        "hold": _hold,
        "resume": _moved(tickets.resume, N_("Melayani %(label)s lagi. Waktu layanan berjalan kembali."), _words),
        "transfer": _transfer,
        "return": _moved(tickets.put_back, N_("%(label)s menunggu lagi di tempatnya semula."), _words),
        "no-show": _moved(tickets.no_show, N_("%(label)s ditandai tidak hadir."), _words),
        "undo": _undo,
        "flag": _flag,
    }
)
"""By the last part of the address, ``POST /desk/...``."""
