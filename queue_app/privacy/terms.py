"""How long personal data are kept: kinds of data, each with a term that the office sets within bounds. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from queue_app.errors import N_


class Kind(StrEnum):
    """What is erased together."""

    PEOPLE = "people"
    CONTACTS = "contacts"
    COMPLAINANT = "complainant"
    COMPLAINT = "complaint"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Term:
    """``setting``: the office's column, in days, from ``least`` to ``most``; ``since`` when they count."""

    setting: str
    least: int
    most: int
    what: str
    since: str


TERMS = {
    Kind.PEOPLE: Term(
        "kept_people_days", 14, 90, N_("nama, telepon dan hash NIK dari tiket"), N_("setelah hari tiket")
    ),
    Kind.CONTACTS: Term(
        "kept_contacts_days", 1, 30, N_("alamat untuk kabar"), N_("setelah hari tiket dan akhir pengaduan tentangnya")
    ),
    Kind.COMPLAINANT: Term(
        "kept_complainant_days", 7, 180, N_("nama dan telepon pelapor"), N_("setelah pengaduan berakhir")
    ),
    Kind.COMPLAINT: Term(
        "kept_complaint_days", 90, 1825, N_("isi dan surat-menyurat pengaduan"), N_("setelah pengaduan berakhir")
    ),
    Kind.COMMENT: Term("kept_comment_days", 30, 1825, N_("tulisan bebas di survei"), N_("setelah ditulis")),
}
