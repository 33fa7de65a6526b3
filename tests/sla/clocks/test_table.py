"""The table of clocks is whole: what a row names is known elsewhere, has its words, and is ruled by the first policy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from hotline.base.db.connection import Conn
from reports.figures.measures import LINES
from reports.findings.table import KINDS as RULES
from sla.clocks.table import GOES_ON, LISTED, RULED, TABLE, VARIANTS, kind_of, moment_of, moments_of

ROOT = Path(__file__).resolve().parents[3]


def test_each_clock_has_its_words_in_both_languages() -> None:
    for language in ("zh", "en"):
        texts = tomllib.loads((ROOT / "hotline" / "texts" / f"{language}.toml").read_text("utf-8"))
        assert [name for name in RULED if not texts.get(f"clock_{name}")] == [], language


def test_each_clock_stands_in_the_rulebook() -> None:
    text = (ROOT / "docs" / "rulebook.md").read_text("utf-8")
    assert [name for name in LISTED if not re.search(rf"^\| {name} \||clock `{name}`", text, re.M)] == []


async def test_the_first_policy_rules_each_clock(conn: Conn) -> None:
    rows = await conn.fetch("SELECT DISTINCT clock FROM policy_rule WHERE version = 1")
    assert {row["clock"] for row in rows} == set(RULED)


def test_what_a_row_names_is_known() -> None:
    assert len(set(RULED)) == len(TABLE)
    assert [row.name for row in TABLE if row.finding and row.finding not in RULES] == []
    assert [row.name for row in TABLE if row.figure is not None and row.figure.name not in LINES] == []
    assert [row.name for row in TABLE if set(row.held) - set(GOES_ON.values())] == []


def test_an_event_with_two_meanings_is_told_apart() -> None:
    for variant, (kind, name, value) in VARIANTS.items():
        assert moment_of(kind, {name: value}) == variant
        assert kind_of(variant) == kind
    assert moment_of("ruled", {"overruled": False}) == "ruled"
    assert moment_of("resumed", {"was": "paused"}) == "resumed"


def test_nothing_happens_to_a_clock_that_no_event_starts() -> None:
    assert [row.name for row in TABLE if not moments_of(row)] == ["call_back"]


def test_what_the_figures_leave_out_has_none() -> None:
    block = (ROOT / "reports" / "figures" / "facts.sql").read_text("utf-8").partition("-- name: resolve")[0]
    found = re.search(r"c\.clock NOT IN \(([^)]*)\)", block)
    assert found is not None
    left_out = set(re.findall(r"'(\w+)'", found[1]))
    assert left_out <= {"resolve", "rework"} | {row.name for row in TABLE if row.figure is None}
