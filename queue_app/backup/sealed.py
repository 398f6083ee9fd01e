"""A backup that only its passphrase opens: AES-256-GCM over blocks, one after another, as they are written and read.

    antrean-sealed-1 LF | 16 bytes of salt | 7 bytes of nonce | block, block, ..., last block

The key is scrypt's of the passphrase and the salt. Each block's nonce is the file's, the block's number (4 bytes) and a
byte that is 1 for the last: nothing can be changed, moved, left out, or cut off at a block's end without being noticed
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The header is authenticated with each block.
"""

import hashlib
import io
import secrets
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from queue_app.backup import BackupFailed

MARK = b"antrean-sealed-1\n"
LEAST_PASSPHRASE = 16
BLOCK = 1024 * 1024
_SALT, _NONCE, _TAG = 16, 7, 16
_HEADER = len(MARK) + _SALT + _NONCE


class WrongKey(Exception):
    """Another passphrase, or the file was changed or cut off: which of them cannot be told."""


def passphrase_of(path: Path) -> bytes:
    """The passphrase that a file holds, without what surrounds it. Raises BackupFailed."""
    try:
        passphrase = path.read_bytes().strip()
    except OSError as error:
        raise BackupFailed(f"Cannot read {path}: {error.strerror or error}.") from error
    if len(passphrase) < LEAST_PASSPHRASE:
        raise BackupFailed(f"The passphrase in {path} is too short: use {LEAST_PASSPHRASE} characters or more.")
    return passphrase


def is_sealed(path: Path) -> bool:
    """Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


class Sealing(io.RawIOBase):
    """Seals what is written to it into ``file``; whole only after ``close``, which leaves ``file`` open."""

    def __init__(self, file: IO[bytes], passphrase: bytes) -> None:
        self._file = file
        self._header = MARK + secrets.token_bytes(_SALT + _NONCE)
        self._cipher = _Cipher(self._header, passphrase)
        self._waiting = bytearray()
        file.write(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > BLOCK:  # the last block is known by what does not come after it
            self._file.write(self._cipher.seal(bytes(self._waiting[:BLOCK]), is_last=False))
            del self._waiting[:BLOCK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.write(self._cipher.seal(bytes(self._waiting), is_last=True))
            self._waiting.clear()
        super().close()


class Opening(io.RawIOBase):
    """What was sealed, as it is read; ``read`` raises WrongKey."""

    def __init__(self, file: IO[bytes], passphrase: bytes) -> None:
        self._file = file
        header = file.read(_HEADER)
        if len(header) != _HEADER:
            raise WrongKey
        self._cipher = _Cipher(header, passphrase)
        self._ahead = file.read(BLOCK + _TAG)
        self._opened = b""
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._opened and not self._is_over:
            sealed, self._ahead = self._ahead, self._file.read(BLOCK + _TAG)
            self._is_over = not self._ahead
            self._opened = self._cipher.open(sealed, is_last=self._is_over)
        size = min(len(buffer), len(self._opened))
        buffer[:size] = self._opened[:size]
        self._opened = self._opened[size:]
        return size


class _Cipher:
    """The blocks of one file in their order."""

    def __init__(self, header: bytes, passphrase: bytes) -> None:
        salt, self._nonce = header[len(MARK) : -_NONCE], header[-_NONCE:]
        key = hashlib.scrypt(passphrase, salt=salt, n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32)
        self._header, self._aes, self._number = header, AESGCM(key), 0

    def seal(self, block: bytes, *, is_last: bool) -> bytes:
        return self._aes.encrypt(self._next(is_last), block, self._header)

    def open(self, block: bytes, *, is_last: bool) -> bytes:
        try:
            return self._aes.decrypt(self._next(is_last), block, self._header)
        except (InvalidTag, ValueError) as error:
            raise WrongKey from error

    def _next(self, is_last: bool) -> bytes:
        nonce = self._nonce + self._number.to_bytes(4, "big") + bytes([is_last])
        self._number += 1
        return nonce
