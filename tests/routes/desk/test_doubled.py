"""Doubled clicks, old pages and other people's tickets: what was done once is not done again."""

import pytest

from queue_app.lifecycle import TicketState
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import Signed, called, told


def test_a_double_click_calls_one_citizen(seated: Person, desk: Desk) -> None:
    first, second = desk.join("A"), desk.join("A")
    seated.open("/desk")
    clicked = seated.form("/desk/call-next").fields
    for _ in range(2):
        answer = seated.send("/desk/call-next", clicked)
        assert answer.status_code == 200
    assert desk.fresh(first).state is TicketState.CALLED
    assert desk.fresh(second).state is TicketState.WAITING


@pytest.mark.parametrize("move", ["recall", "start", "no-show", "return"])
def test_a_doubled_move_is_done_once(seated: Person, desk: Desk, move: str) -> None:
    ticket = called(seated, desk)
    clicked = seated.form(f"/desk/{move}").fields
    answers = [seated.send(f"/desk/{move}", clicked).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert desk.actions(ticket)[2:] == [move.replace("-", "_")]


def test_an_old_page_gets_409_and_the_fresh_state(signed: Signed, seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    other_tab = signed("petugas1")
    other_tab.open("/desk")
    other_tab.press("/desk/start")
    answer = seated.press("/desk/no-show")
    assert answer.status_code == 409
    assert told(seated) == "Tiket ini sudah berubah sejak halaman Anda dimuat; sekarang: sedang dilayani."
    assert seated.has("/desk/finish")
    assert not seated.has("/desk/no-show")
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_calling_with_someone_at_the_counter_is_refused(seated: Person, desk: Desk) -> None:
    old = seated.form("/desk/call-next").fields
    ticket = called(seated, desk)
    answer = seated.send("/desk/call-next", {**old, "key": "another"})
    assert answer.status_code == 409
    assert told(seated) == f"Tiket {ticket.label} masih di loket Anda (dipanggil). Selesaikan dahulu."


def test_another_officers_ticket_is_not_moved(signed: Signed, seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    budi = signed("petugas2")
    budi.open("/desk")
    answer = budi.send("/desk/start", {"ticket": f"{ticket.public_id}:{ticket.version}"})
    assert answer.status_code == 403
    assert desk.fresh(ticket).state is TicketState.CALLED
