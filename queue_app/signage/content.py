"""Changing what an office's displays show. Every change is in the log, and so reaches every display at once."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import writer
from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import OfficeAction
from queue_app.models import (
    LINE_LENGTH,
    DisplayLine,
    DisplayLook,
    DisplayMedia,
    Hand,
    MediaKind,
    Office,
    Theme,
    User,
    office_of,
    person_of,
)
from queue_app.signage import colours
from queue_app.signage.files import Accepted
from queue_app.writer import Entry

QUOTA_BYTES = 300 * 1024 * 1024
"""All files of an office together."""
MOST_MEDIA = 40
MOST_LINES = 12
SECONDS = (3, 600)
"""The least and the most that a picture stays, or a video plays."""
WORDS_LENGTH = 120


def new_key() -> str:
    """A name for a file that is about to be kept; nobody can guess it."""
    return secrets.token_hex(16)


def add_media(
    session: Session, who: User, file: Accepted, key: str, now: datetime, *, words: str = "", seconds: int = 10
) -> list[DisplayMedia]:
    """Show a kept file after those that are there; a logo takes the place of the one before.

    Returned are the media that nobody shows any more: their files can go. Raises Invalid ``media_quota``,
    ``media_too_many`` or ``bad_seconds``.
    """
    _lock(session, who.office_id)
    there = _media(session, who.office_id)
    gone = [one for one in there if one.kind is MediaKind.LOGO] if file.kind is MediaKind.LOGO else []
    if sum(one.size for one in there if one not in gone) + file.size > QUOTA_BYTES:
        raise Invalid(
            "media_quota",
            N_("Tempat untuk berkas layar sudah penuh (%(limit)s MB). Hapus yang tidak dipakai, lalu unggah lagi."),
            limit=QUOTA_BYTES // (1024 * 1024),
        )
    if len(there) - len(gone) >= MOST_MEDIA:
        raise Invalid("media_too_many", N_("Paling banyak %(most)s berkas. Hapus yang tidak dipakai."), most=MOST_MEDIA)
    for one in gone:
        session.delete(one)
    media = DisplayMedia(
        office_id=who.office_id,
        key=key,
        kind=file.kind,
        mimetype=file.mimetype,
        size=file.size,
        words=_words(words)[:WORDS_LENGTH],
        seconds=_seconds(seconds),
        position=max((one.position for one in there), default=0) + 1,
        created_at=now,
    )
    session.add(media)
    _record(session, who, now, "media_add", media=key, kind=file.kind.value, bytes=file.size)
    after = {"media": key, "kind": file.kind.value, "words": media.words, "seconds": media.seconds}
    changes.record(session, who.office, who, "display_media", {}, after, now)
    return gone


def of_key(session: Session, key: str) -> DisplayMedia:
    return session.scalars(select(DisplayMedia).where(DisplayMedia.key == key)).one()


def of_id(session: Session, office_id: int, media_id: int) -> DisplayMedia:
    """Raises NotFound ``unknown_media``."""
    media = session.get(DisplayMedia, media_id)
    if media is None or media.office_id != office_id:
        raise NotFound("unknown_media", N_("Berkas itu tidak ada di kantor Anda."))
    return media


def change_media(session: Session, who: User, media_id: int, seconds: int, words: str, now: datetime) -> None:
    """Raises NotFound ``unknown_media``, Invalid ``bad_seconds``."""
    media = of_id(session, who.office_id, media_id)
    before = {"words": media.words, "seconds": media.seconds}
    media.seconds = _seconds(seconds)
    media.words = _words(words)[:WORDS_LENGTH]
    _record(session, who, now, "media_change", media=media.key, seconds=seconds)
    after = {"words": media.words, "seconds": media.seconds}
    changes.record(session, who.office, who, f"display_media:{media.key}", before, after, now)


def move_media(session: Session, who: User, media_id: int, now: datetime, *, up: bool) -> None:
    """Change places with the one before or after; the first stays first. Raises NotFound ``unknown_media``."""
    _lock(session, who.office_id)
    media = of_id(session, who.office_id, media_id)
    row = [one for one in _media(session, who.office_id) if one.kind is not MediaKind.LOGO]
    at = row.index(media) if media in row else 0
    other = at - 1 if up else at + 1
    if media in row and 0 <= other < len(row):
        media.position, row[other].position = row[other].position, media.position
        _record(session, who, now, "media_move", media=media.key, up=up)


def remove_media(session: Session, who: User, media_id: int, now: datetime) -> DisplayMedia:
    """Show it no more; the caller forgets its file after the commit. Raises NotFound ``unknown_media``."""
    media = of_id(session, who.office_id, media_id)
    session.delete(media)
    _record(session, who, now, "media_remove", media=media.key)
    changes.record(session, who.office, who, "display_media", {"media": media.key, "words": media.words}, {}, now)
    return media


def add_line(
    session: Session, who: Hand, text: str, from_day: date | None, until_day: date | None, now: datetime
) -> DisplayLine:
    """Raises Invalid ``line_empty``, ``line_too_long``, ``line_dates`` or ``line_too_many``."""
    words = _words(text)
    if not words:
        raise Invalid("line_empty", N_("Tulis teksnya."))
    if len(words) > LINE_LENGTH:
        raise Invalid(
            "line_too_long",
            N_("Teks terlalu panjang: %(has)s huruf, paling banyak %(length)s."),
            has=len(words),
            length=LINE_LENGTH,
        )
    if from_day and until_day and until_day < from_day:
        raise Invalid("line_dates", N_("Tanggal akhir lebih awal daripada tanggal mulai."))
    _lock(session, office_of(who).id)
    query = select(func.count()).select_from(DisplayLine).where(DisplayLine.office_id == office_of(who).id)
    if (session.scalar(query) or 0) >= MOST_LINES:
        raise Invalid("line_too_many", N_("Paling banyak %(most)s teks. Hapus yang tidak dipakai."), most=MOST_LINES)
    line = DisplayLine(office_id=office_of(who).id, text=words, from_day=from_day, until_day=until_day)
    session.add(line)
    session.flush()
    _record(session, who, now, "line_add", text=words)
    changes.record(session, office_of(who), person_of(who), "display_line", {}, {"text": words}, now)
    return line


def remove_line(session: Session, who: Hand, line_id: int, now: datetime) -> None:
    """Raises NotFound ``unknown_line``."""
    line = line_of_id(session, office_of(who).id, line_id)
    session.delete(line)
    _record(session, who, now, "line_remove", text=line.text)
    changes.record(session, office_of(who), person_of(who), "display_line", {"text": line.text}, {}, now)


def line_of_id(session: Session, office_id: int, line_id: int) -> DisplayLine:
    """Raises NotFound ``unknown_line``."""
    line = session.get(DisplayLine, line_id)
    if line is None or line.office_id != office_id:
        raise NotFound("unknown_line", N_("Teks itu tidak ada di kantor Anda."))
    return line


def set_look(
    session: Session, who: Hand, now: datetime, *, theme: str, brand: str, accent: str, shows_next: bool
) -> None:
    """Raises Invalid ``bad_theme``, ``bad_colour`` or ``low_contrast``, which names the nearest colour that passes."""
    brand, accent = brand.strip().lower(), accent.strip().lower()
    if theme not in {each.value for each in Theme}:
        raise Invalid("bad_theme", N_("Pilih tema: terang, gelap atau kontras tinggi."))
    for colour in (brand, accent):
        if not colours.is_colour(colour):
            raise Invalid("bad_colour", N_("Tulis warna seperti #0b5848: tanda pagar dan enam angka heksadesimal."))
    if (wrong := colours.judged(brand, accent)) is not None:
        raise _low_contrast(wrong)
    look = session.get(DisplayLook, office_of(who).id)
    before = {} if look is None else _look(look)
    look = look or DisplayLook(office_id=office_of(who).id)
    look.theme, look.brand, look.accent, look.shows_next = Theme(theme), brand, accent, shows_next
    session.add(look)
    _record(session, who, now, "look", theme=theme, brand=brand, accent=accent, shows_next=shows_next)
    changes.record(session, office_of(who), person_of(who), "display_look", before, _look(look), now)


def _look(look: DisplayLook) -> dict[str, Any]:
    return {name: getattr(look, name) for name in ("theme", "brand", "accent", "shows_next")}


_TOO_CLOSE = {
    "brand": N_(
        "Huruf putih di atas warna utama kurang terbaca: kontras %(ratio)s, perlu %(needed)s. "
        "Terdekat yang cukup: %(nearest)s."
    ),
    "accent": N_(
        "Huruf gelap di atas warna aksen kurang terbaca: kontras %(ratio)s, perlu %(needed)s. "
        "Terdekat yang cukup: %(nearest)s."
    ),
    "pair": N_(
        "Warna aksen kurang berbeda dari warna utama: kontras %(ratio)s, perlu %(needed)s. "
        "Aksen terdekat yang cukup: %(nearest)s."
    ),
}


def _low_contrast(wrong: colours.TooClose) -> Invalid:
    # Rounded down: a ratio that falls short must not read as if it did not.
    ratio = f"{int(wrong.ratio * 100) / 100:.2f}"
    return Invalid(
        "low_contrast", _TOO_CLOSE[wrong.part], ratio=ratio, needed=f"{wrong.needed:g}", nearest=wrong.nearest
    )


def _media(session: Session, office_id: int) -> list[DisplayMedia]:
    query = select(DisplayMedia).where(DisplayMedia.office_id == office_id)
    return list(session.scalars(query.order_by(DisplayMedia.position, DisplayMedia.id)))


def _lock(session: Session, office_id: int) -> None:
    """Of two who change an office's content at once, the second sees what the first did."""
    session.execute(select(Office.id).where(Office.id == office_id).with_for_update())


def _seconds(value: int) -> int:
    least, most = SECONDS
    if not least <= value <= most:
        raise Invalid("bad_seconds", N_("Lama tampil: %(least)s sampai %(most)s detik."), least=least, most=most)
    return value


def _words(text: str) -> str:
    return " ".join(text.split())


def _record(session: Session, who: Hand, now: datetime, did: str, **facts: Any) -> None:
    entry = Entry(now, person_of(who), None, {"did": did, **facts})
    writer.record_office(session, office_of(who).id, OfficeAction.CONTENT_CHANGE, entry)
