"""Being at the office: the display's code, the phone that scans it, the kiosk, the reception, the ticket's page."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from itsdangerous import URLSafeSerializer

from queue_app import tickets
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Channel, Office, Ticket
from queue_app.presence import Presence
from tests.office import SECRET, SLUG, Desk
from tests.routes.browsing import Person

PRESENCE = Presence(SECRET)
HERE = f"/o/{SLUG}/here"
KIOSK = f"/kiosk/{SLUG}/check-in"
CODE_OF_DISPLAY = f"/display/{SLUG}/here"
TODAY = date(2026, 11, 24)


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The routes see the desk's clock."""
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    return desk


@pytest.fixture
def visitor(app: Flask, desk: Desk) -> Person:
    return Person(app)


@pytest.fixture
def supervisor(app: Flask, desk: Desk) -> Person:
    return Person(app, "supervisor")


def code(desk: Desk, age: int = 0, slug: str = SLUG) -> str:
    return PRESENCE.code(slug, desk.now - timedelta(seconds=age))


def typed(ticket: Ticket) -> str:
    return f"{ticket.label} {PRESENCE.short_code(ticket.public_id)}"


def words(page: str) -> str:
    """What the page shows: nothing hidden, no tags."""
    shown = re.sub(r"<(\w+)[^>]* hidden[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


class TestDisplayCode:
    def test_only_a_paired_display_is_given_it(self, visitor: Person, supervisor: Person) -> None:
        assert visitor.open(CODE_OF_DISPLAY).status_code == 204
        supervisor.open("/reception")
        supervisor.press("/reception/device", "display", kind="display")
        supervisor.client.delete_cookie("session")  # signed out, the browser stays paired
        answer = supervisor.client.get(CODE_OF_DISPLAY)
        assert answer.get_json() == {"side": answer.get_json()["side"], "path": answer.get_json()["path"], "for_s": 30}
        assert answer.headers["Cache-Control"] == "no-store"

    def test_it_changes_with_the_time_and_says_when(self, supervisor: Person, desk: Desk) -> None:
        first = supervisor.client.get(CODE_OF_DISPLAY).get_json()
        desk.wait(seconds=20)
        assert supervisor.client.get(CODE_OF_DISPLAY).get_json() == first | {"for_s": 10}
        desk.wait(seconds=10)
        assert supervisor.client.get(CODE_OF_DISPLAY).get_json()["path"] != first["path"]

    def test_an_office_that_shows_none_gives_none(self, supervisor: Person, desk: Desk) -> None:
        desk.change_office(presence=False)
        assert supervisor.open(CODE_OF_DISPLAY).status_code == 204
        assert "js/here.js" not in supervisor.open(f"/display/{SLUG}").get_data(as_text=True)

    def test_a_cookie_of_one_s_own_making_pairs_nothing(self, visitor: Person) -> None:
        visitor.client.set_cookie("device", SLUG)
        assert visitor.open(CODE_OF_DISPLAY).status_code == 204

    def test_a_supervisor_ends_all_pairings_of_the_office(self, app: Flask, visitor: Person) -> None:
        display, supervisor = Person(app, "supervisor"), Person(app, "supervisor")
        display.open("/reception")
        display.press("/reception/device", "display", kind="display")
        display.client.delete_cookie("session")
        assert display.client.get(CODE_OF_DISPLAY).status_code == 200
        visitor.open(f"/o/{SLUG}")
        visitor.send("/reception/device/end", {})  # is sent to signing in
        assert display.client.get(CODE_OF_DISPLAY).status_code == 200
        supervisor.open("/reception")
        supervisor.press("/reception/device/end")
        assert "Semua layar dan kios sudah dilepas" in words(supervisor.page)
        assert display.client.get(CODE_OF_DISPLAY).status_code == 204
        supervisor.press("/reception/device", "display", kind="display")
        supervisor.client.delete_cookie("session")
        assert supervisor.client.get(CODE_OF_DISPLAY).status_code == 200

    def test_a_screen_that_was_paired_before_that_was_possible_still_counts(
        self, app: Flask, visitor: Person, desk: Desk
    ) -> None:
        paired = URLSafeSerializer(app.config["SECRET_KEY"], salt="device of an office").dumps(SLUG)
        visitor.client.set_cookie("device", str(paired))
        assert visitor.open(CODE_OF_DISPLAY).status_code == 200
        desk.change_office(pairing=1)
        assert visitor.open(CODE_OF_DISPLAY).status_code == 204

    def test_an_officer_pairs_nothing(self, app: Flask) -> None:
        officer = Person(app, "petugas1")
        officer.open("/reception")
        assert not officer.has("/reception/device")
        assert officer.send("/reception/device", {"kind": "display"}).status_code == 403
        assert officer.send("/reception/device/end", {}).status_code == 403


class TestScanning:
    def test_the_phone_shows_its_ticket_and_checks_in_with_one_press(self, visitor: Person, desk: Desk) -> None:
        ticket, other = desk.book(), desk.book()
        visitor.open(f"/t/{ticket.public_id}")
        visitor.open(f"{HERE}/{code(desk)}")
        assert ticket.label in visitor.page
        assert other.label not in visitor.page
        visitor.press(HERE, ticket.public_id)
        assert "Kedatangan Anda sudah dicatat." in visitor.page
        assert desk.fresh(ticket).state is TicketState.WAITING
        assert desk.events(ticket)[-1].data == {"presence": "qr"}

    def test_the_cookie_of_tickets_is_signed_and_kept_from_scripts(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book()
        answer = visitor.open(f"/t/{ticket.public_id}")
        (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("tickets=")]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ticket.public_id not in cookie
        visitor.client.set_cookie("tickets", f"[{ticket.id}].forged")
        visitor.open(f"{HERE}/{code(desk)}")
        assert ticket.label not in visitor.page

    def test_there_are_ten_minutes_to_find_the_ticket(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book()
        visitor.open(f"{HERE}/{code(desk)}")
        desk.wait(minutes=9)
        visitor.press(HERE, "code", code=typed(ticket))
        assert desk.events(ticket)[-1].data == {"presence": "qr"}

    def test_after_that_one_scans_again(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book()
        visitor.open(f"{HERE}/{code(desk)}")
        form = visitor.form(HERE, "code")
        desk.wait(minutes=10)
        answer = visitor.send(HERE, form.fields | {"code": typed(ticket)})
        assert answer.status_code == 403
        assert "sepuluh menit" in visitor.page
        assert desk.fresh(ticket).state is TicketState.BOOKED

    @pytest.mark.parametrize(
        ("age", "slug", "sentence"),
        [(60, SLUG, "Kode itu sudah berganti."), (0, "elsewhere", "Kode itu bukan dari layar kantor ini.")],
    )
    def test_an_old_or_foreign_code_is_refused_in_its_own_words(
        self, visitor: Person, desk: Desk, age: int, slug: str, sentence: str
    ) -> None:
        answer = visitor.open(f"{HERE}/{code(desk, age, slug)}")
        assert answer.status_code == 422
        assert sentence in visitor.page
        assert not visitor.has(HERE)

    def test_nothing_checks_in_without_a_scan(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book()
        visitor.open(f"/t/{ticket.public_id}")
        assert visitor.open(HERE).status_code == 403
        visitor.client.set_cookie("here", "forged", path="/o/")
        visitor.open(f"/t/{ticket.public_id}")
        assert visitor.send(HERE, {"code": typed(ticket)}).status_code == 403
        assert desk.fresh(ticket).state is TicketState.BOOKED

    def test_a_ticket_for_another_day_says_so(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book(day=TODAY + timedelta(days=1))
        visitor.open(f"/t/{ticket.public_id}")
        visitor.open(f"{HERE}/{code(desk)}")
        assert not any(ticket.public_id in repr(form) for form in [visitor.form(HERE)])
        answer = visitor.press(HERE, "code", code=ticket.public_id)
        assert answer.status_code == 409
        assert "berlaku untuk Rabu, 25 November 2026" in visitor.page

    def test_a_ticket_of_another_office_says_which(self, visitor: Person, desk: Desk) -> None:
        ticket = elsewhere(desk)
        visitor.open(f"{HERE}/{code(desk)}")
        answer = visitor.press(HERE, "code", code=ticket.public_id)
        assert answer.status_code == 409
        assert "Tiket ini untuk Kantor Lain" in visitor.page

    def test_coming_too_late_is_said_before(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book(slot=9 * 60)
        visitor.open(f"/t/{ticket.public_id}")
        desk.wait(minutes=95)
        visitor.open(f"{HERE}/{code(desk)}")
        assert "lewat lebih dari 60 menit" in visitor.page
        visitor.press(HERE, ticket.public_id)
        assert desk.fresh(ticket).due_at == desk.now


ENTERED = [
    ("A-002 9999", 403, "Kode itu bukan milik nomor A-002."),
    ("A-002", 422, "Tulis juga empat angka kode"),
    ("A-077 1234", 404, "Hari ini tidak ada nomor A-077"),
    ("hello", 422, "Pindai kode QR tiket, atau tulis nomor dan kodenya"),
    ("x" * 300, 422, "Pindai kode QR tiket, atau tulis nomor dan kodenya"),
    ("http://evil.example/t/AAAAAAAAAAAAAAAAAAAAAA", 404, "Tiket tidak ditemukan."),
]


class TestKiosk:
    @pytest.mark.parametrize("form", ["{label} {code}", "a1 {code}", "A001{code}", "{url}", "{id}", " {label}-{code} "])
    def test_it_takes_what_people_type_and_scanners_send(self, visitor: Person, desk: Desk, form: str) -> None:
        ticket = desk.book()
        short = PRESENCE.short_code(ticket.public_id)
        text = form.format(
            label=ticket.label, code=short, id=ticket.public_id, url=f"https://antrean.example/t/{ticket.public_id}"
        )
        visitor.open(KIOSK)
        visitor.press(KIOSK, code=text)
        assert "Anda sudah tercatat" in visitor.page
        assert desk.fresh(ticket).state is TicketState.WAITING

    @pytest.mark.parametrize(("text", "status", "sentence"), ENTERED)
    def test_each_mistake_has_its_own_words(
        self, visitor: Person, desk: Desk, text: str, status: int, sentence: str
    ) -> None:
        desk.join(), desk.book()
        visitor.open(KIOSK)
        answer = visitor.press(KIOSK, code=text)
        assert answer.status_code == status
        assert sentence in unescape(visitor.page)

    def test_a_browser_that_is_no_kiosk_proves_nothing(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book()
        visitor.open(KIOSK)
        visitor.press(KIOSK, code=typed(ticket))
        assert desk.events(ticket)[-1].data == {}

    def test_where_a_proof_is_needed_only_a_paired_kiosk_checks_in(
        self, visitor: Person, supervisor: Person, desk: Desk
    ) -> None:
        ticket = desk.book()
        desk.change_office(presence_required=True)
        visitor.open(KIOSK)
        assert visitor.press(KIOSK, code=typed(ticket)).status_code == 403
        assert "bukan kios kantor" in visitor.page
        supervisor.open("/reception")
        supervisor.press("/reception/device", "kiosk", kind="kiosk")
        supervisor.press(KIOSK, code=typed(ticket))
        assert desk.events(ticket)[-1].data == {"presence": "kiosk"}

    def test_whoever_comes_too_late_is_asked(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book(slot=9 * 60)
        desk.wait(minutes=95)
        visitor.open(KIOSK)
        visitor.press(KIOSK, code=typed(ticket))
        assert "seperti warga yang datang langsung" in visitor.page
        assert desk.fresh(ticket).state is TicketState.BOOKED
        visitor.press(KIOSK, "sure")
        assert desk.fresh(ticket).state is TicketState.WAITING

    def test_checking_in_twice_shows_the_place_again(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.check_in(desk.book())
        visitor.open(KIOSK)
        visitor.press(KIOSK, code=typed(ticket))
        assert "Anda berikutnya" in visitor.page
        assert desk.actions(ticket) == ["book", "check_in"]

    def test_a_cancelled_ticket_says_so(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.cancel(desk.book())
        visitor.open(KIOSK)
        assert visitor.press(KIOSK, code=typed(ticket)).status_code == 409
        assert "dibatalkan" in visitor.page


class TestReception:
    @pytest.mark.parametrize("username", ["petugas1", "supervisor", "admin"])
    def test_the_staff_check_in_by_the_label_alone(self, app: Flask, desk: Desk, username: str) -> None:
        ticket, person = desk.book(), Person(app, username)
        person.open("/reception?q=a1")
        person.press("/reception/check-in", ticket.public_id)
        assert "A-001 sudah dicatat hadir" in person.page
        event = desk.events(ticket)[-1]
        assert (event.action, event.data) == ("check_in", {"presence": "staff"})
        assert event.actor_id is not None

    def test_a_visitor_is_sent_to_sign_in(self, visitor: Person) -> None:
        visitor.open("/reception")
        assert "Kata sandi" in visitor.page

    def test_it_lists_who_is_expected_by_slot(self, supervisor: Person, desk: Desk) -> None:
        desk.book(), desk.book(slot=660), desk.book(slot=600), desk.check_in(desk.book(slot=600))
        desk.book(day=TODAY + timedelta(days=1))
        supervisor.open("/reception")
        assert re.findall(r'expected__label number-label">([\w-]+)', supervisor.page) == ["A-003", "A-002", "A-001"]

    def test_a_scan_finds_a_ticket_of_any_day(self, supervisor: Person, desk: Desk) -> None:
        ticket = desk.book(day=TODAY + timedelta(days=1))
        supervisor.open(f"/reception?q=https://antrean.example/t/{ticket.public_id}")
        assert "berlaku untuk Rabu, 25 November 2026" in supervisor.page
        assert supervisor.send("/reception/check-in", {"ticket": ticket.public_id}).status_code == 409

    def test_an_unknown_label_and_another_office_s_ticket_are_told_apart(self, supervisor: Person, desk: Desk) -> None:
        assert supervisor.open("/reception?q=A-009").status_code == 404
        assert "tidak ada nomor A-009" in supervisor.page
        ticket = elsewhere(desk)
        assert supervisor.send("/reception/check-in", {"ticket": ticket.public_id}).status_code == 409
        assert "Tiket ini untuk Kantor Lain" in supervisor.page


class TestTicketPage:
    def test_it_is_not_indexed(self, visitor: Person, desk: Desk) -> None:
        path = f"/t/{desk.book().public_id}"
        for address in (path, f"{path}/calendar.ics", f"{path}/reschedule", "/t/unknown"):
            assert visitor.client.get(address).headers["X-Robots-Tag"] == "noindex"
        visitor.open(path)
        assert '<meta name="robots" content="noindex">' in visitor.page
        robots = visitor.open("/robots.txt")
        assert robots.mimetype == "text/plain"
        assert "Disallow: /t/" not in robots.text  # who may not read it would not see that it must not be indexed
        assert "Disallow: /desk" in robots.text

    def test_where_a_proof_is_needed_it_says_how_instead_of_a_button(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book()
        path = f"/t/{ticket.public_id}"
        visitor.open(path)
        assert visitor.has(f"{path}/check-in")
        desk.change_office(presence_required=True)
        visitor.open(path)
        assert not visitor.has(f"{path}/check-in")
        assert "Pindai kode QR di layar ruang tunggu" in visitor.page
        assert visitor.send(f"{path}/check-in", {}).status_code == 403
        assert "pindai kode QR di layar, pakai kios, atau temui petugas" in visitor.page

    def test_it_states_the_rule_of_arrivals_and_how_one_stands_to_it(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book(slot=9 * 60)
        visitor.open(f"/t/{ticket.public_id}")
        assert "Terlambat sampai 60 menit:" in visitor.page
        assert "Anda terlambat" not in visitor.page
        desk.wait(minutes=40)
        visitor.open(f"/t/{ticket.public_id}")
        assert "Anda terlambat, tetapi tempat Anda masih berlaku" in visitor.page

    def test_asking_for_more_time(self, visitor: Person, desk: Desk) -> None:
        ticket, *_ = [desk.join() for _ in range(5)]
        path = f"/t/{ticket.public_id}"
        visitor.open(path)
        assert "Anda berikutnya" in words(visitor.page)
        visitor.press(f"{path}/defer")
        assert "3 orang berikutnya didahulukan" in visitor.page
        assert "Urutan Anda 4 3 orang di depan Anda" in words(visitor.page)
        visitor.press(f"{path}/defer")
        answer = visitor.send(f"{path}/defer", {})
        assert answer.status_code == 409
        assert "Anda sudah 2 kali meminta waktu." in visitor.page

    @pytest.mark.parametrize("version", ["", "x", "-1", "1" * 40])
    def test_a_broken_version_is_no_fault(self, visitor: Person, desk: Desk, version: str) -> None:
        path = f"/t/{desk.join().public_id}"
        visitor.open(path)
        assert visitor.send(f"{path}/defer", {"version": version}).status_code == 200

    def test_leaving_gives_up_the_place(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.join()
        visitor.open(f"/t/{ticket.public_id}")
        assert "Ya, saya pulang" in words(visitor.page)
        visitor.press(f"/t/{ticket.public_id}/cancel")
        assert desk.fresh(ticket).state is TicketState.CANCELLED

    @pytest.mark.parametrize(
        ("category", "wait", "sentence"),
        [
            (Category.REGULAR, 34, "karena paling lama menunggu ( 34 menit)."),
            (Category.REGULAR, 0, "karena paling lama menunggu ( kurang dari 1 menit)."),
            (Category.ELDERLY, 20, "karena kelompok prioritas: waktu tunggu Anda dihitung lebih cepat ( 20 menit)."),
            (Category.REGULAR, 121, "karena sudah menunggu melewati batas kantor ( 121 menit)."),
        ],
    )
    def test_it_says_when_and_why_it_was_called(
        self, visitor: Person, desk: Desk, category: Category, wait: int, sentence: str
    ) -> None:
        ticket = desk.join(category=category)
        desk.wait(minutes=wait)
        desk.open()
        desk.call_next()
        visitor.open(f"/t/{ticket.public_id}")
        at = desk.now.astimezone(UTC) + timedelta(hours=7)
        assert f"Dipanggil pukul {at:%H:%M} {sentence}" in words(visitor.page)

    def test_it_says_that_it_was_chosen(self, visitor: Person, desk: Desk) -> None:
        desk.open()
        desk.call_chosen(desk.join(), note="lansia")
        (ticket,) = {e.ticket_id for e in desk.events() if e.action == "call"}
        with desk.db.read() as session:
            public_id = session.get_one(Ticket, ticket).public_id
        visitor.open(f"/t/{public_id}")
        assert "karena dipilih petugas di luar urutan" in words(visitor.page)
        assert "lansia" not in visitor.page

    def test_the_services_of_a_visit_and_all_their_documents(self, visitor: Person, desk: Desk) -> None:
        visitor.open(f"/t/{desk.book(also='BF').public_id}")
        assert "lalu : Kartu keluarga, Kartu Identitas Anak (KIA)" in words(visitor.page).replace("lalu:", "lalu :")
        for document in ("Surat keterangan lahir", "Buku nikah (bila ada perubahan)", "Pas foto anak"):
            assert document in visitor.page


class TestCalendar:
    def event(self, visitor: Person, ticket: Ticket) -> Any:
        answer = visitor.client.get(f"/t/{ticket.public_id}/calendar.ics")
        assert answer.mimetype == "text/calendar"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="antrean-{ticket.label}.ics"'
        return Calendar.from_ical(answer.get_data())

    def test_a_slot_is_a_time_in_the_office_s_zone_with_an_alarm(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book(slot=600, also="B")
        calendar = self.event(visitor, ticket)
        (event,) = calendar.walk("VEVENT")
        assert event.decoded("dtstart") == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
        assert event["dtstart"].params["TZID"] == "Asia/Jakarta"
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
        assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Jakarta"]
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == timedelta(minutes=-60)
        assert "A-001" in event["summary"]
        assert "Buku nikah (bila ada perubahan)" in event["description"]
        assert event["url"].endswith(f"/t/{ticket.public_id}")

    def test_without_a_slot_it_is_the_day(self, visitor: Person, desk: Desk) -> None:
        (event,) = self.event(visitor, desk.book()).walk("VEVENT")
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (TODAY, TODAY + timedelta(days=1))

    def test_it_stays_the_same_event_when_the_booking_moves(self, visitor: Person, desk: Desk) -> None:
        ticket = desk.book(slot=600)
        (first,) = self.event(visitor, ticket).walk("VEVENT")
        (again,) = self.event(visitor, ticket).walk("VEVENT")
        assert first.to_ical() == again.to_ical()
        desk.wait(minutes=5)
        moved = desk.reschedule(ticket, day=TODAY + timedelta(days=1), slot=660)
        (second,) = self.event(visitor, moved).walk("VEVENT")
        assert (first["sequence"], second["sequence"]) == (0, 1)
        assert first["uid"] == second["uid"]
        assert ticket.public_id not in first["uid"]
        assert second.decoded("dtstamp") > first.decoded("dtstamp")
        (gone,) = self.event(visitor, desk.cancel(moved)).walk("VEVENT")
        assert (gone["sequence"], gone["status"], gone.walk("VALARM")) == (2, "CANCELLED", [])


class TestInstalled:
    def test_the_worker_stands_at_the_root_and_changes_with_its_files(self, visitor: Person) -> None:
        answer = visitor.open("/sw.js")
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Service-Worker-Allowed"] == "/"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert re.match(r'const SHELL = \{"version": "[0-9a-f]{16}", "files": \["/static/', answer.text)

    def test_every_file_of_the_shell_is_served_and_the_ticket_needs_no_other(self, visitor: Person, desk: Desk) -> None:
        files = set(re.findall(r'"(/static/[^"]+)"', visitor.open("/sw.js").text.splitlines()[0]))
        for file in files:
            assert visitor.client.get(file).status_code == 200, file
        visitor.open(f"/t/{desk.book().public_id}")
        needed = set(
            re.findall(r'<(?:link rel="stylesheet" href|script type="module" src)="(/static/[^"]+)"', visitor.page)
        )
        for file in [file for file in needed if file.endswith(".js")]:
            folder = file.rpartition("/")[0]
            text = visitor.client.get(file).text
            needed |= {f"{folder}/{name}" for name in re.findall(r'from "\./([^"]+)"', text)}
        assert needed <= files

    def test_the_manifest_can_be_installed(self, visitor: Person) -> None:
        answer = visitor.open("/manifest.webmanifest")
        assert answer.mimetype == "application/manifest+json"
        manifest = answer.get_json(force=True)
        assert visitor.open(manifest["start_url"]).status_code == 200
        assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
        for icon in manifest["icons"]:
            png = visitor.client.get(icon["src"]).data
            assert png[16:24] == b"".join(int(n).to_bytes(4) for n in icon["sizes"].split("x"))

    def test_my_tickets_are_those_of_this_browser(self, visitor: Person, desk: Desk) -> None:
        visitor.open("/tickets")
        assert "Belum ada tiket" in visitor.page
        first, other = desk.book("A"), desk.book("B")
        visitor.open(f"/t/{first.public_id}")
        assert visitor.open("/tickets").request.path == f"/t/{first.public_id}"
        second = desk.join("C")
        visitor.open(f"/t/{second.public_id}")
        assert visitor.open("/tickets").request.path == "/tickets"
        assert re.findall(r'own-ticket__label number-label">([\w-]+)', visitor.page) == ["C-001", "A-001"]
        assert other.label not in visitor.page


class TestBookingPage:
    def test_further_services_come_with_one_number(self, visitor: Person, desk: Desk) -> None:
        path = f"/o/{SLUG}/A"
        visitor.open(path)
        assert visitor.form(path, "ready").choices["also"] == ["B", "C", "D", "E", "F"]
        form = visitor.form(path, "ready")
        visitor.send(path, form.fields | {"ready": "yes", "also": ["B", "F"]})  # type: ignore[dict-item]
        (event,) = desk.events()
        with desk.db.read() as session:
            assert session.get_one(Ticket, event.ticket_id).legs == ["B", "F"]

    def test_a_full_one_is_named_and_what_was_chosen_stays(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("F", daily_quota=0)
        path = f"/o/{SLUG}/A"
        visitor.open(path)
        form = visitor.form(path, "ready")
        answer = visitor.send(path, form.fields | {"ready": "yes", "also": ["B", "F"]})  # type: ignore[dict-item]
        assert answer.status_code == 409
        assert "F: Kuota layanan ini" in unescape(visitor.page)
        assert len(re.findall(r'name="also" value="[BF]" checked', visitor.page)) == 2
        assert desk.events() == []

    def test_the_desk_sees_what_comes_next(self, app: Flask, desk: Desk) -> None:
        officer = Person(app, "petugas1")
        desk.open()
        desk.book("A", Channel.KIOSK, also="BC")
        called = desk.call_next()
        assert called is not None
        started = desk.act(tickets.start, called)
        desk.wait(minutes=5)
        officer.open("/desk")
        assert "lalu: B, C" in officer.page
        officer.press("/desk/finish", started.public_id)
        assert "A-001 selesai di sini, lalu menunggu layanan B." in officer.page


def elsewhere(desk: Desk) -> Ticket:
    """A booking that has become one of another office."""
    ticket = desk.book()
    with desk.db.write() as session:
        office = Office(slug="elsewhere", name="Kantor Lain")
        session.add(office)
        session.flush()
        session.get_one(Ticket, ticket.id).office_id = office.id
    return ticket
