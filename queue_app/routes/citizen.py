"""Pages of the citizen."""

from flask import Blueprint

bp = Blueprint("citizen", __name__)
