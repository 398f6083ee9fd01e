"""Antrean: an online queue for public service counters, with performance measured from its event log."""

from flask import Flask

from queue_app.config import Config


def create_app(config: Config | None = None) -> Flask:
    """Make the app: settings, extensions, pages and error handlers, commands, in that order.

    Raises ConfigError when a setting from the environment cannot be used.
    """
    from queue_app import factory  # noqa: PLC0415 - the package itself stays light for whoever imports a part of it

    return factory.create_app(config)
