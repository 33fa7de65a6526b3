"""An absent owner's tickets are offered to the shift and moved by nobody but who takes them; the owner reads who did."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.moves import absent_owners
from hotline.moves.absent_owners import ABSENT_AFTER
from hotline.people import absences_sql
from hotline.people.shifts import set_shift
from hotline.people.user import User
from hotline.ticket import Role
from tests import office

S = timedelta(seconds=1)


async def owner_of(conn: Conn, services: Services, clock: MovingClock) -> tuple[User, str]:
    """Somebody on shift who owns a ticket."""
    who = await office.user(conn, Role.OPERATOR)
    await office.on_shift(conn, who, clock.now())
    return who, (await office.ticket(conn, services, operator=who.id)).number


async def numbers(conn: Conn, clock: MovingClock) -> list[str]:
    return [row.number for row in await absent_owners.offered(conn, clock.now())]


@pytest.mark.parametrize(("late", "there"), [(-S, False), (0 * S, True), (S, True)])
async def test_who_is_off_shift_for_a_day_is_absent(
    conn: Conn, services: Services, clock: MovingClock, late: timedelta, there: bool
) -> None:
    who, number = await owner_of(conn, services, clock)
    await set_shift(conn, who, on=False, now=clock.now())
    clock.move(ABSENT_AFTER + late)
    assert await numbers(conn, clock) == ([number] if there else [])
    await set_shift(conn, who, on=True, now=clock.now())
    assert await numbers(conn, clock) == []


@pytest.mark.parametrize(("late", "there"), [(-S, True), (0 * S, False), (S, False)])
async def test_leave_offers_at_once_until_its_end(
    conn: Conn, services: Services, clock: MovingClock, late: timedelta, there: bool
) -> None:
    who, number = await owner_of(conn, services, clock)
    until = clock.now() + timedelta(hours=20)
    await set_shift(conn, who, on=False, now=clock.now())
    await absences_sql.insert_absence(conn, who.id, clock.now(), until)
    assert await numbers(conn, clock) == [number]
    clock.move(timedelta(hours=20) + late)
    assert await numbers(conn, clock) == ([number] if there else [])


async def test_a_colleague_takes_it_and_the_owner_reads_who(conn: Conn, services: Services, clock: MovingClock) -> None:
    who, number = await owner_of(conn, services, clock)
    colleague = await office.user(conn, Role.OPERATOR)
    await office.on_shift(conn, colleague, clock.now())
    with pytest.raises(Illegal):  # the owner is there
        await office.move(conn, services, colleague, number, "takings")
    await absences_sql.insert_absence(conn, who.id, clock.now(), clock.now() + timedelta(days=3))
    await office.move(conn, services, colleague, number, "takings")
    assert await conn.fetchval("SELECT owner_id FROM ticket WHERE number = $1", number) == colleague.id
    assert "handed_over" in await office.events(conn, number)
    (row,) = await absent_owners.taken_from(conn, who, clock.now())
    assert (row.number, row.by_name) == (number, colleague.shown_name)
    assert await absent_owners.taken_from(conn, colleague, clock.now()) == []
    third = await office.user(conn, Role.OPERATOR)
    await office.on_shift(conn, third, clock.now())
    with pytest.raises(Illegal):  # it is theirs now
        await office.move(conn, services, third, number, "takings")


async def test_nothing_is_moved_by_itself(conn: Conn, services: Services, clock: MovingClock) -> None:
    who, number = await owner_of(conn, services, clock)
    await set_shift(conn, who, on=False, now=clock.now())
    clock.move(timedelta(days=30))
    assert await numbers(conn, clock) == [number]
    assert await conn.fetchval("SELECT owner_id FROM ticket WHERE number = $1", number) == who.id
