"""Invented complaints of the demonstration office: one in each stage of its course, without anybody's name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from queue_app.complaints import filing, own, steps
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.models import Complaint, Resolution, Subject, Ticket, User
from queue_app.personal import Vault

_SAID = (
    (Subject.INFORMATION, "Di situs tertulis tiga syarat, di loket diminta empat. Saya harus pulang dahulu. (Contoh)"),
    (Subject.WAIT, "Menunggu lebih dari satu jam, padahal di layar tertulis sekitar dua puluh menit. (Contoh)"),
    (Subject.FACILITIES, "Kursi di ruang tunggu kurang, banyak yang berdiri pada pagi hari. (Contoh)"),
    (Subject.CONDUCT, "Petugas menjawab singkat dan tidak menjelaskan mengapa berkas ditolak. (Contoh)"),
    (Subject.INFORMATION, "Diberi tahu selesai hari ini, ternyata baru besok dapat diambil. (Contoh)"),
    (Subject.WAIT, "Nomor saya dilewati saat layar mati sebentar. (Contoh)"),
)
_SUMMARY = "Pemohon merasa penjelasan di loket berbeda dengan yang tertulis. (Contoh)"
_REPLY = "Terima kasih. Kami memeriksanya dan memberi kabar di halaman ini. (Contoh)"
_REASONS = {
    Resolution.UPHELD: "Benar: daftar syarat di situs sudah tidak berlaku dan telah diperbaiki. (Contoh)",
    Resolution.PARTLY: "Sebagian benar: kursi ditambah mulai pekan depan. (Contoh)",
    Resolution.NOT_UPHELD: "Catatan antrean menunjukkan urutan panggilan sesuai aturan. (Contoh)",
}


def invent_complaints(
    session: Session, vault: Vault, supervisor: User, tickets: Sequence[Ticket], now: datetime
) -> None:
    """One complaint about each of up to six tickets: three decided, one withdrawn, one answered, one new."""
    for n, (ticket, (subject, text)) in enumerate(zip(tickets[::2], _SAID, strict=False)):
        course = _Course(session, vault, supervisor, n, now)
        course.file(ticket, Filed(subject, text))
        if n < len(_REASONS):
            course.decide(list(_REASONS)[n])
        elif n == len(_REASONS):
            course.withdraw()
        elif n == len(_REASONS) + 1:
            course.answer()


class _Course:
    """A complaint's steps, some hours after one another."""

    def __init__(self, session: Session, vault: Vault, supervisor: User, number: int, now: datetime) -> None:
        self._session, self._vault, self._who, self._number, self._now = session, vault, supervisor, number, now
        self._at = now
        self._step = 0
        self._complaint: Complaint | None = None

    def file(self, ticket: Ticket, filed: Filed) -> None:
        due = ticket.due_at or self._now
        self._at = min(due + timedelta(hours=5), self._now)
        self._complaint = filing.about_ticket(self._session, self._vault, ticket, filed, self._deed(None))

    def answer(self) -> None:
        number = self._numbered
        steps.assign(self._session, self._deed(self._who), number, self._who.id)
        steps.summarise(self._session, self._vault, self._deed(self._who), number, _SUMMARY)
        steps.reply(self._session, self._vault, self._deed(self._who), number, _REPLY)

    def decide(self, resolution: Resolution) -> None:
        self.answer()
        steps.decide(
            self._session, self._vault, self._deed(self._who), self._numbered, resolution, _REASONS[resolution]
        )

    def withdraw(self) -> None:
        if self._complaint is not None:
            own.withdraw(self._session, self._deed(None), self._complaint.public_id)

    @property
    def _numbered(self) -> int:
        return self._complaint.number if self._complaint else 0

    def _deed(self, who: User | None) -> Deed:
        self._step += 1
        self._at = min(self._at + timedelta(hours=3), self._now)
        return Deed(self._at, f"demo-{self._number}-{self._step}", who)
