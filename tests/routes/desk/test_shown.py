"""What the desk shows: who is at the counter, who waits and who is next, the officer's own figures."""

import re

from queue_app.lifecycle import TicketState
from queue_app.models import Category
from queue_app.personal import Holder
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import serving, told


def test_it_shows_who_is_at_the_counter_and_never_the_name(seated: Person, desk: Desk) -> None:
    desk.join("A", category=Category.PREGNANT, holder=Holder(name="Siti Nur Aisyah", nik="1471055708900001"))
    seated.open("/desk")
    seated.press("/desk/call-next")
    for shown in ("S.N.A.", "0001", "Ibu hamil", "Akta kelahiran", "KTP-el kedua orang tua"):
        assert shown in seated.page
    for hidden in ("Siti", "Aisyah", "147105570890"):
        assert hidden not in seated.page


def test_the_running_time_leaves_holds_out(seated: Person, desk: Desk) -> None:
    serving(seated, desk, minutes=2)
    assert 'data-seconds="120.0" data-show="clock">2:00' in seated.page
    seated.press("/desk/hold", reason="copy", detail="")
    desk.wait(minutes=30)
    seated.open("/desk")
    seated.press("/desk/resume")
    desk.wait(minutes=1)
    seated.open("/desk")
    assert 'data-seconds="180.0" data-show="clock">3:00' in seated.page
    assert 'max="900"' in seated.page  # the standard of 15 minutes


def test_it_shows_the_officers_own_figures(seated: Person, desk: Desk) -> None:
    for minutes in (2, 4, 12):
        serving(seated, desk, minutes=minutes)
        seated.press("/desk/finish")
    figures = re.findall(r'class="stat__figure">(.*?)</dd>', seated.page)
    assert figures == ["3", "4 mnt 0 dtk"]


def test_it_says_who_is_next_and_why_and_how_often_one_was_called(seated: Person, desk: Desk) -> None:
    first = desk.join("A")
    desk.wait(minutes=10)
    desk.join("B")
    seated.open("/desk")
    assert "paling lama menunggu" in seated.page
    seated.press("/desk/call-next")
    for calls in (2, 3):
        seated.press("/desk/recall")
        assert f"panggilan {calls} dari 3" in seated.page
    primary = re.search(r'<button[^>]* id="primary".*?</button>', seated.page, re.DOTALL)
    assert primary is not None
    assert "Tidak hadir" in primary.group()
    assert seated.has("/desk/start")
    assert desk.fresh(first).state is TicketState.CALLED


def test_a_ticket_of_yesterday_is_not_in_the_line(seated: Person, desk: Desk) -> None:
    desk.join("A")
    desk.wait(days=1)
    seated.open("/desk")
    assert seated.press("/desk/call-next").status_code == 200
    assert told(seated) == "Tidak ada yang menunggu."


def test_a_line_of_hundreds_is_counted_and_listed_in_part(seated: Person, desk: Desk) -> None:
    for _ in range(205):
        desk.join("A")
    seated.open("/desk")
    assert '<span class="count">205</span>' in seated.page
    assert len(seated.form("/desk/call").choices["ticket"]) == 200
    assert seated.page.count('id="wait-') == 30


def test_it_speaks_english(seated: Person, desk: Desk) -> None:
    seated.client.set_cookie("lang", "en")
    ticket = desk.join("A")
    seated.open("/desk")
    assert "Birth certificate" in seated.page
    assert ticket.label in seated.page


def test_the_live_part_is_the_same_part_alone(seated: Person, desk: Desk) -> None:
    ticket = desk.join("A")
    answer = seated.client.get("/desk/live")
    body = answer.get_data(as_text=True)
    assert body.lstrip().startswith('<div class="desk-live" id="desk-live"')
    assert ticket.label in body
    assert "<html" not in body


def test_the_live_part_leaves_the_session_alone(seated: Person) -> None:
    """Its answer may come after that of a move, and must not bring back what the session said before."""
    assert "Set-Cookie" not in seated.client.get("/desk/live").headers


def test_asking_for_the_live_part_does_not_use_up_what_is_told(seated: Person, desk: Desk) -> None:
    desk.join("A")
    seated.open("/desk")
    token, form = seated.token(), seated.form("/desk/call-next").fields
    seated.client.post("/desk/call-next", data={**form, "csrf_token": token})
    seated.client.get("/desk/live")
    seated.open("/desk")
    assert "dipanggil ke loket 1" in told(seated)
