"""Every page of the product in every state that it has, prepared once on a server and named."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from metrics.crowd.days import PastDay, Waits
from queue_app import booking, day_end, interventions, opening, standby, tickets
from queue_app.capacity import Place
from queue_app.complaints import filing, steps
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.crowd.counting import FORM, TOGETHER, as_stored
from queue_app.database import Database
from queue_app.interventions import Step, Wish
from queue_app.models import (
    Channel,
    Closure,
    CrowdDay,
    Office,
    OpeningHours,
    Service,
    Subject,
    Ticket,
    VisitDay,
)
from queue_app.personal import Holder
from queue_app.presence import Presence
from queue_app.release import Stage
from queue_app.survey import sample
from queue_app.visit_days.legs import columns
from queue_app.visit_days.packing import form, pack
from tests.browser.staff import keep_off_midnight
from tests.live_server import LiveServer
from tests.office import SECRET, SLUG, Desk

OFFICE = f"/o/{SLUG}"
TEN = 600
NIK = "1471016010900001"

PLAIN = {
    "my tickets, none": "/tickets",
    "here, not scanned": f"{OFFICE}/here",
    "many offices, soonest first": "/kota",
    "the API to read": "/api",
    "many offices, one service": "/kota?layanan=Tidak+ada",
    "frame for websites": f"{OFFICE}/widget",
    "kiosk": f"/kiosk/{SLUG}/check-in",
    "sign in": "/signin",
    "display": f"/display/{SLUG}",
    "screen, not paired": "/display/pair",
    "counter light": f"/display/{SLUG}/counter/1",
    "no such page": "/nowhere",
    "no such ticket": "/t/AAAAAAAAAAAAAAAAAAAAAA",
}

Addresses = Mapping[str, Callable[[], str]]
"""What is seen, and the address that shows it, asked for when it is opened."""


def prepare(server: LiveServer) -> Addresses:
    """Bring the server's office into a state in which each page can be opened by anybody."""
    desk = Desk(Database(server.database_url), datetime.now(UTC))
    keep_off_midnight(desk)
    _intervention(desk)
    fixed = _other_offices(desk) | _tickets(desk) | _bookings(desk) | _waiting_list(desk) | PLAIN
    desk.db.dispose()
    return {name: partial(str, path) for name, path in fixed.items()} | {
        "here, scanned": lambda: f"{OFFICE}/here/{Presence(SECRET).code(SLUG, datetime.now(UTC))}"
    }


def _intervention(desk: Desk) -> None:
    """One that is planned, whose number is 1; its results are looked at in ``test_dashboard``."""
    plan = Wish("booking", "Pendaftaran daring", "Sesi kedatangan dibuka.", _today(desk) - timedelta(days=9), ["wait"])
    with desk.db.write() as session:
        interventions.propose(session, Step(desk.user(session, "supervisor"), desk.now), plan)


def _other_offices(desk: Desk) -> dict[str, str]:
    """One that is closed today for a reason and opens tomorrow, and one that has no hours."""
    today = _today(desk)
    with desk.db.write() as session:
        for slug, name in (("tutup", "Disdukcapil Tutup"), ("baru", "Disdukcapil Baru")):
            office = Office(slug=slug, name=name, address="Pekanbaru", timezone=desk.office(session).timezone)
            session.add(office)
            session.flush()
            service = Service(
                office_id=office.id, code="A", prefix="A", name_id="Akta kelahiran", name_en="Birth", slot_capacity=4
            )
            session.add(service)
            session.flush()
            if slug == "tutup":
                _past(session, office, service, today)
                session.add(Closure(office_id=office.id, day=today, reason="Pemilihan kepala daerah"))
                for day in range(7):
                    spans = [(480, 690), (810, 960)] if day == 4 else [(480, 720), (780, 960)]
                    session.add_all(
                        OpeningHours(office_id=office.id, weekday=day, opens_minute=opens, closes_minute=closes)
                        for opens, closes in spans
                    )
    return {
        "home": "/",
        "office": OFFICE,
        "office, closed": "/o/tutup",
        "office, without hours": "/o/baru",
        "crowd": "/o/tutup/ramai",
        "crowd, not known": f"{OFFICE}/ramai",
        "booking, usual waits": f"/o/tutup/A?date={today + timedelta(days=1)}",
        "booking, without hours": "/o/baru/A",
        "booking, closed day": f"/o/tutup/A?date={today}",
    }


def _past(session: Session, office: Office, service: Service, today: date) -> None:
    """Sixty counted days, on which the last hour is much quieter."""
    empty = pack(columns([]))
    for day in (today - timedelta(days=n) for n in range(1, 61)):
        waits = {hour: Waits(6, 6 * log, 6 * log**2) for hour in range(8, 16) for log in (1.0 if hour == 15 else 3.5,)}
        counted = PastDay(day, dict.fromkeys(waits, 12), {TOGETHER: waits, service.id: waits})
        session.add(VisitDay(office_id=office.id, day=day, form=form(), made=1, content=empty))
        session.flush()
        session.add(CrowdDay(office_id=office.id, day=day, form=FORM, content=as_stored(counted)))


