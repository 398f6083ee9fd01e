"""What a call sounds like, as text: Indonesian and English. Pure.

The label is read letter by letter and digit by digit, or its last run of digits as a number; the counter as a number:
"Nomor antrean A nol satu dua, silakan menuju loket tiga."
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase

INDONESIAN = "id"
ENGLISH = "en"

_DIGITS_ID = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_ONES_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LETTERS_ID = {
    **{"a": "a", "b": "be", "c": "ce", "d": "de", "e": "e", "f": "ef", "g": "ge", "h": "ha", "i": "i", "j": "je"},
    **{"k": "ka", "l": "el", "m": "em", "n": "en", "o": "o", "p": "pe", "q": "ki", "r": "er", "s": "es", "t": "te"},
    **{"u": "u", "v": "ve", "w": "we", "x": "eks", "y": "ye", "z": "zet"},
}

LIMIT = 10_000
"""Numbers from 0 up to, but not including, this one have words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A call in one language: before the label's signs, after them, and how its numbers are said."""

    before: str
    after: str
    digits: Sequence[str]
    number: Callable[[int], str]


def call_id(label: str, counter: int, *, as_number: bool = False) -> str:
    """The Indonesian call of a label to a counter. Raises ValueError when the counter has no words."""
    return _written(_INDONESIAN, label, counter, as_number)


def call_en(label: str, counter: int, *, as_number: bool = False) -> str:
    """The English call of a label to a counter. Raises ValueError when the counter has no words."""
    return _written(_ENGLISH, label, counter, as_number)


def for_engine(language: str, label: str, counter: int, *, as_number: bool = False) -> str:
    """The call as an engine reads it rightly: letters by their Indonesian names. Empty: no words in this language."""
    if language == INDONESIAN:
        signs = [_LETTERS_ID.get(sign, sign) for sign in _signs(_INDONESIAN, label, as_number)]
        return _sentence(_INDONESIAN, signs, counter)
    return call_en(label, counter, as_number=as_number) if language == ENGLISH else ""


def clips(language: str, label: str, counter: int, *, as_number: bool = False) -> tuple[tuple[str, ...], ...]:
    """The names of the recorded words of a call, in two runs between which there is a pause.

    English has words of its own; every other language has its recordings under the Indonesian names.
    Raises ValueError when the counter has no words.
    """
    phrase = _ENGLISH if language == ENGLISH else _INDONESIAN
    signs = [word for sign in _signs(phrase, label, as_number) for word in re.split(r"[ -]", sign)]
    counted = re.split(r"[ -]", phrase.number(counter))
    return (clip_name(phrase.before), *signs), (clip_name(phrase.after), *counted)


@cache
def vocabulary(language: str) -> tuple[str, ...]:
    """Every name that ``clips`` can give for labels of the letters A to Z."""
    phrase = _ENGLISH if language == ENGLISH else _INDONESIAN
    numbers = {word for number in range(LIMIT) for word in re.split(r"[ -]", phrase.number(number))}
    return (clip_name(phrase.before), clip_name(phrase.after), *ascii_lowercase, *sorted(numbers))


def clip_name(words: str) -> str:
    """``Nomor antrean`` is recorded as ``nomor-antrean``."""
    return words.lower().replace(" ", "-")


def number_id(number: int) -> str:
    """A number in Indonesian words: 11 sebelas, 115 seratus lima belas, 1000 seribu. Raises ValueError."""
    _require_words(number)
    if number < 10:
        return _DIGITS_ID[number]
    if number < 20:
        return "sepuluh" if number == 10 else f"{_one_as_se(number - 10)}belas"
    for size, name in ((1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if number >= size:
            count, rest = divmod(number, size)
            return f"{_one_as_se(count)}{name}" + (f" {number_id(rest)}" if rest else "")
    raise AssertionError("unreachable: every number from 20 has tens")


def number_en(number: int) -> str:
    """A number in English words: 21 twenty-one, 115 one hundred fifteen. Raises ValueError."""
    _require_words(number)
    if number < 20:
        return _ONES_EN[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS_EN[tens] + (f"-{_ONES_EN[ones]}" if ones else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    count, rest = divmod(number, size)
    return f"{_ONES_EN[count]} {name}" + (f" {number_en(rest)}" if rest else "")


_INDONESIAN = Phrase("Nomor antrean", "silakan menuju loket", _DIGITS_ID, number_id)
_ENGLISH = Phrase("Queue number", "please go to counter", _ONES_EN, number_en)


def _written(phrase: Phrase, label: str, counter: int, as_number: bool) -> str:
    signs = [sign.upper() if len(sign) == 1 else sign for sign in _signs(phrase, label, as_number)]
    return _sentence(phrase, signs, counter)


def _sentence(phrase: Phrase, signs: Sequence[str], counter: int) -> str:
    return f"{phrase.before} {' '.join(signs)}, {phrase.after} {phrase.number(counter)}."


def _signs(phrase: Phrase, label: str, as_number: bool) -> list[str]:
    """The label's letters, small, and its numbers in words."""
    head, digits = label, ""
    if as_number and (last := re.search(r"[0-9]+$", label)) and int(last[0]) < LIMIT:
        head, digits = label[: last.start()], last[0]
    signs = [phrase.digits[int(sign)] if sign in "0123456789" else sign.lower() for sign in head if sign.isalnum()]
    return [*signs, phrase.number(int(digits))] if digits else signs


def _one_as_se(count: int) -> str:
    """Indonesian joins a single unit to its name: seribu, seratus, sebelas; others stand apart."""
    return "se" if count == 1 else f"{_DIGITS_ID[count]} "


def _require_words(number: int) -> None:
    if not 0 <= number < LIMIT:
        raise ValueError(f"no words for {number}: it must be from 0 to {LIMIT - 1}")
