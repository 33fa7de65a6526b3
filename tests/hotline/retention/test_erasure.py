"""What is past its time is erased, once, and the record verifies; what is open, held or newer stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.moves.corrections import keep_file
from hotline.people.user import User
from hotline.retention.erasure import erase
from hotline.ticket import Role
from sla.verify.command import verified
from tests import office
from tests.office import events, move

DAY = timedelta(days=1)
PHONE = "+8613900007777"
#: Rows that hold words, names or numbers of people.
LEFT = (
    "SELECT count(*) FROM ticket_text",
    "SELECT count(*) FROM contact_text",
    "SELECT count(*) FROM note",
    "SELECT count(*) FROM reply WHERE public_text <> ''",
    "SELECT count(*) FROM report_back WHERE text <> ''",
    "SELECT count(*) FROM attachment WHERE content IS NOT NULL",
    "SELECT count(*) FROM outbox WHERE person_id IS NOT NULL AND body <> ''",
    "SELECT count(*) FROM outbox WHERE person_id IS NOT NULL AND to_enc <> ''",
    "SELECT count(*) FROM ticket_sketch",
)
NAMED = "SELECT count(*) FROM person WHERE phone_enc IS NOT NULL OR phone_hash IS NOT NULL OR name_enc IS NOT NULL"


async def filed(conn: Conn, services: Services, phone: str = PHONE) -> tuple[str, User, User]:
    """A ticket with its whole story, filed; its number, operator and manager."""
    made = await conn.fetchval("SELECT id FROM department WHERE code = 'T05'")
    lamps = made or await office.department(conn, "T05", "测试路灯所")
    operator, manager = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.MANAGER)
    liaison = await office.user(conn, Role.LIAISON, department=lamps)
    number = (await office.ticket(conn, services, phone=phone, operator=operator.id)).number
    for who, noun, fields in (
        (operator, "assignments", {"department": "T05"}),
        (liaison, "signatures", {}),
        (operator, "additions", {"text": "又坏了"}),
        (liaison, "replies", {"outcome": "solved", "public": "已修好"}),
        (operator, "report-backs", {"via": "call", "text": "已修好"}),
        (operator, "follow-ups", {"reached": True, "solved": True, "rating": 5}),
        (operator, "filings", {}),
    ):
        await move(conn, services, who, number, noun, **fields)
    ident = await conn.fetchval("SELECT id FROM ticket WHERE number = $1", number)
    await keep_file(conn, services, ident, "灯.jpg", "image/jpeg", b"x", "person", services.clock.now())
    return number, operator, manager


async def night(pool: Pool, services: Services) -> int:
    """The sweep until nothing is left."""
    total = 0
    while done := await erase(pool, services, services.clock.now()):
        total += done
    return total


async def left(pool: Pool) -> list[int]:
    async with pool.acquire() as conn:
        return [await conn.fetchval(query) for query in LEFT]


async def test_two_years_after_the_filing_and_not_before(
    pool: Pool, services: Services, clock: MovingClock, dsn: str
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        number, *_ = await filed(conn, services)
    before = await left(pool)
    assert all(before), dict(zip(LEFT, before, strict=True))
    midnight = clock.now().astimezone(services.settings.zone).replace(hour=0, minute=0) + 731 * DAY
    clock.at = midnight - timedelta(seconds=1)
    assert await night(pool, services) == 0
    assert await left(pool) == before
    clock.at = midnight
    assert await night(pool, services) == 2  # the ticket, the person
    async with pool.acquire() as conn:
        assert await left(pool) == [0] * len(LEFT)
        assert await conn.fetchval(NAMED) == 0
        assert (await events(conn, number))[-2:] == ["erased", "erased"]
        said = await conn.fetch("SELECT detail FROM audit WHERE kind = 'erased' ORDER BY id")
        assert [(r["detail"]["what"], r["detail"]["count"]) for r in said] == [("words", 1), ("person", 1)]
        assert (await verified(conn, dsn, services))[0] == []
    for _ in range(2):
        clock.move(DAY)
        assert await night(pool, services) == 0
    async with pool.acquire() as conn:
        assert (await events(conn, number)).count("erased") == 2
        # whoever calls again is somebody new
        await office.ticket(conn, services, phone=PHONE)
        assert await conn.fetchval(NAMED) == 1


async def test_who_has_an_open_matter_or_wrote_again_keeps_the_name(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await filed(conn, services)
        clock.move(700 * DAY)
        await office.ticket(conn, services, phone=PHONE)
    clock.move(40 * DAY)
    await night(pool, services)
    async with pool.acquire() as conn:
        assert await conn.fetchval(NAMED) == 1
        assert await conn.fetchval("SELECT count(*) FROM ticket_text") == 1  # the open one's words
    clock.move(2000 * DAY)
    await night(pool, services)
    async with pool.acquire() as conn:
        assert await conn.fetchval(NAMED) == 1
        assert await conn.fetchval("SELECT count(*) FROM ticket_text") == 1


async def test_what_is_held_for_proceedings_stays_until_they_end(
    pool: Pool, services: Services, clock: MovingClock, dsn: str
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        number, operator, manager = await filed(conn, services)
        with pytest.raises(Exception, match="manager"):
            await move(conn, services, operator, number, "holds", reason="行政诉讼")
        made = await move(conn, services, manager, number, "holds", reason="行政诉讼")
        with pytest.raises(Exception, match="held already"):
            await move(conn, services, manager, number, "holds", reason="行政诉讼")
    before = await left(pool)
    clock.move(800 * DAY)
    await night(pool, services)
    assert await left(pool) == before
    async with pool.acquire() as conn, conn.transaction():
        assert await conn.fetchval(NAMED) == 1
        await move(conn, services, manager, number, "holds/{item}/ends", item=made["hold"])
    clock.move(31 * DAY)
    await night(pool, services)
    async with pool.acquire() as conn:
        assert await left(pool) == [0] * len(LEFT)
        assert await conn.fetchval(NAMED) == 0
        assert (await verified(conn, dsn, services))[0] == []


async def test_periods_are_data_and_batches_small(
    pool: Pool, services: Services, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.retention.erasure.BATCH", 2)
    async with pool.acquire() as conn, conn.transaction():
        for i in range(3):
            await filed(conn, services, phone=f"+861390000776{i}")
        await conn.execute("UPDATE retention SET days = 60 WHERE what = 'words'")
    clock.move(62 * DAY)
    assert await erase(pool, services, clock.now()) == 2
    assert await erase(pool, services, clock.now()) == 1
    assert await erase(pool, services, clock.now()) == 0
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket_text") == 0
        assert await conn.fetchval(NAMED) == 3
