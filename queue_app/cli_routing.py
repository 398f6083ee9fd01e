"""Commands on who takes whom: counters and their services, pools, officers' skills, visits of several services."""

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import clock, counter_settings, queries, visits
from queue_app.cli_errors import explained
from queue_app.errors import N_, Invalid, NotFound
from queue_app.extensions import database
from queue_app.models import Counter, Role, User

counter_group = AppGroup("counter", help="What counters take, and pools of counters.")
officer_group = AppGroup("officer", help="What officers can do.")
visit_group = AppGroup("visit", help="Visits of several services under one name.")


@counter_group.command("show")
@click.argument("slug")
@explained
def show_counters(slug: str) -> None:
    """Print each counter's services in order of preference, and its pool."""
    with database().read() as session:
        for counter in queries.office(session, slug).counters:
            click.echo(_counter(session, counter))


@counter_group.command("set")
@click.argument("slug")
@click.argument("number", type=int)
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@explained
def set_counter(slug: str, number: int, settings: tuple[str, ...]) -> None:
    """Set services=A:1,B:2 (1 is called first) or services=all, and pool=CODE or pool=none.

    The counters of a pool take the same: what is set for one is set for all.
    """
    given = _settings(settings, ("services", "pool"))
    with database().write() as session:
        office = queries.office(session, slug)
        changed = counter_settings.set_counter(
            session, office, number, clock.now(), services=given.get("services"), pool=given.get("pool")
        )
        for counter in changed:
            click.echo(_counter(session, counter))


@officer_group.command("skills")
@click.argument("username")
@click.argument("services", required=False)
@explained
def skills(username: str, services: str | None) -> None:
    """Set what an officer can do, as A,B or all; without SERVICES print it."""
    with database().write() as session:
        officer = session.scalar(select(User).where(User.username == username, User.role == Role.OFFICER))
        if officer is None:
            raise NotFound("unknown_officer", N_("Petugas %(username)s tidak ada."), username=username)
        if services is not None:
            office = queries.office(session, officer.office.slug)
            counter_settings.set_skills(session, office, username, services, clock.now())
        click.echo(f"{username}: {counter_settings.skills_text(session, officer)}")


@visit_group.command("show")
@click.argument("slug")
@explained
def show_visits(slug: str) -> None:
    """Print the visits that are offered."""
    with database().read() as session:
        for visit in visits.offered(session, queries.office(session, slug).id):
            steps = ",".join(service.code for service in visit.services)
            click.echo(f"{visit.code} steps={steps} name_id={visit.name('id')} name_en={visit.name('en')}")


@visit_group.command("set")
@click.argument("slug")
@click.argument("code")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@explained
def set_visit(slug: str, code: str, settings: tuple[str, ...]) -> None:
    """Offer a visit: steps=C,F,A "name_id=..." "name_en=..."; the name in Indonesian serves for both."""
    given = _settings(settings, ("steps", "name_id", "name_en"))
    name = given.get("name_id", "")
    with database().write() as session:
        visits.set_template(
            session,
            queries.office(session, slug),
            code,
            clock.now(),
            steps=[step.strip() for step in given.get("steps", "").split(",") if step.strip()],
            name_id=name,
            name_en=given.get("name_en", name),
        )
    click.echo(f"{slug} {code}: {', '.join(settings)}")


@visit_group.command("remove")
@click.argument("slug")
@click.argument("code")
@explained
def remove_visit(slug: str, code: str) -> None:
    """Offer a visit no longer; tickets that have it go on."""
    with database().write() as session:
        visits.remove_template(session, queries.office(session, slug), code, clock.now())
    click.echo(f"{slug} {code} is no longer offered.")


def _counter(session: Session, counter: Counter) -> str:
    pool = counter.pool.code if counter.pool else counter_settings.NONE
    return f"{counter.number} services={counter_settings.services_text(session, counter)} pool={pool}"


def _settings(pairs: tuple[str, ...], known: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in known:
            raise Invalid(
                "unknown_setting",
                N_("Pengaturan %(name)s tidak ada. Yang ada: %(known)s."),
                name=name,
                known=", ".join(known),
            )
        found[name] = value
    return found
