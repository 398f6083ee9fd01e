"""Every code a program may get: its status, and what it means. The document is checked against it, and the table in
docs/api.md is made from it (``tools/refusal_table.py``).

The codes of one area stand in a module of their own; here they come together, by status.
"""

from collections.abc import Mapping
from types import MappingProxyType

from queue_app.routes.api.refusals.citizen import CITIZENS
from queue_app.routes.api.refusals.common import COMMON
from queue_app.routes.api.refusals.managing import MANAGING
from queue_app.routes.api.refusals.offices import OF_OFFICES
from queue_app.routes.api.refusals.refusal import Refusal
from queue_app.routes.api.refusals.staff import STAFF_WORK

_AREAS = (COMMON, MANAGING, STAFF_WORK, CITIZENS, OF_OFFICES)


def _together() -> Mapping[str, Refusal]:
    """Raises ValueError for a code with two meanings: whoever adds one sees it at the start."""
    found: dict[str, Refusal] = {}
    for code, refusal in (pair for area in _AREAS for pair in area.items()):
        if found.setdefault(code, refusal) != refusal:
            raise ValueError(f"{code} has two meanings")
    return MappingProxyType(dict(sorted(found.items(), key=lambda pair: pair[1].status)))


REFUSALS = _together()

READ = ("bad_request", "internal_error")
WRITE = ("bad_request", "internal_error", "busy", "storage_full", "read_only")
NOTE = ("note_names_somebody",)
BODY = ("malformed_json", "too_large", "not_json", "invalid_request")
STAFF = ("token_missing", "token_unknown", "token_expired", "wrong_role", "wrong_scope")
DAY = ("past_date", "too_far_ahead", "closed_day")
FULL = ("slot_full", "online_share_full", "quota_full", "channel_quota_full", "not_released", "issuing_stopped")
PLACE = (*DAY, "unknown_slot", "lead_time_over", "slot_needed", *FULL)
PERSON = ("nik_required", "nik_has_ticket", "cooling_off")
ADMISSION = (
    *("proof_needed", "bad_proof", "proof_expired", "proof_used"),
    *(*STAFF, "other_office", "too_many_requests"),
)
PRESENCE = ("presence_needed", "presence_invalid", "presence_expired", *STAFF, "other_office")
HOLD = ("hold_expired", "other_hold")
IDEMPOTENT = ("bad_idempotency_key", "idempotency_key_reused")
MOVE = ("illegal_move", "stale_ticket")
SEND = (
    *("unknown_service", "unknown_counter", "unknown_officer", "unknown_pool"),
    *("not_served_there", "officer_lacks_skill"),
    *("counter_unattended", "officer_off_duty", "pool_unattended", "closed_day", "holder_waits_there"),
)
CALL = ("counter_not_open", "counter_paused", "counter_busy")
UNDO = ("not_your_move", "undo_overtaken", "not_undoable", "undo_too_late")
COMPLAINT_STEP = ("illegal_complaint_step", "complaint_moved", "bad_idempotency_key")
OWN_STEP = ("illegal_complaint_step", "bad_idempotency_key")
ENTERED = ("bad_entry", "unknown_label", "ticket_of_other_office")
DIALOGUE = ("dialogue_moved", "dialogue_closed")
