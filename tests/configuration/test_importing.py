"""What a file may change, what it may not, and how that is told."""

from datetime import date

import pytest
import yaml
from sqlalchemy import select

from queue_app import office_calendar, queries
from queue_app.audit import verify
from queue_app.configuration import importing
from queue_app.configuration.reading import LARGEST_BYTES, BadConfiguration
from queue_app.models import Closure, ConfigurationChange, Counter, Service
from tests.configuration.conftest import Bring, Write
from tests.domain.refusing import refused
from tests.office import SLUG, Desk


def problems(bring: Bring, text: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(BadConfiguration) as wrong:
        bring(text)
    return [(one.path, one.line, one.message % dict(one.params)) for one in wrong.value.problems]


class TestBadFiles:
    def test_every_problem_is_named_with_its_place_and_line(self, bring: Bring, write: Write) -> None:
        before = write()
        found = problems(
            bring,
            "version: 1\noffice:\n  name: 3\n  nama: Kantor\n  voice: yes please\n  timezone: Mars\nservices:\n"
            "  - code: A\n    slot_capacity: 2000\n  - name_id: Lain\nwarna: merah\n",
        )
        assert [(path, line) for path, line, _ in found] == [
            ("office.name", 3),
            ("office.nama", 4),
            ("office.voice", 5),
            ("office.timezone", 6),
            ("services[1].slot_capacity", 9),
            ("services[2].code", 10),
            ("warna", 11),
        ]
        assert found[1][2] == "Nama ini tidak dikenal."
        assert found[4][2] == "Ini paling besar 1000."
        assert write() == before

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("a: &x [1]\nb: *x\n", 1, "Jangkar"),
            ("b: *x\n", 1, "Jangkar"),
            ("version: !!python/object/apply:os.system [id]\n", 1, "Tanda tipe"),
            ("version: !!int 1\n", 1, "Tanda tipe"),
            ("version: 1\noffice: {name: A}\nversion: 1\n", 3, "dua kali"),
            ("version: 1\n---\nversion: 1\n", None, "satu daftar"),
            ("- version: 1\n", None, "satu daftar"),
            ("", None, "satu daftar"),
            ("version: [" * 40 + "]" * 40, 1, "Terlalu dalam"),
            ("? [a]\n: 1\n", 1, "Nama harus"),
            ("version: 1\noffice: {name: A\n", 3, "YAML"),
            ("version: 1\n" + "# " + "x" * LARGEST_BYTES, None, "terlalu besar"),
            ("version: 2\n", 1, "Ini harus: 1"),
            ("version: 1\nversi\u0000on: 1\n", None, "YAML"),
        ],
    )
    def test_bombs_and_tricks_are_refused(self, bring: Bring, text: str, line: int | None, said: str) -> None:
        [(_, found_line, message)] = problems(bring, text)
        assert said in message
        if line is not None:
            assert found_line == line

    def test_bytes_that_are_no_text_are_refused(self, desk: Desk) -> None:
        with refused("bad_configuration"), desk.db.write() as session:
            importing.carry_out(session, desk.office(session), b"version: \xff", desk.now)

    @pytest.mark.parametrize(
        ("wanted", "path"),
        [
            ({"counters": [{"number": 1, "services": "A,Z"}]}, "counters[1].services"),
            ({"counters": [{"number": 1, "services": "A:x"}]}, "counters[1].services"),
            ({"counters": [{"number": 1}, {"number": 1}]}, "counters[2].number"),
            (
                {
                    "counters": [
                        {"number": 1, "services": "A", "pool": "p"},
                        {"number": 2, "services": "B", "pool": "p"},
                    ]
                },
                "counters[2].services",
            ),
            ({"visits": [{"code": "x", "name_id": "x", "steps": ["A", "Z"]}]}, "visits[1].steps"),
            ({"officers": [{"username": "petugas1", "services": ["Z"]}]}, "officers[1].services"),
            ({"displays": [{"name": "Lobi", "counters": [77]}]}, "displays[1].counters"),
            ({"hours": ["mon 16:00-08:00"]}, "hours"),
            ({"look": {"theme": "dark", "brand": "#ffffff", "accent": "#f6b92b"}}, "look.brand"),
            ({"printers": [{"name": "x", "address": "http://x"}]}, "printers[1].address"),
            ({"services": [{"code": "A"}, {"code": "b c", "name_id": "x"}]}, "services[2].code"),
            ({"office": {"timezone": "Asia/Jayapura"}}, "office.timezone"),
            ({"running_text": [{"text": "x", "from_day": "2026-12-02", "until_day": "2026-12-01"}]}, "running_text x"),
            ({"hours": []}, "hours"),
        ],
    )
    def test_parts_that_do_not_fit_one_another_are_refused(
        self, desk: Desk, bring: Bring, write: Write, wanted: dict[str, object], path: str
    ) -> None:
        desk.join("A")
        before = write()
        assert [found[0] for found in problems(bring, yaml.safe_dump({"version": 1} | wanted))] == [path]
        assert write() == before


