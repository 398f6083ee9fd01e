"""The questions that the desk asks before a move; where no script runs, the page loads with one open."""

import re

import pytest

from queue_app.lifecycle import TicketState
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import called, serving


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


def test_an_unknown_question_is_no_question(seated: Person) -> None:
    answer = seated.open("/desk?ask=<script>&ticket=%01")
    assert answer.status_code == 200
    assert " open>" not in seated.page
