"""What is installed is pinned, checked by hash, and the same for running and for testing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = ["requirements.txt", "requirements-dev.txt"]


def entries(name: str) -> list[str]:
    """Return the requirements of a file, each with its hashes, as one line."""
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def pins(name: str) -> dict[str, str]:
    return {package: version for package, _, version in (entry.split()[0].partition("==") for entry in entries(name))}


@pytest.mark.parametrize("name", FILES)
def test_each_is_pinned_and_hashed_and_names_no_address(name: str) -> None:
    assert all(re.match(r"[A-Za-z0-9._\[\],-]+==\S+ .*--hash=sha256:", entry) for entry in entries(name))
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("name", FILES)
def test_each_direct_dependency_was_compiled(name: str) -> None:
    direct = (ROOT / name).with_suffix(".in").read_text(encoding="utf-8").splitlines()
    wanted = {line.partition("[")[0].lower() for line in direct if line and not line.startswith(("#", "-r"))}
    assert wanted <= {package.partition("[")[0] for package in pins(name)}, "run `make requirements`"
