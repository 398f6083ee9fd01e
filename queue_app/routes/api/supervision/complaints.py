"""Complaints for a supervisor's program: the list, one with its whole course, and every step of it."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPMethod
from typing import Any

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import clock, opening
from queue_app.complaints import course, export, reads, record, steps
from queue_app.complaints.reads import Choice, Place
from queue_app.complaints.record import Deed
from queue_app.extensions import database, vault
from queue_app.models import Complaint, ComplaintState, ComplaintStep, Resolution, Severity, Subject, User
from queue_app.representation import instant
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.files import CSV, XLSX, file
from queue_app.routes.api.frame.keys import once_key
from queue_app.routes.api.frame.operation import Caller, View, operation, row_id
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import COMPLAINT_STEP, READ, WRITE
from queue_app.routes.api.supervision.asked_complaints import (
    Assigning,
    Classifying,
    ComplaintsChosen,
    ComplaintsFileQuery,
    ComplaintsQuery,
    Deciding,
    Replying,
    Written,
)
from queue_app.routes.api.supervision.complaint_answers import (
    ComplaintRow,
    ComplaintsPage,
    OfficeMoment,
    StaffComplaint,
)

_ALL = "/api/v1/offices/{office}/complaints"
_ONE = _ALL + "/{number}"
_TAG = "complaints"
_READ, _STEP = (*READ, "other_office"), (*WRITE, *COMPLAINT_STEP, "other_office")
_MOST_EXPORTED = 5000
_NOBODY = -1
"""The id of no user: what was named is refused by the use case."""

Step = Callable[[Session, Deed, int], Complaint]


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=ComplaintsPage, refusals=(*_READ, *paging.CURSOR))
def list_complaints(office: str, query: ComplaintsQuery, caller: Caller) -> ComplaintsPage:
    """The complaints of the office, those first whose deadline comes first, the finished last.

    Ask again with after set to next until next is null.
    """
    now = clock.now()
    with database().read() as session:
        here = own_office(session, office, caller)
        after = _place(query.after) if query.after is not None else None
        found = reads.listed_after(session, here, _choice(query), now, after, paging.wanted(query))
        today = opening.local_day(here, now)
        shown, following = paging.cut(query, found, _cursor)
        return ComplaintsPage(complaints=[_row(each, today) for each in shown], next=following)


@operation(HTTPMethod.GET, _ALL + "/file", tag=_TAG, media=(XLSX, CSV), refusals=_READ)
def export_complaints(office: str, query: ComplaintsFileQuery, caller: Caller) -> Response:
    """The chosen complaints in SP4N-LAPOR's fields, without who complained; 5,000 at most."""
    is_sheet = query.form == "xlsx"
    with database().read() as session:
        here = own_office(session, office, caller)
        found = reads.listed(session, here, _choice(query), clock.now(), most=_MOST_EXPORTED)
        rows = export.rows(session, vault(), found.complaints)
        content = export.as_xlsx(rows) if is_sheet else export.as_csv(rows)
    return file(content, XLSX if is_sheet else CSV, f"pengaduan-{here.slug}.{'xlsx' if is_sheet else 'csv'}")


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=StaffComplaint, refusals=_READ)
def show_complaint(office: str, number: str, caller: Caller) -> StaffComplaint:
    """A complaint with everything that was said both ways, and what can be done with it now."""
    now = clock.now()
    with database().read() as session:
        who = own_user(session, office, caller)
        return _whole(session, record.of_office(session, who, row_id("number", number)), now)


def _step(path: str, *refusals: str, example: dict[str, Any]) -> Callable[[View], View]:
    """A step of a complaint's course, whose answer is the complaint after it."""
    return operation(
        HTTPMethod.POST,
        _ONE + path,
        tag=_TAG,
        answer=StaffComplaint,
        refusals=(*_STEP, *refusals),
        headers=("Idempotency-Key",),
        example=example,
    )


@_step("/assign", "unknown_assignee", example={"assignee": "supervisor", "version": 1})
def assign_complaint(office: str, number: str, body: Assigning, caller: Caller) -> StaffComplaint:
    """Somebody who oversees the office takes it in hand."""

    def step(session: Session, deed: Deed, wanted: int) -> Complaint:
        return steps.assign(session, deed, wanted, _person(session, caller, body.assignee))

    return _done(office, number, caller, step, body.version)


@_step("/classify", "unknown_officer", example={"subject": "wait", "severity": "normative", "version": 1})
def classify_complaint(office: str, number: str, body: Classifying, caller: Caller) -> StaffComplaint:
    """Say what it is about, how grave it is and whom it is about; another severity sets the deadline anew."""

    def step(session: Session, deed: Deed, wanted: int) -> Complaint:
        officer = _person(session, caller, body.officer) if body.officer is not None else None
        return steps.classify(session, deed, wanted, Subject(body.subject), Severity(body.severity), officer)

    return _done(office, number, caller, step, body.version)


