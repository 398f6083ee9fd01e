"""A refusal as a program gets it."""

from pydantic import ConfigDict

from queue_app.routes.api.frame.fields import LEFT_OUT, Answer


class WrongField(Answer):
    field: str
    message: str


class Problem(Answer):
    """A refusal (RFC 9457). Branch on ``code``; ``detail`` is a sentence for people in the request's language.

    ``request_id`` stands in the server's log too. ``errors`` names each wrong field. A refusal may carry further
    members: state, day, next_date, label, number.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str = LEFT_OUT
    errors: list[WrongField] = LEFT_OUT
