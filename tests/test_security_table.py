"""Each requirement of OWASP ASVS 5.0, levels 1 and 2, stands once in docs/security.md, with a test that shows it."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^### (.+)\n((?:(?!^##).*\n?)*)", SECURITY.split("## Measured against")[1], re.MULTILINE))

LEVELS_1_AND_2 = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2
4.1.1-3 4.2.1-1 4.3.1-2 4.4.1-4 5.1.1-1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-11 6.3.1-3 6.4.1-4 6.5.1-5 6.6.1-3
6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1 9.1.1-3 9.2.1-4 10.1.1-2
10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1-1 11.6.1-1
12.1.1-3 12.2.1-2 12.3.1-4 13.1.1-1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3
15.3.1-7 16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1-1 17.2.1-4 17.3.1-2
"""
"""The numbers of the standard: those of a section from the first to the last."""

LIBRARIES = "hashlib|hmac|cryptography|argon2|pyotp|itsdangerous|joserfc|http_ece|py_vapid"
CRYPTOGRAPHY = rf"(?m)^\s*(?:import|from) (?:{LIBRARIES})\b"


def asked() -> set[str]:
    spans = re.findall(r"(\d+\.\d+)\.(\d+)-(\d+)", LEVELS_1_AND_2)
    return {f"{section}.{number}" for section, first, last in spans for number in range(int(first), int(last) + 1)}


def rows(part: str) -> list[tuple[str, str]]:
    """The number of each row, and the rest of it."""
    return re.findall(r"^\| (\d+\.\d+\.\d+) \|(.*)\|$", PARTS[part], re.MULTILINE)


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_stands_there_once() -> None:
    met = [number for number, _ in rows("What the program does") + rows("Gaps")]
    elsewhere = re.findall(
        r"\b\d+\.\d+\.\d+\b(?!\.\d)", PARTS["What whoever runs it must see to"] + PARTS["Nothing to apply to"]
    )
    found = Counter([*met, *elsewhere])
    assert {number: count for number, count in found.items() if count > 1} == {}
    assert set(found) - {"1.2.10"} == asked()


def test_each_that_is_met_names_a_test_that_exists() -> None:
    for number, row in rows("What the program does"):
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row.rpartition(" | ")[2])
        assert named, number
        for path, name in named:
            assert (ROOT / path).exists(), f"{number}: {path}"
            assert name in names_in(path), f"{number}: {path}::{name}"


def test_every_use_of_cryptography_is_listed() -> None:
    used = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "queue_app").rglob("*.py")
        if re.search(CRYPTOGRAPHY, path.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"`(queue_app/[\w/]+\.py)`", PARTS["Keys and algorithms"])) == used
