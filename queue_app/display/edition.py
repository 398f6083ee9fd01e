"""Which edition of the display's files a server has: a screen that shows an older one renews itself when it is idle."""

import hashlib
from functools import cache
from pathlib import Path

from queue_app import config

_STATIC = Path(__file__).resolve().parent.parent / "static"
_PARTS = (
    (_STATIC, "js/*.js"),
    (_STATIC, "css/*.css"),
    (_STATIC, "icons.svg"),
    (_STATIC, "vendor/vendor.json"),
    (config.ROOT / "templates", "display/*.html"),
)
_LENGTH = 16


@cache
def current() -> str:
    """A digest of all that a display is made of, in hexadecimal; the same in every process of a release."""
    digest = hashlib.sha256()
    for folder, pattern in _PARTS:
        for path in sorted(folder.glob(pattern)):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:_LENGTH]
