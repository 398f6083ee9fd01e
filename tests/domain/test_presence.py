"""Being here: the code that changes, the proof in the log, and the written rule of arrivals."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app import booking
from queue_app.discipline import Arrival
from queue_app.errors import Forbidden, Invalid
from queue_app.lifecycle import TicketState
from queue_app.models import Ticket
from queue_app.presence import STEP_S, VALID_S, Presence, Proof
from tests.office import SECRET, SLUG, Desk

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PRESENCE = Presence(SECRET)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class TestCode:
    def test_it_changes_every_half_minute(self) -> None:
        codes = [PRESENCE.code(SLUG, later(seconds)) for seconds in range(0, 120)]
        assert len(set(codes)) == 120 / STEP_S
        assert codes[0] == codes[29] != codes[30]

    @given(st.floats(0, STEP_S - 0.001), st.floats(0, 600))
    def test_it_is_taken_for_a_minute_from_its_first_moment(self, scanned_after: float, used_after: float) -> None:
        """``scanned_after`` its first moment; ``used_after`` that."""
        code = PRESENCE.code(SLUG, later(scanned_after))
        used = scanned_after + used_after
        if used < VALID_S:
            PRESENCE.check(SLUG, code, later(used))
        else:
            with pytest.raises(Invalid, match="presence_expired"):
                PRESENCE.check(SLUG, code, later(used))

    def test_it_is_taken_by_a_server_whose_clock_is_a_little_slow(self) -> None:
        code = PRESENCE.code(SLUG, NOW)
        PRESENCE.check(SLUG, code, later(-5))
        with pytest.raises(Invalid, match="presence_expired"):
            PRESENCE.check(SLUG, code, later(-6))

    @pytest.mark.parametrize(
        "code",
        [
            "",
            "0.",
            "here",
            PRESENCE.code("another-office", NOW),
            Presence("another secret of another site").code(SLUG, NOW),
            PRESENCE.code(SLUG, NOW).replace(".", "0.", 1),
            PRESENCE.code(SLUG, NOW)[:-1],
            PRESENCE.code(SLUG, NOW) + "A",
            PRESENCE.code(SLUG, NOW) + "\n",
            "9" * 400 + ".AAAAAAAAAAAAAAAA",
            "１" + PRESENCE.code(SLUG, NOW)[1:],
        ],
    )
    def test_it_refuses_what_no_display_of_this_office_showed(self, code: str) -> None:
        with pytest.raises(Invalid, match="presence_invalid"):
            PRESENCE.check(SLUG, code, NOW)

    @given(st.data())
    def test_one_changed_letter_is_noticed(self, data: st.DataObject) -> None:
        code = PRESENCE.code(SLUG, NOW)
        place = data.draw(st.integers(0, len(code) - 1))
        letter = data.draw(st.sampled_from("0123456789abcdefABCDEF-_."))
        changed = code[:place] + letter + code[place + 1 :]
        if changed != code:
            with pytest.raises(Invalid):
                PRESENCE.check(SLUG, changed, NOW)

    def test_a_short_code_is_four_digits_that_belong_to_the_ticket(self) -> None:
        codes = {PRESENCE.short_code(f"ticket{n}") for n in range(300)}
        assert all(len(code) == 4 and code.isdigit() for code in codes)
        assert len(codes) > 250
        assert PRESENCE.short_code("ticket1") == PRESENCE.short_code("ticket1")
        assert Presence("another secret of another site").short_code("ticket1") != PRESENCE.short_code("ticket1")


def check_in(desk: Desk, ticket: Ticket, proof: Proof | None = None) -> Ticket:
    with desk.db.write() as session:
        return booking.check_in(
            session, booking.find(session, ticket.public_id, for_change=True), desk.now, proof=proof
        )


class TestCheckIn:
    @pytest.mark.parametrize("proof", [None, *Proof])
    def test_the_log_says_how_it_was_shown(self, desk: Desk, proof: Proof | None) -> None:
        ticket = check_in(desk, desk.book(), proof)
        assert desk.events(ticket)[-1].data == ({"presence": proof.value} if proof else {})

    def test_an_office_may_demand_a_proof(self, desk: Desk) -> None:
        ticket = desk.book()
        desk.change_office(presence_required=True)
        with pytest.raises(Forbidden, match="presence_needed"):
            check_in(desk, ticket)
        assert desk.fresh(ticket).state is TicketState.BOOKED
        assert check_in(desk, ticket, Proof.QR).state is TicketState.WAITING

    def test_whoever_joined_at_the_kiosk_needs_none(self, desk: Desk) -> None:
        desk.change_office(presence_required=True)
        assert check_in(desk, desk.join()).state is TicketState.WAITING


class TestArrival:
    """The slot is 10:00 to 10:30, the grace time 60 minutes; it is 09:00."""

    @pytest.mark.parametrize(
        ("after", "arrival", "due_after"),
        [
            (0, Arrival.EARLY, 60),
            (59, Arrival.EARLY, 60),
            (60, Arrival.ON_TIME, 60),
            (89, Arrival.ON_TIME, 89),
            (90, Arrival.LATE, 90),
            (150, Arrival.LATE, 150),
            (151, Arrival.TOO_LATE, 151),
        ],
    )
    def test_it_decides_from_when_the_wait_counts(
        self, desk: Desk, after: int, arrival: Arrival, due_after: int
    ) -> None:
        begun, ticket = desk.now, desk.book(slot=600)
        desk.wait(minutes=after)
        ticket = desk.check_in(ticket)
        assert desk.events(ticket)[-1].data == {"arrival": arrival.value}
        assert ticket.due_at == begun + timedelta(minutes=due_after)

    def test_without_a_slot_nobody_is_early_or_late(self, desk: Desk) -> None:
        ticket = desk.check_in(desk.book())
        assert (ticket.due_at, desk.events(ticket)[-1].data) == (desk.now, {})


def test_a_ticket_s_address_has_128_random_bits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("secrets.token_bytes", lambda size: asked.append(size) or b"\xff" * size)
    ticket = desk.book()
    assert asked == [16]
    assert ticket.public_id == "_" * 21 + "w"  # all of them in it: base64 of 128 ones
