"""The manuals, for whoever has signed in: one's own first, the others beside it."""

from flask import Blueprint, Response, render_template, send_from_directory

from queue_app import manuals
from queue_app.auth import signed_in_user
from queue_app.extensions import database
from queue_app.models import Role
from queue_app.routes.language import language

bp = Blueprint("help", __name__, url_prefix=manuals.ADDRESS)

OF_ROLE = {
    Role.OFFICER: "petugas",
    Role.RECEPTION: "resepsionis",
    Role.SUPERVISOR: "supervisor",
    Role.ADMIN: "manajer",
    Role.AUDITOR: "supervisor",
}

PICTURE_AGE_S = 3600


@bp.get("")
def show() -> str:
    """The manual of who asks."""
    return _page(None)


@bp.get("/<name>")
def one(name: str) -> str:
    return _page(name)


@bp.get("/images/<path:name>")
def picture(name: str) -> Response:
    answer = send_from_directory(manuals.PICTURES, name, max_age=PICTURE_AGE_S)
    answer.headers["Cache-Control"] = f"private, max-age={PICTURE_AGE_S}"
    return answer


def _page(name: str | None) -> str:
    with database().read() as session:
        user = signed_in_user(session)
        manual = manuals.read(name or OF_ROLE[user.role], language())
        return render_template(
            "help/manual.html",
            office=user.office,
            manual=manual,
            others=[manuals.read(other, language()) for other in manuals.NAMES],
        )
