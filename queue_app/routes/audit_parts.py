"""The check of an office's logs within requests: so much of it in each, and how far it is in the address.

What the address says is signed, for whoever asked and for an hour: nobody can be sent one by which rows that were never
looked at count as whole.
"""

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from queue_app.audit import verify
from queue_app.audit.verify import Breach, Checked
from queue_app.event_loop import in_thread
from queue_app.extensions import config, database
from queue_app.models import Office

ROWS = 50_000
"""Of a part: about a second."""

_KEPT_S = 3600
LONGEST = 2000
"""Letters of a place."""


class UnknownPlace(ValueError):
    """No place of ours, another person's, or one of long ago."""


@dataclass(frozen=True, slots=True)
class Part:
    """``following``: the place where the next part begins; None: it was the last. ``length``: rows of all logs."""

    checked: list[Checked]
    length: int
    following: str | None

    @property
    def rows(self) -> int:
        """That were checked so far."""
        return sum(one.rows for one in self.checked)


def check(office_id: int, who_id: int, place: str | None) -> Part:
    """The next part from ``place`` on, by default the first. Other people's requests go on meanwhile.

    Raises UnknownPlace.
    """
    store, words = database(), _words(office_id, who_id)
    so_far = _read(words, place) if place else None

    def work() -> tuple[list[Checked], int]:
        with store.read() as session:
            office = session.get_one(Office, office_id)
            checked = verify.unchecked(office)
            if so_far is not None:
                _put(checked, so_far)
            verify.check_part(session, office, checked, ROWS)
            return checked, verify.length(session, office)

    checked, length = in_thread(work)
    following = None if all(one.ended for one in checked) else words.dumps([_said(one) for one in checked])
    return Part(checked, length, following)


def _words(office_id: int, who_id: int) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(config().secret_keys)), salt=f"audit check {office_id} {who_id}")


def _read(words: URLSafeTimedSerializer, place: str) -> list[list[Any]]:
    try:
        found: list[list[Any]] = words.loads(place, max_age=_KEPT_S)
    except BadSignature as error:
        raise UnknownPlace(place) from error
    return found


def _said(one: Checked) -> list[Any]:
    return [one.rows, one.digest, one.ended, *((one.breach.seq, one.breach.why) if one.breach else ())]


def _put(checked: list[Checked], so_far: list[list[Any]]) -> None:
    for one, (rows, digest, ended, *breach) in zip(checked, so_far, strict=True):
        one.rows, one.digest, one.ended = rows, digest, ended
        one.breach = Breach(one.office, one.log, *breach) if breach else None
