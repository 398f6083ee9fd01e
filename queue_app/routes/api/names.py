"""The names that addresses of the API carry: what each is, and how one that nothing has is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from queue_app.complaints.record import UNKNOWN
from queue_app.errors import N_, NotFound
from queue_app.interventions import UNKNOWN as UNKNOWN_INTERVENTION


@dataclass(frozen=True, slots=True)
class PathName:
    """``meaning`` and ``example`` are for the document; ``code`` and ``sentence`` refuse one that is unknown."""

    meaning: str
    example: str
    code: str
    sentence: str

    def unknown(self) -> NotFound:
        return NotFound(self.code, self.sentence)


NAMES: Mapping[str, PathName] = MappingProxyType(
    {
        "office": PathName("The office's slug.", "senapelan", "unknown_office", N_("Kantor itu tidak ditemukan.")),
        "service": PathName("The service's code.", "A", "unknown_service", N_("Layanan ini tidak ada di kantor ini.")),
        "ticket": PathName(
            "The ticket's unguessable id.",
            "Yp3xJ0mT1qK8v2Zb4nQw7A",
            "unknown_ticket",
            N_("Tiket tidak ditemukan. Periksa kembali alamat atau kode QR Anda."),
        ),
        "hold": PathName(
            "The hold's unguessable name.",
            "Yp3xJ0mT1qK8v2Zb4nQw7A",
            "unknown_hold",
            N_("Tempat itu tidak (lagi) dipegang."),
        ),
        "counter": PathName(
            "The counter's id (not its number).", "1", "unknown_counter", N_("Loket itu tidak ada di kantor Anda.")
        ),
        "complaint": PathName(
            "A complaint's unguessable id, as `complaint` gave it when it was sent.",
            "q8Zr2VvT0cY5kLw1nB7xHg",
            "unknown_complaint",
            UNKNOWN,
        ),
        "intervention": PathName(
            "An intervention's number, as the list gives it.", "1", "unknown_intervention", UNKNOWN_INTERVENTION
        ),
        "webhook": PathName("The webhook's id.", "1", "unknown_webhook", N_("Webhook itu tidak ada di kantor Anda.")),
    }
)
