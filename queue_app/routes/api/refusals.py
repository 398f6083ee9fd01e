"""Every code a program may get: its status, and what it means. The document and docs/api.md are checked against it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Refusal(NamedTuple):
    """``meaning`` is one English sentence; a real answer says it in the language of the request."""

    status: int
    meaning: str


REFUSALS: Mapping[str, Refusal] = MappingProxyType(
    {
        "bad_request": Refusal(400, "The request cannot be read, or there is a NUL in its address."),
        "malformed_json": Refusal(400, "The body is not valid JSON: syntax, encoding, a doubled name or a number."),
        "token_missing": Refusal(401, "The header Authorization: Bearer TOKEN is missing."),
        "token_unknown": Refusal(401, "The token is unknown or was revoked."),
        "token_expired": Refusal(401, "The token has run out on day; an administrator makes a new one."),
        "wrong_scope": Refusal(403, "The token is not for this; scope says what it would have to be for."),
        "wrong_role": Refusal(403, "The token's user has another role than this needs."),
        "other_office": Refusal(403, "The token's user works at another office."),
        "other_service": Refusal(403, "The counter does not serve the service of that ticket."),
        "not_served_there": Refusal(403, "The counter does not serve that service; its number is given."),
        "officer_lacks_skill": Refusal(403, "The officer does not do that service."),
        "not_your_ticket": Refusal(403, "The ticket is not at this officer's counter."),
        "not_your_leg": Refusal(403, "Another officer finished that service."),
        "not_your_move": Refusal(403, "The last move of the ticket was made by somebody else."),
        "few_officers": Refusal(403, "The figures are of fewer officers than fewest."),
        "presence_needed": Refusal(403, "The office takes a check-in only with a proof of being there."),
        "unknown_path": Refusal(404, "There is nothing at this address."),
        "unknown_office": Refusal(404, "No office has this slug."),
        "unknown_service": Refusal(404, "The office does not offer this service."),
        "unknown_slot": Refusal(404, "The day has no such arrival slot, or it has passed."),
        "unknown_hold": Refusal(404, "Nothing is held by this name for that service."),
        "unknown_intervention": Refusal(404, "The office has no intervention of this id."),
        "unknown_complaint": Refusal(404, "No complaint has this id."),
        "unknown_ticket": Refusal(404, "No ticket has this id (for staff: in their office)."),
        "unknown_announcement": Refusal(404, "The office has no such message."),
        "unknown_alert": Refusal(404, "The office has no such alert."),
        "unknown_counter": Refusal(404, "No counter has this id in the user's office."),
        "unknown_officer": Refusal(404, "The office has no officer of this username."),
        "unknown_pool": Refusal(404, "The office has no pool of counters of this code."),
        "unknown_webhook": Refusal(404, "The office has no webhook of this id."),
        "unknown_visit": Refusal(404, "The office does not offer this visit."),
        "method_not_allowed": Refusal(
            405, "The address does not know this method; the Allow header lists what it knows."
        ),
        "illegal_move": Refusal(409, "The action does not start from the ticket's state, which is given as state."),
        "stale_ticket": Refusal(409, "The ticket has moved since that version; its state is given as state."),
        "not_today": Refusal(409, "The ticket is for another day, given as day."),
        "deferred_too_often": Refusal(409, "The ticket has asked for more time as often as it may."),
        "slot_full": Refusal(409, "The arrival slot has no place left."),
        "online_share_full": Refusal(409, "Online may take no more of the slot; the rest is for people who come."),
        "quota_full": Refusal(409, "The service has no number left for that day."),
        "channel_quota_full": Refusal(409, "The channel may take no more of that day."),
        "not_released": Refusal(409, "More online places of the day open at opens on opens_date, local time."),
        "hold_expired": Refusal(409, "The held place is held no longer: its time is over, or it was used or given up."),
        "nik_has_ticket": Refusal(409, "The NIK has a live ticket for this service; which one is not said."),
        "holder_waits_there": Refusal(409, "The ticket's holder has another live ticket for that service."),
        "cooling_off": Refusal(409, "Missed bookings: until until, online reaches no further than last_day."),
        "proof_used": Refusal(409, "The proof of work was used for another ticket."),
        "counter_not_open": Refusal(409, "The officer has not opened this counter."),
        "counter_paused": Refusal(409, "The counter is paused; open it to go on."),
        "counter_busy": Refusal(409, "A ticket is still at the counter; its label and state are given."),
        "counter_taken": Refusal(409, "Another officer is at this counter."),
        "officer_elsewhere": Refusal(409, "The officer is at another counter, whose number is given."),
        "still_at_counter": Refusal(409, "A ticket is still at the counter; finish it before pausing or closing."),
        "nothing_to_serve": Refusal(409, "The counter serves nothing that the officer does."),
        "counter_unattended": Refusal(409, "Nobody is at that counter now."),
        "officer_off_duty": Refusal(409, "The officer is at no counter now."),
        "pool_unattended": Refusal(409, "Nobody at the pool's counters does that service now."),
        "service_paused": Refusal(409, "A supervisor has paused the service; nobody is called for it or sent to it."),
        "issuing_stopped": Refusal(409, "A supervisor has stopped new numbers for that day, given as day."),
        "too_many_webhooks": Refusal(409, "The office has as many webhooks as it may have."),
        "counter_closed": Refusal(409, "Nobody has opened the counter, whose number is given."),
        "still_serving": Refusal(409, "Somebody is at a counter, whose labels are given; finish there first."),
        "day_closed": Refusal(409, "The day was closed already, at the time given."),
        "day_changed": Refusal(409, "Other tickets are live now than was expected; count says how many."),
        "undo_overtaken": Refusal(409, "The ticket has moved again; label and state are given."),
        "not_undoable": Refusal(409, "The ticket's last move cannot be undone; return a call instead."),
        "undo_too_late": Refusal(409, "The move was made more than seconds ago."),
        "grace_over": Refusal(409, "The time in which a no-show may return is over."),
        "claim_decided": Refusal(409, "The contest of that time has been decided; a supervisor can revise it."),
        "contest_over": Refusal(409, "The day of that service, given as day, is final and cannot be contested."),
        "not_served_yet": Refusal(409, "The survey opens when the ticket is SERVED."),
        "feedback_given": Refusal(409, "The survey of this visit is answered already."),
        "feedback_over": Refusal(409, "Answers and complaints are taken until 14 days after the ticket's day."),
        "too_many_complaints": Refusal(409, "The ticket has as many complaints as it may have."),
        "version_conflict": Refusal(412, "It has changed since the version that If-Match names; nothing was done."),
        "too_large": Refusal(413, "The body is larger than 64 KiB."),
        "not_json": Refusal(415, "The body's Content-Type is not application/json."),
        "invalid_request": Refusal(422, "Fields are missing, unknown or wrong; each is named in errors."),
        "bad_name": Refusal(422, "The name is too long or has characters that no identity card has."),
        "bad_phone": Refusal(422, "The phone number cannot be right."),
        "bad_nik": Refusal(422, "The NIK cannot be right."),
        "nik_required": Refusal(422, "The office gives no number online without a NIK."),
        "proof_needed": Refusal(422, "The office demands a proof of work; see its challenge."),
        "bad_proof": Refusal(422, "The proof of work is not the solution of a challenge of this office."),
        "proof_expired": Refusal(422, "The challenge has expired; ask for a new one."),
        "past_date": Refusal(422, "The date has passed; next_date is the next possible day."),
        "too_far_ahead": Refusal(422, "The date is too far ahead; next_date is the next possible day."),
        "closed_day": Refusal(422, "The service is closed on that day; next_date is the next possible day."),
        "closed_now": Refusal(422, "The service has not opened yet today; opens says when."),
        "bad_visit": Refusal(422, "A visit has too many services, or one of them twice."),
        "presence_invalid": Refusal(422, "The presence code is not one of this office's display."),
        "presence_expired": Refusal(422, "The presence code is older than a minute; take the one shown now."),
        "reason_needed": Refusal(422, "The reason has no words."),
        "no_answer": Refusal(422, "No question is answered."),
        "text_too_long": Refusal(422, "The text is longer than 4,000 letters."),
        "complaint_too_short": Refusal(422, "The complaint has fewer letters than length."),
        "lead_time_over": Refusal(422, "Online, that slot closes minutes before it begins."),
        "slot_needed": Refusal(422, "The service is not booked online without a slot."),
        "other_hold": Refusal(422, "The hold is for another service, date, slot or channel."),
        "same_service": Refusal(422, "They wait for that service already."),
        "announcement_empty": Refusal(422, "The message has no words."),
        "announcement_too_long": Refusal(422, "The message has more letters than length."),
        "bad_duration": Refusal(422, "A message is shown for one of the minutes that are given as known."),
        "bad_period": Refusal(422, "The period ends before it begins, or is longer than 366 days."),
        "closed_weekday": Refusal(422, "The office does not open on that weekday."),
        "outside_hours": Refusal(422, "The times are not in order, or outside the opening hours opens to closes."),
        "bad_time": Refusal(422, "A time that the change needs is missing."),
        "bad_number": Refusal(422, "The number is missing, or not from least to most."),
        "unknown_rule": Refusal(422, "The rule of turns is missing."),
        "bad_webhook_url": Refusal(422, "The address is none that a webhook may lead to."),
        "bad_webhook_name": Refusal(422, "The webhook's name is empty, too long or not printable."),
        "bad_webhook_kinds": Refusal(422, "A kind of event is not known."),
        "note_names_somebody": Refusal(422, "A reason stays for good: it must hold no NIK, phone number or mailbox."),
        "bad_idempotency_key": Refusal(422, "The Idempotency-Key is empty, too long or not printable."),
        "idempotency_key_reused": Refusal(422, "The Idempotency-Key was used for another request."),
        "versions_differ": Refusal(422, "If-Match and version name different versions."),
        "precondition_required": Refusal(428, "If-Match is missing: the ETag of what the change is based on, or *."),
        "too_many_requests": Refusal(429, "Too many requests; Retry-After says when to try again."),
        "internal_error": Refusal(500, "A fault on the server's side; it is in the server's log."),
        "busy": Refusal(503, "The database had no turn for this in ten seconds; try again."),
        "storage_full": Refusal(503, "The server's disk is full; nothing was changed. Try again later."),
        "read_only": Refusal(503, "The server can save nothing at the moment; nothing was changed. Try again later."),
    }
)

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
