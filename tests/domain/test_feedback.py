"""After the visit: answers once, complaints with a number, both sealed and tied to the visit."""

import pytest

from queue_app import booking, feedback, tickets
from queue_app.errors import Invalid, QueueError
from queue_app.models import Complaint, Feedback, Question, Subject, Ticket
from tests.office import Desk

ANSWERS = {Question.SATISFACTION: 4, Question.INFORMATION: 2}
STORY = "Menunggu dua jam tanpa penjelasan."


@pytest.fixture
def served(desk: Desk) -> Ticket:
    desk.open()
    return desk.serve(minutes=5)


def give(desk: Desk, ticket: Ticket, answers: dict[Question, int] = ANSWERS, comment: str | None = None) -> Feedback:
    with desk.db.write() as session:
        found = booking.find(session, ticket.public_id, for_change=True)
        return feedback.give(session, desk.vault, found, answers, comment, desk.now)


def complain(desk: Desk, ticket: Ticket, text: str = STORY, key: str = "press-1") -> Complaint:
    with desk.db.write() as session:
        found = booking.find(session, ticket.public_id, for_change=True)
        return feedback.complain(session, desk.vault, found, Subject.WAIT, text, key, desk.now)


class TestSurvey:
    def test_it_is_tied_to_the_visit_its_service_and_its_officer(self, desk: Desk, served: Ticket) -> None:
        given = give(desk, served, comment="Terima kasih")
        assert (given.ticket_id, given.service_id, given.officer_id) == (
            served.id,
            served.service_id,
            served.officer_id,
        )
        assert given.answers == {"satisfaction": 4, "information": 2}
        assert given.comment_sealed is not None
        assert b"Terima" not in given.comment_sealed
        assert desk.vault.open(given.comment_sealed) == "Terima kasih"

    def test_it_is_taken_once(self, desk: Desk, served: Ticket) -> None:
        give(desk, served)
        with pytest.raises(QueueError, match="feedback_given"):
            give(desk, served)

    def test_it_opens_when_the_visit_is_done(self, desk: Desk) -> None:
        with pytest.raises(QueueError, match="not_served_yet"):
            give(desk, desk.join())

    def test_it_closes_two_weeks_after_the_visit(self, desk: Desk, served: Ticket) -> None:
        desk.wait(days=14)
        give(desk, served)
        desk.open()
        desk.wait(days=1)
        with pytest.raises(QueueError, match="feedback_over"):
            complain(desk, served)

    @pytest.mark.parametrize("answer", [0, 5, -1])
    def test_it_refuses_an_answer_outside_the_scale(self, desk: Desk, served: Ticket, answer: int) -> None:
        with pytest.raises(Invalid, match="bad_answer"):
            give(desk, served, {Question.TIME: answer})

    def test_it_refuses_an_empty_form(self, desk: Desk, served: Ticket) -> None:
        with pytest.raises(Invalid, match="no_answer"):
            give(desk, served, {})

    def test_it_refuses_a_novel_and_saves_nothing(self, desk: Desk, served: Ticket) -> None:
        with pytest.raises(Invalid, match="text_too_long"):
            give(desk, served, comment="x" * 4001)
        assert give(desk, served).comment_sealed is None


class TestComplaint:
    def test_it_gets_a_number_and_is_sealed(self, desk: Desk, served: Ticket) -> None:
        first, second = complain(desk, served), complain(desk, served, key="press-2")
        assert [first.label, second.label] == ["P-0001", "P-0002"]
        assert b"dua jam" not in first.text_sealed
        assert desk.vault.open(first.text_sealed) == STORY

    def test_it_takes_a_doubled_press_as_one(self, desk: Desk, served: Ticket) -> None:
        assert complain(desk, served).id == complain(desk, served).id

    def test_it_is_heard_from_who_was_missed_too(self, desk: Desk) -> None:
        desk.join()
        desk.open()
        called = desk.call_next()
        assert called is not None
        assert complain(desk, desk.act(tickets.no_show, called)).number == 1

    @pytest.mark.parametrize("text", ["", "   ", "singkat", "\r\n \r\n"])
    def test_it_needs_a_story(self, desk: Desk, served: Ticket, text: str) -> None:
        with pytest.raises(Invalid, match="complaint_too_short"):
            complain(desk, served, text)

    def test_one_visit_has_room_for_three(self, desk: Desk, served: Ticket) -> None:
        for number in range(3):
            complain(desk, served, key=f"press-{number}")
        with pytest.raises(QueueError, match="too_many_complaints"):
            complain(desk, served, key="press-4")
