"""The first set-up of an installation, step by step: for whoever has the server's code, until it is done."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug import Response

from queue_app import auth, clock
from queue_app.configuration import templates
from queue_app.configuration.reading import LARGEST_BYTES, BadConfiguration
from queue_app.errors import QueueError
from queue_app.extensions import config, database
from queue_app.routes import limits, setup_forms
from queue_app.routes.configuration_words import problem_texts
from queue_app.routes.labels import error_text
from queue_app.routes.language import COOKIE, LANGUAGES
from queue_app.setup import code, draft, finish
from queue_app.setup.draft import STEPS, Draft
from queue_app.signin import misses
from queue_app.signin.misses import TooSoon

bp = Blueprint("setup", __name__, url_prefix="/setup")

_PASS = "setup"  # noqa: S105 - the name of a place in the session


@bp.before_request
def only_while_there_is_no_office() -> None:
    with database().read() as session:
        if not code.is_open(session):
            abort(HTTPStatus.NOT_FOUND)


@bp.url_value_preprocessor
def take_a_file(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """A configuration is larger than other forms; only whoever has shown the code may send one."""
    if values and values.get("step") == "template" and _has_pass():
        request.max_content_length = LARGEST_BYTES + 16 * 1024


@bp.get("")
def begin() -> ResponseReturnValue:
    if _has_pass():
        return redirect(url_for(".show", step=draft.load(config().instance_dir).next_step))
    code.of(config().instance_dir)  # from now on there is one to be found
    return render_template("setup/code.html", folder=config().instance_dir, error="")


@bp.post("")
def enter() -> ResponseReturnValue:
    folder, counts = config().instance_dir, misses.at_setup(limits.who())
    try:
        with database().write() as session:
            misses.count(session, counts, clock.now())
    except TooSoon as error:
        answer = make_response(render_template("setup/code.html", folder=folder, error=error_text(error)), error.status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if not code.is_right(folder, request.form.get("code", "")[:80]):
        said = gettext("Kode itu tidak cocok.")
        return render_template("setup/code.html", folder=folder, error=said), HTTPStatus.UNPROCESSABLE_ENTITY
    with database().write() as session:
        misses.give_back(session, counts)
    kept.clear()
    kept.permanent = True
    kept[_PASS] = code.pass_of(folder)
    return redirect(url_for(".begin"), HTTPStatus.SEE_OTHER)


@bp.get("/<step>")
def show(step: str) -> ResponseReturnValue:
    said = draft.load(config().instance_dir)
    return _elsewhere(step, said) or _page(step, said)


@bp.post("/<step>")
def submit(step: str) -> ResponseReturnValue:
    folder = config().instance_dir
    said = draft.load(folder)
    if (elsewhere := _elsewhere(step, said)) is not None:
        return elsewhere
    try:
        if step == "summary":
            return _finish(said)
        stays = setup_forms.TAKE[step](said)
    except QueueError as error:
        return _page(step, said, error), error.status
    if not stays:
        said.finish_step(step)
    draft.save(folder, said)
    response: Response = redirect(url_for(".show", step=step if stays else _after(step)), HTTPStatus.SEE_OTHER)
    if step == "language" and request.form.get("language") in LANGUAGES:
        COOKIE.write(response, request.form["language"])
    return response


def _finish(said: Draft) -> ResponseReturnValue:
    folder = config().instance_dir
    with database().write() as session:
        office = finish.finish(session, said, auth.here(), clock.now())
        name = office.name
    code.void(folder)
    draft.forget(folder)
    kept.clear()
    flash(gettext("%(name)s sudah siap. Masuk dengan akun administrator yang baru Anda buat.", name=name), "success")
    return redirect(url_for("session.sign_in"), HTTPStatus.SEE_OTHER)


def _elsewhere(step: str, said: Draft) -> ResponseReturnValue | None:
    """Whoever has no pass goes to the code, whoever is ahead of the steps to the one that is due."""
    if step not in STEPS:
        abort(HTTPStatus.NOT_FOUND)
    if not _has_pass():
        return redirect(url_for(".begin"), HTTPStatus.SEE_OTHER)
    return None if said.may_see(step) else redirect(url_for(".show", step=said.next_step), HTTPStatus.SEE_OTHER)


def _has_pass() -> bool:
    return bool(kept.get(_PASS)) and kept[_PASS] == code.pass_of(config().instance_dir)


def _after(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def _page(step: str, said: Draft, error: QueueError | None = None) -> str:
    return render_template(
        f"setup/{step}.html",
        step=step,
        steps=STEPS,
        said=said,
        titles=setup_forms.TITLES,
        before=STEPS[STEPS.index(step) - 1] if step != STEPS[0] else None,
        error=error_text(error) if error else "",
        problems=problem_texts(error.problems) if isinstance(error, BadConfiguration) else [],
        templates=templates.NAMES,
        counters=draft.counters(said) if said.plain else [],
        week=setup_forms.week(said),
        lengths={"counters": draft.MOST_COUNTERS},
    )
