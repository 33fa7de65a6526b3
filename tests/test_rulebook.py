"""The rulebook is in the repository: each citation leads to a section, each section to the tests that keep it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_CITED = re.compile(r"rulebook §+\s*([\d, –]+)")
_RULE = re.compile(r"architecture\.md, rules? ([\d, andto]+)")
#: Citations of the texts that this rulebook took the place of, and of a tracker's numbers.
_ELSEWHERE = re.compile(r"domain\.md|design\.md|\bissue \d+")


def tracked() -> list[Path]:
    """The text files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    kinds = {".py", ".sql", ".html", ".toml", ".css", ".js", ".md", ".cfg", ".po"}
    return [ROOT / name for name in listed.stdout.splitlines() if Path(name).suffix in kinds and (ROOT / name).exists()]


def sections(name: str) -> dict[int, str]:
    """The numbered sections of a document, with their text."""
    parts = re.split(r"(?m)^## (\d+)\. ", (DOCS / name).read_text("utf-8"))
    return {int(n): text for n, text in zip(parts[1::2], parts[2::2], strict=True)}


def cited(pattern: re.Pattern[str]) -> list[tuple[str, int]]:
    """Each citation: where it stands, and the number of the section or rule."""
    found = []
    for path in tracked():
        for numbers in pattern.findall(path.read_text("utf-8")):
            for first, last in re.findall(r"(\d+)(?:\s*(?:–|to)\s*(\d+))?", numbers):
                found += [(str(path.relative_to(ROOT)), n) for n in range(int(first), int(last or first) + 1)]
    return found


def test_each_citation_leads_to_a_section() -> None:
    known = sections("rulebook.md")
    places = cited(_CITED)
    assert len(places) > 100
    assert [(where, n) for where, n in places if n not in known] == []


def test_each_rule_of_the_architecture_that_is_cited_is_there() -> None:
    known = {int(n) for n in re.findall(r"(?m)^(\d+)\. \*\*", (DOCS / "architecture.md").read_text("utf-8"))}
    places = cited(_RULE)
    assert places
    assert [(where, n) for where, n in places if n not in known] == []


@pytest.mark.parametrize("n", sorted(sections("rulebook.md")))
def test_each_section_names_the_tests_that_keep_it(n: int) -> None:
    text = sections("rulebook.md")[n]
    assert "*Kept by*" in text
    named = re.findall(r"`(tests/[\w/]+\.py)`", text.split("*Kept by*")[1])
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_nothing_cites_what_is_not_in_the_repository() -> None:
    own = Path(__file__).resolve()
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in tracked()
        if path != own
        for found in _ELSEWHERE.findall(path.read_text("utf-8"))
    ]
    assert wrong == []


def test_each_table_and_module_of_the_glossary_exists() -> None:
    text = (DOCS / "glossary.md").read_text("utf-8")
    schema = (ROOT / "schema.sql").read_text("utf-8")
    paths = [p for p in re.findall(r"`((?:hotline|routing|sla|reports)/[\w/.]*)`", text) if not (ROOT / p).exists()]
    tables = {
        t
        for row in text.splitlines()
        if row.startswith("| ")
        for t in re.findall(r"`([a-z_]+)`", re.sub(r"\(.*?\)", "", row.split("|")[3]))
    }
    assert paths == []
    assert [t for t in tables if f"CREATE TABLE {t} (" not in schema] == []


def test_each_class_of_the_glossary_stands_in_the_module_it_names() -> None:
    rows = (DOCS / "glossary.md").read_text("utf-8").partition("## Words of the code")[2].splitlines()
    wrong = []
    for word, _, modules in (row.strip("| ").split(" | ", 2) for row in rows if row.startswith("| `")):
        text = "".join((ROOT / path).read_text("utf-8") for path in re.findall(r"`([\w/]+\.py)`", modules))
        wrong += [name for name in re.findall(r"`([A-Z]\w+)`", word) if f"class {name}" not in text]
    assert wrong == []
