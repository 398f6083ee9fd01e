"""The office's logo at the head of a paper. It is the one of its displays."""

from base64 import b64encode

from queue_app.extensions import database, uploads
from queue_app.models import Office
from queue_app.signage import shown


def logo(office: Office) -> str | None:
    """The picture as a data address: a paper fetches nothing. None where the office has none, or its file is gone."""
    with database().read() as session:
        found = shown.of(session, office.id, None).logo
        path = uploads().path(found.office_id, found.key) if found else None
    if found is None or path is None or not path.is_file():
        return None
    return f"data:{found.mimetype};base64,{b64encode(path.read_bytes()).decode()}"
