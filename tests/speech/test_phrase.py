"""The words of a call, in Indonesian and in English."""

import pytest

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
