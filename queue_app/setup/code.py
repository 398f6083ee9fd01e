"""The one-time code without which nobody sets this installation up: whoever reaches the port first owns nothing.

It is made when a server starts without an office, printed there, and kept in the instance folder, readable by its owner
only. It is void once there is an office.
"""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.models import Office

_FILE = "setup_code"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def is_open(session: Session) -> bool:
    """Whether there is no office yet."""
    return session.scalar(select(Office.id).limit(1)) is None


def of(folder: Path) -> str:
    """The code, made when there is none. Of several processes that make one at once all get the same."""
    path = folder / _FILE
    folder.mkdir(parents=True, exist_ok=True)
    made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(made)
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def is_right(folder: Path, typed: str) -> bool:
    """Whether the code was typed, with or without its hyphens."""
    plain = "".join(typed.lower().split()).replace("-", "")
    return hmac.compare_digest(plain.encode(), of(folder).replace("-", "").encode())


def pass_of(folder: Path) -> str:
    """What a browser keeps that has shown the code; worth nothing with another code."""
    return sha256(f"setup {of(folder)}".encode()).hexdigest()


def void(folder: Path) -> None:
    """The code is worth nothing any more."""
    (folder / _FILE).unlink(missing_ok=True)
