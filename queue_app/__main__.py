"""``python -m queue_app``: serve, as ``flask --app queue_app serve`` does, and a second sooner.

Flask would first load its extensions' commands and make the app, for a process that gunicorn replaces.
"""

import gc
import sys

from queue_app.config import ConfigError, from_env


def main() -> None:
    """Does not return. What stands against it is said in one sentence on standard error, with exit code 1."""
    gc.disable()  # what is loaded stays until gunicorn takes over
    from queue_app import server  # noqa: PLC0415 - only now

    gc.freeze()
    gc.enable()
    try:
        server.serve(from_env())
    except (ConfigError, server.CannotStart) as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
