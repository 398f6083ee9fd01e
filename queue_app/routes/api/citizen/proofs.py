"""The challenge that a program solves before it asks for a number online, where one is demanded."""

from http import HTTPMethod
from typing import Any

from pydantic import Field

from queue_app import clock, proof, queries
from queue_app.extensions import config, database
from queue_app.routes import limits
from queue_app.routes.api.frame.fields import Answer, example
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import READ


class ChallengeParameters(Answer):
    """ALTCHA's parameters: find the ``counter`` whose key begins with ``keyPrefix``. ``data`` names the office and, in
    seconds since 1970, when it expires."""

    algorithm: str
    cost: int
    key_length: int = Field(alias="keyLength")
    key_prefix: str = Field(alias="keyPrefix")
    key_signature: str = Field(alias="keySignature")
    nonce: str
    salt: str
    data: dict[str, str | int]


class Challenge(Answer):
    model_config = example(
        parameters={
            "algorithm": "PBKDF2/SHA-256",
            "cost": 1000,
            "keyLength": 32,
            "keyPrefix": "bd80aecf3fb019a64c04e63c429f840a",
            "keySignature": "f2d74ef9ed33776128457551ddf0b308dda59dd4d14e826e05aee40e42c2e8ba",
            "nonce": "1cb28b0068359cd4f0cd643a2795e20a",
            "salt": "374a9554ab5de670a78df8dd33db9e3e",
            "data": {"office": "senapelan", "expires": 1795488600},
        },
        signature="7367f82fd7246c9cf5234c4df701f970b6087087445b0549c3ccc595b309f44a",
    )

    parameters: ChallengeParameters
    signature: str


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/challenge",
    tag="tickets",
    answer=Challenge,
    refusals=(*READ, "too_many_requests"),
)
@limits.limit(limits.CHALLENGE, "challenge")
def get_challenge(office: str) -> dict[str, Any]:
    """A challenge of ALTCHA's proof of work, harder the more is being booked.

    The solution goes into the field ``proof`` of a ticket asked for online: base64 of the JSON object with
    ``challenge`` (this answer) and ``solution`` (``counter`` and ``derivedKey``). It is worth one ticket of the office.
    """
    now = clock.now()
    with database().read() as session:
        here = queries.office(session, office)
        recent = proof.recent_bookings(session, here, now)
    return proof.challenge(here, config().secret_key, recent, now)
