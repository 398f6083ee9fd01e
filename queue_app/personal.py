"""What is known of a person: the least, checked, sealed at rest, and a NIK never kept at all.

A NIK is kept as a keyed hash, for "one place per person", and its last four digits, for the look at the counter.
Names and phone numbers are encrypted; the day-end job erases them.
"""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from queue_app.errors import N_, Invalid, QueueError

NAME_LENGTH = 60
"""Permendagri 73/2022: a name in the population register has at most 60 letters, spaces included."""

UNREADABLE = "(tidak terbaca / unreadable)"
"""What pages show in place of words that no key of this server opens. They stay as they are, should the key be found.
"""

LONG_NUMBER = re.compile(r"\+?\d(?:[ ().-]?\d){7,}")
MAILBOX = re.compile(r"\S+@\S+\.\S+")

_KEY_ID = 8
_MARK = b"k%s."
MARK_LENGTH = 2 + _KEY_ID
"""A sealed value begins with the name of its key. Older values do not, and are tried with every key."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a ticket is for, as given; every part may be missing."""

    name: str | None = None
    phone: str | None = None
    nik: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The same as it is kept: name and phone encrypted, of the NIK a keyed hash and the last four digits. A phone
    number has a keyed hash too, by which somebody who comes back is recognised."""

    name_sealed: bytes | None = None
    phone_sealed: bytes | None = None
    nik_hash: str | None = None
    nik_last4: str | None = None
    phone_hash: str | None = None


def checked_holder(name: str | None, phone: str | None, nik: str | None, *, today: date) -> Holder:
    """The holder with tidy, plausible values. Empty texts count as missing.

    Raises Invalid: ``bad_name``, ``bad_phone`` or ``bad_nik``.
    """
    return Holder(
        name=_checked_name(name) if name and name.strip() else None,
        phone=_checked_phone(phone) if phone and phone.strip() else None,
        nik=checked_nik(nik, today=today) if nik and nik.strip() else None,
    )


def _checked_name(name: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if len(tidy) > NAME_LENGTH:
        raise Invalid("bad_name", N_("Nama terlalu panjang: paling banyak %(length)s huruf."), length=NAME_LENGTH)
    if not all(_belongs_in_a_name(character) for character in tidy) or not any(c.isalpha() for c in tidy):
        raise Invalid(
            "bad_name", N_("Tulis nama seperti di KTP: huruf Latin, spasi, titik, koma, petik dan tanda hubung.")
        )
    return tidy


def _belongs_in_a_name(character: str) -> bool:
    return character in " .,'’-" or (character.isalpha() and unicodedata.name(character, "").startswith("LATIN"))


def _checked_phone(phone: str) -> str:
    tidy = re.sub(r"[ ().-]", "", phone.strip())
    if not re.fullmatch(r"\+?[0-9]{8,15}", tidy, re.ASCII):
        raise Invalid("bad_phone", N_("Nomor telepon tidak benar. Contoh: 0812 3456 7890."))
    return tidy


def checked_nik(nik: str, *, today: date) -> str:
    """The 16 digits of a NIK whose structure can be right: region, birth date (day + 40 for women), serial.

    The two-digit year is read as the latest year that is not in the future. Raises Invalid ``bad_nik``.
    """
    tidy = nik.replace(" ", "")
    if not re.fullmatch(r"[0-9]{16}", tidy, re.ASCII):
        raise Invalid("bad_nik", N_("NIK harus 16 angka."))
    region, day, month, year, serial = tidy[:6], int(tidy[6:8]), int(tidy[8:10]), int(tidy[10:12]), tidy[12:]
    if int(region[:2]) < 11 or "00" in (region[2:4], region[4:6]):
        raise Invalid("bad_nik", N_("NIK tidak benar: kode wilayahnya tidak ada."))
    if serial == "0000":
        raise Invalid("bad_nik", N_("NIK tidak benar: nomor urutnya tidak boleh 0000."))
    try:
        born = date(2000 + year, month, day - 40 if day > 40 else day)
        if born > today:
            born = born.replace(year=1900 + year)
    except ValueError as error:
        raise Invalid("bad_nik", N_("NIK tidak benar: tanggal lahir di dalamnya tidak ada.")) from error
    return tidy


def names_somebody(text: str) -> bool:
    """Whether a text holds a long number (a NIK, a phone number) or a mailbox. No program finds every name."""
    return bool(LONG_NUMBER.search(text) or MAILBOX.search(text))


def initials(name: str | None) -> str:
    """What can be checked at the counter without a name standing anywhere: "N.W." for Nama Warga."""
    if name == UNREADABLE:
        return "?"
    return "".join(f"{part[0].upper()}." for part in (name or "").split()[:4])


def comparable(phone: str) -> str:
    """One writing of an Indonesian number: 0812..., 62812... and +62812... are the same."""
    digits = phone.lstrip("+")
    return digits.removeprefix("62") if digits.startswith("62") else digits.lstrip("0")


class Unreadable(QueueError):
    """Something is sealed with a key that this server does not have."""

    def __init__(self) -> None:
        super().__init__(
            "unreadable",
            N_("Data ini tidak terbaca dengan kunci server yang sekarang. Tidak ada yang diubah; beri tahu admin."),
            500,
        )


class Vault:
    """Seals and hashes personal data.

    ``secret_keys``: the installation's, the one in use first; older ones still open what was sealed with them. Hashes
    have keys of their own, which stay when the secret changes, for the hash of a NIK cannot be made anew without the
    NIK: ``hash_keys`` gives them as they are kept, sealed, the newest first; while none are kept they follow from the
    oldest secret.
    """

    def __init__(self, *secret_keys: str, hash_keys: Callable[[], Sequence[bytes]] = lambda: ()) -> None:
        self._ciphers = {key_id(secret): _cipher(secret) for secret in secret_keys}
        self._newest = key_id(secret_keys[0])
        self._first_hash_keys = _HashKeys.derived(secret_keys[-1])
        self._kept_hash_keys = hash_keys
        self._hash_keys: _HashKeys | None = None

    @property
    def mark(self) -> bytes:
        """What everything begins with that is sealed with the key in use."""
        return _MARK % self._newest

    @property
    def key_ids(self) -> Sequence[str]:
        """The names of the keys that open things here, the one in use first."""
        return [name.decode() for name in self._ciphers]

    def seal(self, text: str | None) -> bytes | None:
        return self.mark + self._ciphers[self._newest].encrypt(text.encode()) if text else None

    def open(self, sealed: bytes | None) -> str | None:
        """Raises Unreadable."""
        if not sealed:
            return None
        ciphers: Sequence[Fernet] = list(self._ciphers.values())
        if (named := key_of(sealed)) is not None:
            cipher = self._ciphers.get(named)
            ciphers, sealed = [cipher] if cipher else [], sealed[MARK_LENGTH:]
        for cipher in ciphers:
            try:
                return cipher.decrypt(sealed).decode()
            except InvalidToken:
                continue
        raise Unreadable

    def shown(self, sealed: bytes | None) -> str | None:
        """The same for a page: ``UNREADABLE`` in place of what cannot be opened."""
        try:
            return self.open(sealed)
        except Unreadable:
            return UNREADABLE

    def nik_hash(self, nik: str | None) -> str | None:
        return _mac(self._hashing.nik, nik) if nik else None

    def phone_hash(self, phone: str | None) -> str | None:
        return _mac(self._hashing.person, f"phone {comparable(phone)}") if phone else None

    def sealed(self, holder: Holder) -> Sealed:
        return Sealed(
            name_sealed=self.seal(holder.name),
            phone_sealed=self.seal(holder.phone),
            nik_hash=self.nik_hash(holder.nik),
            nik_last4=holder.nik[-4:] if holder.nik else None,
            phone_hash=self.phone_hash(holder.phone),
        )

    def person(self, holder: Holder, browser: str) -> str:
        """Who asks, told apart without naming anybody: by the NIK, else by the phone number, else by the browser."""
        if holder.nik:
            known = f"nik {holder.nik}"
        elif holder.phone:
            known = f"phone {comparable(holder.phone)}"
        else:
            known = f"browser {browser}"
        return _mac(self._hashing.person, known)

    def fingerprint(self, address: str) -> str:
        """What tells one phone number, mailbox, browser or request from another without showing it."""
        return _mac(self._hashing.contact, address)

    def first_hash_keys(self) -> bytes:
        """The keys of the hashes as they follow from the oldest secret, sealed, to be kept."""
        return self._sealed_keys(self._first_hash_keys)

    def new_hash_keys(self) -> bytes:
        """New ones, drawn at random; hashes of before are then nobody's."""
        return self._sealed_keys(_HashKeys(*(secrets.token_bytes(32) for _ in range(3))))

    def _sealed_keys(self, keys: "_HashKeys") -> bytes:
        sealed = self.seal(keys.as_text())
        assert sealed is not None  # noqa: S101 - the text is never empty
        return sealed

    @property
    def _hashing(self) -> "_HashKeys":
        if self._hash_keys is None:
            kept = self._kept_hash_keys()
            self._hash_keys = _HashKeys.read(self.open(kept[0]) or "") if kept else self._first_hash_keys
        return self._hash_keys


@dataclass(frozen=True, slots=True)
class _HashKeys:
    nik: bytes
    person: bytes
    contact: bytes

    @classmethod
    def derived(cls, secret_key: str) -> "_HashKeys":
        return cls(
            *(_derived(secret_key, purpose) for purpose in (b"antrean nik", b"antrean person", b"antrean contact"))
        )

    @classmethod
    def read(cls, text: str) -> "_HashKeys":
        return cls(*(bytes.fromhex(part) for part in text.split()))

    def as_text(self) -> str:
        return f"{self.nik.hex()} {self.person.hex()} {self.contact.hex()}"


def key_id(secret_key: str) -> bytes:
    """The name of a key: eight hexadecimal digits, from which nothing follows about the key."""
    return _derived(secret_key, b"antrean key id").hex()[:_KEY_ID].encode()


def key_of(sealed: bytes) -> bytes | None:
    """The name of the key with which something is sealed; None for what was sealed before values named theirs."""
    is_named = sealed[:1] == b"k" and sealed[MARK_LENGTH - 1 : MARK_LENGTH] == b"."
    return sealed[1 : MARK_LENGTH - 1] if is_named else None


def _cipher(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret_key, b"antrean personal data")))


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
