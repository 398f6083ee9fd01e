"""What a citizen's program does beside the ticket's moves: the whole survey, the waiting list, who is told, the
calendar."""

import hashlib
from http import HTTPMethod

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import booking, clock, legs, opening, queries, standby
from queue_app.capacity import Place
from queue_app.errors import N_, Invalid, NotFound
from queue_app.extensions import config, database, site, vault
from queue_app.messages import contacts, push
from queue_app.messages.contacts import OWN_PHONE, PUSH, Reach
from queue_app.messages.gateway import address_kind
from queue_app.models import Category, Channel, Contact, Question, Relation, Standby, SurveyForm, Ticket
from queue_app.representation import instant, ticket_path
from queue_app.routes import admission, calendar_file, limits, tell
from queue_app.routes.api.citizen.asked_citizen import ContactWish, SurveySent, WaitingWish
from queue_app.routes.api.citizen.citizen_answers import ContactAnswer, ContactsAnswer, SurveyAnswer, WaitingPlace
from queue_app.routes.api.citizen.tickets import checked_person
from queue_app.routes.api.frame.asked import Nothing
from queue_app.routes.api.frame.files import CALENDAR, file
from queue_app.routes.api.frame.keys import once_key
from queue_app.routes.api.frame.operation import operation, row_id
from queue_app.routes.api.refusals import ADMISSION, PERSON, PLACE, READ, WRITE
from queue_app.routes.problems import WrongFields
from queue_app.survey import form, sample
from queue_app.survey.window import OPEN_FOR

_SURVEY = "/api/v1/tickets/{ticket}/survey"
_LIST = "/api/v1/offices/{office}/services/{service}/waiting-list"
_ENTRY = "/api/v1/waiting-list/{entry}"
_CONTACTS = "/api/v1/tickets/{ticket}/contacts"
_HOLDER = ("bad_name", "bad_phone", "bad_nik")


@operation(HTTPMethod.GET, _SURVEY, tag="feedback", answer=SurveyAnswer, refusals=READ)
def get_survey(ticket: str) -> SurveyAnswer:
    """The whole survey of a visit: its nine questions, and what was answered so far."""
    with database().read() as session:
        found = booking.find(session, ticket)
        return _survey(session, found, form.of_ticket(session, found))


@operation(
    HTTPMethod.POST,
    _SURVEY,
    tag="feedback",
    answer=SurveyAnswer,
    refusals=(*WRITE, "not_served_yet", "feedback_over", "no_answer"),
    example={"answers": {"requirements": 4, "procedure": 3}, "about": {"sex": "female"}},
)
def answer_survey(ticket: str, body: SurveySent) -> SurveyAnswer:
    """Answer the whole survey of a finished visit, or go on with it.

    What is sent is kept beside what was; with the ninth answer it is complete and stays as it is.
    """
    answers = {Question(name): grade for name, grade in body.answers.model_dump(exclude_none=True).items()}
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        kept = form.keep(session, found, answers, body.about.model_dump(exclude_none=True), clock.now())
        return _survey(session, found, kept)


def _survey(session: Session, ticket: Ticket, kept: SurveyForm | None) -> SurveyAnswer:
    answers = dict(kept.answers) if kept is not None else {}
    return SurveyAnswer(
        ticket=ticket.public_id,
        questions=[question.value for question in form.ASKED],
        answers=answers,
        about=dict(kept.about or {}) if kept is not None else {},
        left=[question.value for question in form.ASKED if question.value not in answers],
        complete=kept is not None and kept.completed_at is not None,
        asked=sample.is_asked(session, ticket),
        open_until=ticket.day + OPEN_FOR,
    )


@operation(
    HTTPMethod.POST,
    _LIST,
    tag="tickets",
    answer=WaitingPlace,
    status=201,
    refusals=(
        *(*WRITE, *_HOLDER, *PLACE, *PERSON, *ADMISSION),
        *("place_available", "already_listed", "list_full", "too_late", "bad_idempotency_key"),
    ),
    headers=("Idempotency-Key",),
    example={"date": "2026-11-25", "name": "Nama Warga", "phone": "0812 3456 7890"},
)
@limits.limit(limits.STANDBY, "standby")
def join_waiting_list(office: str, service: str, body: WaitingWish) -> WaitingPlace:
    """Stand in the list for a day or slot that is full; a place that comes free is booked for the first by itself.

    With an Idempotency-Key a retry gets the first entry again. People are told apart by NIK, else by phone: one of them
    is needed.
    """
    now = clock.now()
    if body.nik is None and body.phone is None:  # a page knows them by the browser
        raise WrongFields({"phone": str(gettext("Wajib diisi."))})
    with database().write() as session:
        here = queries.office(session, office)
        found, _ = standby.join(
            session,
            vault(),
            Place(queries.service(session, here.id, service), body.date, body.slot, Channel.ONLINE),
            checked_person(body.name, body.phone, body.nik, opening.local_day(here, now)),
            now,
            category=Category(body.category),
            relation=Relation(body.relation),
            language=body.language,
            browser="",
            key=_key(office, service, body),
            admit=admission.of_program(session, here, Channel.ONLINE, body.proof, now),
        )
        session.refresh(found)
        return _entry(session, found)


