"""English is complete: every text of code and templates is in the catalogue, and the compiled one is that catalogue."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "queue_app" / "translations" / "en" / "LC_MESSAGES"
CURE = "run `make translations`, then fill in messages.po and run it again"

Ids = set[str | tuple[str, ...]]


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (ENGLISH / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def extracted() -> Ids:
    """All texts marked in the code and the templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    found = extract_from_dir(str(ROOT), methods, options, keywords, strip_comment_tags=True)
    return {tuple(text) if isinstance(text, tuple | list) else text for _, _, text, _, _ in found}


def ids(catalog: Catalog) -> Ids:
    return {
        tuple(message.id) if isinstance(message.id, tuple | list) else message.id for message in catalog if message.id
    }


def test_extraction_sees_code_and_templates(extracted: Ids) -> None:
    assert extracted >= {"Terdaftar", "Tiket tidak ditemukan. Periksa kembali alamat atau kode QR Anda.", "Kapan saja"}


def test_every_text_is_in_the_english_catalogue(english: Catalog, extracted: Ids) -> None:
    assert extracted - ids(english) == set(), CURE


def test_the_english_catalogue_has_nothing_else(english: Catalog, extracted: Ids) -> None:
    assert ids(english) - extracted == set(), CURE


def test_every_english_text_is_written_and_certain(english: Catalog) -> None:
    texts = [(message, [message.string] if isinstance(message.string, str) else message.string) for message in english]
    unsure = [message.id for message, strings in texts if message.id and (message.fuzzy or not all(strings))]
    assert unsure == []


def test_english_keeps_every_place_to_fill(english: Catalog) -> None:
    assert [(message.id, [str(error) for error in errors]) for message, errors in english.check()] == []


def test_the_compiled_catalogue_is_the_english_one(english: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, english)
    assert (ENGLISH / "messages.mo").read_bytes() == compiled.getvalue(), CURE
