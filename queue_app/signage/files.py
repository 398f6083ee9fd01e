"""What was uploaded: a picture is drawn anew, a video's container is read. Nothing is believed by its name."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from queue_app.errors import N_, Invalid
from queue_app.models import MediaKind

PICTURE_BYTES = 15 * 1024 * 1024
VIDEO_BYTES = 50 * 1024 * 1024
_PICTURE_PIXELS = 50_000_000
_PICTURE_SIDE = 1920
_LOGO_SIDE = 600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_BOXES = 4096
_MOOV_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be shown; ``stream`` stands at its beginning."""

    kind: MediaKind
    mimetype: str
    size: int
    stream: IO[bytes]


def accept(stream: IO[bytes], *, as_logo: bool = False) -> Accepted:
    """Read an upload. Slow for a large picture: not inside a transaction.

    Raises Invalid ``media_empty``, ``media_unknown``, ``media_broken``, ``media_too_large`` or ``media_codec``.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(64)
    stream.seek(0)
    if not head:
        raise Invalid("media_empty", N_("Pilih berkas yang tidak kosong."))
    if head[4:8] == b"ftyp" or head.startswith(b"\x1a\x45\xdf\xa3"):
        if as_logo:
            raise Invalid("media_unknown", N_("Logo harus gambar: JPEG, PNG, WebP atau GIF."))
        return _video(stream, head, size)
    return _picture(stream, size, MediaKind.LOGO if as_logo else MediaKind.PICTURE)


def _picture(stream: IO[bytes], size: int, kind: MediaKind) -> Accepted:
    """Drawn anew as WebP: what else was in the file (places, names, other content) is gone."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - large, and few upload anything

    if size > PICTURE_BYTES:
        raise _too_large(PICTURE_BYTES)
    side = _LOGO_SIDE if kind is MediaKind.LOGO else _PICTURE_SIDE
    try:
        with Image.open(stream, formats=_FORMATS) as opened:
            if opened.width * opened.height > _PICTURE_PIXELS:
                raise Invalid("media_too_large", N_("Gambar itu terlalu besar: paling banyak 50 megapiksel."))
            opened.draft("RGB", (side, side))
            drawn = ImageOps.exif_transpose(opened)
            drawn = drawn.convert("RGBA" if drawn.has_transparency_data else "RGB")
    except UnidentifiedImageError as error:
        raise Invalid(
            "media_unknown",
            N_("Berkas itu bukan gambar (JPEG, PNG, WebP, GIF) atau video (MP4, WebM)."),
        ) from error
    except Image.DecompressionBombError as error:
        raise Invalid("media_too_large", N_("Gambar itu terlalu besar: paling banyak 50 megapiksel.")) from error
    except (OSError, ValueError, SyntaxError, struct.error, EOFError) as error:
        raise _broken() from error
    drawn.thumbnail((side, side))
    made = io.BytesIO()
    drawn.save(made, "WEBP", quality=84, exif=b"", icc_profile=None)
    length = made.tell()
    made.seek(0)
    return Accepted(kind, "image/webp", length, made)


def _video(stream: IO[bytes], head: bytes, size: int) -> Accepted:
    if size > VIDEO_BYTES:
        raise _too_large(VIDEO_BYTES)
    if head[4:8] == b"ftyp":
        _check_mp4(stream, size)
        mimetype = "video/mp4"
    else:
        if b"webm" not in head:
            raise Invalid("media_unknown", N_("Video Matroska ini tidak dapat diputar. Simpan sebagai MP4 atau WebM."))
        if b"\x18\x53\x80\x67" not in stream.read(4096):
            raise _broken()
        mimetype = "video/webm"
    stream.seek(0)
    return Accepted(MediaKind.VIDEO, mimetype, size, stream)


def _check_mp4(stream: IO[bytes], size: int) -> None:
    """The boxes must fill the file to its end, with an index (moov) and content (mdat) among them."""
    found: set[bytes] = set()
    for name, start, length in _boxes(stream, size):
        found.add(name)
        if name == b"moov":
            stream.seek(start)
            index = stream.read(min(length, _MOOV_BYTES))
            if any(codec in index for codec in (b"hvc1", b"hev1")):
                raise Invalid(
                    "media_codec",
                    N_("Video ini memakai HEVC (H.265), yang tidak diputar semua layar. Simpan sebagai H.264 (MP4)."),
                )
    if not {b"moov", b"mdat"} <= found:
        raise _broken()


def _boxes(stream: IO[bytes], size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of each box at the top of an ISO base media file (ISO/IEC 14496-12)."""
    at = 0
    for _ in range(_BOXES):
        if at == size:
            return
        stream.seek(at)
        header = stream.read(16)
        if len(header) < 8:
            raise _broken()
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            raise _broken()
        yield header[4:8], at, length
        at += length
    raise _broken()


def _broken() -> Invalid:
    return Invalid("media_broken", N_("Berkas itu rusak atau tidak utuh. Unggah lagi berkas aslinya."))


def _too_large(limit: int) -> Invalid:
    return Invalid(
        "media_too_large",
        N_("Berkas itu terlalu besar: paling besar %(limit)s MB. Perkecil dahulu, lalu unggah lagi."),
        limit=limit // (1024 * 1024),
    )
