"""What the supervisor and the public are told of how good the foretold waits were."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from metrics.periods import Period
from queue_app import clock, opening
from queue_app.models import WaitForecast
from queue_app.waits import accuracy
from tests.office import SLUG, Desk
from tests.routes.browsing import Person

PAGE = "/supervisor/forecast"
COLUMNS = [column.key for column in WaitForecast.__table__.columns if column.key != "id"]


def told(desk: Desk, count: int, waited_s: float) -> None:
    """So many forecasts of 5 to 15 minutes, the middle 10, that came to this."""
    ticket = desk.join("A")
    with desk.db.write() as session:
        session.add_all(
            WaitForecast(
                office_id=ticket.office_id,
                ticket_id=ticket.id,
                service_id=ticket.service_id,
                turn=at,
                at=desk.now - timedelta(hours=1),
                **{"low_s": 300, "median_s": 600, "high_s": 900},
                **{"rolled_low_s": 300, "rolled_median_s": 600, "rolled_high_s": 900},
                **{"head_s": 0, "last_s": 0, "own_last_s": 0, "recent_s": 0, "ahead": 1, "own_ahead": 1, "busy": 1},
                waited_s=waited_s,
                settled=True,
            )
            for at in range(count)
        )


@pytest.fixture
def standing_clock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


def test_the_supervisor_sees_errors_and_coverage(app: Flask, desk: Desk, standing_clock: None) -> None:
    citra = Person(app, "supervisor")
    citra.open(PAGE)
    assert "Belum ada perkiraan" in citra.page
    told(desk, 30, 660)
    told(desk, 10, 1200)
    citra.open(PAGE)
    assert "sebelum nilai tengah 0 persen" in citra.page
    assert "75" in citra.page
    # 30 are off by one minute and 10 by ten.
    assert "3,2" in citra.page


def test_the_public_is_told_in_one_line_when_there_are_enough(app: Flask, desk: Desk, standing_clock: None) -> None:
    anyone = Person(app)
    told(desk, 40, 660)
    desk.wait(days=1)
    anyone.open(f"/o/{SLUG}")
    assert "dari 10 kali" not in anyone.page
    desk.wait(days=-1)
    told(desk, 15, 1200)
    anyone.open(f"/o/{SLUG}")
    assert "dari 10 kali" not in anyone.page  # the day is not over
    desk.wait(days=1, hours=1)  # that there were too few is known for an hour
    anyone.open(f"/o/{SLUG}")
    assert "tepat 7 dari 10 kali" in anyone.page


@pytest.mark.parametrize("number", [60, 3])
def test_not_every_citizen_has_the_forecasts_counted_anew(
    app: Flask, desk: Desk, standing_clock: None, number: int
) -> None:
    """Nor where there are too few to say."""
    anyone, asked = Person(app), []
    told(desk, number, 660)
    desk.wait(days=1)
    event.listen(
        app.extensions["antrean_database"].engine, "before_cursor_execute", lambda _c, _k, sql, *_: asked.append(sql)
    )
    for _ in range(3):
        anyone.open(f"/o/{SLUG}")
    assert len([sql for sql in asked if "wait_forecast" in sql]) == 1


def test_what_is_settled_meanwhile_is_judged_too(desk: Desk) -> None:
    def judgement() -> accuracy.Judgement:
        with desk.db.read() as session:
            office = desk.office(session)
            today = opening.local_day(office, desk.now)
            return accuracy.judgement(session, office, Period(today, today, office.zone))

    assert judgement() == accuracy.Judgement(None, [], [], [])
    told(desk, 4, 660)
    found = judgement()
    assert found is judgement()  # remembered
    assert (found.overall is not None and found.overall.n, found.shares) == (4, [0, 0, 1])
    with desk.db.write() as session:
        first = session.scalars(select(WaitForecast).order_by(WaitForecast.id)).first()
        assert first is not None
        session.delete(first)
        session.add(WaitForecast(**{name: getattr(first, name) for name in COLUMNS} | {"turn": 99, "waited_s": 200}))
    found = judgement()  # as many as before, but one is another
    assert (found.overall is not None and found.overall.n, found.shares) == (4, [0.25, 0.25, 1])
    assert [(code, score.n) for code, score in found.services] == [("A", 4)]
