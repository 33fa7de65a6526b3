"""The counts over the tree: none is worse than its bound, and each finds what it counts in a tree made for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.counts import COUNTS, Bound, bounds, counted, written

#: A tree in which each count finds so many.
TREE = {
    "routing/one.py": '"""One."""\nQ = queries("routing", "queries.sql")\nQ["asked"]\n',
    "routing/typed.sql": "-- name: called :one\n-- Is called.\nSELECT 1;\n\n-- name: left :one\n-- Is not.\nSELECT 2;\n",
    "routing/typed_sql.py": '"""Made."""\n' + "async def called(): ...\n" * 301,
    "routing/queries.sql": "-- name: asked\n-- Is run.\nSELECT 1;\n\n-- name: silent\n-- Is not.\nSELECT 2;\n",
    "sla/two.py": '"""Two."""\nfrom routing import typed_sql\nfrom routing.one import Q\ntyped_sql.called\n\n\nclass Case: ...\n\n\nclass Case2: ...\n',
    "sla/clocks/three.py": (
        '"""Three."""\nfrom routing import one\n\n\nclass Case: ...\n\n\n'
        'def read(row: "asyncpg.Record") -> str:\n    one.Q["asked"]\n    return row["name"]  # fmt: skip\n'
        "\n\ndef payloads(event: object, row: object, cells: object) -> object:\n"
        '    d = event.detail\n    return d["a"], event.detail["a"]["b"], cells["a"], dict["a"], row.detail, row["a"]["b"]\n'
    ),
    "reports/long.py": '"""Long."""\n\n\ndef long() -> None:\n' + '    print("line")\n' * 300,
    "hotline/loading.py": '"""Loading."""\nfound = importlib.import_module("sla.two")\n',
    "hotline/page.html": f"<p>{'x' * 200}</p>\n<p></p>\n",
    "main.py": '"""Main."""\n',
    "setup.cfg": "[importlinter]\n[importlinter:contract:one]\n[importlinter:contract:two]\n",
}
EXPECTED = {
    "flat modules in routing": 2,
    "flat modules in sla": 1,
    "contracts of import-linter": 2,
    "queries opened from another folder": 2,
    "queries that nobody runs": 2,
    "one-letter constants of queries": 3,
    "class names in several files": 1,
    "fmt: skip": 1,
    "modules loaded by a string": 1,
    "bare records in signatures": 1,
    "rows subscripted by a string": 3,
    "functions over 40 lines": 1,
    "modules over 300 lines": 1,
    "template lines over 200 characters": 1,
}


@pytest.fixture(scope="module")
def today() -> dict[str, list[str]]:
    return counted()


@pytest.mark.parametrize("name", COUNTS)
def test_no_count_is_worse_than_it_was(today: dict[str, list[str]], name: str) -> None:
    bound = bounds()[name]
    assert not bound.broken_by(len(today[name])), (
        f"{name}: {len(today[name])}, which was {bound.bound}; python -m tools.counts {name!r} says where"
    )


def test_every_count_has_its_bound() -> None:
    assert list(bounds()) == list(COUNTS)


def test_each_count_finds_what_it_counts(tmp_path: Path) -> None:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert {name: len(places) for name, places in counted(tmp_path).items()} == EXPECTED


def test_bounds_are_written_as_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"a": Bound(3, 0, False), "b": Bound(1, 5, True)}
    path = tmp_path / "counts.toml"
    path.write_text(written({"a": ["x"], "b": ["x", "y"]}, known), "utf-8")
    monkeypatch.setattr("tools.counts.BOUNDS", path)
    assert bounds() == {"a": Bound(1, 0, False), "b": Bound(2, 5, True)}


@pytest.mark.parametrize(
    ("least", "count", "broken", "beaten"),
    [
        (False, 4, False, True),
        (False, 5, False, False),
        (False, 6, True, False),
        (True, 4, True, False),
        (True, 5, False, False),
        (True, 6, False, True),
    ],
)
def test_a_bound_below_at_and_above(least: bool, count: int, broken: bool, beaten: bool) -> None:
    bound = Bound(5, 0, least)
    assert (bound.broken_by(count), bound.beaten_by(count)) == (broken, beaten)
