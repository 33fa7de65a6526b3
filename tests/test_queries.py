"""Every named query is prepared against the schema: a misspelt column fails without being run (architecture.md, Style)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from hotline.base.db.connection import Conn, queries
from tools.queries import modules, unused
from tools.query_blocks import Unclear, blocks
from tools.rows import made, module, shape, stale

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    path
    for package in ("hotline", "routing", "sla", "reports")
    for path in (ROOT / package).rglob("*.sql")
    if "migrations" not in path.parts
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
async def test_named_queries_fit_the_schema(conn: Conn, path: Path) -> None:
    package = ".".join(path.parent.relative_to(ROOT).parts)
    found = queries(package, path.name)
    assert found, f"{path} holds no named query"
    for name, sql in found.items():
        try:
            await conn.prepare(sql)
        except Exception as error:
            pytest.fail(f"{path.name}: {name}: {error}")


async def test_the_modules_beside_the_query_files_are_what_the_database_says(conn: Conn) -> None:
    found = await made(conn)
    other = [path.relative_to(ROOT).as_posix() for path, text in found.items() if path.read_text("utf-8") != text]
    assert other == [], "make queries"
    assert stale(ROOT) == [], "modules whose query file is gone"


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("-- name: x :many\n-- Why.\n-- params: a", "has 2 parameters and names 1"),
        ("-- name: x :many\n-- Why.\n-- params: a, b\n-- null: other", "other"),
        ("-- name: x :some\n-- Why.", "some is none of"),
        ("-- name: x :values\n-- Why.\n-- params: a, b", "not one column"),
    ],
)
async def test_a_block_that_says_what_is_not_so_makes_no_module(
    conn: Conn, tmp_path: Path, header: str, wrong: str
) -> None:
    path = tmp_path / "x.sql"
    path.write_text(f"{header}\nSELECT $1::int AS id, $2::text AS word;\n", "utf-8")
    with pytest.raises(Unclear, match=wrong):
        module(path, [(block, await shape(conn, block)) for block in blocks(path)])


def test_every_named_query_is_run_by_somebody() -> None:
    assert unused(ROOT, modules(ROOT)) == [], "queries that nobody runs are deleted"


def test_a_querys_name_is_never_put_together() -> None:
    """Who runs a query is found by its name: a name that is made of parts would be taken for one that nobody runs."""
    made = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in modules(ROOT).values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id.isupper()
        and isinstance(node.slice, ast.BinOp | ast.JoinedStr)
        and any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node.slice))
    ]
    assert made == []
