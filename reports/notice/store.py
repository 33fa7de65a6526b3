"""Queries of the notice beside the figures."""

from __future__ import annotations

from datetime import date

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from reports.notice import notice_sql
from reports.notice.rules import Rules, as_rules


async def rules_on(conn: Conn, day: date) -> Rules:
    """The rules in force on a day."""
    row = await notice_sql.rules_on(conn, day)
    if row is None:
        raise Missing("No rules of the notice are in force on %(day)s.", day=day.isoformat())
    return as_rules(row.version, row.rules)


async def rules_of(conn: Conn, version: int) -> Rules:
    """One version of the rules."""
    row = await notice_sql.rules(conn, version)
    if row is None:
        raise Missing("There is no version %(version)s of the rules.", version=version)
    return as_rules(row.version, row.rules)
