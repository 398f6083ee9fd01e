"""The waiting room's displays: what they show, how it reaches them, and how they heal."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the display page, the sockets and the push after each commit."""
