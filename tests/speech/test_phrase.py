"""The words of a call, in Indonesian and in English."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.speech import phrase


@pytest.mark.parametrize(
    ("label", "counter", "indonesian", "english"),
    [
        (
            "A-012",
            3,
            "Nomor antrean A nol satu dua, silakan menuju loket tiga.",
            "Queue number A zero one two, please go to counter three.",
        ),
        (
            "kk-3456",
            12,
            "Nomor antrean K K tiga empat lima enam, silakan menuju loket dua belas.",
            "Queue number K K three four five six, please go to counter twelve.",
        ),
        (
            "F-789",
            21,
            "Nomor antrean F tujuh delapan sembilan, silakan menuju loket dua puluh satu.",
            "Queue number F seven eight nine, please go to counter twenty-one.",
        ),
    ],
)
def test_it_reads_the_label_by_signs_and_the_counter_as_a_number(
    label: str, counter: int, indonesian: str, english: str
) -> None:
    assert phrase.call_id(label, counter) == indonesian
    assert phrase.call_en(label, counter) == english


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (115, "seratus lima belas"),
        (210, "dua ratus sepuluh"),
        (1000, "seribu"),
        (1100, "seribu seratus"),
        (9999, "sembilan ribu sembilan ratus sembilan puluh sembilan"),
    ],
)
def test_it_says_a_number_in_indonesian(number: int, words: str) -> None:
    assert phrase.number_id(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety-nine"),
        (115, "one hundred fifteen"),
        (9014, "nine thousand fourteen"),
    ],
)
def test_it_says_a_number_in_english(number: int, words: str) -> None:
    assert phrase.number_en(number) == words


@pytest.mark.parametrize("number", [-1, phrase.LIMIT])
def test_it_refuses_a_number_without_words(number: int) -> None:
    for say in (phrase.number_id, phrase.number_en):
        with pytest.raises(ValueError, match="no words"):
            say(number)


def test_no_two_numbers_sound_alike() -> None:
    for say in (phrase.number_id, phrase.number_en):
        assert len({say(number) for number in range(phrase.LIMIT)}) == phrase.LIMIT


LABELS = st.from_regex(r"[A-Z]{1,3}(-[A-Z]{1,2})?-[0-9]{3,4}", fullmatch=True)
VOCABULARY = {language: set(phrase.vocabulary(language)) for language in ("id", "en")}
COUNTERS = st.integers(0, phrase.LIMIT - 1)


@given(LABELS, COUNTERS, st.booleans(), st.sampled_from(["id", "en"]))
def test_every_call_has_words_that_can_be_recorded(label: str, counter: int, as_number: bool, language: str) -> None:
    runs = phrase.clips(language, label, counter, as_number=as_number)
    assert {word for run in runs for word in run} <= VOCABULARY[language]
    letters = sum(sign.isalpha() for sign in label)
    assert len(runs[0]) >= 1 + letters + 1
    assert re.fullmatch(r"[\w ,.-]+", phrase.for_engine(language, label, counter, as_number=as_number))


@given(LABELS, COUNTERS)
def test_what_is_said_says_the_label_and_the_counter(label: str, counter: int) -> None:
    """Read back sign by sign, the words give the label that they were made of."""
    said, _, where = phrase.call_id(label, counter).partition(", silakan menuju loket ")
    digits = {phrase.number_id(digit): str(digit) for digit in range(10)}
    signs = [digits.get(word, word) for word in said.removeprefix("Nomor antrean ").split()]
    assert "".join(signs) == label.replace("-", "")
    assert where == f"{phrase.number_id(counter)}."


@given(st.integers(0, phrase.LIMIT - 1))
def test_a_number_is_understood_again(number: int) -> None:
    assert understood(phrase.number_id(number)) == number


def understood(words: str) -> int:
    """An Indonesian number, read as a listener does: units times what follows them, and added up."""
    ones = {phrase.number_id(digit): digit for digit in range(10)}
    total, unit = 0, 0
    for word in re.sub(r"\bse(?=(puluh|belas|ratus|ribu)\b)", "satu ", words).split():
        if word in ones:
            unit = ones[word]
        elif word == "belas":
            total, unit = total + 10 + unit, 0
        else:
            total, unit = total + unit * {"puluh": 10, "ratus": 100, "ribu": 1000}[word], 0
    return total + unit


@pytest.mark.parametrize(
    ("label", "counter", "said"),
    [
        ("A-012", 3, "Nomor antrean A dua belas, silakan menuju loket tiga."),
        ("B2-100", 11, "Nomor antrean B dua seratus, silakan menuju loket sebelas."),
        ("C-000", 1, "Nomor antrean C nol, silakan menuju loket satu."),
        ("D-12345", 1, "Nomor antrean D satu dua tiga empat lima, silakan menuju loket satu."),
    ],
)
def test_it_reads_the_last_digits_as_a_number_if_the_office_wants_it(label: str, counter: int, said: str) -> None:
    assert phrase.call_id(label, counter, as_number=True) == said


def test_an_engine_is_given_letters_by_their_indonesian_names() -> None:
    label = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = "a be ce de e ef ge ha i je ka el em en o pe ki er es te u ve we eks ye zet"
    assert phrase.for_engine("id", label, 1) == f"Nomor antrean {names}, silakan menuju loket satu."
    assert phrase.for_engine("min", label, 1) == ""


def test_a_recorded_call_names_its_words() -> None:
    assert phrase.clips("id", "A-012", 13) == (
        ("nomor-antrean", "a", "nol", "satu", "dua"),
        ("silakan-menuju-loket", "tiga", "belas"),
    )
    assert phrase.clips("en", "A-012", 21, as_number=True) == (
        ("queue-number", "a", "twelve"),
        ("please-go-to-counter", "twenty", "one"),
    )
