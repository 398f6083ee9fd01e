"""Numbers as people write them: 12,5 % in Indonesian, 12.5% in English."""

from babel.numbers import format_decimal, format_percent

NO_DATA = "–"


def number(value: float | None, locale: str, digits: int = 0) -> str:
    """A number with at most ``digits`` decimals; a dash where there is no data, which is not zero."""
    if value is None:
        return NO_DATA
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(round(value, digits) + 0.0, pattern, locale=locale))


def percent(share: float | None, locale: str, digits: int = 1) -> str:
    """A share of 1 as a percentage."""
    if share is None:
        return NO_DATA
    pattern = "#,##0" + ("." + "#" * digits if digits else "") + ("%" if locale == "en" else "\N{NO-BREAK SPACE}%")
    return str(format_percent(share, pattern, locale=locale))
