"""From the log to the outbox: each move is told once, to those who wanted it at the time."""

from datetime import date, timedelta

from sqlalchemy import select

from queue_app import tickets, undo
from queue_app.messages import contacts
from queue_app.messages.reader import LogReader
from queue_app.models import LogMark, MessageStatus
from tests.messages.town import Town


def test_it_tells_of_each_move_while_it_is_news(town: Town) -> None:
    desk = town.desk
    desk.open()
    ticket = town.with_phone(slot=600)
    town.post.collect(desk.now)
    desk.reschedule(ticket, day=date(2026, 11, 24), slot=630)
    town.post.collect(desk.now)
    desk.check_in(desk.fresh(ticket))
    desk.change_office(tell_at_place=0)
    called = desk.call_next()
    assert called is not None
    town.post.collect(desk.now)
    recalled = desk.act(tickets.recall, called)
    town.post.collect(desk.now)
    desk.act(tickets.no_show, recalled)
    town.post.collect(desk.now)
    assert [kind for kind, _ in town.told()] == ["booked", "moved", "called", "called", "missed"]
    assert [message.params.get("counter") for message in town.messages()] == [None, None, 1, 1, 1]


def test_who_was_told_by_a_slip_to_be_missed_is_told_to_be_called_still(town: Town) -> None:
    desk = town.desk
    desk.open()
    sure, unsure = (desk.check_in(town.with_phone()) for _ in range(2))
    desk.change_office(tell_at_place=0)
    for ticket, has_gone_out in ((sure, True), (unsure, False)):
        called = desk.call_next()
        assert called is not None
        assert called.id == ticket.id
        slipped = desk.act(tickets.no_show, called)
        town.post.collect(desk.now)
        town.change_messages(status=MessageStatus.SENT if has_gone_out else MessageStatus.DROPPED)
        told_before = len(town.messages())
        desk.wait(seconds=5)
        back = desk.act(undo.undo, slipped)
        town.post.collect(desk.now)
        assert [message.kind for message in town.messages()[told_before:]] == ["called"] * has_gone_out
        desk.act(tickets.no_show, back)


def test_it_queues_nothing_when_nobody_asked(town: Town) -> None:
    town.desk.join()
    town.desk.open()
    town.desk.call_next()
    assert town.post.collect(town.desk.now) == 0
    assert town.messages() == []
    with town.desk.db.read() as session:
        assert session.scalars(select(LogMark)).all() == []  # and nothing was written for it


def test_reading_again_tells_nothing_again(town: Town) -> None:
    town.with_phone()
    assert town.post.collect(town.desk.now) == 1
    assert town.post.collect(town.desk.now) == 0
    another_process = LogReader(town.desk.db, "whatsapp")
    assert another_process.read(town.desk.now) == 0
    with town.desk.db.write() as session:  # as if the mark had been lost
        session.execute(LogMark.__table__.delete())
    assert LogReader(town.desk.db, "whatsapp").read(town.desk.now) == 0
    assert town.told() == [("booked", "QUEUED")]


def test_only_the_latest_of_several_moves_is_told(town: Town) -> None:
    ticket = town.with_phone(slot=600)
    for slot in (630, 660):
        ticket = town.desk.reschedule(ticket, day=date(2026, 11, 24), slot=slot)
    town.post.collect(town.desk.now)
    assert [(m.kind.value, m.params["version"]) for m in town.messages()] == [("moved", 3)]


def test_who_asks_later_is_not_told_of_what_was_before(town: Town) -> None:
    ticket = town.desk.book()
    town.desk.wait(seconds=1)
    town.follow(ticket, "a browser")
    assert town.post.collect(town.desk.now) == 0


def test_who_took_it_back_is_told_nothing_more(town: Town) -> None:
    ticket = town.with_phone()
    with town.desk.db.write() as session:
        contacts.end(session, [contact.id for contact in contacts.live(session, ticket)], town.desk.now)
    assert town.post.collect(town.desk.now) == 0


def test_what_a_stopped_server_missed_is_told_only_while_it_is_news(town: Town) -> None:
    town.with_phone()
    town.desk.wait(hours=7)
    assert town.post.collect(town.desk.now) == 0


def test_two_ways_of_one_ticket_are_each_told_once(town: Town) -> None:
    ticket = town.desk.book()
    town.follow(ticket, "a browser")
    town.follow(ticket, "a browser")
    town.follow(ticket, "another browser")
    assert town.post.collect(town.desk.now) == 2


def test_an_urgent_word_is_worth_hearing_for_minutes(town: Town) -> None:
    town.desk.change_office(tell_at_place=0)
    ticket = town.with_phone()
    town.desk.check_in(ticket)
    town.desk.open()
    town.desk.call_next()
    town.post.collect(town.desk.now)
    [message] = town.messages()
    assert message.expires_at - message.created_at == timedelta(minutes=10)
