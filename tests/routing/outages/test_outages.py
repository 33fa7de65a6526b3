"""Known outages on the telephone and by SMS: played before the queue, one key attaches, told once of changes and of the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.http.problem import BadField, Missing
from hotline.base.services import Services
from hotline.contacts import owed_calls
from hotline.moves import contact_ends
from hotline.people.actions import ActionContext, NoFields
from hotline.people.user import User
from hotline.telephony.simulator_views import heard
from hotline.ticket import Category, Role
from routing.outages import outages
from routing.outages.announcements import remind
from tests import office
from tests.line import webhook
from tests.office import department, move, on_shift, ready_for_calls, ticket, user

CALLER, OTHER, LANDLINE, STOPPED = "+8613900000041", "+8613900000042", "+864367222333", "+8613900000043"


class Works:
    """The water company has posted an outage; an operator is at the desk, ready for calls."""

    def __init__(self, pool: Pool, services: Services) -> None:
        self.pool, self.services = pool, services

    async def fill(self) -> Works:
        async with self.pool.acquire() as conn, conn.transaction():
            self.water = await department(conn, "T61", "测试自来水公司", duties=["停水"])
            self.liaison = await user(
                conn, Role.LIAISON, department=self.water, phone="+8613911110001", services=self.services
            )
            self.stranger = await user(conn, Role.LIAISON, department=await department(conn, "T62", "测试供电公司"))
            self.operator = await user(conn, Role.OPERATOR, phone="+8613911110009", services=self.services)
            await on_shift(conn, self.operator, self.services.clock.now())
            await ready_for_calls(conn, self.operator, self.services.clock.now())
        self.outage = await self.post("停水", "丽发新城", "主管道爆裂，正在抢修。")
        return self

    async def post(self, matter: str, place: str, text: str) -> int:
        body = outages.OutageBody(
            matter=matter, place=place, text=text, until=self.services.clock.now() + timedelta(hours=5)
        )
        return int(str((await self.do(self.liaison, outages.post_outage, body))["outage"]))

    async def do(self, who: User, deed: object, body: object, item: int | None = None) -> dict[str, object]:
        async with self.pool.acquire() as conn, conn.transaction():
            return dict(await deed(ActionContext(conn, self.services, who, self.services.clock.now(), item), body))  # type: ignore[operator]

    async def attached(self, phone: str, text: str = "丽发新城停水") -> str:
        async with self.pool.acquire() as conn, conn.transaction():
            made = await ticket(conn, self.services, text, phone)
            await move(conn, self.services, self.operator, made.number, "outages", outage=self.outage)
        return made.number

    async def bodies(self, kind: str) -> list[str]:
        async with self.pool.acquire() as conn:
            return [r["body"] for r in await conn.fetch("SELECT body FROM outbox WHERE kind = $1 ORDER BY id", kind)]


@pytest.fixture
async def works(pool: Pool, services: Services) -> Works:
    return await Works(pool, services).fill()


async def rings(client: TestClient, services: Services, sid: str, phone: str = CALLER) -> str:
    _, said = await webhook(client, services, "/twilio/voice", CallSid=sid, From=phone, CallStatus="ringing")
    return said


async def test_what_is_known_is_played_before_the_queue(client: TestClient, works: Works, clock: MovingClock) -> None:
    said, steps = heard(await rings(client, works.services, "CA1"))
    assert any("目前丽发新城停水，预计今天下午3点恢复。反映这件事请按1。" in s for s in said), said
    assert [verb for verb, _ in steps] == ["Gather", "Redirect"]
    _, queue = await webhook(client, works.services, "/twilio/voice/queue", CallSid="CA1", From=CALLER)
    assert "<Dial" in queue
    assert "停水" not in queue
    await works.do(works.liaison, outages.end_outage, NoFields(), works.outage)
    assert "停水" not in await rings(client, works.services, "CA2", OTHER)


async def test_what_is_past_its_time_is_not_played(client: TestClient, works: Works, clock: MovingClock) -> None:
    clock.move(timedelta(hours=5) - timedelta(seconds=1))
    assert "停水" in await rings(client, works.services, "CA1")
    clock.move(timedelta(seconds=1))
    assert "停水" not in await rings(client, works.services, "CA2", OTHER)


async def test_one_key_attaches_once_a_person(client: TestClient, works: Works) -> None:
    path = f"/twilio/voice/known?items={works.outage}"
    for sid in ("CA1", "CA1", "CA2"):
        await rings(client, works.services, sid)
        _, said = await webhook(client, works.services, path, CallSid=sid, From=CALLER, Digits="1")
        assert "已为您登记" in said
        assert "<Hangup" in said
        assert "恢复后会告诉您" in said
    async with works.pool.acquire() as conn:
        (made,) = await conn.fetch("SELECT * FROM ticket")
        assert (made["state"], made["channel"]) == ("dispatched", "call")
        assert (
            await conn.fetchval("SELECT outage_id FROM outage_ticket WHERE ticket_id = $1", made["id"]) == works.outage
        )
        ends = await conn.fetch("SELECT outcome, ticket_id FROM contact ORDER BY id")
        assert [tuple(e) for e in ends] == [("ticket", made["id"]), ("addition", made["id"])]
        assert await conn.fetchval("SELECT count(*) FROM call_back") == 0
    assert len(await works.bodies("received")) == 1
    assert len(await works.bodies("outage")) == 1


@pytest.mark.parametrize(
    ("key", "items"), [("2", ""), ("0", ""), ("", ""), ("*", ""), ("1", "999999"), ("1", "x"), ("９", "")]
)
async def test_any_other_key_goes_on_to_the_queue(client: TestClient, works: Works, key: str, items: str) -> None:
    await rings(client, works.services, "CA1")
    path = f"/twilio/voice/known?items={items or works.outage}"
    _, said = await webhook(client, works.services, path, CallSid="CA1", From=CALLER, Digits=key)
    assert "/twilio/voice/queue" in said
    async with works.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0
        assert await conn.fetchval("SELECT outcome FROM contact") is None


async def test_an_anonymous_caller_gets_a_ticket_too(client: TestClient, works: Works) -> None:
    for sid in ("CA1", "CA2"):
        await rings(client, works.services, sid, "anonymous")
        path = f"/twilio/voice/known?items={works.outage}"
        assert (
            "已为您登记" in (await webhook(client, works.services, path, CallSid=sid, From="anonymous", Digits="1"))[1]
        )
    async with works.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM outage_ticket") == 2  # nobody knows that they are one


async def test_the_end_is_told_once_a_person_and_to_some_by_a_call(works: Works) -> None:
    numbers = [await works.attached(phone) for phone in (CALLER, CALLER, LANDLINE, STOPPED, "")]
    child = await _merged(works, numbers[0])
    told = await works.attached("+8613900000045")
    async with works.pool.acquire() as conn, conn.transaction():
        await conn.execute(
            "UPDATE person SET opted_out_at = now() WHERE phone_hash = $1", works.services.keys.hash(STOPPED)
        )
        await move(conn, works.services, works.liaison, told, "signatures")
        await move(conn, works.services, works.liaison, told, "replies", outcome="solved", public="您家已恢复")
        await move(conn, works.services, works.operator, told, "report-backs", via="call", text="您家已恢复")
    with pytest.raises(Missing):
        await works.do(works.stranger, outages.end_outage, NoFields(), works.outage)
    assert (await works.do(works.liaison, outages.end_outage, NoFields(), works.outage))["told"] == 4
    said = await works.bodies("outage_over")
    assert len(said) == 2
    assert numbers[0] in said[0]
    assert "丽发新城停水已于03-04 10:00恢复" in said[0]
    assert child in said[1]
    async with works.pool.acquire() as conn:
        owed = await contact_ends.call_backs(
            conn, works.services, contact_ends.ContactsQuery(), works.services.clock.now()
        )
        assert [(c["ticket"], c["reason"]) for c in owed] == [(numbers[2], "outage"), (numbers[3], "outage")]
        assert "outage_over" in await office.events(conn, numbers[4])
        assert "outage_over" not in await office.events(conn, told)
    with pytest.raises(Missing):
        await works.do(works.liaison, outages.end_outage, NoFields(), works.outage)
    assert len(await works.bodies("outage_over")) == 2
    later = works.services.clock.now() + owed_calls.RECEIPT_WITHIN
    assert await owed_calls.sweep_unconfirmed(works.pool, works.services, later) == 2  # no receipt came
    async with works.pool.acquire() as conn:
        owed = await contact_ends.call_backs(
            conn, works.services, contact_ends.ContactsQuery(), works.services.clock.now()
        )
    assert {c["ticket"] for c in owed} == {numbers[0], child, numbers[2], numbers[3]}


async def _merged(works: Works, into: str) -> str:
    async with works.pool.acquire() as conn, conn.transaction():
        child = await ticket(conn, works.services, "丽发小区没水", OTHER)
        await move(conn, works.services, works.operator, child.number, "merges", into=into)
    return child.number


async def test_a_change_is_told_and_its_time_has_passed_never(works: Works, clock: MovingClock) -> None:
    number = await works.attached(CALLER)
    later = clock.now() + timedelta(hours=9)
    with pytest.raises(BadField):
        await works.do(
            works.liaison, outages.change_outage, outages.OutageChangeBody(text="x", until=clock.now()), works.outage
        )
    change = outages.OutageChangeBody(text="还要换一段管子。", until=later)
    assert (await works.do(works.liaison, outages.change_outage, change, works.outage))["told"] == 1
    clock.move(timedelta(minutes=1))
    await works.do(works.liaison, outages.change_outage, change, works.outage)
    said = await works.bodies("outage_changed")
    assert len(said) == 2
    assert number in said[0]
    assert "还要换一段管子。 预计03-04 19:00恢复" in said[0]


async def test_a_secret_matter_is_not_told_by_sms(works: Works) -> None:
    async with works.pool.acquire() as conn, conn.transaction():
        made = await ticket(conn, works.services, "丽发新城停水", CALLER, confidential=True)
        await move(conn, works.services, works.operator, made.number, "outages", outage=works.outage)
        tip = await ticket(conn, works.services, "举报丽发新城停水", OTHER, category=Category.TIPOFF)
        assert tip.number
    await works.do(works.liaison, outages.end_outage, NoFields(), works.outage)
    (said,) = await works.bodies("outage_over")
    assert "丽发新城" not in said
    assert made.number in said


async def test_when_its_time_has_come_its_department_is_asked_once(works: Works, clock: MovingClock) -> None:
    clock.move(timedelta(hours=5) - timedelta(seconds=1))
    assert await remind(works.pool, works.services, clock.now()) == 0
    clock.move(timedelta(seconds=1))
    assert await remind(works.pool, works.services, clock.now()) == 1
    assert await remind(works.pool, works.services, clock.now()) == 0
    (said,) = await works.bodies("outage_due")
    assert "丽发新城停水" in said
    await works.do(
        works.liaison,
        outages.change_outage,
        outages.OutageChangeBody(text="延长", until=clock.now() + timedelta(hours=1)),
        works.outage,
    )
    clock.move(timedelta(hours=1))
    assert await remind(works.pool, works.services, clock.now()) == 1
    await works.do(works.liaison, outages.end_outage, NoFields(), works.outage)
    clock.move(timedelta(hours=9))
    assert await remind(works.pool, works.services, clock.now()) == 0
