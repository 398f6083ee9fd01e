"""What the settings are called and what they mean, in the words of an office."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from queue_app.discipline import RuleName
from queue_app.errors import N_
from queue_app.models.office import ProofOfWork, VoiceDisplays, VoiceReading


class Words(NamedTuple):
    """``label`` names a setting, ``means`` says in a sentence what it does; ``unit`` stands behind its number."""

    label: str
    means: str = ""
    unit: str = ""


_MINUTES, _DAYS, _PERCENT, _PEOPLE = N_("menit"), N_("hari"), N_("persen"), N_("orang")
_TIMES, _NUMBERS, _PLACES = N_("kali"), N_("nomor"), N_("tempat")

OFFICE: Mapping[str, Words] = {
    "name": Words(N_("Nama kantor"), N_("Terlihat di semua halaman, layar, dan struk.")),
    "address": Words(N_("Alamat"), N_("Terlihat warga di halaman kantor.")),
    "timezone": Words(N_("Zona waktu"), N_("Tidak dapat diganti setelah nomor pertama diberikan.")),
    "booking_days_ahead": Words(
        N_("Pendaftaran paling jauh"), N_("Sejauh ini warga dapat mendaftar. 0: hanya untuk hari ini."), _DAYS
    ),
    "grace_minutes": Words(
        N_("Waktu toleransi"),
        N_("Selama ini warga boleh terlambat dari jamnya, atau kembali setelah tidak hadir."),
        _MINUTES,
    ),
    "rule_name": Words(N_("Urutan panggilan"), N_("Siapa yang dipanggil berikutnya.")),
    "rates": Words(
        N_("Kecepatan kelompok prioritas"),
        N_("Berapa kali lebih cepat kelompok ini maju dibanding warga lain. 1: sama cepat. Paling besar 10."),
    ),
    "longest_wait_minutes": Words(
        N_("Tunggu terlama"), N_("Siapa pun yang menunggu selama ini didahulukan dari semua yang lain."), _MINUTES
    ),
    "holidays_close": Words(
        N_("Tutup pada hari libur nasional"),
        N_("Kantor tutup dengan sendirinya pada hari libur yang tanggalnya sudah pasti."),
    ),
    "overbooking": Words(
        N_("Terima pendaftaran lebih"),
        N_("Sesi menerima lebih banyak pendaftaran, sebesar bagian yang biasanya tidak datang."),
    ),
    "overbooking_cap_percent": Words(N_("Kelebihan paling banyak"), N_("Dari tempat setiap sesi."), _PERCENT),
    "nik_required": Words(N_("Wajib NIK"), N_("Tidak ada yang mendaftar daring tanpa NIK.")),
    "proof_of_work": Words(
        N_("Penghalang program calo"), N_("Peramban warga mengerjakan hitungan kecil sebelum mendaftar.")
    ),
    "cooling_off": Words(
        N_("Batasi yang berulang tidak datang"),
        N_("Siapa yang dua kali tidak datang untuk sementara hanya dapat mendaftar untuk hari terdekat."),
    ),
    "presence": Words(N_("Kode hadir di layar"), N_("Layar menampilkan kode yang membuktikan warga berada di kantor.")),
    "presence_required": Words(
        N_("Lapor hadir hanya dengan kode"), N_("Melapor lewat ponsel hanya dengan kode dari layar di kantor.")
    ),
    "tell_at_place": Words(N_("Kabari pada urutan"), N_("Warga diberi kabar saat urutannya sampai di sini. 0: tidak.")),
    "remind_evening_minute": Words(
        N_("Pengingat malam sebelumnya"), N_("Pada jam ini warga diingatkan akan jadwal besok. 00:00: tidak.")
    ),
    "remind_minutes_before": Words(
        N_("Pengingat sebelum jamnya"), N_("Selama ini sebelum sesinya warga diingatkan. 0: tidak."), _MINUTES
    ),
    "voice": Words(N_("Suarakan panggilan"), N_("Layar mengucapkan nomor dan loket setiap panggilan.")),
    "voice_reading": Words(N_("Cara membaca nomor")),
    "voice_repeat": Words(N_("Diucapkan"), "", _TIMES),
    "voice_languages": Words(
        N_("Bahasa"), N_("Bahasa Indonesia (id) dahulu, lalu yang lain, misalnya id,en atau id,min,en.")
    ),
    "voice_chime": Words(N_("Nada sebelum panggilan"), N_("Sebuah nada mendahului suara.")),
    "voice_displays": Words(N_("Layar yang bersuara")),
    "wait_target_minutes": Words(
        N_("Target waktu tunggu"),
        N_("Tidak ada yang sebaiknya menunggu lebih lama. Berlaku mulai sekarang; angka yang lalu tetap."),
        _MINUTES,
    ),
    "alert_queue_length": Words(
        N_("Peringatan: antrean panjang"), N_("Bila sebanyak ini menunggu satu layanan. 0: tidak."), _PEOPLE
    ),
    "alert_longest_wait_minutes": Words(
        N_("Peringatan: tunggu lama"), N_("Bila seseorang menunggu selama ini. 0: tidak."), _MINUTES
    ),
    "alert_at_risk": Words(
        N_("Peringatan: target terancam"),
        N_("Bila sebanyak ini diperkirakan menunggu melewati target. 0: tidak."),
        _PEOPLE,
    ),
    "alert_no_counter_minutes": Words(
        N_("Peringatan: tanpa loket"),
        N_("Bila seseorang menunggu selama ini dan tidak ada loket yang buka. 0: tidak."),
        _MINUTES,
    ),
    "alert_pause_minutes": Words(
        N_("Peringatan: jeda lama"), N_("Bila sebuah loket jeda selama ini. 0: tidak."), _MINUTES
    ),
    "alert_serving_factor": Words(
        N_("Peringatan: layanan lama"), N_("Bila melayani sekian kali lebih lama dari biasanya. 0: tidak."), _TIMES
    ),
    "alert_display_minutes": Words(
        N_("Peringatan: layar diam"), N_("Bila sebuah layar tidak memberi kabar selama ini. 0: tidak."), _MINUTES
    ),
    "recall_limit": Words(
        N_("Panggilan sebelum tidak hadir"),
        N_("Setelah dipanggil sebanyak ini, loket lebih dahulu menawarkan “tidak hadir”."),
        _TIMES,
    ),
    "hold_reminder_minutes": Words(
        N_("Ingatkan yang ditahan"), N_("Selama ini setelah ditahan, loket diingatkan. 0: tidak."), _MINUTES
    ),
    "receipt_text": Words(N_("Kata-kata di struk"), N_("Dicetak di akhir setiap struk.")),
    "second_step": Words(
        N_("Langkah kedua saat masuk"), N_("Pengawas dan administrator masuk juga dengan kode dari ponsel mereka.")
    ),
    "lock_minutes": Words(
        N_("Tutup layar yang ditinggalkan"), N_("Layar yang tidak disentuh selama ini ditutup. 0: tidak."), _MINUTES
    ),
    "kept_people_days": Words(
        N_("Nama, telepon, dan NIK"), N_("Disimpan selama ini setelah hari tiket, lalu dihapus."), _DAYS
    ),
    "kept_contacts_days": Words(
        N_("Alamat untuk kabar"), N_("Disimpan selama ini setelah hari tiket, lalu dihapus."), _DAYS
    ),
    "kept_complainant_days": Words(
        N_("Nama pelapor"), N_("Disimpan selama ini setelah pengaduan berakhir, lalu dihapus."), _DAYS
    ),
    "kept_complaint_days": Words(
        N_("Isi pengaduan"), N_("Disimpan selama ini setelah pengaduan berakhir, lalu dihapus."), _DAYS
    ),
    "kept_comment_days": Words(
        N_("Tulisan di survei"), N_("Disimpan selama ini setelah ditulis, lalu dihapus."), _DAYS
    ),
    "privacy_contact": Words(
        N_("Narahubung data pribadi"), N_("Kepada siapa warga bertanya tentang datanya: nama, telepon, surel.")
    ),
}

SERVICE: Mapping[str, Words] = {
    "name_id": Words(N_("Nama (bahasa Indonesia)")),
    "name_en": Words(N_("Nama (bahasa Inggris)")),
    "standard_minutes": Words(
        N_("Waktu standar"),
        N_("Lama melayani yang wajar. Kosong: tidak ada. Berlaku mulai sekarang; angka yang lalu tetap."),
        _MINUTES,
    ),
    "cost_rupiah": Words(N_("Biaya"), N_("0: gratis."), N_("rupiah")),
    "daily_quota": Words(N_("Kuota sehari"), N_("Kosong: tanpa batas."), _NUMBERS),
    "online_quota": Words(N_("Di antaranya daring"), N_("Paling banyak. Kosong: tanpa batas sendiri."), _NUMBERS),
    "kiosk_quota": Words(N_("Di antaranya di kios"), N_("Paling banyak. Kosong: tanpa batas sendiri."), _NUMBERS),
    "reception_quota": Words(
        N_("Di antaranya di penerimaan"), N_("Paling banyak. Kosong: tanpa batas sendiri."), _NUMBERS
    ),
    "slot_minutes": Words(N_("Panjang sesi kedatangan"), "", _MINUTES),
    "slot_capacity": Words(N_("Tempat setiap sesi"), "", _PLACES),
    "slot_plan": Words(
        N_("Tempat menurut jam"),
        N_("Jumlah tempat lain mulai jam tertentu, misalnya 08:00=0,10:30=8. Kosong: sama sepanjang hari."),
    ),
    "online_share_percent": Words(
        N_("Bagian untuk daring"), N_("Dari tempat setiap sesi; sisanya untuk yang datang langsung."), _PERCENT
    ),
    "online_needs_slot": Words(
        N_("Daring harus memilih jam"), N_("Tidak ada pendaftaran daring tanpa sesi kedatangan.")
    ),
    "lead_minutes": Words(
        N_("Daring ditutup sebelum sesi"),
        N_("Selama ini sebelum sesinya mulai. Kosong: sampai sesi berakhir."),
        _MINUTES,
    ),
    "release": Words(
        N_("Tempat daring dibuka bertahap"),
        N_("Hari sebelumnya, jam, dan persen, misalnya 7@07:00=50,1@12:00=50. Kosong: semua sekaligus."),
    ),
    "active": Words(N_("Ditawarkan"), N_("Bila tidak: tidak ada nomor baru; yang sudah ada tetap dilayani.")),
    "wait_target_minutes": Words(
        N_("Target waktu tunggu"),
        N_("Kosong: seperti kantor. Berlaku mulai sekarang; angka yang lalu tetap."),
        _MINUTES,
    ),
}

OPTIONS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    RuleName: {
        RuleName.ACCUMULATING: N_("Kelompok prioritas maju lebih cepat"),
        RuleName.FIRST_COME: N_("Yang datang dahulu dipanggil dahulu"),
        RuleName.STRICT: N_("Kelompok prioritas selalu dahulu"),
    },
    ProofOfWork: {
        ProofOfWork.PROFILE: N_("Menurut profil peladen"),
        ProofOfWork.ON: N_("Dipakai"),
        ProofOfWork.OFF: N_("Tidak dipakai"),
    },
    VoiceReading: {
        VoiceReading.DIGITS: N_("Angka demi angka (nol satu dua)"),
        VoiceReading.NUMBER: N_("Sebagai bilangan (dua belas)"),
    },
    VoiceDisplays: {VoiceDisplays.ALL: N_("Semua layar"), VoiceDisplays.ONE: N_("Satu dari layar yang dipasangkan")},
}
"""How the values of a choice are called."""


def option_text(value: str) -> str:
    """What a value of any of these choices is called; itself where it is none."""
    return next((said for kind in OPTIONS.values() for option, said in kind.items() if option.value == value), value)