def _key(office: str, service: str, body: WaitingWish) -> str | None:
    """The same for the same wish alone: what one program chose says nothing of another's entry."""
    if "Idempotency-Key" not in request.headers:
        return None
    wish = "\n".join(("api", office, service, body.model_dump_json(), once_key(request)))
    return hashlib.sha256(wish.encode()).hexdigest()[:40]


@operation(HTTPMethod.GET, _ENTRY, tag="tickets", answer=WaitingPlace, refusals=READ)
def get_waiting_place(entry: str) -> WaitingPlace:
    """A place in the waiting list: how many are before it, or the ticket that it became."""
    with database().read() as session:
        return _entry(session, standby.find(session, entry))


@operation(
    HTTPMethod.POST,
    f"{_ENTRY}/leave",
    tag="tickets",
    answer=WaitingPlace,
    refusals=(*WRITE, "illegal_move", "too_many_requests"),
    example={},
)
@limits.limit(limits.STANDBY, "standby")
def leave_waiting_list(entry: str, body: Nothing) -> WaitingPlace:  # noqa: ARG001 - only checked
    """Leave the list; where a place came already its ticket is cancelled, and the next in the list gets it."""
    now = clock.now()
    with database().write() as session:
        found = standby.find(session, entry, for_change=True)
        if found.ticket is not None:
            booking.cancel(session, booking.find(session, found.ticket.public_id, for_change=True), now)
        else:
            standby.leave(found, now)
        return _entry(session, found)


def _entry(session: Session, found: Standby) -> WaitingPlace:
    zone = found.office.zone
    return WaitingPlace(
        entry=found.public_id,
        service=found.service.code,
        date=found.day,
        slot=f"{found.slot_start.astimezone(zone):%H:%M}" if found.slot_start else None,
        position=standby.position(session, found),
        outcome=found.outcome,
        ticket=found.ticket.public_id if found.ticket else None,
        lapses_at=instant(standby.lapses_at(session, found), zone),
    )


@operation(HTTPMethod.GET, _CONTACTS, tag="tickets", answer=ContactsAnswer, refusals=READ)
def list_contacts(ticket: str) -> ContactsAnswer:
    """How the holder of a ticket is told, and could be."""
    with database().read() as session:
        found = booking.find(session, ticket)
        live = contacts.live(session, found)
        return ContactsAnswer(
            contacts=[_contact(each) for each in live],
            offered={channel: address_kind(url) for channel, url in config().notify_urls.items()},
            push_key=tell.push_key(config()),
        )


@operation(
    HTTPMethod.POST,
    _CONTACTS,
    tag="tickets",
    answer=ContactAnswer,
    status=201,
    refusals=(
        *(*WRITE, "unknown_channel", "bad_phone", "bad_email", "bad_chat", "bad_push_address", "bad_push_keys"),
        *("ticket_over", "too_many_contacts", "too_many_requests"),
    ),
    example={"channel": "whatsapp", "address": "0812 3456 7890"},
)
@limits.limit(limits.TELLING, "telling")
def add_contact(ticket: str, body: ContactWish) -> ContactAnswer:
    """Tell a phone number, a mailbox, a chat or a browser of what happens to the ticket. Doing it twice is harmless."""
    reach = _reach(body)
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        return _contact(contacts.add(session, vault(), found, reach, body.language, clock.now()))


def _reach(body: ContactWish) -> Reach:
    if body.push is not None:
        return Reach(PUSH, push.checked_subscription(body.push, allow_loopback=config().push_to_loopback))
    channel = body.channel or ""
    if channel not in config().notify_urls:
        raise Invalid("unknown_channel", N_("Cara itu tidak tersedia di kantor ini."))
    kind = address_kind(config().notify_urls[channel])
    return Reach(channel, contacts.checked_address(kind, body.address or ""))


@operation(HTTPMethod.DELETE, f"{_CONTACTS}/{{contact}}", tag="tickets", answer=ContactAnswer, refusals=WRITE)
def stop_contact(ticket: str, contact: str) -> ContactAnswer:
    """Tell one contact of the ticket no more; its address is erased."""
    wanted = row_id("contact", contact)
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        live = next((each for each in contacts.live(session, found) if each.id == wanted), None)
        if live is None:
            raise NotFound("unknown_contact", N_("Alamat kabar itu tidak (lagi) ada pada nomor ini."))
        answer = _contact(live)
        contacts.end(session, [live.id], clock.now())
        return answer


def _contact(found: Contact) -> ContactAnswer:
    return ContactAnswer(id=found.id, channel=found.channel, own_phone=found.fingerprint == OWN_PHONE)


@operation(HTTPMethod.GET, "/api/v1/tickets/{ticket}/calendar", tag="tickets", media=(CALENDAR,), refusals=READ)
def get_calendar(ticket: str) -> Response:
    """The booking as an iCalendar event; whoever opens it can reach the ticket by its address."""
    address = site() + ticket_path(ticket)
    with database().read() as session:
        found = booking.find(session, ticket)
        services = [found.service, *legs.remaining(session, found)]
        content = calendar_file.calendar_file(found, services, calendar_file.appointment(session, found), address)
        name = f"antrean-{found.label}.ics"
    return file(content, CALENDAR, name)
