"""The lock files: whatever setup.cfg asks for stands in them, exactly, within its bounds, with hashes."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
_ENTRY = re.compile(
    r"^(?P<requirement>[A-Za-z0-9].*?) \\\n(?P<hashes>(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)


def locked(name: str) -> dict[str, list[Requirement]]:
    """What a lock file names: by project, its exact versions (several where platforms differ)."""
    found: dict[str, list[Requirement]] = {}
    for entry in _ENTRY.finditer((ROOT / name).read_text("utf-8")):
        requirement = Requirement(entry["requirement"])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def asked(section: str, key: str) -> list[Requirement]:
    """The requirements of setup.cfg under a key."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", "utf-8")
    return [Requirement(line) for line in config[section][key].split("\n") if line]


INSTALL = asked("options", "install_requires")
TEST = asked("options.extras_require", "test")
BUILD = [Requirement(r) for r in re.findall(r'"(setuptools[<>=][^"]*)"', (ROOT / "pyproject.toml").read_text("utf-8"))]


@pytest.mark.parametrize(
    ("name", "requirements"),
    [("requirements.lock", [*INSTALL, *BUILD]), ("requirements-test.lock", [*INSTALL, *TEST])],
)
def test_what_setup_cfg_asks_for_stands_in_the_lock_within_its_bounds(
    name: str, requirements: list[Requirement]
) -> None:
    lines = locked(name)
    for wanted in requirements:
        entries = lines.get(canonicalize_name(wanted.name), [])
        assert entries, f"{name} lacks {wanted}: make lock"
        for entry in entries:
            (exact,) = entry.specifier
            assert exact.operator == "==", f"{name}: {entry} is not one version"
            assert wanted.specifier.contains(exact.version), f"{name}: {entry} is out of {wanted}: make lock"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "requirements-npm.lock"])
def test_every_line_of_a_lock_carries_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    named = re.findall(r"^[A-Za-z0-9][^\n]*", text, re.M)
    assert len(named) == sum(map(len, locked(name).values())), f"{name} holds a line without hashes"
    assert named


def test_both_locks_agree() -> None:
    """The tests run on what is installed: a package that stands in both stands in one version."""
    product, tests = locked("requirements.lock"), locked("requirements-test.lock")
    for name, entries in product.items():
        if name in tests:
            assert {str(e) for e in entries} == {str(e) for e in tests[name]}, name
        else:
            assert name == "setuptools", f"requirements-test.lock lacks {name}"