@_step(
    "/summary",
    "words_needed",
    "text_too_long",
    "names_complainant",
    example={"text": "Menunggu lama tanpa penjelasan.", "version": 1},
)
def summarise_complaint(office: str, number: str, body: Written, caller: Caller) -> StaffComplaint:
    """Write the substance that the officer reads, without anything that names who complained."""
    return _done(
        office, number, caller, lambda s, deed, n: steps.summarise(s, vault(), deed, n, body.text), body.version
    )


@_step("/reply", "words_needed", "text_too_long", example={"text": "Kami sedang memeriksanya."})
def reply_to_complaint(office: str, number: str, body: Replying, caller: Caller) -> StaffComplaint:
    """Answer the complainant. With an Idempotency-Key a retry writes nothing twice."""
    return _done(office, number, caller, lambda s, deed, n: steps.reply(s, vault(), deed, n, body.text), None)


@_step(
    "/decide",
    "words_needed",
    "text_too_long",
    "names_complainant",
    "own_complaint",
    "same_decider",
    example={"resolution": "upheld", "text": "Dua loket tutup tanpa pemberitahuan.", "version": 2},
)
def decide_complaint(office: str, number: str, body: Deciding, caller: Caller) -> StaffComplaint:
    """Decide, with reasons that complainant and officer read; it must have been taken in hand before.

    An appeal is decided by somebody else, where the office has somebody else.
    """
    resolution = Resolution(body.resolution)
    return _done(
        office,
        number,
        caller,
        lambda s, deed, n: steps.decide(s, vault(), deed, n, resolution, body.text),
        body.version,
    )


@_step("/reopen", "words_needed", "text_too_long", example={"text": "Ada bukti baru.", "version": 3})
def reopen_complaint(office: str, number: str, body: Written, caller: Caller) -> StaffComplaint:
    """Take up a finished complaint again; the earlier decision stays in its history."""
    return _done(office, number, caller, lambda s, deed, n: steps.reopen(s, vault(), deed, n, body.text), body.version)


def _done(office: str, number: str, caller: Caller, step: Step, version: int | None) -> StaffComplaint:
    now, wanted = clock.now(), row_id("number", number)
    with database().write() as session:
        who = own_user(session, office, caller)
        complaint = step(session, Deed(now, once_key(request), who, version), wanted)
        return _whole(session, complaint, now)


def _person(session: Session, caller: Caller, username: str) -> int:
    found = session.scalar(select(User.id).where(User.office_id == caller.office_id, User.username == username))
    return _NOBODY if found is None else found


def _choice(query: ComplaintsChosen) -> Choice:
    return Choice(
        ComplaintState(query.state) if query.state else None,
        Subject(query.subject) if query.subject else None,
        query.overdue == "yes",
    )


def _cursor(complaint: Complaint) -> str:
    is_finished, due_on, complaint_id = reads.place_of(complaint)
    return paging.cursor(is_finished, due_on.isoformat(), complaint_id)


def _place(text: str) -> Place:
    is_finished, due_on, complaint_id = paging.parts(text, (bool, str, int))
    try:
        return Place(is_finished, date.fromisoformat(due_on), complaint_id)
    except ValueError as error:
        raise paging.bad_cursor() from error


def _row(complaint: Complaint, today: date) -> ComplaintRow:
    return ComplaintRow(
        number=complaint.number,
        label=complaint.label,
        subject=complaint.subject,
        severity=complaint.severity,
        state=complaint.state,
        version=complaint.version,
        received_at=instant(complaint.created_at, complaint.office.zone),
        due_on=complaint.due_on,
        overdue=reads.is_overdue(complaint, today),
        resolution=complaint.resolution,
        channel=complaint.channel,
        service=complaint.service.code if complaint.service else None,
        officer=complaint.officer.username if complaint.officer else None,
        assignee=complaint.assignee.username if complaint.assignee else None,
    )


def _whole(session: Session, complaint: Complaint, now: datetime) -> StaffComplaint:
    zone = complaint.office.zone
    session.refresh(complaint)
    return StaffComplaint(
        **_row(complaint, opening.local_day(complaint.office, now)).model_dump(),
        complaint=complaint.public_id,
        text=vault().shown(complaint.text_sealed),
        name=vault().shown(complaint.name_sealed),
        phone=vault().shown(complaint.phone_sealed),
        substance=vault().shown(complaint.substance_sealed),
        course=[
            OfficeMoment(
                at=instant(moment.at, zone),
                step=moment.step,
                by=moment.by.username if moment.by else None,
                state=moment.to_state,
                words=moment.words,
            )
            for moment in reads.whole_course(session, vault(), complaint)
        ],
        can=[step for step in ComplaintStep if course.may(step, complaint.state) and step in _OF_OFFICE],
    )


_OF_OFFICE = frozenset(
    {
        ComplaintStep.ASSIGN,
        ComplaintStep.CLASSIFY,
        ComplaintStep.SUMMARISE,
        ComplaintStep.REPLY,
        ComplaintStep.DECIDE,
        ComplaintStep.REOPEN,
    }
)
