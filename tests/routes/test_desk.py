"""The desk through its pages, as forms: every move, doubled and outdated ones, wrong ones, and who may."""

import re
from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask

from queue_app import clock, shifts
from queue_app.lifecycle import ShiftState, TicketState
from queue_app.models import Category, Ticket
from queue_app.personal import Holder
from tests.office import Desk
from tests.routes.browsing import Person, forms

Signed = Callable[[str], Person]


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def signed(app: Flask) -> Signed:
    return lambda username: Person(app, username)


@pytest.fixture
def ana(signed: Signed) -> Person:
    """The officer petugas1, on the page where a counter is chosen."""
    person = signed("petugas1")
    person.open("/desk")
    return person


@pytest.fixture
def seated(ana: Person) -> Person:
    """The same, at counter 1."""
    ana.press("/desk/open")
    return ana


def called(ana: Person, desk: Desk, service: str = "A") -> Ticket:
    """A walk-in whom ana has called by the page."""
    ticket = desk.join(service)
    ana.open("/desk")
    ana.press("/desk/call-next")
    return desk.fresh(ticket)


def serving(ana: Person, desk: Desk, service: str = "A", minutes: float = 5) -> Ticket:
    """A walk-in whom ana has been serving for some minutes."""
    ticket = called(ana, desk, service)
    ana.press("/desk/start")
    desk.wait(minutes=minutes)
    ana.open("/desk")
    return desk.fresh(ticket)


def told(person: Person) -> str:
    """What the page says came of the last move."""
    found = re.search(r'class="told told--\w+">.*?<span>(.*?)(?:<span|</span>)', person.page, re.DOTALL)
    return found.group(1) if found else ""


def shift_state(desk: Desk, officer: str = "petugas1") -> ShiftState | None:
    with desk.db.read() as session:
        shift = shifts.current(session, desk.user(session, officer))
        return shift.state if shift else None


# ---- The counter ----


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


# ---- Moves ----


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


def test_it_shows_the_officers_own_figures(seated: Person, desk: Desk) -> None:
    for minutes in (2, 4, 12):
        serving(seated, desk, minutes=minutes)
        seated.press("/desk/finish")
    figures = re.findall(r'class="stat__figure">(.*?)</dd>', seated.page)
    assert figures == ["3", "4 mnt 0 dtk"]


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


# ---- Doubled and outdated ----


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


# ---- Guards ----


def test_finishing_at_once_is_asked_about_first(seated: Person, desk: Desk) -> None:
    ticket = called(seated, desk)
    seated.press("/desk/start")
    desk.wait(seconds=19)
    answer = seated.press("/desk/finish")
    assert answer.status_code == 200
    assert desk.fresh(ticket).state is TicketState.SERVING
    assert re.search(r'<dialog[^>]*id="ask-short"[^>]*\bopen>', seated.page)
    seated.press("/desk/finish", "'sure': 'yes'")
    assert desk.fresh(ticket).state is TicketState.SERVED


@pytest.mark.parametrize("question", ["choose", "pause", "keys", "figures"])
def test_questions_open_without_scripts(seated: Person, desk: Desk, question: str) -> None:
    desk.join("A")
    seated.open(f"/desk?ask={question}")
    assert re.search(rf'<dialog[^>]*id="ask-{question}"[^>]*\bopen>', seated.page)


