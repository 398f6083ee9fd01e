"""On which ground personal data are kept, and how they are protected. Pure."""

from enum import StrEnum

from queue_app.errors import N_
from queue_app.privacy.terms import Kind


class Whose(StrEnum):
    CITIZEN = "citizen"
    STAFF = "staff"


class Basis(StrEnum):
    """Article 20 (2) of UU 27/2022."""

    SERVICE = "service"
    CONSENT = "consent"
    DUTY = "duty"


class Protection(StrEnum):
    SEALED = "sealed"
    KEYED_HASH = "keyed_hash"
    DIGEST = "digest"
    SHORTENED = "shortened"
    PLAIN = "plain"


BASES = {
    Basis.SERVICE: N_("pelayanan publik (pasal 20 ayat 2 huruf e)"),
    Basis.CONSENT: N_("persetujuan (huruf a)"),
    Basis.DUTY: N_("kewajiban hukum kantor (huruf c)"),
}
PROTECTIONS = {
    Protection.SEALED: N_("disegel (AES-128, HMAC-SHA-256)"),
    Protection.KEYED_HASH: N_("hash berkunci (HMAC-SHA-256)"),
    Protection.DIGEST: N_("hanya sidiknya (SHA-256, Argon2id)"),
    Protection.SHORTENED: N_("dipendekkan"),
    Protection.PLAIN: N_("terbaca"),
}
WHOSE = {Whose.CITIZEN: N_("warga"), Whose.STAFF: N_("pegawai")}

SERVICE, CONSENT, DUTY = Basis.SERVICE, Basis.CONSENT, Basis.DUTY
SEALED, HASH, DIGEST = Protection.SEALED, Protection.KEYED_HASH, Protection.DIGEST
SHORT, PLAIN = Protection.SHORTENED, Protection.PLAIN

Row = tuple[str, str, str, str, Basis, Protection, Kind | str, str]
"""A row of the map: table, columns, what, purpose, basis, protection, kept (a kind, or words), seen by."""
