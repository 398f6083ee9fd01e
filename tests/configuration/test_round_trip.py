"""What is written out of one office and brought into an empty one is written out of that one likewise."""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_app.configuration import checking, export
from queue_app.office_settings import OfficeSettings, ServiceSettings
from tests.configuration.conftest import Bring, Write
from tests.office import Desk

EVERYTHING: dict[str, Any] = {
    "office": {
        "name": "Kelurahan: “Sago”, #1",
        "rates": "elderly=3,infant=1.5",
        "proof_of_work": "off",
        "remind_evening_minute": "19:30",
        "voice_languages": "id,en",
        "timezone": "Asia/Makassar",
        "voice": False,
        "receipt_text": "no",
    },
    "hours": ["mon-thu 08:00-16:00", "fri 08:00-11:30 13:30-16:00"],
    "services": [
        {
            "code": "KTP",
            "name_id": "KTP-el",
            "name_en": "ID card",
            "standard_minutes": None,
            "daily_quota": 40,
            "slot_plan": "08:00=0,10:30=8",
            "release": "7@07:00=50,1@12:00=50",
            "documents": [{"id": "KK", "en": "Family card"}, {"id": "Surat"}],
            "hours": ["mon 08:00-12:00"],
        },
        {"code": "B-2", "prefix": "B2", "name_id": "Kartu keluarga", "name_en": "Family card"},
        {"code": "C", "name_id": "Lama", "name_en": "Old", "active": False},
    ],
    "visits": [{"code": "pindah", "name_id": "Pindah", "name_en": "Move", "steps": ["KTP", "B-2"]}],
    "calendar": {
        "closures": [{"day": "2026-12-24", "reason": "Rapat", "hours": "08:00-10:30 13:00-14:00"}],
        "holidays": [
            {"day": "2026-12-25", "name": "Hari Natal", "decision": "closed"},
            {"day": "2027-03-10", "name": "Idulfitri (perkiraan)", "estimate": True, "decision": "suggested"},
        ],
    },
    "counters": [
        {"number": 1, "services": "KTP:1,B-2:2", "pool": "depan"},
        {"number": 2, "services": "KTP,B-2:2", "pool": "depan"},
        {"number": 7, "services": "none"},
        {"number": 9, "services": "all"},
    ],
    "officers": [{"username": "petugas1", "services": ["KTP"]}],
    "displays": [{"name": "Lobi", "counters": [1, 2], "services": ["KTP"], "speaks": False}],
    "look": {"theme": "dark", "brand": "#003a70", "accent": "#f6b92b", "shows_next": True},
    "running_text": [{"text": "Selamat datang", "until_day": "2026-12-31"}, {"text": "Awas: calo"}],
    "printers": [{"name": "kios", "address": "10.0.0.5"}, {"name": "akhir", "kind": "usb", "address": "04b8:0e15"}],
    "survey": {"percent": 35},
}


def test_everything_comes_back(desk: Desk, bring: Bring, write: Write, new_office: str) -> None:
    told = bring(EVERYTHING, new_office, actor="")
    # Whoever does not work there yet is left out, and that is said.
    assert [effect.params for effect in told.effects] == [{"name": "petugas1"}]
    first = write(new_office)
    assert first["counters"][3]["services"] == "B-2:1,KTP:1"
    assert first["printers"][0]["address"] == "10.0.0.5:9100"
    assert [(row["code"], row["active"]) for row in first["services"]] == [("B-2", True), ("C", False), ("KTP", True)]
    assert not first["officers"]
    with desk.db.write() as session:
        from queue_app.configuration import importing

        importing.found(session, "kedua", "Kantor kedua", desk.now)
    bring(export.as_yaml(first), "kedua", actor="")
    assert write("kedua") == first
    again = bring(export.as_yaml(first), "kedua", actor="")
    assert (list(again.changes), list(again.effects), list(again.left)) == ([], [], [])


def test_a_real_office_comes_back(desk: Desk, bring: Bring, write: Write, new_office: str) -> None:
    desk.equip(1, "C:1,A:2", pool="depan")
    desk.equip(2, pool="depan")
    desk.train("petugas2", "A,B")
    there = write()
    assert "alert" not in export.as_yaml(there).replace("alert_", "")  # where alerts go is a secret
    bring(export.as_yaml(there), new_office, actor="")
    assert write(new_office) == there | {"officers": []}
    assert bring(export.as_yaml(there)).changes == []


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_setting_is_read_as_it_was_written(data: st.DataObject) -> None:
    """Whatever a setting holds: its text in the file means the same."""
    texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30)
    plans = st.sampled_from(["none", "08:00=0", "08:00=0,10:30=8"])
    service = {
        "code": "A",
        "name_id": data.draw(texts),
        "name_en": data.draw(texts),
        "standard_minutes": data.draw(st.none() | st.integers(0, 1440)),
        "cost_rupiah": data.draw(st.integers(0, 10**9)),
        "slot_plan": data.draw(plans),
        "online_needs_slot": data.draw(st.booleans()),
        "release": data.draw(st.sampled_from(["none", "7@07:00=50,1@12:00=50"])),
    }
    office = {
        "address": data.draw(texts),
        "remind_evening_minute": data.draw(st.sampled_from(["00:00", "18:00", "23:59"])),
        "rates": f"elderly={data.draw(st.integers(1, 10))},disabled=1,pregnant=1.25,infant=1",
        "proof_of_work": data.draw(st.sampled_from(["profile", "on", "off"])),
        "voice": data.draw(st.booleans()),
    }
    plain = {"version": 1, "office": office, "services": [service]}
    found, _ = checking.check(export.as_yaml(plain).encode())
    assert found == plain


def test_the_form_has_every_setting(write: Write) -> None:
    there = write()
    assert list(there["office"]) == list(OfficeSettings.model_fields)
    assert set(ServiceSettings.model_fields) < set(there["services"][0])
    assert yaml.safe_load(export.as_yaml(there)) == there


def test_a_list_that_stands_twice_is_written_twice() -> None:
    same = ["A"]
    text = export.as_yaml({"version": 1, "displays": [{"services": same}, {"services": same}]})
    assert "&" not in text.partition("\n")[2]


@pytest.mark.parametrize(
    "section", [name for name in EVERYTHING if name not in ("office", "services", "hours", "survey")]
)
def test_a_section_that_is_missing_stays(bring: Bring, write: Write, new_office: str, section: str) -> None:
    bring(EVERYTHING, new_office, actor="")
    before = write(new_office)
    told = bring({"office": {"name": "Lain"}}, new_office, actor="")
    assert write(new_office)[section] == before[section]
    assert section in told.left
