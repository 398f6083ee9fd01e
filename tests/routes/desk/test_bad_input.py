"""Whatever a form sends: a refusal with its status, and the desk as it is."""

from itertools import product

import pytest

from queue_app.lifecycle import TicketState
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import POSTS, TICKET_MOVES, serving

BAD_REFS = ["", "x", ":", "x:y", "x:-1", "x:1.5", "a b:1", "x" * 500 + ":1", "é:1", "😀:1", "x:" + "9" * 40]
BAD_COUNTERS = ["", "x", "-1", "0", "1.5", "٣", "9" * 40, "99999"]


def test_a_bad_ticket_is_refused_and_the_desk_shown(seated: Person) -> None:
    # All moves read what they are sent by the same function, so not each of them needs every wrong text.
    for move, ref in [*product(["start"], BAD_REFS), *product(TICKET_MOVES, [BAD_REFS[0], BAD_REFS[-1]])]:
        answer = seated.send(f"/desk/{move}", {"ticket": ref, "service": "A", "reason": "slip", "counter": "1"})
        assert answer.status_code == 422, (move, ref)
        assert 'id="desk-live"' in seated.page


def test_an_unknown_ticket_is_refused(seated: Person) -> None:
    assert seated.send("/desk/start", {"ticket": "nobody:1"}).status_code == 404


def test_a_bad_counter_is_refused_and_the_desk_shown(ana: Person) -> None:
    for move in ("open", "close", "pause", "continue", "call-next"):
        for counter in BAD_COUNTERS:
            answer = ana.send(f"/desk/{move}", {"counter": counter, "key": "k"})
            assert answer.status_code == 404, (move, counter)
            assert 'id="desk-live"' in ana.page


def test_a_nul_is_never_a_fault(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    page = seated.page
    for move in POSTS:
        for name in ("ticket", "counter", "key", "service", "reason", "detail"):
            fields = {"ticket": f"{ticket.public_id}:{ticket.version}", "counter": "1", "reason": "other", name: "a\0b"}
            seated.page = page
            assert 400 <= seated.send(f"/desk/{move}", fields).status_code < 500, (move, name)


@pytest.mark.parametrize("key", ["", "x" * 5000, "é" * 81])
def test_a_bad_key_is_refused_or_shortened(seated: Person, desk: Desk, key: str) -> None:
    counter = seated.form("/desk/call-next").fields["counter"]
    assert seated.send("/desk/call-next", {"counter": counter, "key": key}).status_code == 422


@pytest.mark.parametrize("service", ["", "Z", "A" * 5000, "😀"])
def test_a_transfer_to_an_unknown_service_is_refused(seated: Person, desk: Desk, service: str) -> None:
    ticket = serving(seated, desk)
    assert seated.press("/desk/transfer", service=service).status_code == 404
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_a_long_reason_is_cut_and_kept_clean(seated: Person, desk: Desk) -> None:
    ticket = serving(seated, desk)
    seated.press("/desk/hold", reason="other", detail="<b>a\x07b\n</b> " + "é" * 1000)
    reason = desk.events(ticket)[-1].reason
    assert reason is not None
    assert len(reason) == 240
    assert reason.startswith("<b>a b </b> é")
    assert "<b>a b" not in seated.page
