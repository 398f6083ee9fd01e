"""The outbox: claimed by one, begun, concluded; tried again with growing pauses, given up with a reason."""

from datetime import date, timedelta

import pytest

from queue_app import tickets
from queue_app.lifecycle import TicketState
from queue_app.messages import contacts, outbox
from queue_app.messages.outcome import DELIVERED, Outcome, Verdict, of_status
from queue_app.models import MessageKind, MessageStatus
from tests.messages.town import PHONE, Remembered, Town

BUSY = Outcome(Verdict.NOT_TAKEN, "status 503")
LOST = Outcome(Verdict.UNKNOWN, "timeout")


def one_message(town: Town) -> None:
    town.with_phone(day=date(2026, 11, 26))
    town.post.collect(town.desk.now)
    town.change_messages(expires_at=town.desk.now + timedelta(days=1))


def test_it_is_handed_over_once(town: Town) -> None:
    one_message(town)
    channel = Remembered()
    courier = town.courier(whatsapp=channel)
    town.carry_on(courier, hours=3)
    assert channel.handed == [(MessageKind.BOOKED, "move 1", PHONE)]
    [message] = town.messages()
    assert (message.status, message.attempts, message.reason) == (MessageStatus.SENT, 1, None)
    assert message.done_at is not None


def test_a_busy_gateway_is_tried_again_with_growing_pauses(town: Town) -> None:
    one_message(town)
    channel = Remembered(*[BUSY] * 4, DELIVERED)
    courier = town.courier(whatsapp=channel)
    pauses = []
    while town.messages()[0].status is not MessageStatus.SENT:
        town.carry_all(courier)
        pauses.append((town.messages()[0].due_at - town.desk.now).total_seconds())
        town.desk.now = max(town.desk.now, town.messages()[0].due_at)
    assert pauses[:4] == [5, 10, 20, 40]
    assert len(channel.handed) == 5


def test_chance_shortens_a_pause_by_up_to_half(town: Town) -> None:
    one_message(town)
    with town.desk.db.write() as session:
        claim, [message_id] = outbox.claim(session, "whatsapp", 1, town.desk.now)
        letter = outbox.begin(session, message_id, claim, town.desk.now)
        assert letter is not None
        outbox.conclude(session, letter, BUSY, town.desk.now, chance=1.0, again=False)
    assert town.messages()[0].due_at - town.desk.now == timedelta(seconds=2.5)


def test_the_other_side_may_ask_for_a_longer_pause(town: Town) -> None:
    one_message(town)
    courier = town.courier(whatsapp=Remembered(Outcome(Verdict.NOT_TAKEN, "status 429", 300.0)))
    town.carry_all(courier)
    assert town.messages()[0].due_at - town.desk.now == timedelta(minutes=5)


def test_it_is_given_up_after_twelve_attempts_with_the_reason(town: Town) -> None:
    one_message(town)
    channel = Remembered(BUSY)
    town.carry_on(town.courier(whatsapp=channel), hours=3)
    [message] = town.messages()
    assert (message.status, message.reason) == (MessageStatus.FAILED, "status 503")
    assert len(channel.handed) == outbox.MOST_ATTEMPTS == 12


def test_it_is_not_tried_again_beyond_its_use(town: Town) -> None:
    one_message(town)
    town.change_messages(expires_at=town.desk.now + timedelta(seconds=4))
    channel = Remembered(BUSY)
    town.carry_on(town.courier(whatsapp=channel), minutes=5)
    assert len(channel.handed) == 1
    assert town.messages()[0].status is MessageStatus.FAILED


def test_what_may_have_arrived_is_not_repeated(town: Town) -> None:
    one_message(town)
    channel = Remembered(LOST)
    town.carry_on(town.courier(whatsapp=channel), hours=3)
    assert len(channel.handed) == 1
    assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.UNKNOWN, "timeout")


def test_unless_the_other_side_recognises_a_repetition(town: Town) -> None:
    one_message(town)
    channel = Remembered(LOST, DELIVERED, repeats=True)
    town.carry_on(town.courier(whatsapp=channel), minutes=5)
    assert len(channel.handed) == 2
    assert town.messages()[0].status is MessageStatus.SENT


def test_what_is_rejected_is_given_up_at_once(town: Town) -> None:
    one_message(town)
    channel = Remembered(of_status(400))
    town.carry_on(town.courier(whatsapp=channel), minutes=5)
    assert len(channel.handed) == 1
    assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.FAILED, "status 400")


def test_an_address_that_is_gone_is_forgotten(town: Town) -> None:
    ticket = town.desk.book()
    town.follow(ticket, "a browser")
    town.post.collect(town.desk.now)
    town.carry_all(town.courier(push=Remembered(Outcome(Verdict.GONE, "status 410"), repeats=True)))
    [contact] = town.contacts()
    assert contact.ended_at is not None
    assert contact.address_sealed is None
    assert town.messages()[0].reason == "status 410"