class TestCarryingOut:
    def test_what_has_a_past_is_retired_and_its_numbers_go_on(self, desk: Desk, bring: Bring) -> None:
        ticket = desk.join("B")
        told = bring({"services": [{"code": "A"}], "counters": [{"number": 1}]})
        assert [(c.section, c.name, c.kind) for c in told.changes][:2] == [
            ("services", "B", "retire"),
            ("services", "C", "retire"),
        ]
        assert [effect.params for effect in told.effects] == [{"count": 1, "service": "B"}]
        with desk.db.read() as session:
            assert session.scalar(select(Service.active).where(Service.code == "B")) is False
            assert session.scalars(select(Counter.number).order_by(Counter.number)).all() == [1, 2, 3, 4, 5]
            assert [counter.number for counter in queries.office(session, SLUG).counters] == [1]
        assert ticket.label == "B-001"

    def test_all_is_in_the_history_of_the_settings(self, desk: Desk, bring: Bring) -> None:
        bring({"office": {"grace_minutes": 15}, "survey": {"percent": 50}, "printers": [{"name": "k", "address": "h"}]})
        with desk.db.read() as session:
            rows = session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.seq)).all()
            assert [(row.subject, row.after) for row in rows][:1] == [("office", {"grace_minutes": "15"})]
            assert {row.subject for row in rows} == {"office", "survey", "printer:k"}
            assert {row.actor_id for row in rows} == {desk.user(session, "admin").id}
            assert not any(found.breach for found in verify.check(session, desk.office(session)))

    def test_a_preview_says_it_all_and_changes_nothing(self, desk: Desk, write: Write) -> None:
        before, seq = write(), len(desk.events())
        with desk.db.write() as session:
            text = b"version: 1\noffice: {grace_minutes: 15}\ndisplays: [{name: Lobi}]\n"
            told = importing.preview(session, desk.office(session), text, desk.now)
        assert next((c.section, c.before, c.after) for c in told.changes) == (
            "office",
            {"grace_minutes": 60},
            {"grace_minutes": 15},
        )
        assert (write(), len(desk.events())) == (before, seq)

    def test_of_two_managers_the_second_sees_what_the_first_did(self, desk: Desk, bring: Bring) -> None:
        with desk.db.write() as session:
            seen = importing.preview(session, desk.office(session), b"version: 1\n", desk.now).seen
        bring({"services": [{"code": c} for c in "ABCDE"] + [{"code": "F", "daily_quota": 9}]}, seen=seen)
        with refused("configuration_changed"):
            bring({"services": [{"code": c} for c in "ABCDE"] + [{"code": "F", "daily_quota": 5}]}, seen=seen)
        with desk.db.read() as session:
            assert desk.service(session, "F").daily_quota == 9

    def test_days_that_are_over_stay_as_they_were(self, desk: Desk, bring: Bring) -> None:
        with desk.db.write() as session:
            office_calendar.close_day(session, desk.office(session), date(2026, 11, 2), "Banjir", desk.now)
            office_calendar.close_day(session, desk.office(session), date(2026, 12, 2), "Rapat", desk.now)
        bring({"calendar": {"closures": [{"day": "2026-11-03", "reason": "x"}, {"day": "2026-12-03"}]}})
        with desk.db.read() as session:
            days = session.scalars(select(Closure.day).order_by(Closure.day)).all()
        assert days == [date(2026, 11, 2), date(2026, 12, 3)]

    def test_an_open_counter_is_not_retired_and_nothing_else_is_done(
        self, desk: Desk, bring: Bring, write: Write
    ) -> None:
        desk.open("petugas1", 3)
        before = write()
        with pytest.raises(BadConfiguration) as wrong:
            bring({"office": {"name": "Lain"}, "counters": [{"number": 1}]})
        assert wrong.value.problems[0].path == "counters 3"
        assert write() == before
