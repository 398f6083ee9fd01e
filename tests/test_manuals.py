"""The manuals name what the product has: its texts, keys, pages and pictures, in both languages alike."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from metrics.periods import Period
from metrics.shrinkage import index_of, shrink
from metrics.speed import office_speed
from metrics.visit import Visit
from queue_app import manuals

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "queue_app/translations/en/LC_MESSAGES/messages.po"
LANGUAGES = ("id", "en")
EACH = [(name, language) for name in manuals.NAMES for language in LANGUAGES]
LARGEST_PICTURE = 80 * 1024
KEYS_ELSEWHERE = {"?", "Esc", "Enter", "n", "/"}
"""Of the list of keys, of questions, and of the reception."""


def source(name: str, language: str) -> str:
    folder = manuals.FOLDER if language == "id" else manuals.FOLDER / language
    return (folder / f"{name}.md").read_text(encoding="utf-8")


def texts_of_product() -> dict[str, set[str]]:
    """All texts of the pages, by language; what is filled in, such as a number, is left out at the end."""
    found: dict[str, set[str]] = {"id": set(), "en": set()}
    with ENGLISH.open("rb") as file:
        for message in read_po(file, locale="en"):
            for language, text in (("id", message.id), ("en", message.string)):
                found[language] |= {
                    re.sub(r" %\(\w+\)s$", "", one) for one in ([text] if isinstance(text, str) else text)
                }
    return found


TEXTS = texts_of_product()


def keys_of_desk() -> set[tuple[str, str]]:
    """Each button's Indonesian text and key, as the desk's templates have them."""
    told = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates/desk").glob("*.html"))
    named = r"(?:deed|ask)\(\"[\w-]+\", (?:pgettext\(\"button\", |_\()\"([^\"]+)\"\), \"(\w+)\""
    return set(re.findall(named, told))


def english_of(text: str) -> set[str]:
    with ENGLISH.open("rb") as file:
        return {str(message.string) for message in read_po(file, locale="en") if message.id == text}


@pytest.mark.parametrize(("name", "language"), EACH)
def test_what_is_bold_is_a_text_of_the_product(name: str, language: str) -> None:
    bold = {re.sub(r"\s+", " ", text) for text in re.findall(r"\*\*(.+?)\*\*", source(name, language), re.DOTALL)}
    assert bold - TEXTS[language] == set()


@pytest.mark.parametrize(("name", "language"), EACH)
def test_keys_are_those_of_the_buttons(name: str, language: str) -> None:
    text = re.sub(r"\s+", " ", source(name, language))
    desk = keys_of_desk() | {("Lanjutkan", "L"), ("Yang tadi tidak hadir", "B"), ("Lanjut buka", "P")}
    known = desk if language == "id" else {(english, key) for word, key in desk for english in english_of(word)}
    named = set(re.findall(r"\*\*([^*]+)\*\* \(<kbd>(\w)</kbd>\)", text))
    named |= {(word, key) for key, word in re.findall(r"\| <kbd>(\w)</kbd> \| \*\*([^*]+)\*\* \|", text)}
    assert named - known == set()
    assert set(re.findall(r"<kbd>(.+?)</kbd>", text)) - {key for _, key in known} - KEYS_ELSEWHERE - {"K"} == set()


def test_the_card_has_every_key_of_the_desk() -> None:
    assert {key for _, key in keys_of_desk()} <= set(re.findall(r"<kbd>(\w)</kbd>", source("kartu", "id")))


@pytest.mark.parametrize(("name", "language"), EACH)
def test_links_and_pictures_lead_somewhere(name: str, language: str) -> None:
    manual = manuals.read(name, language)
    for other, anchor in re.findall(r'href="/help/(\w+)(?:#([^"]+))?"', manual.html):
        assert not anchor or f'id="{anchor}"' in manuals.read(other, language).html, (other, anchor)
    for anchor in re.findall(r'href="#([^"]+)"', manual.html):
        assert f'id="{anchor}"' in manual.html
    assert re.findall(r'href="(?!/help/|#)([^"]+)"', manual.html) == []
    for described, path in re.findall(r"!\[(.*?)\]\((.+?)\)", source(name, language)):
        folder = manuals.FOLDER if language == "id" else manuals.FOLDER / language
        assert described
        assert (folder / path).resolve().is_relative_to(manuals.PICTURES)
        assert (folder / path).exists(), path


def test_every_picture_is_small_and_shown() -> None:
    shown = {path for each in EACH for path in re.findall(r"/help/images/([\w.-]+)", manuals.read(*each).html)}
    there = {path.name: path.stat().st_size for path in manuals.PICTURES.iterdir()}
    assert set(there) == shown
    assert {name for name, size in there.items() if size > LARGEST_PICTURE} == set()


def outline(text: str) -> Iterator[str]:
    """What both languages must have alike: headings by level, pictures, keys, and lines of tables and lists."""
    for line in text.splitlines():
        if mark := re.match(r"#+ |\||- |\d\. ", line):
            yield mark.group().strip()
        yield from re.findall(r"/?([\w-]+\.webp)", line)


@pytest.mark.parametrize("name", manuals.NAMES)
def test_both_languages_say_the_same_in_the_same_order(name: str) -> None:
    assert list(outline(source(name, "id"))) == list(outline(source(name, "en")))


@pytest.mark.parametrize(("name", "language"), EACH)
def test_addresses_exist(app: Flask, name: str, language: str) -> None:
    addresses = app.url_map.bind("localhost")
    for path in re.findall(r"`(/[\w/-]+)`", source(name, language)):
        try:
            addresses.match(path)
        except MethodNotAllowed:
            pass
        except NotFound:
            pytest.fail(f"no such page: {path}")


def visit(number: int, officer: str, service: str, minutes: float) -> Visit:
    start = datetime(2026, 11, 2, 2, tzinfo=UTC) + timedelta(days=number % 20, minutes=number)
    return Visit(
        ticket=number,
        officer=officer,
        service=service,
        arrived_at=start,
        called_at=start,
        started_at=start,
        finished_at=start + timedelta(minutes=minutes),
        end="finished",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_by_hand_is_what_the_program_computes(language: str) -> None:
    """Colleagues' 100 visits of each service lie around the reasonable time, as usual visits do."""
    text = source("indikator", language).replace(",", ".")
    rows = re.findall(r"\| ([AB])\. [^|]+\| (\d+) \| (\d+) \w+ \| (\d+) \w+ \| ([\d.]+) \|", text)
    assert [row[0] for row in rows] == ["B", "A"]
    visits, ratios = [], []
    for service, people, reasonable, own, ratio in rows:
        assert float(ratio) == int(own) / int(reasonable)
        ratios += [float(ratio)] * int(people)
        visits += [visit(n, "rekan", service, int(reasonable) * math.exp(0.5 * (-1) ** n)) for n in range(100)]
        visits += [visit(n, "anda", service, int(own)) for n in range(int(people))]
    november = Period(date(2026, 11, 1), date(2026, 11, 30), ZoneInfo("Asia/Jakarta"))
    speed = office_speed(visits, period=november, reference_period=november, standards_s={})
    mine = next(officer for officer in speed.officers if officer.officer == "anda")
    assert mine.index is not None
    assert mine.index_low is not None
    assert mine.index_high is not None
    assert mine.effect is not None
    assert f" {math.prod(ratios) ** (1 / len(ratios)):.2f}" in text
    drawn = index_of(shrink(mine.effect.d, mine.effect.v, 0.2**2))
    said = re.sub(r"\s+", " ", text.replace(" to ", " sampai "))
    assert re.search(rf"1\.08 (?:sama dengan|is) {mine.index:.0f}\.", said)
    assert f" {mine.index_low:.0f} sampai {mine.index_high:.0f}." in said
    assert re.search(rf"(?:menjadi|becomes) {drawn.value:.0f}\. ", said)
    assert f" {drawn.low:.0f} sampai {drawn.high:.0f}." in said
