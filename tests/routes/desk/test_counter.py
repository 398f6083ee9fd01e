"""Sitting down at a counter by the page, pausing there and leaving it."""

import re

from queue_app.lifecycle import ShiftState
from tests.office import Desk
from tests.routes.browsing import Person, forms
from tests.routes.desk.sitting import Signed, called, serving, shift_state, told


def test_it_offers_the_counters_and_says_who_sits_where(ana: Person, desk: Desk) -> None:
    desk.open("petugas3", 3)
    ana.open("/desk")
    offered = [form.fields["counter"] for form in forms(ana.page) if form.action == "/desk/open"]
    assert len(offered) == 4
    assert "Petugas 3" in ana.page


def test_it_opens_pauses_continues_and_closes_a_counter(ana: Person, desk: Desk) -> None:
    ana.press("/desk/open")
    assert told(ana) == "Loket 1 buka."
    ana.press("/desk/pause", reason="prayer", detail="asar")
    assert shift_state(desk) is ShiftState.PAUSED
    assert "Salat: asar" in ana.page
    assert not ana.has("/desk/call-next")
    ana.press("/desk/continue")
    assert shift_state(desk) is ShiftState.OPEN
    ana.press("/desk/close")
    assert shift_state(desk) is None
    assert ana.has("/desk/open")


def test_a_taken_counter_is_refused_with_the_counters_as_they_are(ana: Person, desk: Desk) -> None:
    desk.open("petugas2", 1)
    answer = ana.press("/desk/open")
    assert answer.status_code == 409
    assert told(ana).startswith("Loket 1 sedang dipakai petugas lain. Pilih loket lain")
    assert "Petugas 2" in ana.page


def test_a_counter_is_not_left_with_someone_at_it(seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    for action in ("/desk/pause", "/desk/close"):
        answer = seated.send(action, {"counter": str(ticket.counter_id)})
        assert answer.status_code == 409
        assert "masih di loket Anda" in told(seated)
    assert shift_state(desk) is ShiftState.OPEN


def test_a_counter_that_people_count_on_asks_before_it_closes(seated: Person, desk: Desk, signed: Signed) -> None:
    parked = serving(seated, desk)
    seated.press("/desk/hold", reason="copy", detail="")
    desk.open("petugas2", 2)
    answer = seated.send("/desk/close", {"counter": seated.form("/desk/call-next").fields["counter"]})
    assert answer.status_code == 200
    assert shift_state(desk) is ShiftState.OPEN
    assert re.search(r'<dialog[^>]*id="ask-close"[^>]*\bopen>', seated.page)
    assert parked.label in seated.page
    seated.press("/desk/close", "'sure': 'yes'", detail="KK di laci")
    assert shift_state(desk) is None
    colleague = signed("petugas2")
    colleague.open("/desk")
    assert "KK di laci" in colleague.page
    supervisor = signed("supervisor")
    supervisor.open("/supervisor")
    assert "KK di laci" in supervisor.page
