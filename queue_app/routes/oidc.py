"""Signing in by another provider (OpenID Connect): discovery, PKCE, state and nonce are Authlib's; who comes
in is ours.

Only people who are known here come in: the provider's word names one of them, and nobody is made of it.
"""

import logging
from http import HTTPStatus
from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from flask import Blueprint, Flask, abort, current_app, render_template, url_for
from joserfc.errors import JoseError
from sqlalchemy import select
from werkzeug import Response

from queue_app import auth, clock
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import config, database
from queue_app.models import SignInKind, User
from queue_app.routes import limits
from queue_app.routes import session as sign_in
from queue_app.routes.labels import error_text

bp = Blueprint("oidc", __name__, url_prefix="/signin/oidc")

log = logging.getLogger(__name__)

_TIMEOUT_S = 5
_OFTEN = "20 per minute; 200 per hour"

Page = Response | tuple[str, int]


def register(app: Flask) -> None:
    """Make the provider known, where one is set."""
    settings = app.extensions["antrean_config"]
    if settings.oidc_issuer is None:
        return
    from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 - 12 MB that few offices need

    oauth = OAuth(app)
    oauth.register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": _TIMEOUT_S},
    )
    app.extensions["antrean_oidc"] = oauth


@bp.get("")
@limits.limit(_OFTEN, "oidc")
def begin() -> Page:
    """To the provider; the page that is wanted waits here."""
    sign_in.keep_wanted()
    root = config().public_url
    back = f"{root}{url_for('.come_back')}" if root else url_for(".come_back", _external=True)
    try:
        return cast(Response, _provider().authorize_redirect(back))
    except (OSError, AuthlibBaseError, ValueError) as error:  # of requests, whose errors are OSErrors, or Authlib
        return _refused(_unreachable(error))


@bp.get("/back")
@limits.limit(_OFTEN, "oidc")
def come_back() -> Page:
    """From the provider: state, nonce, signature, issuer, audience and time of its word are checked."""
    provider = _provider()
    try:
        issuer = config().oidc_issuer
        right = {"essential": True, "values": [issuer, f"{issuer}/"]}  # some providers write a slash at the end
        token = provider.authorize_access_token(claims_options={"iss": right})
        known = _known(token.get("userinfo") or {})
    except (AuthlibBaseError, JoseError) as error:
        log.warning("a sign-in by the provider was refused: %a", str(error))  # in one line, whatever was sent
        return _refused(Forbidden("oidc_refused", N_("Masuk lewat penyedia itu tidak berhasil. Coba sekali lagi.")))
    except (OSError, ValueError, RuntimeError) as error:
        return _refused(_unreachable(error))
    except QueueError as error:
        return _refused(error)
    return sign_in.come_in(known, SignInKind.SIGNED_IN_OIDC, clock.now())


def _known(claims: dict[str, Any]) -> auth.Known:
    """The person whom the provider names. Raises Forbidden ``oidc_unknown``."""
    name = claims.get(config().oidc_claim)
    with database().read() as session:
        user = None
        if isinstance(name, str) and name and name.isprintable():
            user = session.scalar(select(User).where(User.username == name.strip().lower(), User.active))
        if user is None:
            raise Forbidden("oidc_unknown", N_("Akun itu tidak dikenal di sini. Mintalah administrator kantor Anda."))
        return auth.Known(user.id, user.totp_since is not None)


def _provider() -> Any:
    if config().oidc_issuer is None:
        abort(HTTPStatus.NOT_FOUND)
    return current_app.extensions["antrean_oidc"].provider


def _unreachable(error: Exception) -> QueueError:
    log.warning("the sign-in provider cannot be used: %a", str(error))
    return QueueError(
        "oidc_unreachable",
        N_("Penyedia masuk sedang tidak menjawab. Masuklah dengan kata sandi, atau coba nanti."),
        503,
    )


def _refused(error: QueueError) -> Page:
    return render_template("session/signin.html", username="", error=error_text(error), oidc=True), error.status
