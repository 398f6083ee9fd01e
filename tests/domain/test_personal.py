"""What is accepted of a person, and that it can't be read at rest."""

from datetime import date

import pytest

from queue_app.errors import Invalid
from queue_app.personal import Vault, checked_holder, checked_nik

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("nik", ["1471055708900001", "1471051708900002", "1471 0517 0890 0002"])
def test_it_accepts_a_nik_that_can_be_right(nik: str) -> None:
    assert checked_nik(nik, today=TODAY) == nik.replace(" ", "")


@pytest.mark.parametrize(
    "nik",
    [
        "1471053202900001",  # day 32
        "1471057102900001",  # woman, 31 February
        "147105170890002",  # 15 digits
        "14710517089000021",
        "1471051708900000",  # serial 0000
        "0071051708900002",  # no such province
        "1400051708900002",  # no such regency
        "1471051713900002",  # month 13
        "147105170890000X",
        "１４７１０５１７０８９００００２",  # digits, but not ASCII ones
    ],
)
def test_it_refuses_a_nik_that_cannot_be_right(nik: str) -> None:
    with pytest.raises(Invalid, match="bad_nik"):
        checked_nik(nik, today=TODAY)


def test_it_reads_the_year_as_the_latest_that_is_past() -> None:
    assert checked_nik("1471052902240003", today=TODAY)  # 29 February 2024
    with pytest.raises(Invalid):
        checked_nik("1471052902270003", today=TODAY)  # neither 2027 nor 1927 had a 29 February


@pytest.mark.parametrize("name", ["Nama Warga", "O'Neill, S.H.", "Anne-Marie d’Aubigné", "  Budi   Santoso "])
def test_it_accepts_names_as_on_the_id_card(name: str) -> None:
    assert checked_holder(name, None, None, today=TODAY).name == " ".join(name.split())


@pytest.mark.parametrize("name", ["x" * 61, "李小龙", "Иван", "Budi 😀", "Budi\x00", "Budi2", "<b>", "---", "a\u202eb"])
def test_it_refuses_other_names_with_a_reason(name: str) -> None:
    with pytest.raises(Invalid, match="bad_name"):
        checked_holder(name, None, None, today=TODAY)


@pytest.mark.parametrize("phone", ["0812-3456-7890", "+62 812 3456 7890", "(0761) 12345"])
def test_it_accepts_phones_as_people_write_them(phone: str) -> None:
    tidy = checked_holder(None, phone, None, today=TODAY).phone
    assert tidy is not None
    assert tidy.lstrip("+").isdigit()


@pytest.mark.parametrize("phone", ["123", "phone", "+62 812 3456 7890 1234", "08１23456789", "0812\x003456789"])
def test_it_refuses_other_phones(phone: str) -> None:
    with pytest.raises(Invalid, match="bad_phone"):
        checked_holder(None, phone, None, today=TODAY)


def test_it_takes_empty_texts_as_missing() -> None:
    holder = checked_holder("  ", "", None, today=TODAY)
    assert (holder.name, holder.phone, holder.nik) == (None, None, None)


def test_it_seals_differently_each_time_and_hashes_alike() -> None:
    vault = Vault("one secret of enough length")
    assert vault.seal("Nama") != vault.seal("Nama")
    assert vault.open(vault.seal("Nama")) == "Nama"
    assert vault.nik_hash("1471055708900001") == vault.nik_hash("1471055708900001")
    assert vault.nik_hash("1471055708900001") != Vault("another secret of that length").nik_hash("1471055708900001")
    assert vault.seal(None) is vault.open(None) is vault.nik_hash(None) is None
