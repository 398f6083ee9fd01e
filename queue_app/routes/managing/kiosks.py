"""How a kiosk becomes one of the office's, which printer it has, and how all of them stop being it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from queue_app.auth import signed_in_user
from queue_app.extensions import database, site
from queue_app.printing import printers

bp = Blueprint("kiosks", __name__, url_prefix="/manage/kiosks")


@bp.get("")
def show() -> ResponseReturnValue:
    with database().read() as session:
        office = signed_in_user(session).office
        return render_template(
            "manage/kiosks.html",
            office=office,
            site=site(),
            printers=[printer.name for printer in printers.of_office(session, office) if printer.active],
        )