class TestNotTold:
    @pytest.mark.parametrize(
        ("happens", "reason"),
        [
            (lambda town, ticket: town.desk.cancel(ticket), "outdated"),
            (lambda town, ticket: town.desk.reschedule(ticket, day=date(2026, 11, 27), slot=None), "outdated"),
            (lambda town, _: town.desk.wait(hours=2), "late"),
            (lambda town, _: stop_all(town), "stopped"),
        ],
    )
    def test_what_is_no_longer_true_wanted_or_useful(self, town: Town, happens: object, reason: str) -> None:
        ticket = town.with_phone(day=date(2026, 11, 26))
        town.post.collect(town.desk.now)
        happens(town, ticket)  # type: ignore[operator]
        channel = Remembered()
        town.carry_all(town.courier(whatsapp=channel))
        assert channel.handed == []
        first = town.messages()[0]
        assert (first.status, first.reason) == (MessageStatus.DROPPED, reason)

    def test_a_call_that_was_answered_meanwhile(self, town: Town) -> None:
        town.desk.change_office(tell_at_place=0)
        ticket = town.desk.check_in(town.with_phone())
        town.desk.open()
        called = town.desk.call_next()
        assert called is not None
        town.post.collect(town.desk.now)
        town.desk.act(tickets.start, called)
        channel = Remembered()
        town.carry_all(town.courier(whatsapp=channel))
        assert channel.handed == []
        assert town.desk.fresh(ticket).state is TicketState.SERVING

    def test_by_a_channel_that_is_no_longer_configured(self, town: Town) -> None:
        one_message(town)
        town.carry_all(town.courier(sms=Remembered()))
        assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.DROPPED, "no channel")


def stop_all(town: Town) -> None:
    with town.desk.db.write() as session:
        contacts.end(session, [contact.id for contact in town.contacts()], town.desk.now)


class TestProcessesThatDie:
    """A process is told apart by its claim; what it did not write down, nobody knows."""

    def test_after_claiming_nothing_is_lost(self, town: Town) -> None:
        one_message(town)
        with town.desk.db.write() as session:
            outbox.claim(session, "whatsapp", 9, town.desk.now)
        channel = Remembered()
        courier = town.courier(whatsapp=channel)
        town.carry_all(courier)
        assert channel.handed == []  # the claim still holds
        town.desk.now += outbox.LEASE
        town.carry_all(courier)
        assert len(channel.handed) == 1

    @pytest.mark.parametrize(("repeats", "status"), [(False, MessageStatus.UNKNOWN), (True, MessageStatus.SENT)])
    def test_after_beginning_it_is_repeated_only_where_that_is_recognised(
        self, town: Town, repeats: bool, status: MessageStatus
    ) -> None:
        one_message(town)
        with town.desk.db.write() as session:
            claim, [message_id] = outbox.claim(session, "whatsapp", 9, town.desk.now)
            assert outbox.begin(session, message_id, claim, town.desk.now) is not None
        town.desk.now += outbox.LEASE
        channel = Remembered(repeats=repeats)
        town.carry_all(town.courier(whatsapp=channel))
        assert len(channel.handed) == (1 if repeats else 0)
        assert town.messages()[0].status is status

    def test_one_that_was_slow_may_still_say_how_it_ended(self, town: Town) -> None:
        one_message(town)
        with town.desk.db.write() as session:
            claim, [message_id] = outbox.claim(session, "whatsapp", 9, town.desk.now)
            letter = outbox.begin(session, message_id, claim, town.desk.now)
        town.desk.now += outbox.LEASE
        town.carry_all(town.courier(whatsapp=Remembered()))
        assert letter is not None
        with town.desk.db.write() as session:
            outbox.conclude(session, letter, DELIVERED, town.desk.now, chance=0.0, again=False)
        assert town.messages()[0].status is MessageStatus.SENT

    def test_one_whose_claim_ran_out_does_not_begin(self, town: Town) -> None:
        one_message(town)
        with town.desk.db.write() as session:
            old, [message_id] = outbox.claim(session, "whatsapp", 9, town.desk.now)
        town.desk.now += outbox.LEASE
        with town.desk.db.write() as session:
            outbox.claim(session, "whatsapp", 9, town.desk.now)
            assert outbox.begin(session, message_id, old, town.desk.now) is None


def test_a_channel_that_breaks_off_tells_nobody_twice_and_names_no_address(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    one_message(town)

    class Broken(Remembered):
        def hand_over(self, letter: object, address: str, now: object) -> Outcome:
            super().hand_over(letter, address, now)
            raise RuntimeError(f"cannot reach {address}")

    channel = Broken()
    town.carry_on(town.courier(whatsapp=channel), hours=2)
    assert len(channel.handed) == 1
    assert town.messages()[0].reason == "fault RuntimeError"
    assert PHONE not in caplog.text
    assert "broke off" in caplog.text
