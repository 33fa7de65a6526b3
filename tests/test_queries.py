"""Every named query is prepared against the schema: a misspelt column fails without being run (architecture.md, Style)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.base.db import Conn, queries
from tools.queries import modules, unused

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


def test_every_named_query_is_run_by_somebody() -> None:
    assert unused(ROOT, modules(ROOT)) == [], "queries that nobody runs are deleted"
