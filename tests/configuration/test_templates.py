"""The ready configurations: each makes a whole office, in both languages."""

import pytest

from queue_app.configuration import checking, templates
from tests.configuration.conftest import Bring, Write
from tests.domain.refusing import refused


@pytest.mark.parametrize("name", templates.NAMES)
def test_each_makes_an_office_that_can_open(bring: Bring, write: Write, new_office: str, name: str) -> None:
    text = templates.content(name).decode()
    assert bring(text, new_office, actor="").effects == []
    made = write(new_office)
    assert len(made["hours"]) >= 2
    taken = {part.partition(":")[0] for counter in made["counters"] for part in counter["services"].split(",")}
    for service in made["services"]:
        assert service["code"] in taken  # nobody waits for what no counter takes
        assert service["standard_minutes"]
        assert service["documents"]
        assert all({"id", "en"} <= document.keys() for document in service["documents"])
        assert service["name_en"] != service["name_id"]
    assert bring(text, new_office, actor="").changes == []


def test_a_civil_registry_has_its_six_services() -> None:
    wanted, _ = checking.check(templates.content("disdukcapil"))
    names = " ".join(service["name_id"] for service in wanted["services"])
    for name in ("KTP-el", "Kartu Keluarga", "Akta kelahiran", "Akta kematian", "Pindah datang", "KIA"):
        assert name in names


def test_there_are_no_others() -> None:
    with refused("unknown_template"):
        templates.content("../../../config")
