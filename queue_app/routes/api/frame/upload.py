"""A file that is the body of a request: of one content type, and no larger than the operation says."""

import hashlib
from dataclasses import dataclass
from typing import IO

from flask import request

from queue_app.errors import N_, QueueError

FILE = ("not_a_file", "too_large")
"""What may be refused of any file."""

MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a view takes: it is read only when the view opens it, for not everybody may send one."""

    largest: int

    def opened(self) -> "Sent":
        """The body. Raises QueueError ``not_a_file`` (415), and RequestEntityTooLarge, also while it is read."""
        if request.mimetype != MEDIA_TYPE:
            raise QueueError("not_a_file", N_("Kirim berkasnya sebagai application/octet-stream."), 415)
        request.max_content_length = self.largest
        return Sent(request.stream)


class Sent:
    """What is being sent, and a digest of what was read of it: the same file twice is the same request."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._digest = hashlib.sha256()
        self._stream = stream

    def read(self, length: int = -1) -> bytes:
        piece = self._stream.read(length)
        self._digest.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()
