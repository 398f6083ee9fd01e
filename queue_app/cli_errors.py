"""How a command tells of a refusal."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from queue_app.errors import QueueError

if TYPE_CHECKING:
    from queue_app.configuration.reading import Problem

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


def problem_line(problem: "Problem") -> str:
    """What is wrong in a file, and where."""
    where = ", ".join(filter(None, (f"line {problem.line}" if problem.line else "", problem.path)))
    return f"{where}: {problem.message % dict(problem.params)}" if where else problem.message % dict(problem.params)