def test_the_flag_question_names_its_ticket_without_scripts(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    seated.press("/desk/finish")
    seated.open(f"/desk?ask=flag&ticket={ticket.public_id}")
    assert seated.form("/desk/flag").fields["ticket"].startswith(ticket.public_id)


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


# ---- Who may ----

POSTS = [
    *("open", "close", "pause", "continue", "call-next", "call", "recall", "start", "finish"),
    *("finish-next", "hold", "resume", "transfer", "return", "no-show", "undo", "flag"),
]
TICKET_MOVES = POSTS[POSTS.index("call") :]


@pytest.mark.parametrize("path", ["/desk", "/desk/live"])
def test_strangers_are_sent_to_sign_in(signed: Signed, path: str) -> None:
    answer = signed("").client.get(path)
    assert answer.status_code == 302
    assert "/signin" in answer.headers["Location"]


@pytest.mark.parametrize("username", ["supervisor", "admin"])
def test_only_officers_sit_at_a_desk(signed: Signed, username: str) -> None:
    person = signed(username)
    assert person.client.get("/desk").status_code == 403
    assert person.client.get("/desk/live").status_code == 403


def test_every_move_needs_the_pages_token(seated: Person, desk: Desk) -> None:
    before = len(desk.events())
    for move in POSTS:
        answer = seated.client.post(f"/desk/{move}", data={"counter": "1", "reason": "other", "detail": "x"})
        assert answer.status_code == 400, move
    assert len(desk.events()) == before


def test_a_moves_address_in_the_address_bar_leads_to_the_desk(seated: Person) -> None:
    for move in POSTS:
        answer = seated.client.get(f"/desk/{move}")
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/desk"), move


# ---- Bad input ----

BAD_REFS = ["", "x", ":", "x:y", "x:-1", "x:1.5", "a b:1", "x" * 500 + ":1", "é:1", "😀:1", "x:" + "9" * 40]
BAD_COUNTERS = ["", "x", "-1", "0", "1.5", "٣", "9" * 40, "99999"]


def test_a_bad_ticket_is_refused_and_the_desk_shown(seated: Person) -> None:
    # All moves read what they are sent by the same function, so not each of them needs every wrong text.
    for move, ref in [*product(["start"], BAD_REFS), *product(TICKET_MOVES, [BAD_REFS[0], BAD_REFS[-1]])]:
        answer = seated.send(f"/desk/{move}", {"ticket": ref, "service": "A", "reason": "slip", "counter": "1"})
        assert answer.status_code == 422, (move, ref)
        assert 'id="desk-live"' in seated.page


def test_an_unknown_ticket_is_refused(seated: Person) -> None:
    assert seated.send("/desk/start", {"ticket": "nobody:1"}).status_code == 404


def test_a_bad_counter_is_refused_and_the_desk_shown(ana: Person) -> None:
    for move in ("open", "close", "pause", "continue", "call-next"):
        for counter in BAD_COUNTERS:
            answer = ana.send(f"/desk/{move}", {"counter": counter, "key": "k"})
            assert answer.status_code == 404, (move, counter)
            assert 'id="desk-live"' in ana.page


def test_a_nul_is_never_a_fault(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    page = seated.page
    for move in POSTS:
        for name in ("ticket", "counter", "key", "service", "reason", "detail"):
            fields = {"ticket": f"{ticket.public_id}:{ticket.version}", "counter": "1", "reason": "other", name: "a\0b"}
            seated.page = page
            assert 400 <= seated.send(f"/desk/{move}", fields).status_code < 500, (move, name)


@pytest.mark.parametrize("key", ["", "x" * 5000, "é" * 81])
def test_a_bad_key_is_refused_or_shortened(seated: Person, desk: Desk, key: str) -> None:
    counter = seated.form("/desk/call-next").fields["counter"]
    assert seated.send("/desk/call-next", {"counter": counter, "key": key}).status_code == 422


@pytest.mark.parametrize("service", ["", "Z", "A" * 5000, "😀"])
def test_a_transfer_to_an_unknown_service_is_refused(seated: Person, desk: Desk, service: str) -> None:
    ticket = serving(seated, desk)
    assert seated.press("/desk/transfer", service=service).status_code == 404
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_a_long_reason_is_cut_and_kept_clean(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    seated.press("/desk/hold", reason="other", detail="<b>a\x07b\n</b> " + "é" * 1000)
    reason = desk.events(ticket)[-1].reason
    assert reason is not None
    assert len(reason) == 240
    assert reason.startswith("<b>a b </b> é")
    assert "<b>a b" not in seated.page


def test_an_unknown_question_is_no_question(seated: Person) -> None:
    answer = seated.open("/desk?ask=<script>&ticket=%01")
    assert answer.status_code == 200
    assert " open>" not in seated.page


def test_a_ticket_of_yesterday_is_not_in_the_line(seated: Person, desk: Desk) -> None:
    desk.join("A")
    desk.wait(days=1)
    seated.open("/desk")
    assert seated.press("/desk/call-next").status_code == 200
    assert told(seated) == "Tidak ada yang menunggu."


def test_it_speaks_english(seated: Person, desk: Desk) -> None:
    seated.client.set_cookie("lang", "en")
    ticket = desk.join("A")
    seated.open("/desk")
    assert "Birth certificate" in seated.page
    assert ticket.label in seated.page


def test_a_line_of_hundreds_is_counted_and_listed_in_part(seated: Person, desk: Desk) -> None:
    for _ in range(205):
        desk.join("A")
    seated.open("/desk")
    assert '<span class="count">205</span>' in seated.page
    assert len(seated.form("/desk/call").choices["ticket"]) == 200
    assert seated.page.count('id="wait-') == 30
