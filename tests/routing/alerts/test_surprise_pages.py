"""The monthly surprise page: one a department and month, answered in time, late or not at all, and published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import InboundSms, Outgoing, Services
from hotline.base.text.phones import read_phone
from routing.alerts import surprise_pages
from tests.routing.alerts.test_paging_story import build, only

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 2, 28, 16, 10, tzinfo=UTC)


def test_it_is_planned_on_the_first() -> None:
    found = surprise_pages.FIRSTS(FIRST - timedelta(seconds=1), FIRST + timedelta(days=31), ZONE)
    assert [m.astimezone(ZONE).isoformat()[:16] for m in found] == ["2026-03-01T00:10", "2026-04-01T00:10"]


async def planned(conn: Conn, services: Services, clock: MovingClock) -> None:
    await build(conn, services)
    clock.at = FIRST
    for _ in range(2):
        await surprise_pages.plan(conn, services, FIRST, clock.now())


async def swept(conn: Conn, services: Services, clock: MovingClock) -> list[Any]:
    while await surprise_pages.page_due(only(conn), services, clock.now()):
        pass
    return await conn.fetch("SELECT * FROM surprise_page WHERE paged_at IS NOT NULL ORDER BY department_id")


async def test_each_department_once_at_a_moment_of_the_month_that_nobody_can_read(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    await planned(conn, services, clock)
    rows = await conn.fetch("SELECT due_at FROM surprise_page")
    assert len(rows) == 2
    assert all(FIRST <= r["due_at"] < datetime(2026, 3, 31, 16, tzinfo=UTC) for r in rows)
    assert await surprise_pages.results(conn, date(2026, 3, 1), clock.now()) == []
    clock.at = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
    await surprise_pages.plan(
        conn, services, datetime(2026, 3, 31, 16, 10, tzinfo=UTC) - timedelta(days=31), clock.now()
    )
    assert await conn.fetchval("SELECT count(*) FROM surprise_page") == 2


@pytest.mark.parametrize(
    ("after", "result"), [(timedelta(minutes=15), "answered"), (timedelta(minutes=15, seconds=1), "late")]
)
async def test_the_code_sent_back_is_the_answer(
    conn: Conn, services: Services, clock: MovingClock, after: timedelta, result: str
) -> None:
    await planned(conn, services, clock)
    await conn.execute("UPDATE surprise_page SET due_at = $1", clock.now())
    clock.at = datetime(2026, 3, 2, 18, tzinfo=UTC)  # 02:00 at night
    row, _ = await swept(conn, services, clock)
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind LIKE 'surprise%'") == 4
    clock.move(after)
    stranger = InboundSms(1, "SM1", read_phone("+8613900001001"), row["code"], clock.now())
    assert not await surprise_pages.claim(conn, services, stranger, clock.now())
    own = InboundSms(2, "SM2", read_phone("+8613900001000"), row["code"].lower() + "。", clock.now())
    assert await surprise_pages.claim(conn, services, own, clock.now())
    found = await surprise_pages.results(conn, date(2026, 3, 1), clock.now())
    assert [f["result"] for f in found] == [result, "waiting"]
    clock.move(timedelta(days=1))
    unsent = await surprise_pages.results(conn, date(2026, 3, 1), clock.now())
    assert [f["result"] for f in unsent] == [result, "not_sent"]
    await conn.execute("UPDATE outbox SET state = 'sent' WHERE kind LIKE 'surprise%'")
    assert [f["result"] for f in await surprise_pages.results(conn, date(2026, 3, 1), clock.now())] == [
        result,
        "silent",
    ]


async def test_nobody_on_duty_is_published_and_a_key_is_an_answer(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    await planned(conn, services, clock)
    await conn.execute("UPDATE surprise_page SET due_at = $1", clock.now())
    await conn.execute(
        "UPDATE app_user SET phone_tested_at = NULL WHERE department_id = (SELECT max(department_id) FROM surprise_page)"
    )
    clock.at = datetime(2026, 3, 2, 18, tzinfo=UTC)
    row, _ = await swept(conn, services, clock)
    call = Outgoing(1, surprise_pages.VOICE, None, row["user_id"], {"surprise": row["id"]})
    assert await surprise_pages.still_wanted(conn, call, clock.now())
    await surprise_pages.on_key(conn, services, call, "delivered", clock.now())
    assert await conn.fetchval("SELECT count(*) FROM surprise_page WHERE answered_at IS NOT NULL") == 0
    await surprise_pages.on_key(conn, services, call, "acknowledged", clock.now())
    found = await surprise_pages.results(conn, date(2026, 3, 1), clock.now())
    assert [(f["result"], f["how"]) for f in found] == [("answered", "key"), ("nobody", None)]
    assert not await surprise_pages.still_wanted(conn, call, clock.now())


async def test_a_page_that_could_not_leave_in_time_does_not_leave(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    await planned(conn, services, clock)
    await conn.execute("UPDATE surprise_page SET due_at = $1", clock.now())
    clock.at = datetime(2026, 3, 2, 18, tzinfo=UTC)
    row, _ = await swept(conn, services, clock)
    message = Outgoing(1, surprise_pages.KIND, None, row["user_id"], {"surprise": row["id"]})
    assert not await surprise_pages.still_wanted(conn, message, clock.now() + timedelta(hours=3))
