"""What the figures' parts are called on the screen: why a visit is left out, and what became of a claim."""

from collections.abc import Mapping

from metrics.plausibility import Reason
from metrics.visit import Claim
from queue_app.errors import N_

EXCLUDED: Mapping[Reason, str] = {
    Reason.NOT_STARTED: N_("belum atau tidak dilayani"),
    Reason.NO_OFFICER: N_("lebih dari satu petugas"),
    Reason.NOT_FINISHED: N_("belum atau tidak selesai"),
    Reason.FLAGGED: N_("sanggahan diterima"),
    Reason.SYSTEM_DOWN: N_("gangguan sistem"),
    Reason.NEGATIVE: N_("waktu mustahil"),
    Reason.CROSSED_MIDNIGHT: N_("lewat tengah malam"),
    Reason.TOO_SHORT: N_("kurang dari 10 detik"),
    Reason.TOO_LONG: N_("lebih dari 4 jam"),
}

CLAIM_STATES: Mapping[Claim, str] = {
    "open": N_("Menunggu putusan"),
    "accepted": N_("Diterima"),
    "declined": N_("Ditolak"),
}
