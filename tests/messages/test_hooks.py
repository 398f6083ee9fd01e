"""What other parts have told: a place from the waiting list, and an office's own words to people."""

from queue_app import standby
from queue_app.capacity import Place
from queue_app.messages import outbox
from queue_app.models import Channel, MessageKind
from queue_app.personal import Holder
from tests.messages.town import PHONE, Remembered, Town

TEN = 600


def wait_for_a_place(town: Town, phone: str | None, language: str = "id") -> None:
    """Stand in the list for the only place at ten, which then comes free."""
    town.desk.change_service("A", slot_capacity=1)
    taken = town.desk.book("A", slot=TEN)
    with town.desk.db.write() as session:
        day = taken.day
        place = Place(town.desk.service(session, "A"), day, TEN, Channel.ONLINE)
        holder, browser = Holder(phone=phone), "a browser"
        standby.join(session, town.desk.vault, place, holder, town.desk.now, language=language, browser=browser)
    town.desk.cancel(taken)


def test_a_place_from_the_waiting_list_is_told_as_such_once(town: Town) -> None:
    """To the phone number that was given with the list's entry; no page was open to agree on another way."""
    wait_for_a_place(town, PHONE)
    assert town.post.collect(town.desk.now) == 1
    assert town.post.collect(town.desk.now) == 0
    channel = Remembered()
    town.carry_all(town.courier(whatsapp=channel))
    assert channel.handed == [(MessageKind.PLACE, "move 1", PHONE)]


def test_a_place_is_told_in_the_language_it_was_waited_for_in(town: Town) -> None:
    wait_for_a_place(town, PHONE, "en")
    town.post.collect(town.desk.now)
    assert [contact.language for contact in town.contacts()] == ["en"]


def test_a_place_for_somebody_without_a_phone_number_is_told_nowhere(town: Town) -> None:
    wait_for_a_place(town, None)
    assert town.post.collect(town.desk.now) == 0
    assert town.contacts() == []


def test_an_offices_own_words_reach_each_contact_once(town: Town) -> None:
    ticket = town.with_phone()
    for _ in range(2):
        with town.desk.db.write() as session:
            outbox.tell(
                session, ticket, MessageKind.NOTICE, "notice 1", town.desk.now, params={"text": "Istirahat 12:00."}
            )
    channel = Remembered()
    town.carry_all(town.courier(whatsapp=channel))
    assert channel.handed == [(MessageKind.NOTICE, "notice 1", PHONE)]
