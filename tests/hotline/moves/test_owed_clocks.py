"""Owed calls say how their clock stands; a number that is shown is shown for a reason that stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.base.text.phones import read_phone
from hotline.contacts.call_ends import owe_call, take_call
from hotline.moves import contact_ends
from hotline.people.persons import ensure_persons
from hotline.ticket import Role
from tests import office

CITIZEN = "+8613900000001"


async def owed(conn: Conn, services: Services, clock: MovingClock) -> int:
    """A call that nobody took."""
    now = clock.now()
    await ensure_persons(conn, services.keys, {read_phone(CITIZEN): "zh"}, now)
    await take_call(conn, services, CITIZEN, "CA1", now)
    await owe_call(conn, services, "CA1", "missed", None, now)
    return int(await conn.fetchval("SELECT id FROM call_back"))


async def listed(conn: Conn, services: Services, clock: MovingClock) -> list[dict[str, Any]]:
    return await contact_ends.call_backs(conn, services, contact_ends.ContactsQuery(), clock.now())


@pytest.mark.parametrize(("after", "late"), [(-1, False), (0, False), (1, True)])
async def test_an_owed_call_says_how_its_clock_stands(
    conn: Conn, services: Services, clock: MovingClock, after: int, late: bool
) -> None:
    await owed(conn, services, clock)
    clock.move(timedelta(minutes=15, seconds=after))
    (row,) = await listed(conn, services, clock)
    assert row["clock"].due_at == clock.now() - timedelta(seconds=after)
    assert (row["clock"].breached_at is not None) == late


async def test_a_try_stops_the_clock(conn: Conn, services: Services, clock: MovingClock) -> None:
    who, call_back = await office.user(conn, Role.OPERATOR), await owed(conn, services, clock)
    await contact_ends.not_reached(conn, services, who, call_back, "", clock.now())
    clock.move(timedelta(hours=1))
    (row,) = await listed(conn, services, clock)
    assert (row["clock"].state, row["clock"].breached_at) == ("stopped", None)


async def test_a_number_is_shown_for_a_reason_that_stays(conn: Conn, services: Services, clock: MovingClock) -> None:
    who, call_back = await office.user(conn, Role.OPERATOR), await owed(conn, services, clock)
    made = await contact_ends.reveal(conn, services, who, call_back, "用手机回电", clock.now())
    assert made["number"] == CITIZEN
    assert await conn.fetchval("SELECT detail->>'reason' FROM audit WHERE kind = 'revealed'") == "用手机回电"
