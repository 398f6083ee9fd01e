"""What a call sounds like, as text: Indonesian and English. Pure.

The label is read letter by letter and digit by digit, the counter as a number:
"Nomor antrean A nol satu dua, silakan menuju loket tiga."
"""

_DIGITS_ID = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_ONES_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

LIMIT = 10_000
"""Numbers from 0 up to, but not including, this one have words."""


def call_id(label: str, counter: int) -> str:
    """The Indonesian call of a label to a counter. Raises ValueError when the counter has no words."""
    return f"Nomor antrean {_spelled(label, _DIGITS_ID)}, silakan menuju loket {number_id(counter)}."


def call_en(label: str, counter: int) -> str:
    """The English call of a label to a counter. Raises ValueError when the counter has no words."""
    return f"Queue number {_spelled(label, _ONES_EN)}, please go to counter {number_en(counter)}."


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


def _one_as_se(count: int) -> str:
    """Indonesian joins a single unit to its name: seribu, seratus, sebelas; others stand apart."""
    return "se" if count == 1 else f"{_DIGITS_ID[count]} "


def _spelled(label: str, digits: tuple[str, ...]) -> str:
    signs = (digits[int(sign)] if sign in "0123456789" else sign.upper() for sign in label if sign.isalnum())
    return " ".join(signs)


def _require_words(number: int) -> None:
    if not 0 <= number < LIMIT:
        raise ValueError(f"no words for {number}: it must be from 0 to {LIMIT - 1}")
