"""The manuals of daily use: Markdown files in ``docs/manual``, as pages that can be read in the program itself.

Only files that come with the program are read, so their HTML is put into pages as it is. A manual of another language
has the same name in a folder of that language. Links between manuals and to their pictures lead to the pages here.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from posixpath import basename
from typing import TYPE_CHECKING

from queue_app.config import ROOT
from queue_app.errors import N_, NotFound

if TYPE_CHECKING:
    from markdown_it.token import Token

FOLDER = ROOT / "docs" / "manual"
PICTURES = FOLDER / "images"
ADDRESS = "/help"

NAMES = ("petugas", "resepsionis", "supervisor", "manajer", "indikator", "kartu")
"""What there is to read, in the order in which it is offered."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second level; ``anchor`` is its id in the page."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Manual:
    """One manual; ``html`` is without its title."""

    name: str
    title: str
    html: str
    sections: tuple[Section, ...]


@lru_cache(maxsize=32)
def read(name: str, language: str) -> Manual:
    """The manual in that language. Raises NotFound when there is none of that name."""
    if name not in NAMES:
        raise NotFound("unknown_manual", N_("Panduan itu tidak ada."))
    from markdown_it import MarkdownIt  # noqa: PLC0415 - what it reads is kept, and a server may run for days before

    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse(_file(name, language).read_text(encoding="utf-8"))
    title, sections = "", []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _plain(tokens[at + 1])
            if token.tag == "h1":
                title = words
                continue
            token.attrSet("id", anchor_of(words))
            if token.tag == "h2":
                sections.append(Section(anchor_of(words), words))
        elif token.type == "inline":
            _lead_here(token.children or [])
    html = str(reader.renderer.render(_without_title(tokens), reader.options, {}))
    return Manual(name, title, html, tuple(sections))


def anchor_of(heading: str) -> str:
    """The id of a heading, as it is in the places where the files themselves are shown."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip())


def _file(name: str, language: str) -> Path:
    return FOLDER / f"{name}.md" if language == "id" else FOLDER / language / f"{name}.md"


def _plain(inline: "Token") -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))


def _lead_here(children: "list[Token]") -> None:
    for child in children:
        if child.type == "image":
            child.attrSet("src", f"{ADDRESS}/images/{basename(str(child.attrGet('src')))}")
        elif child.type == "link_open":
            file, mark, anchor = str(child.attrGet("href")).partition("#")
            if file.endswith(".md"):
                child.attrSet("href", f"{ADDRESS}/{basename(file).removesuffix('.md')}{mark}{anchor}")


def _without_title(tokens: "list[Token]") -> "list[Token]":
    start = next((at for at, token in enumerate(tokens) if token.type == "heading_close" and token.tag == "h1"), -1)
    return tokens[start + 1 :]
