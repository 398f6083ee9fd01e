"""One tree of errors: a code for programs, a sentence for people, a status for HTTP.

The sentence is an Indonesian message id with ``%(name)s`` places; the edge that shows it translates it and
fills the places from ``params``. Nothing here knows of Flask or of a language catalogue.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

Param = str | int | date | StrEnum | None


def N_(message: str) -> str:  # noqa: N802 - the name the extraction tool looks for
    """Mark a message id for extraction without translating it here."""
    return message


class QueueError(Exception):
    """A refusal with a reason. ``params`` fill the message and are given to programs as extra members."""

    def __init__(self, code: str, message: str, status: int = 409, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.params: Mapping[str, Param] = MappingProxyType(params)

    def __str__(self) -> str:
        return f"{self.code}: {self.message % dict(self.params)}"


class NotFound(QueueError):
    """The thing named in the request does not exist, or not for this person."""

    def __init__(self, code: str, message: str, **params: Param) -> None:
        super().__init__(code, message, 404, **params)


class Forbidden(QueueError):
    """The person is known but may not do this."""

    def __init__(self, code: str, message: str, **params: Param) -> None:
        super().__init__(code, message, 403, **params)


class Invalid(QueueError):
    """The request is understood, and what it asks for cannot be right."""

    def __init__(self, code: str, message: str, **params: Param) -> None:
        super().__init__(code, message, 422, **params)


class StaleTicket(QueueError):
    """The ticket has moved since the page or program last saw it."""

    def __init__(self, state: StrEnum) -> None:
        super().__init__(
            "stale_ticket",
            N_("Tiket ini sudah berubah sejak halaman Anda dimuat; sekarang: %(state)s."),
            409,
            state=state,
        )