def _tickets(desk: Desk) -> dict[str, str]:
    """A ticket in each state."""
    today = _today(desk)
    yesterday = Desk(desk.db, desk.now - timedelta(days=1))
    expired = yesterday.book()
    with desk.db.write() as session:
        office = desk.office(session)
        day_end.close_day(session, office, today - timedelta(days=1), desk.now)
    for number in range(1, 6):
        desk.open(f"petugas{number}", number)
    made = {state: desk.join("A") for state in ("served", "missed", "held", "serving", "called")}
    for number, state in enumerate(made, start=1):
        made[state] = desk.call_next(f"petugas{number}", number) or made[state]
    for number, (state, *moves) in enumerate(
        (
            ("served", tickets.start, tickets.finish),
            ("missed", tickets.no_show),
            ("held", tickets.start, tickets.hold),
            ("serving", tickets.start),
        ),
        start=1,
    ):
        for move in moves:
            made[state] = desk.act(move, made[state], officer=f"petugas{number}")
    for number in (1, 2, 3):
        desk.close(f"petugas{number}", number)
    first, second = desk.join("B"), desk.join("B", also="CD")
    cancelled = desk.cancel(desk.book("C"))
    booked = desk.book("C", also="D", holder=Holder("Nama Warga", "081234567890", NIK))
    later = desk.book("C", day=today + timedelta(days=2), slot=TEN)
    made |= {"expired": expired, "cancelled": cancelled, "booked for today": booked, "booked for a slot": later}
    made |= {"next in line": first, "in line": second}
    served = made["served"].public_id
    with desk.db.write() as session:
        sample.set_share(session, desk.office(session), "100", desk.now - timedelta(days=1))
    return {f"ticket, {state}": f"/t/{ticket.public_id}" for state, ticket in made.items()} | {
        "reschedule": f"/t/{later.public_id}/reschedule",
        "survey": f"/t/{served}/survey",
        "survey, whole": f"/t/{served}/survey/full",
        "complaint": f"/t/{served}/complaint",
        "complaint, filed": f"/complaint/{_complaint(desk, made['served'])}",
        "kiosk, complaint": f"/kiosk/{SLUG}/complaint",
        "thanks": f"/t/{served}/thanks",
        "kiosk, checked in": f"/kiosk/{SLUG}/check-in/{second.public_id}",
    }


def _complaint(desk: Desk, ticket: Ticket) -> str:
    """The unguessable part of the address of a complaint that was answered."""
    said = Filed(Subject.INFORMATION, "Dua petugas menyebut syarat yang berbeda.")
    with desk.db.write() as session:
        found = booking.find(session, ticket.public_id, for_change=True)
        made = filing.about_ticket(session, desk.vault, found, said, Deed(desk.now, "filed"))
        answered = Deed(desk.now, "answered", desk.user(session, "supervisor"))
        steps.reply(session, desk.vault, answered, made.number, "Syarat mana yang disebut lebih dahulu?")
        return made.public_id


def _bookings(desk: Desk) -> dict[str, str]:
    """The booking page as it can be."""
    tomorrow = _today(desk) + timedelta(days=1)
    desk.change_service("E", slot_capacity=1)
    desk.book("E", day=tomorrow, slot=TEN)
    desk.change_service("F", daily_quota=1)
    desk.book("F", day=tomorrow)
    desk.change_service("D", release=[stage.as_stored() for stage in (Stage(2, 420, 50), Stage(0, 1439, 50))])
    return {
        "booking": f"{OFFICE}/A",
        "booking, a full slot": f"{OFFICE}/E?date={tomorrow}",
        "booking, a full day": f"{OFFICE}/F?date={tomorrow}",
        "booking, not open yet": f"{OFFICE}/D?date={tomorrow + timedelta(days=9)}",
        "booking, a day that is past": f"{OFFICE}/A?date=2020-01-01",
        "booking, no date": f"{OFFICE}/A?date=soon",
    }


def _waiting_list(desk: Desk) -> dict[str, str]:
    """Standing in the list of a slot, having got a place, and having left."""
    tomorrow = _today(desk) + timedelta(days=1)
    desk.change_service("B", slot_capacity=1)
    taken = desk.book("B", day=tomorrow, slot=TEN)
    placed, left, waiting = (_listed(desk, tomorrow, browser) for browser in ("one", "two", "three"))
    desk.cancel(taken)
    with desk.db.write() as session:
        standby.leave(standby.find(session, left), desk.now)
    return {
        "waiting list": f"{OFFICE}/B/list?date={tomorrow}&slot=10:00",
        "waiting list, nothing chosen": f"{OFFICE}/B/list",
        "waiting list, waiting": f"/w/{waiting}",
        "waiting list, got a place": f"/w/{placed}",
        "waiting list, left": f"/w/{left}",
    }


def _listed(desk: Desk, day: date, browser: str) -> str:
    with desk.db.write() as session:
        place = Place(desk.service(session, "B"), day, TEN, Channel.ONLINE)
        entry, _ = standby.join(session, desk.vault, place, Holder(), desk.now, browser=browser)
        return entry.public_id


def _today(desk: Desk) -> date:
    with desk.db.read() as session:
        return opening.local_day(desk.office(session), desk.now)
