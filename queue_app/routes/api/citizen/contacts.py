"""Who is told of a ticket, and the ticket as a date in a calendar."""

from http import HTTPMethod

from flask import Response

from queue_app import booking, clock, legs
from queue_app.errors import N_, Invalid, NotFound
from queue_app.extensions import config, database, site, vault
from queue_app.messages import contacts, push
from queue_app.messages.contacts import OWN_PHONE, PUSH, Reach
from queue_app.messages.gateway import address_kind
from queue_app.models import Contact
from queue_app.representation import ticket_path
from queue_app.routes import limits, tell
from queue_app.routes.api.citizen.asked import ContactWish
from queue_app.routes.api.frame.fields import Answer, example
from queue_app.routes.api.frame.files import CALENDAR, file
from queue_app.routes.api.frame.operation import operation, row_id
from queue_app.routes.api.refusals import READ, WRITE

_CONTACTS = "/api/v1/tickets/{ticket}/contacts"


class ContactAnswer(Answer):
    """One way in which the holder is told. ``own_phone``: the number that was given with the ticket. An address is
    never given back."""

    model_config = example(id=3, channel="whatsapp", own_phone=True)

    id: int
    channel: str
    own_phone: bool


class ContactsAnswer(Answer):
    """``offered``: channels that can be asked for, and the kind of address that each takes: phone, email or chat.
    ``push_key``: with which a browser subscribes to Web Push; null where there is none."""

    model_config = example(
        contacts=[{"id": 3, "channel": "whatsapp", "own_phone": True}],
        offered={"whatsapp": "phone"},
        push_key="BNc…",
    )

    contacts: list[ContactAnswer]
    offered: dict[str, str]
    push_key: str | None


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
    from queue_app.routes import calendar_file  # noqa: PLC0415 - few ask for the file, and its library is large

    address = site() + ticket_path(ticket)
    with database().read() as session:
        found = booking.find(session, ticket)
        services = [found.service, *legs.remaining(session, found)]
        content = calendar_file.calendar_file(found, services, calendar_file.appointment(session, found), address)
        name = f"antrean-{found.label}.ics"
    return file(content, CALENDAR, name)
