"""Every move of a ticket by the desk's page."""

import re

import pytest

from queue_app.lifecycle import TicketState
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import called, serving, told


def test_it_calls_starts_and_finishes(seated: Person, desk: Desk) -> None:
    first, second = desk.join("A"), desk.join("B")
    seated.open("/desk")
    seated.press("/desk/call-next")
    assert told(seated) == f"{first.label} dipanggil ke loket 1."
    seated.press("/desk/recall")
    seated.press("/desk/start")
    desk.wait(minutes=4)
    seated.open("/desk")
    seated.press("/desk/finish")
    assert told(seated) == f"{first.label} selesai dilayani."
    assert desk.actions(first) == ["join", "call", "recall", "start", "finish"]
    assert desk.fresh(second).state is TicketState.WAITING


def test_calling_when_nobody_waits_says_so(seated: Person) -> None:
    answer = seated.press("/desk/call-next")
    assert answer.status_code == 200
    assert told(seated) == "Tidak ada yang menunggu."


def test_it_holds_with_a_reason_and_resumes(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    seated.press("/desk/hold", reason="papers", detail="KK lama")
    assert desk.fresh(ticket).state is TicketState.ON_HOLD
    assert "Mengambil berkas yang kurang: KK lama" in seated.page
    seated.press("/desk/resume")
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_it_transfers_and_the_label_stays(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    seated.press("/desk/transfer", service="B", detail="KK dahulu")
    moved = desk.fresh(ticket)
    assert (moved.state, moved.label) == (TicketState.WAITING, ticket.label)
    event = desk.events(ticket)[-1]
    assert (event.data["to_service"], event.reason) == ("B", "KK dahulu")


def test_it_marks_a_no_show_who_may_come_back(seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    seated.press("/desk/no-show")
    assert desk.fresh(ticket).state is TicketState.NO_SHOW
    desk.wait(minutes=20)
    seated.open("/desk")
    choice = seated.form("/desk/return").choices["ticket"][0]
    seated.press("/desk/return", ticket=choice)
    assert desk.fresh(ticket).state is TicketState.WAITING


def test_a_no_show_after_the_grace_is_neither_offered_nor_taken_back(seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    seated.press("/desk/no-show")
    gone = desk.fresh(ticket)
    desk.wait(minutes=61)
    seated.open("/desk")
    assert "ticket" not in seated.form("/desk/return").choices
    answer = seated.send("/desk/return", {"ticket": f"{gone.public_id}:{gone.version}"})
    assert answer.status_code == 409
    assert "Waktu toleransi 60 menit sudah lewat" in told(seated)


def test_it_returns_a_called_ticket_to_its_place(seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    desk.join("A")
    seated.press("/desk/return")
    assert desk.fresh(ticket).state is TicketState.WAITING
    seated.press("/desk/call-next")
    assert told(seated) == f"{ticket.label} dipanggil ke loket 1."


def test_it_calls_a_chosen_ticket_with_a_reason(seated: Person, desk: Desk) -> None:
    desk.join("A")
    chosen = desk.join("B")
    seated.open("/desk")
    seated.press("/desk/call", ticket=f"{chosen.public_id}:{chosen.version}", reason="missed")
    assert desk.fresh(chosen).state is TicketState.CALLED
    event = desk.events(chosen)[-1]
    assert (event.data["why"], event.reason) == ("chosen", "Tidak mendengar panggilan")


@pytest.mark.parametrize("given", [{}, {"reason": "other"}, {"reason": "unheard of"}, {"detail": " \x07 "}])
def test_a_chosen_ticket_needs_a_reason(seated: Person, desk: Desk, given: dict[str, str]) -> None:
    chosen = desk.join("B")
    seated.open("/desk")
    answer = seated.press("/desk/call", ticket=f"{chosen.public_id}:{chosen.version}", **given)
    assert answer.status_code == 422
    assert told(seated).startswith("Tuliskan mengapa nomor ini didahulukan.")
    assert desk.fresh(chosen).state is TicketState.WAITING


def test_it_flags_a_wrong_time_once_and_shows_it(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk, minutes=50)
    seated.press("/desk/finish")
    done = desk.fresh(ticket)
    seated.press("/desk/flag", ticket=f"{done.public_id}:{done.version}", reason="late_finish")
    assert desk.events(ticket)[-1].reason == "Terlambat menekan Selesai"
    assert desk.events(ticket)[-1].data["kind"] == "late_finish"
    assert "disanggah" in seated.page
    assert "Dari 1 layanan hari ini, 1 ikut dihitung" in seated.page


def test_a_finish_may_have_another_outcome(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    said = {"outcome": "papers_missing", "missing": "1", "service_given": "C", "detail": "KTP lama"}
    seated.press("/desk/finish", "'outcome'", **said)
    assert told(seated).startswith(f"{ticket.label} selesai: berkas kurang.")
    event = desk.events(ticket)[-1]
    with desk.db.read() as session:
        paper = desk.service(session, "A").documents[1]["id"]
    kept = {key: event.data[key] for key in ("outcome", "service_given", "missing")}
    assert (kept, event.reason) == (
        {"outcome": "papers_missing", "service_given": "C", "missing": [paper]},
        "KTP lama",
    )
    assert "Berkas kurang" in seated.page


@pytest.mark.parametrize("wrong", [{"outcome": "lost"}, {"service_given": "Z"}, {"outcome": "DONE"}])
def test_an_outcome_that_is_none_is_refused(seated: Person, desk: Desk, wrong: dict[str, str]) -> None:
    ticket = serving(seated, desk)
    assert seated.press("/desk/finish", **wrong).status_code in (404, 422)
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_a_slip_is_taken_back_while_the_page_offers_it(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    seated.press("/desk/finish")
    seated.press("/desk/undo")
    assert told(seated).startswith(f"Diurungkan. {ticket.label} lagi: sedang dilayani.")
    assert 'data-seconds="300.0" data-show="clock">5:00' in seated.page
    assert not seated.has("/desk/undo")
    seated.press("/desk/hold", reason="copy", detail="", remind="30")
    desk.wait(seconds=11)
    seated.open("/desk")
    assert not seated.has("/desk/undo")


def test_beside_a_pause_no_earlier_move_is_offered_for_undoing(seated: Person, desk: Desk) -> None:
    serving(seated, desk)
    seated.press("/desk/finish")
    assert seated.has("/desk/undo")
    seated.send("/desk/pause", {"counter": "1", "reason": "break"})
    assert "Loket sedang jeda" in seated.page
    assert not seated.has("/desk/undo")


def test_it_finishes_and_calls_in_one_step(seated: Person, desk: Desk) -> None:
    ticket, following = serving(seated, desk), desk.join("B")
    seated.open("/desk?ask=finish-next")
    assert re.search(r'<dialog[^>]*id="ask-finish-next"[^>]*\bopen>', seated.page)
    assert following.label in seated.page
    clicked = seated.form("/desk/finish-next").fields
    for _ in range(2):
        assert seated.send("/desk/finish-next", clicked).status_code == 200
    assert (desk.actions(ticket)[-1], desk.actions(following)) == ("finish", ["join", "call"])
    assert told(seated) == f"{ticket.label} selesai dilayani. {following.label} dipanggil ke loket 1."
