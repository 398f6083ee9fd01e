"""After the visit: answers once, sealed and tied to the visit."""

import pytest

from queue_app import booking, feedback
from queue_app.errors import Invalid, QueueError
from queue_app.models import Feedback, Question, Ticket
from tests.office import Desk

ANSWERS = {Question.SATISFACTION: 4, Question.INFORMATION: 2}


@pytest.fixture
def served(desk: Desk) -> Ticket:
    desk.open()
    return desk.serve(minutes=5)


def give(desk: Desk, ticket: Ticket, answers: dict[Question, int] = ANSWERS, comment: str | None = None) -> Feedback:
    with desk.db.write() as session:
        found = booking.find(session, ticket.public_id, for_change=True)
        return feedback.give(session, desk.vault, found, answers, comment, desk.now)


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
        desk.wait(days=15)
        with pytest.raises(QueueError, match="feedback_over"):
            give(desk, served)

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
