"""The office's settings by topic: each stands in exactly one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queue_app.errors import N_


@dataclass(frozen=True, slots=True)
class Topic:
    """``name`` heads the page, ``says`` stands below it; ``settings`` are shown in this order."""

    name: str
    says: str
    icon: str
    settings: Sequence[str]


def _topic(name: str, says: str, icon: str, settings: str) -> Topic:
    return Topic(name, says, icon, tuple(settings.split()))


TOPICS: Mapping[str, Topic] = {
    "office": _topic(
        N_("Kantor"),
        N_("Nama, alamat, dan zona waktu, seperti yang terlihat warga."),
        "pin",
        "name address timezone",
    ),
    "booking": _topic(
        N_("Pendaftaran daring"),
        N_("Sejauh mana warga dapat mendaftar dari rumah, dan apa yang diminta dari mereka."),
        "calendar",
        "booking_days_ahead grace_minutes nik_required proof_of_work cooling_off overbooking overbooking_cap_percent",
    ),
    "queue": _topic(
        N_("Prioritas dan aturan antrean"),
        N_("Siapa yang dipanggil berikutnya, dan seberapa cepat kelompok prioritas didahulukan."),
        "flag",
        "rule_name rates longest_wait_minutes recall_limit hold_reminder_minutes",
    ),
    "arrival": _topic(
        N_("Lapor hadir dan kios"),
        N_("Bukti berada di kantor, dan kata-kata kantor di struk."),
        "qr",
        "presence presence_required receipt_text",
    ),
    "news": _topic(
        N_("Pesan dan kabar"),
        N_("Kapan warga diberi kabar tentang gilirannya dan diingatkan akan jadwalnya."),
        "bell",
        "tell_at_place remind_evening_minute remind_minutes_before",
    ),
    "voice": _topic(
        N_("Suara"),
        N_("Apakah layar menyuarakan panggilan, dalam bahasa apa, dan berapa kali."),
        "sound",
        "voice voice_languages voice_reading voice_repeat voice_chime voice_displays",
    ),
    "targets": _topic(
        N_("Target dan peringatan"),
        N_("Waktu tunggu yang tidak boleh terlewati, dan kapan pengawas diperingatkan."),
        "chart",
        "wait_target_minutes alert_queue_length alert_longest_wait_minutes alert_at_risk alert_no_counter_minutes "
        "alert_pause_minutes alert_serving_factor alert_display_minutes",
    ),
    "calendar": _topic(
        N_("Hari libur nasional"),
        N_("Apakah kantor tutup dengan sendirinya pada hari libur yang disarankan."),
        "calendar",
        "holidays_close",
    ),
    "privacy": _topic(
        N_("Penyimpanan data pribadi"),
        N_("Berapa lama data warga disimpan sebelum dihapus, dan kepada siapa warga bertanya."),
        "person",
        "kept_people_days kept_contacts_days kept_complainant_days kept_complaint_days kept_comment_days "
        "privacy_contact",
    ),
    "access": _topic(
        N_("Keamanan masuk"),
        N_("Langkah kedua saat masuk, dan penutup layar yang ditinggalkan."),
        "sign-in",
        "second_step lock_minutes",
    ),
}
"""By the name in their address."""
