"""Antrean: an online queue for public service counters, with performance measured from its event log."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from queue_app.config import Config, ConfigError, from_env

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Config | None = None) -> "Flask":
    """Make the app: settings, extensions, pages and error handlers, commands, in that order.

    Raises click's ClickException, which commands print as one sentence, when a setting of the environment is wrong.
    """
    # The package itself stays light for whoever imports a part of it.
    from click import ClickException, get_current_context  # noqa: PLC0415

    # Flask makes the app to look one of our commands up before it runs any, and its own (routes, shell) the other way.
    context = get_current_context(silent=True)
    try:
        with _no_garbage_collected():
            from queue_app import factory  # noqa: PLC0415

            app = factory.create_app(config or from_env(), with_pages=context is None or context.parent is not None)
            if context is not None:  # the app of a command is the only one of its process
                gc.freeze()  # before the first look for garbage, which would go through all of it
    except ConfigError as error:
        raise ClickException(str(error)) from error
    return app


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """What is loaded stays: looking through it for garbage again and again takes a quarter of a second."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
