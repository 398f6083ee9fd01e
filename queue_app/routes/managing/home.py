"""The home of the settings: every topic with what it is about and how it is now."""

from flask import Blueprint, render_template
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app.auth import may, signed_in_user
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.routes.managing.cards import GROUPS, Card

bp = Blueprint("settings_home", __name__, url_prefix="/manage")


@bp.get("")
def show() -> str:
    with database().read() as session:
        office = signed_in_user(session).office
        groups = [
            (gettext(name), [_seen(card, session, office) for card in cards if may(card.endpoint)])
            for name, cards in GROUPS
        ]
        return render_template("manage/home.html", office=office, groups=[group for group in groups if group[1]])


def _seen(card: Card, session: Session, office: Office) -> dict[str, str]:
    return {
        "name": gettext(card.name),
        "says": gettext(card.says),
        "icon": card.icon,
        "href": card.address(),
        "figure": card.figure(session, office),
    }
