"""Shifts: coming to the desk and leaving it; who takes tickets in rotation (rulebook §3)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.ids import UserId
from hotline.people import absences_sql, shifts_sql
from hotline.people.store import audit
from hotline.people.user import User


async def set_shift(conn: Conn, user: User, *, on: bool, now: datetime) -> None:
    """On or off; each change is audited. What they do at the telephone: `hotline.calls.operator_states`."""
    if not on:
        await shifts_sql.shift_off(conn, user.id, now)
    else:
        await shifts_sql.shift_on(conn, user.id, now)
        await absences_sql.end_absence(conn, user.id, now)  # whoever works is back
    await audit(conn, user.actor, "shift", now, on=on)
    await notify(conn, "centre", LiveKind.SHIFT, user=user.id)


async def is_on_shift(conn: Conn, user: UserId) -> bool:
    """Whether an operator is on shift now."""
    return bool(await shifts_sql.is_on_shift(conn, user))


async def operators_on_shift(conn: Conn, *, before: datetime | None = None) -> list[UserId]:
    """The operators on shift, or those whose shift began before a moment: who takes tickets in rotation."""
    return await shifts_sql.operators_on_shift(conn, before)
