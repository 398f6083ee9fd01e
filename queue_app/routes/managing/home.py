"""The home of the settings: every topic with what it is about and how it is now."""

from flask import Blueprint, render_template
from flask_babel import gettext

from queue_app.auth import may, signed_in_user
from queue_app.extensions import database
from queue_app.routes.managing.cards import CARDS

bp = Blueprint("settings_home", __name__, url_prefix="/manage")


@bp.get("")
def show() -> str:
    with database().read() as session:
        office = signed_in_user(session).office
        cards = [
            {
                "name": gettext(card.name),
                "says": gettext(card.says),
                "icon": card.icon,
                "href": card.address(),
                "figure": card.figure(session, office),
            }
            for card in CARDS
            if may(card.endpoint)
        ]
        return render_template("manage/home.html", office=office, cards=cards)
