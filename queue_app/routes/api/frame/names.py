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
        "number": PathName("The complaint's number in the office.", "7", "unknown_complaint", UNKNOWN),
        "entry": PathName(
            "The unguessable id of a place in a waiting list.",
            "u3Yp3xJ0mT1qK8v2Zb4nQw",
            "unknown_entry",
            N_("Tempat di daftar tunggu itu tidak ditemukan. Periksa kembali alamatnya."),
        ),
        "contact": PathName(
            "The contact's id, as the list gives it.",
            "3",
            "unknown_contact",
            N_("Alamat kabar itu tidak (lagi) ada pada nomor ini."),
        ),
        "alert": PathName("The alert's id.", "4", "unknown_alert", N_("Peringatan itu tidak ada di kantor Anda.")),
        "announcement": PathName(
            "The message's id.", "3", "unknown_announcement", N_("Pesan itu tidak ada di kantor Anda.")
        ),
        "annotation": PathName(
            "The note's id.", "2", "unknown_annotation", N_("Catatan itu tidak ada di kantor Anda.")
        ),
        "signal": PathName("The signal's id.", "5", "unknown_signal", N_("Isyarat itu tidak ada di kantor Anda.")),
        "report": PathName("The report's id.", "9", "unknown_report", N_("Laporan itu tidak ada.")),
        "dialogue": PathName(
            "The dialogue's id.", "6", "unknown_dialogue", N_("Dialog itu tidak ada, atau bukan milik Anda.")
        ),
        "target": PathName("The target's id.", "11", "unknown_target", N_("Target itu sudah tidak ada.")),
        "action": PathName("The agreed action's id.", "12", "unknown_action", N_("Tindak lanjut itu tidak ada.")),
        "person": PathName(
            "The person's username.", "petugas1", "unknown_user", N_("Orang itu tidak ada di kantor Anda.")
        ),
        "token": PathName(
            "The token's number, as the list gives it.", "1", "unknown_token", N_("Token itu tidak ada di kantor Anda.")
        ),
        "display": PathName("The display's id.", "1", "unknown_display", N_("Layar itu tidak ada di kantor Anda.")),
        "medium": PathName("The file's id.", "1", "unknown_media", N_("Berkas itu tidak ada di kantor Anda.")),
        "line": PathName("The line's id.", "1", "unknown_line", N_("Teks itu tidak ada di kantor Anda.")),
        "past_import": PathName("The import's id.", "1", "unknown_import", N_("Impor itu tidak ada.")),
        "counter_number": PathName(
            "The number that stands on the counter.", "1", "unknown_counter", N_("Loket itu tidak ada di kantor ini.")
        ),
        "printer": PathName("The printer's id.", "1", "unknown_printer", N_("Pencetak itu tidak ada di kantor ini.")),
        "day": PathName(
            "A local day of the office.",
            "2026-12-24",
            "unknown_day",
            N_("Tanggal itu tidak ada. Tulis seperti 2026-11-24."),
        ),
        "change": PathName(
            "The number of a recorded change.", "1", "unknown_change", N_("Perubahan itu tidak ada di kantor ini.")
        ),
        "webhook": PathName("The webhook's id.", "1", "unknown_webhook", N_("Webhook itu tidak ada di kantor Anda.")),
    }
)
