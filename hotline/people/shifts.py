"""Shifts: coming to the desk and leaving it, and taking over what the duty desk kept (rulebook §3)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.store import audit
from hotline.people.user import User


async def set_shift(conn: Conn, services: Services, user: User, *, on: bool, ready: bool, now: datetime) -> None:
    """On, off, or ready; each change is audited."""
    if not on:
        await people_sql.shift_off(conn, user.id, now)
    else:
        await people_sql.shift_on(conn, user.id, now)
        await people_sql.set_ready(conn, user.id, ready)
    await audit(conn, user.actor, "shift", now, on=on, ready=ready)
    await notify(conn, "centre", LiveKind.SHIFT, user=user.id)
