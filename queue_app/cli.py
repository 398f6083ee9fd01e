"""The commands: flask --app queue_app ..."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands."""
