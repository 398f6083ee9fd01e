"""The key by which push services know this installation (VAPID, RFC 8292): made once, kept beside the secret key."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py_vapid import Vapid02

FILE = "vapid_key.pem"


def keep_key(instance_dir: Path) -> "Vapid02":
    """The installation's key, made at the first call. Safe when several processes start at once. Raises OSError."""
    from py_vapid import Vapid02  # noqa: PLC0415 - a start that finds the key needs none of it

    path = make_missing(instance_dir)
    return Vapid02.from_pem(path.read_bytes())


def make_missing(instance_dir: Path) -> Path:
    """The key's file, made unless it is there. Raises OSError."""
    path = instance_dir / FILE
    if not path.exists():
        _make(path)
    return path


def public_key(key: "Vapid02") -> str:
    """What a browser needs to subscribe: the uncompressed point in base64url."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - as above
    from py_vapid.utils import b64urlencode  # noqa: PLC0415

    point = key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def _make(path: Path) -> None:
    """Write a new key under another name, then give it its own unless somebody was faster: it's never seen half."""
    from py_vapid import Vapid02  # noqa: PLC0415 - as above

    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Vapid02()
    fresh.generate_keys()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(fresh.private_pem())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
