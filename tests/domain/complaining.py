"""Complaints as tests lead them."""

from collections.abc import Callable
from itertools import count
from typing import Any

from queue_app import booking
from queue_app.complaints import filing, own, steps
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.models import (
    Channel,
    Complaint,
    ComplaintState,
    ComplaintStep,
    Resolution,
    Severity,
    Subject,
    Ticket,
)
from tests.office import Desk

STORY = "Menunggu dua jam tanpa penjelasan."
NAME = "Zubaidah Marpaung"
S, Step = ComplaintState, ComplaintStep


class Case:
    """A complaint as tests lead it; every step in a transaction of its own, on the version that is now."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys = (f"key-{number}" for number in count())
        self.id = 0

    def file(self, ticket: Ticket | None = None, key: str | None = None, **said: Any) -> Complaint:
        filed = Filed(**{"subject": Subject.WAIT, "text": STORY, "name": NAME, **said})
        deed = Deed(self.desk.now, key or next(self.keys))
        with self.desk.db.write() as session:
            if ticket is None:
                office = self.desk.office(session)
                made = filing.without_ticket(session, self.desk.vault, office, filed, deed, Channel.RECEPTION)
            else:
                found = booking.find(session, ticket.public_id, for_change=True)
                made = filing.about_ticket(session, self.desk.vault, found, filed, deed)
        self.id = made.id
        return made

    @property
    def now(self) -> Complaint:
        with self.desk.db.read() as session:
            return session.get_one(Complaint, self.id)

    def staff(self, step: Callable[..., Complaint], *args: Any, who: str = "supervisor", **deed: Any) -> Complaint:
        known = self.now
        with self.desk.db.write() as session:
            user = self.desk.user(session, who)
            did = Deed(**{"now": self.desk.now, "key": next(self.keys), "who": user, "seen": known.version, **deed})
            sealing = () if step in (steps.assign, steps.classify) else (self.desk.vault,)
            return step(session, *sealing, did, known.number, *args)

    def citizen(self, step: Callable[..., Complaint], *args: Any) -> Complaint:
        with self.desk.db.write() as session:
            sealing = () if step is own.withdraw else (self.desk.vault,)
            return step(session, *sealing, Deed(self.desk.now, next(self.keys)), self.now.public_id, *args)

    def take(self, step: ComplaintStep) -> Complaint:
        """Any step, with plausible words."""
        words = "Antrean panjang karena dua loket tutup."
        decider = "admin" if self.now.state is S.APPEALED else "supervisor"
        ways: dict[ComplaintStep, Callable[[], Complaint]] = {
            Step.ASSIGN: lambda: self.staff(steps.assign, self.user_id("supervisor")),
            Step.CLASSIFY: lambda: self.staff(steps.classify, Subject.WAIT, Severity.LIGHT, self.user_id("petugas1")),
            Step.SUMMARISE: lambda: self.staff(steps.summarise, words),
            Step.REPLY: lambda: self.staff(steps.reply, words),
            Step.STATEMENT: lambda: self.staff(steps.state_view, words, who="petugas1"),
            Step.DECIDE: lambda: self.staff(steps.decide, Resolution.UPHELD, words, who=decider),
            Step.REOPEN: lambda: self.staff(steps.reopen, words),
            Step.WRITE: lambda: self.citizen(own.write, words),
            Step.APPEAL: lambda: self.citizen(own.appeal, words),
            Step.WITHDRAW: lambda: self.citizen(own.withdraw),
        }
        return ways[step]()

    def user_id(self, username: str) -> int:
        with self.desk.db.read() as session:
            return self.desk.user(session, username).id
