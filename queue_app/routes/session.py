"""Pages of the session."""

from flask import Blueprint

bp = Blueprint("session", __name__)
