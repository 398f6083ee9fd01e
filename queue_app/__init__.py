"""Antrean: an online queue for public service counters, with performance measured from its event log."""

from typing import TYPE_CHECKING

from queue_app.config import Config, ConfigError, from_env

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Config | None = None) -> "Flask":
    """Make the app: settings, extensions, pages and error handlers, commands, in that order.

    Raises click's ClickException, which commands print as one sentence, when a setting of the environment is wrong.
    """
    # The package itself stays light for whoever imports a part of it.
    from click import ClickException  # noqa: PLC0415

    from queue_app import factory  # noqa: PLC0415

    try:
        return factory.create_app(config or from_env())
    except ConfigError as error:
        raise ClickException(str(error)) from error
