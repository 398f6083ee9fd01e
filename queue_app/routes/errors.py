"""How refusals and faults are shown: a page for people, problem+json for programs."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the error handlers."""
