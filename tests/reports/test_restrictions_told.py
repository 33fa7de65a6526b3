"""The month's notice counts restrictions of voice: those made in the month, with what was known of them at its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Role
from reports.notice import notice_sql
from reports.notice.form import RestrictionCounts
from tests import office

START, END = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)
S, DAY = timedelta(seconds=1), timedelta(days=1)


async def restricted(conn: Conn, services: Services, at: datetime, **more: object) -> None:
    """A restriction, as its table has it."""
    by, other = await office.user(conn, Role.MANAGER), await office.user(conn, Role.MANAGER)
    person = await conn.fetchval("INSERT INTO person (line, made_at) VALUES ('mobile', $1) RETURNING id", at)
    made = await conn.fetchval(
        "INSERT INTO restriction (person_id, calls, reason, by_id, at, until) VALUES ($1, '{1,2,3}', 'x', $2, $3, $4) RETURNING id",
        person,
        by.id,
        at,
        at + 7 * DAY,
    )
    for column, value in more.items():
        await conn.execute(f"UPDATE restriction SET {column} = $2 WHERE id = $1", made, value)
    if "objected_at" in more:
        decided = more["objected_at"] + DAY  # type: ignore[operator]
        await conn.execute(
            "UPDATE restriction SET decided_at = $2, decided_by = $3, upheld = false, lifted_at = $2 WHERE id = $1",
            made,
            decided,
            other.id,
        )


async def test_restrictions_of_the_month_and_what_became_of_them(conn: Conn, services: Services) -> None:
    await restricted(conn, services, START - S)
    await restricted(conn, services, START)
    await restricted(conn, services, END - S, lifted_at=END)
    await restricted(conn, services, END)
    await restricted(conn, services, START + DAY, lifted_at=START + 2 * DAY)
    await restricted(conn, services, START + DAY, objected_at=START + 3 * DAY)
    await restricted(conn, services, END - DAY, objected_at=END - S)
    row = await notice_sql.restricted(conn, START, END)
    assert RestrictionCounts(*row.as_tuple()) == RestrictionCounts(made=5, lifted=1, objected=2, reversed=1)
