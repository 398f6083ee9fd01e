"""The browser files that are shipped are those of the pinned packages, unchanged and with their licences."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools import cut_bootstrap

ROOT = Path(__file__).parent.parent
TARGETS = [ROOT / "queue_app/static/vendor", ROOT / "tests/browser/vendor"]
OPEN_LICENCES = {"MIT", "0BSD", "OFL-1.1", "MPL-2.0"}

PACKAGES: list[tuple[Path, dict[str, Any]]] = [
    (target, package)
    for target in TARGETS
    for package in json.loads((target / "vendor.json").read_text(encoding="utf-8"))["packages"]
]
each_package = pytest.mark.parametrize(("target", "package"), PACKAGES, ids=[p["folder"] for _, p in PACKAGES])


@each_package
def test_it_has_each_listed_file_unchanged(target: Path, package: dict[str, Any]) -> None:
    for name, sha256 in package["files"].items():
        content = (target / package["folder"] / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256, f"{name} was changed: run `make vendor`"


@each_package
def test_it_comes_with_its_licence(target: Path, package: dict[str, Any]) -> None:
    assert package["licence"] in OPEN_LICENCES
    assert "LICENSE" in package["files"]
    assert (target / package["folder"] / "LICENSE").read_text(encoding="utf-8").strip()


@each_package
def test_it_is_the_version_that_package_json_pins(target: Path, package: dict[str, Any]) -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    pins = manifest["dependencies"] | manifest["devDependencies"]
    assert pins[package["name"]] == package["version"], "run `make vendor`"


@each_package
def test_it_asks_for_no_file_that_is_not_there(target: Path, package: dict[str, Any]) -> None:
    """A source map or a style sheet's url() that isn't shipped shows as a 404 on every page."""
    folder = target / package["folder"]
    for name in package["files"]:
        if not name.endswith((".css", ".js")):
            continue
        text = (folder / name).read_text(encoding="utf-8")
        wanted = re.findall(r"# sourceMappingURL=(\S+)", text)
        if name.endswith(".css"):
            wanted += [url for url in re.findall(r"url\([\"']?([^)\"']+)", text) if not url.startswith("data:")]
        for reference in wanted:
            assert (folder / reference).is_file(), f"{name} asks for {reference}"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target.relative_to(ROOT)))
def test_it_ships_nothing_that_is_not_listed(target: Path) -> None:
    listed = {
        target / package["folder"] / name for owner, package in PACKAGES if owner == target for name in package["files"]
    }
    found = {path for path in target.rglob("*") if path.is_file()}
    assert found - listed == {target / "vendor.json"}


def test_no_registry_is_named() -> None:
    """The lock file pins by hash alone, so that the packages may come from any mirror."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]


def test_what_is_served_of_bootstrap_has_every_class_that_the_pages_use() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "queue_app/static/js").glob("*.js")]
    quoted = " ".join(text for path in files for text in re.findall(r"[\"']([^\"'<>]*)[\"']", path.read_text("utf-8")))
    used = set(re.findall(r"[\w-]+", quoted)) & cut_bootstrap.classes(cut_bootstrap.vendored())
    assert "btn-primary" in used
    served = cut_bootstrap.classes(cut_bootstrap.TARGET.read_text(encoding="utf-8"))
    assert used - served == set(), "run `make styles`"
