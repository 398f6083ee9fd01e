"""The table of moves, by itself and as the use cases take them."""

import pytest

from queue_app import lifecycle
from queue_app.lifecycle import FINAL, LIVE, MOVES, UNDOABLE, Action, IllegalMove, TicketState

S = TicketState
ALLOWED = {
    (S.BOOKED, Action.CHECK_IN): S.WAITING,
    (S.BOOKED, Action.RESCHEDULE): S.BOOKED,
    (S.BOOKED, Action.CANCEL): S.CANCELLED,
    (S.BOOKED, Action.EXPIRE): S.EXPIRED,
    (S.BOOKED, Action.SET_CATEGORY): S.BOOKED,
    (S.WAITING, Action.SET_CATEGORY): S.WAITING,
    (S.WAITING, Action.MOVE): S.WAITING,
    (S.WAITING, Action.DEFER): S.WAITING,
    (S.WAITING, Action.RELEASE): S.WAITING,
    (S.WAITING, Action.CALL): S.CALLED,
    (S.WAITING, Action.CANCEL): S.CANCELLED,
    (S.WAITING, Action.EXPIRE): S.EXPIRED,
    (S.CALLED, Action.RECALL): S.CALLED,
    (S.CALLED, Action.START): S.SERVING,
    (S.CALLED, Action.TRANSFER): S.WAITING,
    (S.CALLED, Action.RETURN): S.WAITING,
    (S.CALLED, Action.NO_SHOW): S.NO_SHOW,
    (S.CALLED, Action.EXPIRE): S.EXPIRED,
    (S.SERVING, Action.FINISH): S.SERVED,
    (S.SERVING, Action.HOLD): S.ON_HOLD,
    (S.SERVING, Action.TRANSFER): S.WAITING,
    (S.SERVING, Action.CONTINUE): S.WAITING,
    (S.SERVING, Action.EXPIRE): S.EXPIRED,
    (S.ON_HOLD, Action.RESUME): S.SERVING,
    (S.ON_HOLD, Action.TRANSFER): S.WAITING,
    (S.ON_HOLD, Action.EXPIRE): S.EXPIRED,
    (S.NO_SHOW, Action.RETURN): S.WAITING,
    **{(state, Action.WITHDRAW): S.WITHDRAWN for state in (S.SERVED, S.NO_SHOW, S.CANCELLED, S.EXPIRED)},
}


@pytest.mark.parametrize("state", TicketState)
@pytest.mark.parametrize("action", [a for a, move in MOVES.items() if move.sources and a is not Action.UNDO])
def test_it_allows_exactly_the_published_moves(state: TicketState, action: Action) -> None:
    if (state, action) in ALLOWED:
        assert lifecycle.target(action, state) is ALLOWED[state, action]
    else:
        with pytest.raises(IllegalMove) as refused:
            lifecycle.target(action, state)
        assert refused.value.status == 409
        assert refused.value.params["state"] is state


def test_it_has_a_move_for_every_action() -> None:
    assert set(MOVES) == set(Action)


def test_it_starts_a_ticket_only_by_booking_or_joining() -> None:
    assert {action for action, move in MOVES.items() if not move.sources} == {Action.BOOK, Action.JOIN}
    assert lifecycle.target(Action.BOOK, None) is S.BOOKED
    assert lifecycle.target(Action.JOIN, None) is S.WAITING
    with pytest.raises(ValueError, match="does not create"):
        lifecycle.target(Action.CALL, None)


def test_it_never_counts_an_expired_ticket_as_served() -> None:
    assert MOVES[Action.EXPIRE].target is S.EXPIRED
    assert MOVES[Action.EXPIRE].sources == LIVE
    assert {S.SERVED, S.EXPIRED, S.CANCELLED, S.NO_SHOW, S.WITHDRAWN} == FINAL


@pytest.mark.parametrize("action", Action)
def test_it_undoes_what_nobody_outside_has_heard_and_leads_back_to_where_it_came_from(action: Action) -> None:
    for state in TicketState:
        for came_from in TicketState:
            is_move = MOVES[action].target is state and came_from in MOVES[action].sources
            if action in UNDOABLE and is_move:
                assert lifecycle.undone(action, came_from, state) is came_from
                assert state in MOVES[Action.UNDO].sources
            else:
                with pytest.raises(IllegalMove):
                    lifecycle.undone(action, came_from, state)


def test_it_never_undoes_a_call_that_the_hall_has_heard_nor_what_a_citizen_did() -> None:
    assert not UNDOABLE & {Action.CALL, Action.RECALL, Action.CANCEL, Action.CHECK_IN, Action.EXPIRE, Action.UNDO}


def test_it_reads_a_log_as_if_what_was_undone_had_not_happened() -> None:
    moves = ["join", "call", "no_show", "undo", "start", "finish", "undo", "hold", "undo", "finish"]
    assert lifecycle.standing(moves, str) == ["join", "call", "start", "finish"]
