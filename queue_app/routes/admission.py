"""Who may ask for a number online where a proof of work is demanded: a page with a proof, a page without a script that
was not sent too fast, a program with a proof, and anybody of the office's staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, request, url_for
from sqlalchemy.orm import Session

from queue_app import auth, clock, proof
from queue_app.errors import N_, Forbidden
from queue_app.extensions import config
from queue_app.models import Channel, Office, Scope
from queue_app.routes import limits

Admission = Callable[[Session], None]
"""Uses up what was shown, in the transaction that gives the number. Raises the refusals of ``proof``."""

FIELD, TOKEN = "proof", "form_token"


@dataclass(frozen=True, slots=True)
class FormProof:
    """What a page's form needs: where its script gets a challenge, and the token that stands in where none runs."""

    challenge_url: str
    token: str
    wait_s: int


def is_demanded(office: Office) -> bool:
    return proof.is_demanded(office, production=config().production)


def form_proof(office: Office) -> FormProof | None:
    """For a form of the office; None where no proof is demanded. A form shown again keeps the time it was first."""
    if not is_demanded(office):
        return None
    now, secret = clock.now(), config().secret_key
    first = proof.issued_at(office, request.form.get(TOKEN, ""), secret, now)
    return FormProof(
        challenge_url=url_for("api.get_challenge", office=office.slug),
        token=proof.form_token(office, secret, first or now),
        wait_s=int(proof.FORM_WAIT.total_seconds()),
    )


def of_page(office: Office, form: Mapping[str, str], now: datetime) -> Admission:
    """By what a page's form carries. Raises TooManyRequests for an address that sends too many without a proof."""
    if not is_demanded(office):
        return _anybody
    secret, shown, token = config().secret_key, form.get(FIELD, ""), form.get(TOKEN, "")
    if shown:
        return lambda session: proof.accept(session, office, shown, secret, now)
    limits.count_without_proof()
    return lambda session: proof.accept_form(session, office, token, secret, now)


def of_program(session: Session, office: Office, channel: Channel, shown: str | None, now: datetime) -> Admission:
    """By what a program sends: a token of the staff, or online a proof. Raises as ``require_staff``, Invalid
    ``proof_needed``."""
    if not is_demanded(office) or require_staff(session, office, channel, now):
        return _anybody
    if shown is None:
        raise proof.needed()
    secret = config().secret_key
    return lambda session: proof.accept(session, office, shown, secret, now)


def require_staff(session: Session, office: Office, channel: Channel, now: datetime) -> bool:
    """Whether the program is the office's own. Where a proof is demanded, kiosk and reception need that, or they would
    be a way around it.

    Raises Forbidden ``other_office``, and as ``auth.token_user``.
    """
    if not is_demanded(office) or ("Authorization" not in request.headers and channel is Channel.ONLINE):
        return False
    if auth.token_user(session, Scope.TICKETS, now).office_id != office.id:
        raise Forbidden("other_office", N_("Token itu milik petugas kantor lain."))
    return True


def register(app: Flask) -> None:
    """Let every template ask for what its form needs: ``{% set proof = form_proof(office) %}``."""
    app.jinja_env.globals["form_proof"] = form_proof


def _anybody(_session: Session) -> None:
    """Nothing is demanded."""
