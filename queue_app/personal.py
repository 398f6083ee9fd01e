"""What is known of a person: the least, checked, sealed at rest, and a NIK never kept at all.

A NIK is kept as a keyed hash, for "one place per person", and its last four digits, for the look at the counter.
Names and phone numbers are encrypted; the day-end job erases them.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from queue_app.errors import N_, Invalid

NAME_LENGTH = 60
"""Permendagri 73/2022: a name in the population register has at most 60 letters, spaces included."""


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


def initials(name: str | None) -> str:
    """What can be checked at the counter without a name standing anywhere: "N.W." for Nama Warga."""
    return "".join(f"{part[0].upper()}." for part in (name or "").split()[:4])


def _comparable(phone: str) -> str:
    """One writing of an Indonesian number: 0812..., 62812... and +62812... are the same."""
    digits = phone.lstrip("+")
    return digits.removeprefix("62") if digits.startswith("62") else digits.lstrip("0")


class Vault:
    """Seals and hashes personal data with keys derived from the installation's secret."""

    def __init__(self, secret_key: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret_key, b"antrean personal data")))
        self._nik_key = _derived(secret_key, b"antrean nik")
        self._person_key = _derived(secret_key, b"antrean person")
        self._contact_key = _derived(secret_key, b"antrean contact")

    def seal(self, text: str | None) -> bytes | None:
        return self._fernet.encrypt(text.encode()) if text else None

    def open(self, sealed: bytes | None) -> str | None:
        return self._fernet.decrypt(sealed).decode() if sealed else None

    def nik_hash(self, nik: str | None) -> str | None:
        return hmac.new(self._nik_key, nik.encode(), hashlib.sha256).hexdigest() if nik else None

    def sealed(self, holder: Holder) -> Sealed:
        return Sealed(
            name_sealed=self.seal(holder.name),
            phone_sealed=self.seal(holder.phone),
            nik_hash=self.nik_hash(holder.nik),
            nik_last4=holder.nik[-4:] if holder.nik else None,
            phone_hash=self._person_hash(f"phone {_comparable(holder.phone)}") if holder.phone else None,
        )

    def person(self, holder: Holder, browser: str) -> str:
        """Who asks, told apart without naming anybody: by the NIK, else by the phone number, else by the browser."""
        if holder.nik:
            known = f"nik {holder.nik}"
        elif holder.phone:
            known = f"phone {_comparable(holder.phone)}"
        else:
            known = f"browser {browser}"
        return self._person_hash(known)

    def _person_hash(self, known: str) -> str:
        return hmac.new(self._person_key, known.encode(), hashlib.sha256).hexdigest()

    def fingerprint(self, address: str) -> str:
        """What tells one phone number, mailbox or browser from another without showing it."""
        return hmac.new(self._contact_key, address.encode(), hashlib.sha256).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
