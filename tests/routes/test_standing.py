"""Places by speed: said only as far as they are certain, and never without accuracy and satisfaction beside them."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from metrics.periods import Period
from queue_app import clock, report, report_files, report_quality
from queue_app.models import Feedback, Service, Ticket, User
from queue_app.report_quality import Quality
from queue_app.routes.labels import standing_text
from tests.history.past import bring_in, served, write
from tests.office import Desk
from tests.routes.api.program import Program
from tests.routes.browsing import Person

PACE = {"petugas1": 0.6, "petugas2": 1.0, "petugas3": 1.6}
ASKED = ("petugas1", "petugas2")
"""Of the third nobody said anything."""


@pytest.fixture
def office(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Three officers of very different speed, forty visits each in the last ten days; twelve answers about two."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    nine = desk.now.replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
    rows = []
    for place, (officer, pace) in enumerate(PACE.items()):
        for n in range(40):
            arrival = nine - timedelta(days=1 + n % 10, minutes=-place)
            rows.append(served(round(600 * pace * (0.8 + n / 100)), officer, arrival=arrival))
    bring_in(desk, write(tmp_path / "past.csv", rows))
    with desk.db.write() as session:
        here = desk.office(session)
        tickets = iter(session.scalars(select(Ticket).where(Ticket.office_id == here.id)).all())
        service = session.scalars(select(Service).where(Service.code == "A", Service.office_id == here.id)).one()
        for name in ASKED:
            officer_id = session.scalars(select(User.id).where(User.username == name)).one()
            for ticket, _ in zip(tickets, range(12), strict=False):
                session.add(
                    Feedback(
                        ticket_id=ticket.id,
                        office_id=here.id,
                        service_id=service.id,
                        officer_id=officer_id,
                        answers={"satisfaction": 4},
                        created_at=desk.now - timedelta(days=2),
                    )
                )
    return desk


def test_the_officers_table_says_places_only_beside_the_other_two_indicators(app: Flask, office: Desk) -> None:
    page = Person(app, "supervisor").client.get("/supervisor").get_data(as_text=True)
    assert "<strong>1 dari 3</strong> (jelas lebih cepat dari 2)" in page
    assert "<strong>2 dari 3</strong> (jelas lebih cepat dari 1, jelas lebih lambat dari 1)" in page
    assert "<strong>tidak tampil tanpa ketepatan dan kepuasan</strong>" in page
    assert "3 dari 3" not in page


def test_so_does_the_table_behind_the_chart(app: Flask, office: Desk) -> None:
    text = Person(app, "supervisor").client.get("/supervisor/figures/officers.csv").get_data(as_text=True)
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading[-1] == "Peringkat yang mungkin"
    assert [row[-1] for row in rows] == ["1 dari 3", "2 dari 3", "tidak tampil tanpa ketepatan dan kepuasan"]
    assert [row[heading.index("Kepuasan (persen)")] for row in rows] == ["100.0", "100.0", ""]


def test_the_api_has_all_three_or_no_place(app: Flask, office: Desk) -> None:
    answer = Program(app, office.db).get("/offices/senapelan/metrics/officers", "supervisor")
    rows = {row["officer"]: row for row in answer.get_json()["officers"]}
    assert rows["petugas1"]["standing"] == {
        "best": 1, "worst": 1, "of": 3, "faster_than": 2, "slower_than": 0, "group": "above",
    }  # fmt: skip
    assert (rows["petugas1"]["satisfaction"]["n"], rows["petugas1"]["accuracy"]["n"]) == (12, 40)
    assert rows["petugas3"]["accuracy"]["n"] == 40
    assert (rows["petugas3"]["satisfaction"], rows["petugas3"]["standing"]) == (None, None)


def test_files_have_places_only_where_both_are_known(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.db.read() as session:
        here = office.office(session)
        today = office.now.astimezone(here.zone).date()
        period = Period(today - timedelta(days=27), today, here.zone)
        speed = report.officers(session, here, period, office.now)
        quality = report_quality.load(session, here, period, office.now)
    assert not report_quality.are_known(quality, "petugas1"), "no whole questionnaire"
    assert "standing" not in json.loads(report_files.written(speed, "senapelan", "json"))

    def known(_quality: Quality, officer: str) -> bool:
        return officer in ASKED

    monkeypatch.setattr(report_quality, "are_known", known)
    rows = {row["officer"]: row for row in csv.DictReader(io.StringIO(report_files.as_csv(speed, quality)))}
    assert [rows[name]["rank_best"] for name in PACE] == ["1", "2", ""]
    assert [rows[name]["clearly_faster_than"] for name in PACE] == ["2", "1", ""]
    said = json.loads(report_files.written(speed, "senapelan", "json", quality))["standing"]
    assert "5 % together" in said["method"]
    assert said["officers"]["petugas2"] == {
        "rank_best": 2, "rank_worst": 2, "rank_of": 3, "clearly_faster_than": 1, "clearly_slower_than": 1,
    }  # fmt: skip
    assert "petugas3" not in said["officers"]


def test_without_a_standing_there_is_nothing_to_say() -> None:
    assert standing_text(None) == "–"
