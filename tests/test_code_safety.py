"""What the code never does, so that it cannot be led astray: read from the sources. See docs/security.md."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = [*(ROOT / "queue_app").rglob("*.py"), *(ROOT / "metrics").rglob("*.py")]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))
SCRIPTS = list((ROOT / "queue_app/static/js").rglob("*.js"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

FORGIVEN = {"S101", "S105", "S311", "S603", "S606", "S608", "S704"}
"""Assertions for the type checker, names that only sound like passwords, invented pasts, programs started by lists of
words, names of tables that are constants, our own texts in pages (below). Not: shells, eval, pickle, unsafe YAML, weak
hashes, loose certificates."""


def found(pattern: str, files: Iterable[Path]) -> dict[str, list[str]]:
    hits = {path.relative_to(ROOT).as_posix(): re.findall(pattern, path.read_text(encoding="utf-8")) for path in files}
    return {name: matches for name, matches in hits.items() if matches}


def test_what_the_linter_forgives_is_known() -> None:
    """Its rules of safety (bandit's) are on, and `make lint` is a part of `make test`."""
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert not [rule for rule in lint["ignore"] if rule.startswith("S")]
    assert not [path for path in lint["per-file-ignores"] if path.startswith(("queue_app", "metrics"))]
    assert {rule for rules in found(r"noqa:.*?\b(S\d+)", CODE).values() for rule in rules} <= FORGIVEN


def test_nothing_makes_code_of_text() -> None:
    assert found(r"\b(?:eval|exec)\(|render_template_string|\.from_string\(", CODE) == {}
    assert found(r"\beval\(|new Function|document\.write|__proto__|setTimeout\(['\"]", SCRIPTS) == {}


def test_only_charts_manuals_and_our_own_texts_are_put_into_pages_as_they_are() -> None:
    """The texts are those of templates and translations, as Jinja's own ``gettext`` has it: what fills them is escaped
    (``tests/routes/test_texts.py``)."""
    shown = {text for texts in found(r"{{\s*([\w.]+)\s*\|\s*safe", TEMPLATES).values() for text in texts}
    assert shown <= {"chart.wide", "chart.narrow", "wide", "narrow", "section.svg", "manual.html"}
    assert found(r"autoescape\s+false|\bMarkup\(", [*TEMPLATES, *CODE]) == {"queue_app/routes/texts.py": ["Markup("]}


def test_scripts_put_in_only_what_our_server_rendered() -> None:
    """An answer of our own server, escaped there; everything else is set as text."""
    assigned = found(r"(?:innerHTML|outerHTML)\s*=(?!=)\s*([^;]+)|insertAdjacentHTML", SCRIPTS)
    assert {text for texts in assigned.values() for text in texts} <= {"await answer.text()"}


def test_no_pattern_is_made_of_what_came_in() -> None:
    made = found(r"re\.(?:compile|search|match|fullmatch|sub|findall)\(((?:f[\"']|[a-z_]+\b)(?!\")[^,)]*)", CODE)
    assert {text for texts in made.values() for text in texts} <= {"mark"}  # a constant list of browsers


def test_nothing_dangerous_is_read() -> None:
    """Neither XML, nor pickles, nor YAML that makes objects."""
    reading = r"^\s*(?:import|from) (?:pickle|shelve|marshal|dill|xml\.(?:etree|dom)|lxml)|make_parser|parseString"
    assert found(f"(?m){reading}", CODE) == {}
    assert found(r"yaml\.(?:load|full_load|unsafe_load)\((?!.*_LOADER)|yaml\.(?:UnsafeLoader|FullLoader)", CODE) == {}


def test_no_memory_is_handled_by_hand() -> None:
    """But for the voice's own library, in a process of its own."""
    assert set(found(r"(?m)^import ctypes|^from ctypes|^from cffi", CODE)) == {"queue_app/speech/espeak_program.py"}


def test_what_is_left_open_fails_the_tests() -> None:
    assert PROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"][0] == "error"


def test_one_module_writes_cookies() -> None:
    assert set(found(r"\.(?:set|delete)_cookie\(", CODE)) == {"queue_app/cookies.py"}


def test_names_of_downloads_are_made_here() -> None:
    assert set(found(r"Content-Disposition", CODE)) == {"queue_app/routes/attachment.py"}


def test_what_scripts_keep_in_a_browser_is_known() -> None:
    """Choices, what was printed, who asked for push, and a note that is being typed; nobody's name or number."""
    kept = Counter(
        name.rpartition("/")[2] for name in found(r"(?:localStorage|sessionStorage|storage)\.setItem", SCRIPTS)
    )
    assert set(kept) <= {"desk-notes.js", "desk.js", "idle.js", "slip.js", "tell.js", "voice.js", "wall.js"}
    assert found(r"indexedDB", SCRIPTS) == {}
