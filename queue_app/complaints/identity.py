"""What could tell an officer who complained: found in words that the officer is to read, and withheld from them.

Nobody can find every name in free text. So an officer never reads the complainant's own words, only a summary that a
supervisor wrote; ``withheld`` makes a draft for it, and ``named_in`` refuses a summary with what is known.
"""

import re
from dataclasses import dataclass

from queue_app.models import Complaint
from queue_app.personal import LONG_NUMBER, MAILBOX, Vault

WITHHELD = "[…]"
_SHORTEST_NAME = 3
_LABEL = re.compile(r"\b[A-Za-z]{1,3}[- ]?\d{3,4}\b")


@dataclass(frozen=True, slots=True)
class Identity:
    """The words of the names that are known of a complainant, in small letters."""

    names: frozenset[str]


def known(vault: Vault, complaint: Complaint) -> Identity:
    sealed = [complaint.name_sealed]
    if complaint.ticket is not None:
        sealed.append(complaint.ticket.name_sealed)
    parts = [part.strip(".,'’-") for name in sealed for part in (vault.shown(name) or "").casefold().split()]
    return Identity(frozenset(part for part in parts if len(part) >= _SHORTEST_NAME))


def named_in(text: str, identity: Identity) -> str | None:
    """The first word of ``text`` that would name the complainant: a part of the name, a long number (phone, NIK), a
    mailbox, a ticket's label; None when there is none.
    """
    for word in re.findall(r"[^\W\d_]+", text):
        if word.casefold() in identity.names:
            return str(word)
    found = MAILBOX.search(text) or LONG_NUMBER.search(text) or _LABEL.search(text)
    return found.group() if found else None


def withheld(text: str, identity: Identity) -> str:
    """``text`` with all of that left out: a draft that a person still has to read."""
    for pattern in (MAILBOX, LONG_NUMBER, _LABEL):
        text = pattern.sub(WITHHELD, text)
    return re.sub(
        r"[^\W\d_]+", lambda word: WITHHELD if word.group().casefold() in identity.names else word.group(), text
    )
