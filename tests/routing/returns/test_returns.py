"""Returns and rulings: once a department, clocks held or superseded, custody exact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal
from hotline.base.services import Services
from hotline.ticket import Role
from sla.ledger.responsibility import total_time
from sla.ledger.ticket_ledgers import load_intervals
from tests.office import department, duties, move, on_shift, state, ticket, user


async def setting(conn: Conn, services: Services) -> dict[str, object]:
    lamps, water = await department(conn, "T05", "测试路灯所"), await department(conn, "T06", "测试供水公司")
    made = {
        "operator": await user(conn, Role.OPERATOR),
        "manager": await user(conn, Role.MANAGER),
        "lamps": await user(conn, Role.LIAISON, department=lamps),
        "water": await user(conn, Role.LIAISON, department=water),
    }
    await on_shift(conn, made["operator"], services.clock.now())
    opened = await ticket(conn, services)
    await move(conn, services, made["operator"], opened.number, "assignments", department="T05")
    return {**made, "number": opened.number, "id": opened.ticket}


async def test_another_department_named_starts_fresh(conn: Conn, services: Services, clock: MovingClock) -> None:
    s = await setting(conn, services)
    number = str(s["number"])
    clock.move(timedelta(hours=1))
    await move(conn, services, s["lamps"], number, "returns", reason="not our duty", basis="三定方案", suggested="T06")  # type: ignore[arg-type]
    assert await state(conn, number) == "returned"
    with pytest.raises(Illegal):
        await move(conn, services, s["lamps"], number, "signatures")  # type: ignore[arg-type]
    clock.move(timedelta(hours=2))
    made = await move(conn, services, s["manager"], number, "rulings", department="T06", reason="供水公司的管线")  # type: ignore[arg-type]
    assert made["overruled"] is False
    rows = await conn.fetch(
        "SELECT clock, state, started_at FROM clock WHERE ticket_id = $1 AND clock = 'resolve' ORDER BY id",
        s["id"],
    )
    assert [(r["state"]) for r in rows] == ["superseded", "running"]
    assert rows[1]["started_at"] == clock.now()
    clock.move(timedelta(hours=1))
    parts = await load_intervals(conn, s["id"], clock.now())  # type: ignore[arg-type]
    assert [(p.party, (p.to_at - p.from_at) / timedelta(hours=1)) for p in parts] == [
        ("department:T05", 1),
        ("owner", 2),
        ("department:T06", 1),
    ]
    assert total_time(parts) == 4 * 3600


async def test_the_same_named_goes_on_as_if_never_paused(conn: Conn, services: Services, clock: MovingClock) -> None:
    s = await setting(conn, services)
    number = str(s["number"])
    due = await conn.fetchval("SELECT due_at FROM clock WHERE clock = 'resolve' AND ticket_id = $1", s["id"])
    clock.at = due - timedelta(hours=1)
    await move(conn, services, s["lamps"], number, "returns", reason="not our duty", basis="三定方案", suggested="T06")  # type: ignore[arg-type]
    clock.at = due + timedelta(hours=1)
    made = await move(conn, services, s["manager"], number, "rulings", department="T05", reason="就是你们的")  # type: ignore[arg-type]
    assert (made["overruled"], made["state"]) == (True, "dispatched")
    row = await conn.fetchrow("SELECT * FROM clock WHERE clock = 'resolve' AND ticket_id = $1", s["id"])
    assert row is not None
    assert (row["state"], row["due_at"], row["breached_at"]) == ("running", due, due)
    with pytest.raises(Illegal, match="before"):
        await move(
            conn,
            services,
            s["lamps"],
            number,
            "returns",
            reason="not our duty",
            basis="三定方案",
            suggested="T06",
        )  # type: ignore[arg-type]


@pytest.mark.parametrize(("late", "flag"), [(timedelta(), False), (timedelta(seconds=1), True)])
async def test_a_late_return_is_taken_and_flagged(
    conn: Conn, services: Services, clock: MovingClock, late: timedelta, flag: bool
) -> None:
    s = await setting(conn, services)
    due = await conn.fetchval("SELECT due_at FROM clock WHERE clock = 'return' AND ticket_id = $1", s["id"])
    clock.at = due + late
    made = await move(
        conn,
        services,
        s["lamps"],
        str(s["number"]),
        "returns",
        reason="not our duty",
        basis="三定",
        suggested="T06",
    )  # type: ignore[arg-type]
    assert made["late"] is flag


async def test_a_return_names_who_should_have_it_and_coordinates_wait(conn: Conn, services: Services) -> None:
    s = await setting(conn, services)
    number = str(s["number"])
    with pytest.raises(BadField) as error:
        await move(conn, services, s["lamps"], number, "returns", reason="not our duty", basis="三定")  # type: ignore[arg-type]
    assert error.value.field == "suggested"
    with pytest.raises(Illegal, match="two logged attempts"):
        await move(conn, services, s["lamps"], number, "returns", reason="not_enough_information", basis="无地点")  # type: ignore[arg-type]
    assert (await duties(conn, number))["coordinate"] == "open"
