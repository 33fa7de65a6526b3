"""An installation has all that a clone has: templates, styles, words, pictures, tables; and the documents that are shown."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

from main import PACKAGES

ROOT = Path(__file__).resolve().parents[1]
#: Made or brought at the set-up, or for those who change the program.
_NOT = {".pyc", ".md", ".mo"}


def test_every_file_of_the_packages_is_installed(tmp_path: Path) -> None:
    build = "import setuptools; setuptools.setup()"
    subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            build,
            "-q",
            "egg_info",
            "-e",
            str(tmp_path),
            "build_py",
            "-d",
            str(tmp_path / "lib"),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    missing = [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix not in _NOT and not (tmp_path / "lib" / path.relative_to(ROOT)).exists()
    ]
    assert missing == []


def test_the_documents_that_are_shown_are_installed() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    installed = {found for pattern in setup["options.data_files"].values() for found in ROOT.glob(pattern)}
    assert set((ROOT / "docs/handbook").rglob("*.md")) | {ROOT / "schema.sql"} == installed
