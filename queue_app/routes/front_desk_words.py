"""The usual reasons at the reception."""

from collections.abc import Mapping
from types import MappingProxyType

from queue_app.errors import N_

CATEGORY_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "seen": N_("Terlihat saat datang"),
        "asked": N_("Diminta oleh warga"),
        "slip": N_("Salah pilih saat mengambil nomor"),
    }
)
CANCEL_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "leaves": N_("Warga pulang"),
        "asked": N_("Diminta oleh warga"),
        "twice": N_("Terambil dua kali"),
    }
)
