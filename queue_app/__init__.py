"""Antrean: an online queue for public service counters, with performance measured from its event log."""

from click import ClickException
from flask import Flask

from queue_app.config import Config, ConfigError, from_env


def create_app(config: Config | None = None) -> Flask:
    """Make the app: settings, extensions, pages and error handlers, commands, in that order.

    Raises click's ClickException, which commands print as one sentence, when a setting of the environment is wrong.
    """
    from queue_app import factory  # noqa: PLC0415 - the package itself stays light for whoever imports a part of it

    try:
        return factory.create_app(config or from_env())
    except ConfigError as error:
        raise ClickException(str(error)) from error
