"""What a program may get from the settings of an office: see ``refusals``."""

from collections.abc import Mapping
from types import MappingProxyType

from queue_app.routes.api.refusals.refusal import Refusal

MANAGING: Mapping[str, Refusal] = MappingProxyType(
    {
        "unknown_printer": Refusal(404, "The office has no printer of this id."),
        "unknown_display": Refusal(404, "The office has no display of this id."),
        "unknown_day": Refusal(404, "That is no date."),
        "unknown_change": Refusal(404, "The office has no recorded change of this number."),
        "needs_agreement": Refusal(409, "People are affected, as effects say; send agree as agreed, and it is done."),
        "counter_open": Refusal(409, "Somebody is at the counter, whose number is given; it must be closed first."),
        "cannot_be_said": Refusal(409, "Nothing here can say that: the language has neither recordings nor an engine."),
        "printer_busy": Refusal(409, "The printer is printing; try again in a moment."),
        "bad_setting": Refusal(422, "A value is none that the setting may have; why says what it may be."),
        "bad_service_code": Refusal(422, "The code is taken, or has other signs than letters, digits, - and _."),
        "bad_service_name": Refusal(422, "The service's name is empty, too long or not printable."),
        "bad_prefix": Refusal(422, "The prefix is taken, not 1 to 8 capital letters or digits, or numbers bear it."),
        "bad_documents": Refusal(422, "A document has no Indonesian name, or there are too many."),
        "too_many": Refusal(422, "The office has as many services as it may have."),
        "already_merged": Refusal(422, "The service is part of another one already."),
        "merge_into_itself": Refusal(422, "A service cannot be part of itself."),
        "merge_into_retired": Refusal(422, "The other service is not offered."),
        "not_merged": Refusal(422, "The service is part of no other."),
        "bad_counter_number": Refusal(422, "A counter's number is 1 to 999."),
        "counter_exists": Refusal(422, "There is a counter of that number, which is given."),
        "bad_pool": Refusal(422, "A pool's code is at most 40 letters, digits, - and _, and not none."),
        "bad_hours": Refusal(422, "The hours cannot be read, overlap or leave the office never open."),
        "bad_printer_name": Refusal(422, "The printer's name is empty, too long or not printable."),
        "bad_printer_address": Refusal(422, "The address is none of that kind of printer."),
        "bad_printer_width": Refusal(422, "Paper is 58 or 80 millimetres wide."),
        "printer_exists": Refusal(422, "A printer of that name is in use."),
        "cannot_put_back": Refusal(422, "That change cannot be put back from here; detail says why."),
    }
)
