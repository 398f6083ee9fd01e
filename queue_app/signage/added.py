"""A file is put on the displays: kept first, then named by a row, so that nothing is shown that isn't whole."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import NoReturn

from sqlalchemy.orm import Session

from queue_app.database import Database
from queue_app.errors import N_, QueueError
from queue_app.models import DisplayMedia, User
from queue_app.signage import content
from queue_app.signage.files import Accepted
from queue_app.signage.store import Store

Once = Callable[[Session, Callable[[], int]], tuple[int, bool]]
"""Makes something unless it was made before: its id, and whether it is new."""


def add(
    database: Database,
    store: Store,
    who_id: int,
    office_id: int,
    file: Accepted,
    now: datetime,
    *,
    words: str,
    seconds: int,
    once: Once = lambda _session, make: (make(), True),
) -> int:
    """Keep a file that was accepted and show it; its id. Files that nobody shows any more are removed.

    Raises as ``content.add_media``, QueueError ``media_not_kept`` (503).
    """
    key = content.new_key()
    try:
        store.keep(office_id, key, file.stream)
    except OSError as error:
        _not_kept(error)
    gone: list[DisplayMedia] = []

    def make(session: Session) -> int:
        who = session.get_one(User, who_id)
        gone.extend(content.add_media(session, who, file, key, now, words=words, seconds=seconds))
        return content.of_key(session, key).id

    try:
        with database.write() as session:
            media_id, is_new = once(session, lambda: make(session))
    except BaseException:
        store.path(office_id, key).unlink(missing_ok=True)
        raise
    if not is_new:
        store.path(office_id, key).unlink(missing_ok=True)
    for media in gone:
        store.forget(media)
    return media_id


def _not_kept(error: OSError) -> NoReturn:
    message = N_(
        "Server tidak dapat menyimpan berkas. Beri tahu pengelola server: folder unggahan penuh atau terkunci."
    )
    raise QueueError("media_not_kept", message, HTTPStatus.SERVICE_UNAVAILABLE) from error
