"""What a citizen's program may get beyond the ticket's moves."""

from collections.abc import Mapping
from types import MappingProxyType

from queue_app.routes.api.refusals.refusal import Refusal

CITIZENS: Mapping[str, Refusal] = MappingProxyType(
    {
        "unknown_entry": Refusal(404, "No place in a waiting list has this id."),
        "unknown_contact": Refusal(404, "The ticket has no such contact (any more)."),
        "place_available": Refusal(409, "There is a place at that time; take it."),
        "already_listed": Refusal(409, "The person stands in the service's waiting list already."),
        "list_full": Refusal(409, "The waiting list of that day is as long as it may be."),
        "too_many_messages": Refusal(409, "As much was written to the complaint as may be."),
        "appeal_over": Refusal(409, "The time in which the decision could be appealed is over."),
        "ticket_over": Refusal(409, "The ticket is over; nothing is told of it any more."),
        "too_many_contacts": Refusal(409, "The ticket has as many contacts as it may have."),
        "too_late": Refusal(422, "The waiting list closes minutes before that time."),
        "unknown_channel": Refusal(422, "The office tells nobody by that channel."),
        "bad_email": Refusal(422, "The mailbox cannot be right."),
        "bad_chat": Refusal(422, "The chat cannot be right."),
        "bad_push_address": Refusal(422, "The subscription's address is none that can be used."),
        "bad_push_keys": Refusal(422, "The subscription's keys are incomplete."),
    }
)
