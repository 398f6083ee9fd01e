"""ETag, If-None-Match and If-Match: which version an answer has, and on which a change is based. For every operation.

An ETag is ``"VERSION.CONTENT"``: the version grows with every change that somebody makes, the content differs with
whatever else the answer says (a wait that has become shorter). If-None-Match looks at both, If-Match at the version
alone: a change is refused for another change, and not because time has passed.
"""

import json
import re
from http import HTTPMethod, HTTPStatus
from typing import Any, NewType

from flask import Response, request
from werkzeug.http import generate_etag

from queue_app.errors import N_, Invalid, QueueError
from queue_app.routes.api.frame.fields import LARGEST_VERSION

Seen = NewType("Seen", int)
"""The version that a change is based on; ``WHATEVER`` for ``If-Match: *``. A view that has it demands the header."""

WHATEVER = Seen(LARGEST_VERSION)

BASED = ("version_conflict", "versions_differ")
"""What may be refused where If-Match may stand for the body's ``version``."""
DEMANDED = ("version_conflict", "precondition_required")
"""What may be refused where If-Match is demanded."""

_OURS = re.compile(r"([0-9]{1,10})(?:\..*)?", re.ASCII | re.DOTALL)
_OUTDATED = frozenset({"stale_ticket", "settings_changed", "complaint_moved", "dialogue_moved", "intervention_moved"})
"""What use cases say when a version is no longer the newest."""


class VersionConflict(QueueError):
    """If-Match names another version than there is."""

    def __init__(self, **params: Any) -> None:
        said = N_("Ini sudah berubah sejak versi yang disebut If-Match. Baca lagi, lalu ulangi.")
        super().__init__("version_conflict", said, HTTPStatus.PRECONDITION_FAILED, **params)


def expected() -> Seen | None:
    """The version that If-Match names, the newest of several; None without the header.

    Raises VersionConflict where none of its ETags is one of this API.
    """
    if "If-Match" not in request.headers:
        return None
    tags = request.if_match
    if tags.star_tag:
        return WHATEVER
    # Proxies that compress make strong ETags weak; the version in them is as good.
    versions = [int(found[1]) for tag in tags.as_set(include_weak=True) if (found := _OURS.fullmatch(tag or ""))]
    if not versions:
        raise VersionConflict
    return Seen(min(max(versions), LARGEST_VERSION))


def demanded() -> Seen:
    """Likewise where it must be there. Raises QueueError ``precondition_required`` (428), VersionConflict."""
    found = expected()
    if found is None:
        raise QueueError(
            "precondition_required",
            N_("Sebutkan versi yang diubah: kirim ETag jawaban terakhir sebagai If-Match."),
            HTTPStatus.PRECONDITION_REQUIRED,
        )
    return found


def based(body: dict[str, Any]) -> dict[str, Any]:
    """The body with the version of If-Match, where it names none itself.

    Raises Invalid ``versions_differ`` where both name one and they are not the same, VersionConflict.
    """
    found = expected()
    if found is None or found == WHATEVER:
        return body
    if body.get("version") not in (None, found):
        raise Invalid("versions_differ", N_("If-Match dan version menyebut versi yang berbeda."))
    return {**body, "version": found}


def outdated(error: QueueError) -> QueueError:
    """A refusal of a use case, as 412 where it was If-Match that named the version."""
    if error.code in _OUTDATED and "If-Match" in request.headers:
        return VersionConflict(**error.params)
    return error


def tagged(answer: Response) -> Response:
    """An answer with its ETag; 304 in its place where the program has it already."""
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
        return answer
    content = answer.get_data()
    etag = f"{json.loads(content)['version']}.{generate_etag(content)[:12]}"
    if request.method == HTTPMethod.GET and request.if_none_match.contains_weak(etag):
        answer = Response(status=HTTPStatus.NOT_MODIFIED)
        del answer.headers["Content-Type"]
    answer.set_etag(etag)
    if "Authorization" not in request.headers:  # what a token opens is kept nowhere
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer
