"""The performance dialogue's pages: the supervisor's list and dialogues, and the officer's own."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from metrics.predikat import TABLE, Level, Predikat
from queue_app import clock, opening
from queue_app.auth import signed_in_user
from queue_app.dialogue import course, lines, record, spans, view
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import ActionKind, Indicator, Role, Span
from queue_app.routes import dialogue_files, dialogue_forms, dialogue_words
from queue_app.routes.labels import error_text

bp = Blueprint("dialogue", __name__, url_prefix="/supervisor/dialogue")
own = Blueprint("own_dialogue", __name__, url_prefix="/desk/dialogue")


@bp.get("")
def show() -> ResponseReturnValue:
    return _list()


@bp.post("")
def start() -> ResponseReturnValue:
    """A draft for one officer, who is then shown, or for everybody who has none."""
    now = clock.now()
    try:
        with database().write() as session:
            step = dialogue_forms.step(session, now)
            today = opening.local_day(step.who.office, now)
            span, *days = spans.asked(dialogue_forms.text("span"), dialogue_forms.text("start"), today)
            whole = (days[0], days[1])
            if dialogue_forms.text("officer") == "all":
                course.start_all(session, step, span, whole)
                onward = url_for("dialogue.show", span=span.value, start=whole[0].isoformat())
            else:
                officer = dialogue_forms.needed_number("officer")
                onward = url_for("dialogue.one", dialogue_id=course.start(session, step, officer, span, whole).id)
    except QueueError as error:
        flash(error_text(error), "error")
        return _list()[0], error.status
    return redirect(onward, 303)


@bp.get("/<int:dialogue_id>")
def one(dialogue_id: int) -> ResponseReturnValue:
    return _one(dialogue_id)


@bp.post("/<int:dialogue_id>/<deed>")
def take(dialogue_id: int, deed: str) -> ResponseReturnValue:
    return _take(dialogue_id, deed, dialogue_forms.SUPERVISORS, "dialogue.one")


@bp.get("/<int:dialogue_id>/<any(target,remove,conduct,action,done,note,open,close,reopen):deed>")
def back(dialogue_id: int, deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for("dialogue.one", dialogue_id=dialogue_id))


@bp.get("/<int:dialogue_id>.<any(xlsx,pdf):form>")
def file(dialogue_id: int, form: str) -> Response:
    return _file(dialogue_id, form)


@bp.get("/all.xlsx")
def all_files() -> Response:
    """Every dialogue of a period as one workbook, for e-Kinerja. Raises Invalid ``unknown_span``."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        args = request.args
        span, first, _last = spans.asked(args.get("span", ""), args.get("start", ""), opening.local_day(office, now))
        found = [dialogue for _, dialogue in view.of_period(session, office, span, first) if dialogue is not None]
        return dialogue_files.workbook(view.shown(session, found, now), office, f"dialog-{span}-{first}")


@own.get("")
def show_own() -> ResponseReturnValue:
    with database().read() as session:
        officer = signed_in_user(session)
        dialogues = view.of_officer(session, officer)
        return render_template("dialogue/own.html", office=officer.office, dialogues=dialogues)


@own.get("/<int:dialogue_id>")
def one_own(dialogue_id: int) -> ResponseReturnValue:
    return _one(dialogue_id)


@own.post("/<int:dialogue_id>/<deed>")
def take_own(dialogue_id: int, deed: str) -> ResponseReturnValue:
    return _take(dialogue_id, deed, dialogue_forms.OFFICERS, "own_dialogue.one_own")


@own.get("/<int:dialogue_id>/<any(answer,note,done):deed>")
def back_own(dialogue_id: int, deed: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
    return redirect(url_for("own_dialogue.one_own", dialogue_id=dialogue_id))


@own.get("/<int:dialogue_id>.<any(xlsx,pdf):form>")
def file_own(dialogue_id: int, form: str) -> Response:
    return _file(dialogue_id, form)


def _list() -> tuple[str, int]:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        today = opening.local_day(office, now)
        span, first, last, problem = _asked(today)
        page = render_template(
            "dialogue/list.html",
            office=office,
            people=view.of_period(session, office, span, first),
            span=span,
            first=first,
            last=last,
            choices=spans.choices(today),
            problem=problem,
            today=today,
        )
    return page, 422 if problem else 200


def _asked(today: date) -> tuple[Span, date, date, str]:
    """The period in the address, or this month; for what cannot be had this month, with the problem as a sentence."""
    values = request.values
    start, kind = values.get("start", ""), values.get("span", "")
    named, _, day = values.get("period", "").partition(" ")
    try:
        if not (start or kind or named):
            return Span.MONTH, *spans.days_of(Span.MONTH, today), ""
        return *spans.asked(named or kind, day or start, today), ""
    except QueueError as error:
        return Span.MONTH, *spans.days_of(Span.MONTH, today), error_text(error)


def _one(dialogue_id: int, tried: str = "") -> str:
    """A dialogue's page; ``tried``: the form that was refused, which is shown as it was typed."""
    now = clock.now()
    with database().read() as session:
        who = signed_in_user(session)
        shown = _shown(session, dialogue_id)
        return render_template(
            "dialogue/one.html",
            office=who.office,
            is_own=who.role is Role.OFFICER,
            base=f"/desk/dialogue/{dialogue_id}" if who.role is Role.OFFICER else f"/supervisor/dialogue/{dialogue_id}",
            shown=shown,
            dialogue=shown.dialogue,
            lines=lines.of(shown),
            now_lines=lines.of_now(shown) if shown.differs else [],
            variants=lines.variants(shown),
            claims=lines.claims(shown),
            tried=tried,
            typed=request.form if tried else {},
            today=opening.local_day(who.office, now),
            indicators=list(Indicator),
            levels=[Level.ABOVE, Level.AS, Level.BELOW],
            predikats=list(Predikat),
            kinds=list(ActionKind),
            table=TABLE,
            words=dialogue_words,
        )


def _shown(session: Session, dialogue_id: int) -> view.Shown:
    """Raises NotFound ``unknown_dialogue``, for somebody else's as well."""
    found = record.find(session, signed_in_user(session), dialogue_id)
    return view.shown(session, [found], clock.now())[0]


def _take(
    dialogue_id: int, deed: str, allowed: Mapping[str, tuple[dialogue_forms.Take, str]], onward: str
) -> ResponseReturnValue:
    if deed not in allowed:
        return redirect(url_for(onward, dialogue_id=dialogue_id), 303)
    take, told = allowed[deed]
    try:
        with database().write() as session:
            take(session, dialogue_forms.step(session, clock.now()), dialogue_id)
    except QueueError as error:
        if error.code == "unknown_dialogue":
            raise
        flash(error_text(error), "error")
        return _one(dialogue_id, deed), error.status
    flash(str(gettext(told)), "success")
    return redirect(url_for(onward, dialogue_id=dialogue_id), 303)


def _file(dialogue_id: int, form: str) -> Response:
    with database().read() as session:
        shown = _shown(session, dialogue_id)
        office = shown.dialogue.office
        name = f"dialog-{shown.dialogue.officer.username}-{shown.dialogue.span}-{shown.dialogue.start_day}"
        if form == "xlsx":
            return dialogue_files.workbook([shown], office, name)
        page = dialogue_files.paper(shown, office, clock.now())
    return dialogue_files.pdf(page, name)
