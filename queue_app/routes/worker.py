"""The site's service worker: at the root, for a worker stands only over what is below its own address."""

from flask import Blueprint, Response, current_app

bp = Blueprint("worker", __name__)


@bp.get("/sw.js")
def service_worker() -> Response:
    return current_app.send_static_file("js/sw.js")
