"""A person's copy in words: what ``privacy.copy`` has found, as the sections of a paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from queue_app.errors import N_
from queue_app.lifecycle import TicketState
from queue_app.models import Category, MessageKind, Relation
from queue_app.privacy.copy import Values
from queue_app.routes import feedback
from queue_app.routes.complaint_words import DONE, STATES, SUBJECTS
from queue_app.routes.contact_words import channel_name
from queue_app.routes.labels import category_label, day_text, logged_action, relation_label, state_label, translated
from queue_app.routes.survey_words import ATTRIBUTES, QUESTIONS, VALUES

Pair = tuple[str, str]

_TOLD: Mapping[MessageKind, str] = {
    MessageKind.BOOKED: N_("nomor antrean"),
    MessageKind.MOVED: N_("jadwal diganti"),
    MessageKind.REMINDER: N_("pengingat"),
    MessageKind.NEAR: N_("giliran sudah dekat"),
    MessageKind.CALLED: N_("dipanggil"),
    MessageKind.MISSED: N_("sudah dipanggil, belum datang"),
    MessageKind.CLOSED_DAY: N_("kantor tutup"),
    MessageKind.PLACE: N_("ada tempat kosong"),
    MessageKind.NOTICE: N_("kabar dari kantor"),
    MessageKind.ANSWER: N_("jawaban pengaduan"),
}
"""What a message was about."""


@dataclass(frozen=True, slots=True)
class Section:
    """A ticket, a complaint or a place on the waiting list: facts by name, then what happened and when."""

    heading: str
    facts: Sequence[Pair] = ()
    course: Sequence[Pair] = field(default_factory=list)


def sections(copied: Values) -> list[Section]:
    return [
        *(_ticket(each) for each in copied["tickets"]),
        *(_complaint(each) for each in copied["complaints"]),
        *(_place(each) for each in copied["waiting_list"]),
    ]


def _ticket(ticket: Values) -> Section:
    facts = [
        (gettext("Nama"), ticket["name"]),
        (gettext("Nomor telepon"), ticket["phone"]),
        (gettext("Empat angka terakhir NIK"), ticket["nik_last_four"]),
        (gettext("Keadaan"), state_label(TicketState(ticket["state"]))),
        (gettext("Kelompok prioritas"), category_label(Category(ticket["category"]))),
        (gettext("Tiket untuk"), relation_label(Relation(ticket["relation"]))),
        *(_address(each) for each in ticket["contacts"]),
        *_answers(ticket["answers"] or {}),
        (gettext("Saran atau pujian"), ticket["comment"]),
        *_survey(ticket["survey"] or {}),
    ]
    course = [(_moment(each["at"]), logged_action(each["action"])) for each in ticket["course"]]
    told = [(_moment(each["at"]), _news(each)) for each in ticket["messages"]]
    heading = f"{ticket['number']} · {day_text(date.fromisoformat(ticket['day']))} · {ticket['service']}"
    return Section(heading, _said(facts), course + told)


def _address(contact: Values) -> Pair:
    return gettext("Alamat untuk kabar"), f"{channel_name(contact['channel'])}: {contact['address'] or '–'}"


def _news(message: Values) -> str:
    return str(gettext("Kabar: %(about)s", about=translated(_TOLD[message["kind"]])))


def _answers(answers: Mapping[Any, int]) -> list[Pair]:
    words = {**feedback.QUESTIONS, **QUESTIONS}
    return [(translated(words[name]), gettext("%(answer)s dari 4", answer=value)) for name, value in answers.items()]


def _survey(survey: Values) -> list[Pair]:
    about = survey.get("about", {})
    return [
        *_answers(survey.get("answers", {})),
        *((translated(ATTRIBUTES[name]), translated(VALUES[name][value])) for name, value in about.items()),
    ]


def _complaint(complaint: Values) -> Section:
    facts = [
        (gettext("Tentang"), translated(SUBJECTS[complaint["subject"]])),
        (gettext("Nama"), complaint["name"]),
        (gettext("Nomor telepon"), complaint["phone"]),
        (gettext("Keadaan"), translated(STATES[complaint["state"]])),
        (gettext("Isi"), complaint["text"]),
    ]
    course = [(_moment(each["at"]), _step(each)) for each in complaint["course"]]
    return Section(gettext("Pengaduan %(number)s", number=complaint["number"]), _said(facts), course)


def _step(step: Values) -> str:
    name = translated(DONE[step["step"]])
    return f"{name}: {step['words']}" if step["words"] else str(name)


def _place(place: Values) -> Section:
    heading = f"{gettext('Daftar tunggu')} · {place['service']} · {day_text(date.fromisoformat(place['day']))}"
    return Section(heading, _said([(gettext("Nama"), place["name"])]))


def _said(facts: Sequence[tuple[str, str | None]]) -> list[Pair]:
    return [(name, value) for name, value in facts if value]


def _moment(at: str) -> str:
    """An instant of the copy, which is in the office's zone already."""
    instant = datetime.fromisoformat(at)
    return f"{instant:%d-%m-%Y %H:%M}"
