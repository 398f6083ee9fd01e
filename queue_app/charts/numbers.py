"""Numbers as people write them: 12,5 % in Indonesian, 12.5% in English."""

from functools import lru_cache

from babel.numbers import format_decimal, format_percent

NO_DATA = "–"


def number(value: float | None, locale: str, digits: int = 0) -> str:
    """A number with at most ``digits`` decimals; a dash where there is no data, which is not zero."""
    if value is None:
        return NO_DATA
    return _decimal(round(value, digits) + 0.0, locale, digits)


@lru_cache(maxsize=20_000)
def _decimal(value: float, locale: str, digits: int) -> str:
    """Remembered: a page of charts says the same few figures thousands of times, and Babel takes its time for each."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=locale))


def percent(share: float | None, locale: str, digits: int = 1) -> str:
    """A share of 1 as a percentage."""
    if share is None:
        return NO_DATA
    pattern = "#,##0" + ("." + "#" * digits if digits else "") + ("%" if locale == "en" else "\N{NO-BREAK SPACE}%")
    return str(format_percent(share, pattern, locale=locale))
