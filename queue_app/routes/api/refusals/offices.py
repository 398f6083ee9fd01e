"""What a program may get that manages people, tokens, displays or imports: see ``refusals``."""

from collections.abc import Mapping
from types import MappingProxyType

from queue_app.routes.api.refusals.refusal import Refusal

OF_OFFICES: Mapping[str, Refusal] = MappingProxyType(
    {
        # People and tokens.
        "admin_by_hand": Refusal(403, "An administrator's account is changed by a person only, not by a program."),
        "more_than_own": Refusal(403, "A token makes none for scopes that it has not; they are given."),
        "longer_than_own": Refusal(403, "A token makes none that is good for longer; days is the most."),
        "unknown_user": Refusal(404, "The office has nobody of this username with an account."),
        "unknown_token": Refusal(404, "The office has no token of this number."),
        "at_counter": Refusal(409, "The person is at a counter, which is to be closed first."),
        "bad_username": Refusal(422, "A username has 3 to 60 small letters, digits, dots and dashes."),
        "username_taken": Refusal(422, "Somebody has this username, perhaps at another office."),
        "no_scope": Refusal(422, "The token is for nothing."),
        "scope_not_for_role": Refusal(422, "The person's role does not reach to these scopes."),
        "bad_token_name": Refusal(422, "The token's name is empty, too long or not printable."),
        "bad_days": Refusal(422, "A token is good for 1 to 730 days."),
        # Files.
        "not_a_file": Refusal(415, "The file's Content-Type is not application/octet-stream."),
        # Displays.
        "unknown_display": Refusal(404, "The office has no display of this id."),
        "unknown_media": Refusal(404, "The office shows no picture, video or logo of this id."),
        "unknown_line": Refusal(404, "The office has no such line of running text."),
        "display_without_name": Refusal(422, "The display has no name."),
        "display_name_too_long": Refusal(422, "The display's name has more letters than length."),
        "display_name_taken": Refusal(422, "The office has a display of this name."),
        "too_many_displays": Refusal(422, "The office has as many displays as it may have (most)."),
        "bad_choice": Refusal(422, "A counter or service of the display is not one of the office."),
        "bad_code": Refusal(422, "A pairing code has six letters and digits."),
        "wrong_pairing_code": Refusal(422, "No screen shows that code, or it is older than ten minutes."),
        "too_many_codes": Refusal(429, "Too many wrong codes; wait ten minutes."),
        "media_empty": Refusal(422, "The file is empty."),
        "media_unknown": Refusal(422, "The file is no picture or video that displays show."),
        "media_broken": Refusal(422, "The file is damaged or not whole."),
        "media_too_large": Refusal(422, "The picture or video is larger than limit MB, or has too many pixels."),
        "media_codec": Refusal(422, "The video is coded in a way that not every screen plays."),
        "media_quota": Refusal(422, "All files of the office together would take more than limit MB."),
        "media_too_many": Refusal(422, "The office shows as many files as it may (most)."),
        "media_not_kept": Refusal(503, "The server cannot keep the file: its folder is full or locked."),
        "line_empty": Refusal(422, "The line has no words."),
        "line_too_long": Refusal(422, "The line has more letters than length."),
        "line_dates": Refusal(422, "The line would end before it begins."),
        "line_too_many": Refusal(422, "The office has as many lines as it may have (most)."),
        "bad_colour": Refusal(422, "A colour is not written like #0b5848."),
        "low_contrast": Refusal(422, "The colours are not told apart well; nearest is one that is."),
        # Citizens who ask what is kept of them.
        "nobody_found": Refusal(404, "The office has none of these tickets and complaints."),
        "nothing_to_erase": Refusal(409, "All of it is still live or open; nothing was erased."),
        "bad_tickets": Refusal(422, "The text names no ticket: its id, or like A-012/2026-11-24."),
        "too_many_searches": Refusal(429, "More than most searches within an hour in this person's name."),
        # Moving in.
        "unknown_import": Refusal(404, "The office has no such import, or of it no such file."),
        "import_not_open": Refusal(
            409, "The import has got further, something is being done with it, or its file is gone."
        ),
        "unknown_kind": Refusal(422, "The kind of file is missing, or is none that is uploaded."),
        "empty_file": Refusal(422, "The file is empty."),
        "file_too_large": Refusal(422, "The file is larger than most MB."),
        "unreadable_source": Refusal(422, "The file is not what it was said to be, or cannot be read."),
        "bad_plan": Refusal(422, "The file cannot be read so, or a name is not what was said; detail says which."),
    }
)
