"""Services and counters of an office: added, changed, taken out of use; their past stays."""

import pytest

from queue_app import counter_settings, office_settings, queries, services
from queue_app.display import counters as shown
from queue_app.models import Counter, Service
from tests.domain.refusing import refused
from tests.office import SLUG, Desk

LEGALISIR = {"name_id": "Legalisir", "documents": [{"id": " Fotokopi  akta "}]}


def create(desk: Desk, code: str, **wish: object) -> Service:
    with desk.db.write() as session:
        return services.create(session, desk.office(session), code, desk.now, **(LEGALISIR | wish))  # type: ignore[arg-type]


class TestServices:
    def test_a_new_one_is_offered_and_numbers_follow_its_prefix(self, desk: Desk) -> None:
        service = create(desk, "legalisir", prefix="G")
        assert service.name("en") == "Legalisir"
        assert service.document_names("en") == ["Fotokopi akta"]
        with desk.db.write() as session:
            counter_settings.set_counter(session, desk.office(session), 1, desk.now, services="legalisir")
        assert desk.join("legalisir").label == "G-001"

    @pytest.mark.parametrize(
        ("code", "wish", "refusal"),
        [
            ("a/b", {}, "bad_service_code"),
            ("A", {}, "bad_service_code"),
            ("bayi-lahir", {"prefix": "G"}, "bad_service_code"),
            ("G", {"prefix": "A"}, "bad_prefix"),
            ("g-1", {}, "bad_prefix"),
            ("G", {"name_id": "  "}, "bad_service_name"),
            ("G", {"documents": [{"en": "Copy"}]}, "bad_documents"),
            ("G", {"documents": [{"id": "x" * 201}]}, "bad_documents"),
        ],
    )
    def test_it_refuses_what_cannot_be(self, desk: Desk, code: str, wish: dict[str, object], refusal: str) -> None:
        with refused(refusal):
            create(desk, code, **wish)

    def test_a_prefix_stays_once_a_number_was_given(self, desk: Desk) -> None:
        desk.join("A")
        with desk.db.write() as session:
            office = desk.office(session)
            services.set_prefix(session, office, services.find(session, office, "B"), "KK", desk.now)
        with refused("bad_prefix", service="A"), desk.db.write() as session:
            office = desk.office(session)
            services.set_prefix(session, office, services.find(session, office, "A"), "AK", desk.now)
        assert desk.join("B").label == "KK-001"


class TestCounters:
    def test_one_that_is_taken_out_of_use_is_nowhere_and_its_number_can_come_back(self, desk: Desk) -> None:
        with desk.db.write() as session:
            counter_settings.retire(session, desk.office(session), 5, desk.now)
        with desk.db.read() as session:
            office = queries.office(session, SLUG)
            assert [counter.number for counter in office.counters] == [1, 2, 3, 4]
            assert [counter["number"] for counter in shown.of(session, office)] == [1, 2, 3, 4]
            counter_id = session.query(Counter.id).filter_by(number=5).scalar()
        with refused("nothing_to_serve"):
            desk.open("petugas1", 5)
        with desk.db.write() as session:
            again = counter_settings.add(session, desk.office(session), 5, desk.now)
            assert again.id == counter_id
            assert len(again.services) == 6
        desk.open("petugas1", 5)

    def test_an_open_one_stays(self, desk: Desk) -> None:
        desk.open("petugas1", 2)
        with refused("counter_open", number=2), desk.db.write() as session:
            counter_settings.retire(session, desk.office(session), 2, desk.now)

    def test_a_number_is_there_once(self, desk: Desk) -> None:
        with refused("counter_exists"), desk.db.write() as session:
            counter_settings.add(session, desk.office(session), 1, desk.now)
        with refused("bad_counter_number"), desk.db.write() as session:
            counter_settings.add(session, desk.office(session), 1000, desk.now)


def test_how_fast_priority_groups_move_up_is_a_setting(desk: Desk) -> None:
    with desk.db.write() as session:
        office = desk.office(session)
        assert office_settings.texts_of(office)["rates"] == "elderly=2,disabled=2,pregnant=2,infant=2"
        office_settings.change_office(session, office, {"rates": "elderly=3,infant=1.5"}, desk.now)
        assert office_settings.texts_of(office)["rates"] == "elderly=3,disabled=1,pregnant=1,infant=1.5"
        for wrong in ("elderly=11", "old=2", "elderly", "regular=2"):
            with refused("bad_setting", name="rates"):
                office_settings.change_office(session, office, {"rates": wrong}, desk.now)
