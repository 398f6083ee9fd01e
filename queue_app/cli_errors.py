"""How a command tells of a refusal."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from queue_app.errors import QueueError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def explained(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turn a refusal into one sentence on standard error and exit code 1."""

    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except QueueError as error:
            raise click.ClickException(error.message % dict(error.params)) from error
        except DBAPIError as error:
            raise click.ClickException(
                f"The database refused: {error.orig}. If it is new or older: flask --app queue_app init"
            ) from error

    return run
