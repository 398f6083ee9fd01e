"""Pages of the supervisor."""

from flask import Blueprint

bp = Blueprint("supervisor", __name__, url_prefix="/supervisor")
