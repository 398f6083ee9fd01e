"""An answer to a complaint is told of, and not told."""

from datetime import timedelta

import pytest

from queue_app.complaints import steps
from queue_app.messages import words
from queue_app.models import Channel, Complaint, ComplaintStep, Resolution
from queue_app.privacy import retention
from tests.domain.complaining import NAME, STORY, Case
from tests.messages.town import PHONE, Remembered, Town

SECRET_WORDS = "Kami mohon maaf, petugas sudah ditegur."


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_complainant_is_told_that_there_is_an_answer_and_where(town: Town, language: str) -> None:
    desk, case = town.desk, Case(town.desk)
    desk.open()
    ticket = town.with_phone(language=language)
    town.change_messages(status="SENT")
    case.file(ticket)
    case.take(ComplaintStep.ASSIGN)
    desk.wait(days=5)
    retention.erase_all(desk.db, desk.now)
    case.staff(steps.reply, SECRET_WORDS)
    with desk.db.read() as session:
        message = town.messages()[-1]
        said = words.of(session.merge(message), language)
        complaint = session.get_one(Complaint, case.id)
        assert said.path == f"/complaint/{complaint.public_id}"
    for secret in (STORY, NAME, SECRET_WORDS, complaint.label, "engaduan", "omplaint"):
        assert secret not in said.title + said.body
    phone = Remembered()
    town.carry_all(town.courier(whatsapp=phone))
    assert [(kind.value, address) for kind, _, address in phone.handed] == [("answer", PHONE)]
    case.staff(steps.decide, Resolution.UPHELD, "Terbukti.")
    assert town.told()[-1] == ("answer", "QUEUED")
    assert len(town.contacts()) == 1
    desk.now += timedelta(days=3)
    retention.erase_all(desk.db, desk.now)
    assert town.contacts() == [], "answered: how to reach them is forgotten"


def test_of_a_complaint_at_the_kiosk_the_tickets_holder_hears_nothing(town: Town) -> None:
    case = Case(town.desk)
    ticket = town.with_phone()
    town.change_messages(status="SENT")
    made = case.file(ticket)
    with town.desk.db.write() as session:
        session.get_one(Complaint, made.id).channel = Channel.KIOSK
    case.staff(steps.reply, SECRET_WORDS)
    assert "answer" not in [kind for kind, _ in town.told()]
