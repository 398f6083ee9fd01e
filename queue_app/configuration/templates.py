"""Ready configurations to begin with: services with their documents, hours and counters of three kinds of office."""

from collections.abc import Mapping
from pathlib import Path

from queue_app.errors import N_, NotFound

_FOLDER = Path(__file__).with_name("ready")

NAMES: Mapping[str, str] = {
    "disdukcapil": N_("Disdukcapil: akta, KK, KTP-el, pindah datang, KIA"),
    "kelurahan": N_("Kelurahan atau desa: surat pengantar dan keterangan"),
    "klinik": N_("Klinik atau puskesmas: pendaftaran, poli, obat"),
}


def content(name: str) -> bytes:
    """The file of a template. Raises NotFound ``unknown_template``."""
    if name not in NAMES:
        raise NotFound("unknown_template", N_("Contoh itu tidak ada. Yang ada: %(known)s."), known=", ".join(NAMES))
    return (_FOLDER / f"{name}.yaml").read_bytes()
