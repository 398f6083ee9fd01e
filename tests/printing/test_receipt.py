"""What lies on the paper, read back from the bytes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.printing.receipt import Slip, compose, printable
from tests.printing.escpos import decoded

SLIP = Slip(
    office="Disdukcapil Senapelan",
    label="A-012",
    service={"id": "Perekaman dan pencetakan KTP-el", "en": "Identity card"},
    category={"id": "Lanjut usia", "en": "Elderly"},
    day=date(2026, 11, 24),
    at="09:05 WIB",
    slot=None,
    ahead=4,
    wait=(10, 25),
    url="https://antrean.example.go.id/t/abcdefghijklmnopqrstuv",
    words="Senin-Kamis 08.00-16.00",
    is_copy=False,
)


@pytest.mark.parametrize("width", [58, 80])
def test_it_says_everything_in_indonesian_and_small_in_english(width: int) -> None:
    paper = decoded(compose(SLIP, width))
    lines = [line.text for line in paper.lines if line.text]
    usual = " ".join(line.text for line in paper.lines if not line.small)
    small = " ".join(line.text for line in paper.lines if line.small)
    assert lines[0] == "Disdukcapil Senapelan"
    for said in ("Nomor antrean Anda", "Lanjut usia", "Selasa, 24 November 2026, 09:05 WIB", "4 orang di depan Anda"):
        assert said in usual
    for said in ("Perekaman dan pencetakan KTP-el", "Perkiraan menunggu 10-25 menit", "Senin-Kamis 08.00-16.00"):
        assert said in usual
    for said in ("Identity card - Elderly", "Tuesday, 24 November 2026, 09:05 WIB", "4 people ahead of you"):
        assert said in small
    assert paper.codes == [SLIP.url]
    assert paper.cuts == 1
    assert "Cetak ulang" not in paper.text


@pytest.mark.parametrize(("width", "label", "size"), [(58, "A-012", 6), (80, "A-012", 8), (58, "AKTA-0123", 3)])
def test_the_label_is_as_large_as_the_paper_takes_it(width: int, label: str, size: int) -> None:
    line = decoded(compose(replace(SLIP, label=label), width)).line(label)
    assert line.size == size
    assert line.bold
    assert len(label) * size <= {58: 32, 80: 48}[width]


@pytest.mark.parametrize("width", [58, 80])
def test_no_line_is_longer_than_the_paper_is_wide(width: int) -> None:
    columns = {58: 32, 80: 48}[width]
    for line in decoded(compose(SLIP, width)).lines:
        assert len(line.text) * line.size <= (columns * 4 // 3 if line.small else columns)


def test_a_printer_that_knows_no_codes_gets_a_picture_that_fits() -> None:
    long = replace(SLIP, url=f"https://{'a' * 180}.id/t/abcdefghijklmnopqrstuv")
    for slip in (SLIP, long):
        paper = decoded(compose(slip, 58, draws_qr=False))
        assert paper.codes == []
        assert all(side <= 384 for picture in paper.pictures for side in picture)
        assert len(paper.pictures) == 1


def test_a_copy_says_that_it_is_one_and_nobody_ahead_that_it_is_your_turn_next() -> None:
    paper = decoded(compose(replace(SLIP, is_copy=True, ahead=0, wait=None), 80))
    assert "Cetak ulang / Reprint" in paper.text
    assert "Anda berikutnya" in paper.text
    assert "Perkiraan" not in paper.text


def test_what_the_printer_has_no_letter_for_shows_as_a_question_mark() -> None:
    assert printable("Kafé – “Rumah” Đoàn ŁÓDŹ…") == 'Kafe - "Rumah" Doan LODZ...'
    assert printable("你好 👋🏽 ☕") == "?? ?? ?"
    assert printable("a\x00\x1b@\tb\u202e") == "a  @ b "


@given(st.text(max_size=60))
def test_no_text_breaks_a_receipt_or_becomes_a_command(text: str) -> None:
    slip = replace(SLIP, office=text, words=text, service={"id": text, "en": text})
    assert decoded(compose(slip, 58)).cuts == 1
