"""What categories, severities, states, steps and outcomes of complaints are called on the screen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext

from queue_app.errors import N_
from queue_app.models import ComplaintState, ComplaintStep, Resolution, Severity, Subject

Choice = TypeVar("Choice", bound=StrEnum)

SUBJECTS: Mapping[Subject, str] = {
    Subject.WAIT: N_("Lama menunggu atau dilayani"),
    Subject.INFORMATION: N_("Informasi yang keliru atau tidak jelas"),
    Subject.CONDUCT: N_("Sikap petugas"),
    Subject.COST: N_("Biaya atau pungutan"),
    Subject.FACILITIES: N_("Ruang tunggu dan sarana"),
    Subject.OTHER: N_("Lainnya"),
}

SEVERITIES: Mapping[Severity, str] = {
    Severity.LIGHT: N_("Ringan: 2 hari kerja"),
    Severity.NORMATIVE: N_("Normatif: 5 hari kerja"),
    Severity.ORDINARY: N_("Tidak berkadar pengawasan: 14 hari kerja"),
    Severity.EXAMINATION: N_("Perlu pemeriksaan: 60 hari kerja"),
}

STATES: Mapping[ComplaintState, str] = {
    ComplaintState.RECEIVED: N_("Sudah diterima"),
    ComplaintState.IN_PROGRESS: N_("Ditangani"),
    ComplaintState.DECIDED: N_("Diputuskan"),
    ComplaintState.APPEALED: N_("Dimintakan banding"),
    ComplaintState.CLOSED: N_("Ditutup"),
}

STEPS: Mapping[ComplaintStep, str] = {
    ComplaintStep.FILE: N_("Pengaduan diterima"),
    ComplaintStep.ASSIGN: N_("Tunjuk penanggung jawab"),
    ComplaintStep.CLASSIFY: N_("Ubah penggolongan"),
    ComplaintStep.SUMMARISE: N_("Tulis ringkasan untuk petugas"),
    ComplaintStep.REPLY: N_("Balas pelapor"),
    ComplaintStep.WRITE: N_("Pesan pelapor"),
    ComplaintStep.STATEMENT: N_("Pandangan petugas"),
    ComplaintStep.DECIDE: N_("Putuskan"),
    ComplaintStep.WITHDRAW: N_("Cabut pengaduan"),
    ComplaintStep.APPEAL: N_("Ajukan banding"),
    ComplaintStep.REOPEN: N_("Buka kembali"),
}

DONE: Mapping[ComplaintStep, str] = {
    ComplaintStep.FILE: N_("Pengaduan diterima"),
    ComplaintStep.ASSIGN: N_("Penanggung jawab ditunjuk"),
    ComplaintStep.CLASSIFY: N_("Penggolongan dan tenggat diperiksa"),
    ComplaintStep.SUMMARISE: N_("Ringkasan untuk petugas"),
    ComplaintStep.REPLY: N_("Balasan kantor"),
    ComplaintStep.WRITE: N_("Pesan pelapor"),
    ComplaintStep.STATEMENT: N_("Pandangan petugas"),
    ComplaintStep.DECIDE: N_("Putusan"),
    ComplaintStep.WITHDRAW: N_("Pengaduan dicabut"),
    ComplaintStep.APPEAL: N_("Banding pelapor"),
    ComplaintStep.REOPEN: N_("Dibuka kembali"),
}
"""A step as the course tells it."""

RESOLUTIONS: Mapping[Resolution, str] = {
    Resolution.UPHELD: N_("Terbukti"),
    Resolution.PARTLY: N_("Terbukti sebagian"),
    Resolution.NOT_UPHELD: N_("Tidak terbukti"),
    Resolution.WITHDRAWN: N_("Dicabut oleh pelapor"),
}


def complaint_text(value: Subject | Severity | ComplaintState | ComplaintStep | Resolution) -> str:
    """The name of any of these, in the reader's language."""
    match value:
        case Subject():
            words = SUBJECTS[value]
        case Severity():
            words = SEVERITIES[value]
        case ComplaintState():
            words = STATES[value]
        case ComplaintStep():
            words = STEPS[value]
        case Resolution():
            words = RESOLUTIONS[value]
    return str(gettext(words))


def step_text(step: ComplaintStep) -> str:
    """A step that was taken: "Balasan kantor"."""
    return str(gettext(DONE[step]))


def choices(words: Mapping[Choice, str]) -> list[tuple[str, str]]:
    """The values and names of an enumeration, as a list to choose from."""
    return [(value.value, str(gettext(name))) for value, name in words.items()]
