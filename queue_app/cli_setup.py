"""The first office of an installation, for those without a browser."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from queue_app import clock
from queue_app.cli_errors import explained, problem_line
from queue_app.configuration import templates
from queue_app.configuration.reading import LARGEST_BYTES, BadConfiguration
from queue_app.extensions import config, database
from queue_app.setup import code, draft, finish
from queue_app.setup.draft import Draft
from queue_app.signin.where import Where


@click.command("setup")
@click.option("--office", "slug", required=True, help="Its short name, as in its address, such as senapelan.")
@click.option("--name", required=True, help="What it is called.")
@click.option("--template", required=True, help=f"{', '.join(templates.NAMES)}, or a YAML file.")
@click.option("--address", default="", help="Shown on its page.")
@click.option("--timezone", default="Asia/Jakarta", show_default=True)
@click.option("--admin", "username", required=True, help="The administrator's user name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@with_appcontext
@explained
def setup(
    slug: str, name: str, template: str, address: str, timezone: str, username: str, *, password_stdin: bool
) -> None:
    """Make the first office with its administrator, as the pages under /setup do. Whoever runs it has the server."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    said = Draft()
    draft.set_office(said, slug=slug, name=name, address=address, timezone=timezone)
    try:
        draft.set_configuration(said, _content(template))
        draft.set_administrator(said, username=username, display_name="", password=password, again=password)
        with database().write() as session:
            finish.finish(session, said, Where(), clock.now())
    except BadConfiguration as error:
        raise click.ClickException("\n".join(("Nothing was made.", *map(problem_line, error.problems)))) from error
    code.void(config().instance_dir)
    draft.forget(config().instance_dir)
    click.echo(f"{name} is at /o/{said.slug}; {said.username} signs in at /signin.")


def _content(template: str) -> bytes:
    """Raises NotFound ``unknown_template``."""
    path = Path(template)
    if template not in templates.NAMES and path.is_file():
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    return templates.content(template)
