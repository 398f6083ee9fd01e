"""What an office shows on its displays: files that are looked at, colours that differ, lines of their days."""

import io
import struct
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from queue_app.errors import Invalid, NotFound
from queue_app.models import DisplayMedia, MediaKind, Office, Theme
from queue_app.signage import colours, content, files, shown
from queue_app.signage.files import Accepted
from tests.office import Desk


def picture(size: tuple[int, int] = (400, 300), kind: str = "JPEG", **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#336699").save(made, kind, **options)
    return made.getvalue()


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


MP4 = box(b"ftyp", b"isom" + bytes(12)) + box(b"moov", b"..avc1..") + box(b"mdat", bytes(100))
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\x18\x53\x80\x67" + bytes(100)


def accepted(content: bytes, *, as_logo: bool = False) -> Accepted:
    return files.accept(io.BytesIO(content), as_logo=as_logo)


def test_a_picture_is_drawn_anew_upright_and_without_what_else_was_in_it() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Jalan Rahasia 1"  # turned by a quarter
    made = accepted(picture((4000, 1000), exif=exif))
    assert (made.kind, made.mimetype) == (MediaKind.PICTURE, "image/webp")
    content = made.stream.read()
    assert len(content) == made.size
    assert b"Rahasia" not in content
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.size == (480, 1920)
        assert not drawn.getexif()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "media_empty"),
        (b"<script>alert(1)</script>", "media_unknown"),
        (b"%PDF-1.7 and so on", "media_unknown"),
        (picture()[:-40], "media_broken"),
        (picture(kind="BMP"), "media_unknown"),
        (MP4[:-20], "media_broken"),
        (box(b"ftyp", b"isom") + box(b"free"), "media_broken"),
        (box(b"ftyp", b"isom") + struct.pack(">I", 3) + b"moov", "media_broken"),
        (MP4.replace(b"avc1", b"hvc1"), "media_codec"),
        (WEBM.replace(b"webm", b"matr"), "media_unknown"),
        (WEBM[:14], "media_broken"),
    ],
)
def test_what_is_no_medium_is_refused_by_its_content(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        accepted(content)
    assert refused.value.code == code


def test_a_small_file_of_too_many_pixels_is_refused_before_it_is_unfolded() -> None:
    made = io.BytesIO()
    Image.new("1", (9000, 9000)).save(made, "PNG")
    with pytest.raises(Invalid) as refused:
        accepted(made.getvalue())
    assert refused.value.code == "media_too_large"


def test_videos_pass_as_they_are_but_not_as_a_logo() -> None:
    for video, mimetype in ((MP4, "video/mp4"), (WEBM, "video/webm")):
        made = accepted(video)
        assert (made.kind, made.mimetype, made.stream.read()) == (MediaKind.VIDEO, mimetype, video)
        with pytest.raises(Invalid):
            accepted(video, as_logo=True)


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the standard's own example
    assert colours.judged(shown.STANDARD_BRAND, shown.STANDARD_ACCENT) is None


COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(COLOURS, COLOURS)
def test_the_colour_that_is_offered_instead_passes(brand: str, accent: str) -> None:
    for _ in range(3):  # first the brand, then the accent
        if (wrong := colours.judged(brand, accent)) is None:
            break
        assert wrong.ratio < wrong.needed
        if wrong.part == "brand":
            brand = wrong.nearest
            assert colours.contrast(brand, colours.ON_BRAND) >= colours.TEXT
        else:
            accent = wrong.nearest
    assert colours.judged(brand, accent) is None


def file_of(size: int = 1000, kind: MediaKind = MediaKind.PICTURE) -> Accepted:
    return Accepted(kind, "image/webp", size, io.BytesIO(bytes(size)))


def add(desk: Desk, file: Accepted, key: str) -> list[DisplayMedia]:
    with desk.db.write() as session:
        return content.add_media(session, desk.user(session, "supervisor"), file, key, desk.now)


def test_content_is_shown_in_order_on_its_days_and_every_change_is_in_the_log(desk: Desk) -> None:
    today = desk.now.date()
    for key in "abc":
        add(desk, file_of(), key)
    assert add(desk, file_of(kind=MediaKind.LOGO), "old") == []
    assert [one.key for one in add(desk, file_of(kind=MediaKind.LOGO), "new")] == ["old"]
    with desk.db.write() as session:
        who, at = desk.user(session, "supervisor"), desk.now
        ids = {one.key: one.id for one in shown.of(session, who.office_id, today).media}
        content.move_media(session, who, ids["c"], at, up=True)
        content.move_media(session, who, ids["a"], at, up=True)  # it is the first already
        content.remove_media(session, who, ids["b"], at)
        content.change_media(session, who, ids["a"], 25, "  Jadwal   layanan ", at)
        for text, start, end in (("kini", None, None), ("besok", 1, None), ("lewat", None, -1), ("hari ini", 0, 0)):
            days = [today + timedelta(days=day) if day is not None else None for day in (start, end)]
            content.add_line(session, who, text, *days, at)
        content.set_look(session, who, at, theme="dark", brand="#123456", accent="#FFCC00", shows_next=True)
    with desk.db.read() as session:
        found = shown.of(session, desk.office(session).id, today)
        assert [one.key for one in found.media] == ["a", "c"]
        assert (found.media[0].seconds, found.media[0].words) == (25, "Jadwal layanan")
        assert found.logo is not None
        assert found.logo.key == "new"
        assert [line.text for line in found.lines] == ["kini", "hari ini"]
        assert found.look == shown.Look(Theme.DARK, "#123456", "#ffcc00", shows_next=True)
    done = [event.data["did"] for event in desk.events() if event.action == "content_change"]
    assert done == [*["media_add"] * 5, "media_move", "media_remove", "media_change", *["line_add"] * 4, "look"]


def test_what_cannot_be_shown_is_refused_and_changes_nothing(desk: Desk) -> None:
    add(desk, file_of(content.QUOTA_BYTES - 500), "big")
    with pytest.raises(Invalid, match="media_quota"):
        add(desk, file_of(501), "more")
    wrong = [
        ("low_contrast", {"theme": "light", "brand": "#ffff00", "accent": "#ffcc00"}),
        ("low_contrast", {"theme": "light", "brand": "#0b5848", "accent": "#0b5848"}),
        ("bad_colour", {"theme": "light", "brand": "red", "accent": "#ffcc00"}),
        ("bad_theme", {"theme": "pink", "brand": "#0b5848", "accent": "#ffcc00"}),
    ]
    for code, look in wrong:
        with pytest.raises(Invalid, match=code), desk.db.write() as session:
            content.set_look(session, desk.user(session, "supervisor"), desk.now, shows_next=False, **look)
    today = desk.now.date()
    for code, text, days in (
        ("line_empty", " ", (None, None)),
        ("line_too_long", "x" * 241, (None, None)),
        ("line_dates", "a", (today, today - timedelta(days=1))),
    ):
        with pytest.raises(Invalid, match=code), desk.db.write() as session:
            content.add_line(session, desk.user(session, "supervisor"), text, *days, desk.now)
    with desk.db.read() as session:
        found = shown.of(session, desk.office(session).id, None)
        assert ([one.key for one in found.media], found.lines, found.look) == (["big"], [], shown.Look())


def test_the_refusal_of_a_pair_names_ratio_and_remedy(desk: Desk) -> None:
    look = {"theme": "light", "brand": "#ffff00", "accent": "#ffffff"}
    with pytest.raises(Invalid) as refused, desk.db.write() as session:
        content.set_look(session, desk.user(session, "supervisor"), desk.now, shows_next=False, **look)
    assert refused.value.params["ratio"] == "1.07"
    assert refused.value.params["needed"] == "4.5"
    assert colours.contrast(str(refused.value.params["nearest"]), "#ffffff") >= colours.TEXT


def test_nobody_changes_another_office_s_content(desk: Desk) -> None:
    add(desk, file_of(), "a")
    with desk.db.write() as session:
        other = Office(slug="lain", name="Kantor Lain", address="")
        session.add(other)
        session.flush()
        (media,) = session.scalars(select(DisplayMedia))
        media.office_id = other.id
    with desk.db.write() as session:
        who = desk.user(session, "supervisor")
        with pytest.raises(NotFound, match="unknown_media"):
            content.move_media(session, who, media.id, desk.now, up=True)
        with pytest.raises(NotFound, match="unknown_media"):
            content.remove_media(session, who, media.id, desk.now)
