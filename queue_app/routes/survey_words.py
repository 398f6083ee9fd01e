"""The survey in the citizen's words: the nine questions, what each answer means, and what may be said of oneself."""

from collections.abc import Mapping

from metrics.satisfaction import Grade
from queue_app.errors import N_
from queue_app.models import Question

QUESTIONS: Mapping[Question, str] = {
    Question.REQUIREMENTS: N_("Apakah persyaratan yang diminta sesuai dengan layanannya?"),
    Question.PROCEDURE: N_("Apakah prosedurnya mudah diikuti?"),
    Question.TIME: N_("Apakah layanan diselesaikan dengan cepat?"),
    Question.COST: N_("Apakah biayanya wajar?"),
    Question.PRODUCT: N_("Apakah hasilnya sesuai dengan yang dijanjikan?"),
    Question.COMPETENCE: N_("Apakah petugas menguasai pekerjaannya?"),
    Question.CONDUCT: N_("Apakah petugas sopan dan ramah?"),
    Question.COMPLAINTS: N_("Bagaimana pengaduan dan saran ditangani di sini?"),
    Question.FACILITIES: N_("Bagaimana ruang tunggu, loket dan sarananya?"),
}

_FITTING = (N_("Sangat sesuai"), N_("Sesuai"), N_("Kurang sesuai"), N_("Tidak sesuai"))

SCALES: Mapping[Question, tuple[str, ...]] = {
    Question.REQUIREMENTS: _FITTING,
    Question.PROCEDURE: (N_("Sangat mudah"), N_("Mudah"), N_("Kurang mudah"), N_("Tidak mudah")),
    Question.TIME: (N_("Sangat cepat"), N_("Cepat"), N_("Kurang cepat"), N_("Tidak cepat")),
    Question.COST: (N_("Gratis"), N_("Murah"), N_("Cukup mahal"), N_("Sangat mahal")),
    Question.PRODUCT: _FITTING,
    Question.COMPETENCE: (
        N_("Sangat menguasai"),
        N_("Menguasai"),
        N_("Kurang menguasai"),
        N_("Tidak menguasai"),
    ),
    Question.CONDUCT: (
        N_("Sangat sopan dan ramah"),
        N_("Sopan dan ramah"),
        N_("Kurang sopan atau ramah"),
        N_("Tidak sopan atau ramah"),
    ),
    Question.COMPLAINTS: (
        N_("Ditangani dengan baik"),
        N_("Ditangani, tetapi kurang"),
        N_("Ada, tetapi tidak berjalan"),
        N_("Tidak ada"),
    ),
    Question.FACILITIES: (N_("Sangat baik"), N_("Baik"), N_("Cukup"), N_("Buruk")),
}
"""From 4 down to 1."""

ELEMENTS: Mapping[str, str] = {
    "requirements": N_("Persyaratan"),
    "procedure": N_("Sistem, mekanisme dan prosedur"),
    "time": N_("Waktu penyelesaian"),
    "cost": N_("Biaya atau tarif"),
    "product": N_("Produk layanan"),
    "competence": N_("Kompetensi pelaksana"),
    "conduct": N_("Perilaku pelaksana"),
    "complaints": N_("Pengaduan, saran dan masukan"),
    "facilities": N_("Sarana dan prasarana"),
}

GRADES: Mapping[Grade, str] = {
    Grade.A: N_("sangat baik"),
    Grade.B: N_("baik"),
    Grade.C: N_("kurang baik"),
    Grade.D: N_("tidak baik"),
}

ATTRIBUTES: Mapping[str, str] = {
    "sex": N_("Jenis kelamin"),
    "age": N_("Usia"),
    "education": N_("Pendidikan terakhir"),
    "occupation": N_("Pekerjaan"),
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "sex": {"female": N_("Perempuan"), "male": N_("Laki-laki")},
    "age": {
        "under_20": N_("di bawah 20 tahun"),
        "20_29": N_("20 sampai 29 tahun"),
        "30_39": N_("30 sampai 39 tahun"),
        "40_49": N_("40 sampai 49 tahun"),
        "50_59": N_("50 sampai 59 tahun"),
        "60_up": N_("60 tahun atau lebih"),
    },
    "education": {
        "primary": N_("SD atau sederajat"),
        "junior": N_("SMP atau sederajat"),
        "senior": N_("SMA atau sederajat"),
        "diploma": N_("Diploma"),
        "bachelor": N_("Sarjana (S1)"),
        "master": N_("Pascasarjana (S2 atau S3)"),
    },
    "occupation": {
        "civil_servant": N_("ASN, TNI atau Polri"),
        "private": N_("Pegawai swasta"),
        "self_employed": N_("Wirausaha"),
        "farmer_fisher": N_("Petani atau nelayan"),
        "student": N_("Pelajar atau mahasiswa"),
        "home": N_("Mengurus rumah tangga"),
        "other": N_("Lainnya"),
    },
}
