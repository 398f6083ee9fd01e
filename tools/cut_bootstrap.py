#!/usr/bin/env python3
"""Write static/css/bootstrap-used.css: of the vendored Bootstrap only what our pages use (`make styles`).

All of it is 33 kB on the way, more than half a second of a poor connection before anything is seen; what is used is 7.
A rule stays when every class that its selector names occurs somewhere in our templates, scripts, styles or code.
"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "queue_app" / "static"
TARGET = STATIC / "css" / "bootstrap-used.css"
_SOURCES = (
    ("templates", "*.html"),
    ("queue_app/static/js", "*.js"),
    ("queue_app/static/css", "*.css"),
    ("queue_app", "*.py"),
)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_NOT = re.compile(r":not\([^)]*\)")
_NESTED = ("@media", "@supports")


def vendored() -> str:
    """Bootstrap as it is shipped by its makers."""
    (path,) = STATIC.glob("vendor/bootstrap-*/bootstrap.min.css")
    return path.read_text(encoding="utf-8")


def words() -> set[str]:
    """Whatever could be the name of a class in our own files."""
    files = [path for folder, pattern in _SOURCES for path in (ROOT / folder).rglob(pattern) if path != TARGET]
    return {word for path in files for word in re.findall(r"[A-Za-z_][\w-]*", path.read_text(encoding="utf-8"))}


def cut(css: str, known: set[str]) -> str:
    """The rules of ``css`` whose classes are all ``known``, in their order."""
    kept = []
    for selector, body in _rules(css):
        if selector.startswith(_NESTED):
            inner = cut(body, known)
            kept += [f"{selector}{{{inner}}}"] if inner else []
        elif selector.startswith("@"):
            kept.append(f"{selector}{{{body}}}")
        elif used := [one for one in selector.split(",") if _named(one) <= known]:
            kept.append(f"{','.join(used)}{{{body}}}")
    return "".join(kept)


def classes(css: str) -> set[str]:
    """The classes that the selectors of ``css`` name."""
    found: set[str] = set()
    for selector, body in _rules(css):
        found |= classes(body) if selector.startswith(_NESTED) else _named(selector)
    return found


def _named(selector: str) -> set[str]:
    """The classes that an element must have for a selector; what it must not have is no matter."""
    return set(_CLASS.findall(_NOT.sub("", selector)))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Each selector with its body, without the braces."""
    at = 0
    while (opening := css.find("{", at)) >= 0:
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[at:opening], css[opening + 1 : end - 1]
        at = end


def main() -> None:
    header, end, rules = vendored().partition("*/")  # its name and licence
    note = "/* Only what our pages use; written by tools/cut_bootstrap.py (`make styles`). */"
    TARGET.write_text(f"{header}{end}\n{note}\n{cut(rules, words())}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
