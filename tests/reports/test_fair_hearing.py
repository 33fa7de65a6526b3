"""No hearing, no notice: what is open keeps it from being proposed, approval asks, and says what it names (rulebook §11)."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson
import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from reports.figures.month import Month
from reports.findings import judgements
from reports.notice.freeze import approve, propose
from tests.doors import token
from tests.reports.story import StoryOffice, at, lived, office

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
S = timedelta(seconds=1)


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    return await office(conn, services, clock, "2026-03-31 09:00")


async def late(o: StoryOffice) -> tuple[int, datetime]:
    """Signed late on the last day of March: the finding, and until when the department may be heard."""
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=2, seconds=1))
    await o.does(o.lamps, number, "signatures")
    await o.does(o.lamps, number, "first-contacts", note="已联系", via="visit")
    await o.replied(number)
    row = await o.conn.fetchrow("SELECT id, appeal_by FROM finding")
    assert row is not None
    return row["id"], row["appeal_by"]


async def proposes(o: StoryOffice, moment: datetime, month: Month = MARCH) -> None:
    o.clock.at = moment
    await propose(o.conn, o.services, o.manager, month, "", o.clock.now())


async def approves(o: StoryOffice, moment: datetime) -> None:
    await approve(o.conn, o.services, o.leader, MARCH, moment)


async def test_nothing_is_proposed_at_midnight(o: StoryOffice) -> None:
    for moment in ("2026-04-01 00:05", "2026-04-01 09:59:59"):
        with pytest.raises(Illegal, match="last night"):
            await proposes(o, at(moment))
    await proposes(o, at("2026-04-01 10:00"))


async def test_what_the_last_night_left_unsigned_is_found_before(o: StoryOffice) -> None:
    o.clock.at = at("2026-03-31 21:30")
    number = await o.opened()
    await o.dispatched(number)
    await o.conn.execute(
        "UPDATE clock SET touched_at = '2026-03-31 15:30:01Z' WHERE clock = 'sign'"
    )  # the ladder's latch
    with pytest.raises(Illegal, match="may still be heard on 1"):
        await proposes(o, at("2026-04-01 10:00:01"))


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, True), (1, False)])
async def test_not_while_a_window_is_open(o: StoryOffice, seconds: int, open_: bool) -> None:
    _, by = await late(o)
    if open_:
        with pytest.raises(Illegal, match="may still be heard"):
            await proposes(o, by + seconds * S)
    else:
        await proposes(o, by + seconds * S)


async def test_not_while_an_appeal_waits(o: StoryOffice) -> None:
    finding, by = await late(o)
    await judgements.appeal(o.conn, o.services, o.lamps, finding, "当时系统打不开", o.clock.now())
    with pytest.raises(Illegal, match="appeals"):
        await proposes(o, by + S)
    await judgements.decide(o.conn, o.services, o.other, finding, False, "查无此事", o.clock.now())
    await proposes(o, by + 2 * S)


async def test_an_earlier_proposal_is_decided_first(o: StoryOffice) -> None:
    await proposes(o, at("2026-04-09 09:00"))
    with pytest.raises(Illegal, match="2026-03"):
        await proposes(o, at("2026-05-11 09:00"), APRIL)


async def test_proposing_and_approving_verify_the_record_first(o: StoryOffice) -> None:
    """A reply's time and a finding changed in SQL: neither proposed nor approved, and the place is said."""
    finding, by = await late(o)
    number = await o.conn.fetchval("SELECT number FROM ticket")
    o.clock.at = by + S
    await judgements.confirm(o.conn, o.services, o.other, finding, "属实", o.clock.now())
    for change in (
        "UPDATE reply SET submitted_at = submitted_at - interval '20 days'",
        "UPDATE finding SET state = 'dropped'",
        "UPDATE finding SET at = at - interval '1 month'",
        "UPDATE clock SET excused = 'x', excused_at = due_at WHERE clock = 'sign'",
        "UPDATE clock SET breached_at = NULL WHERE clock = 'sign'",
    ):
        for approving in (False, True):
            tried = o.conn.transaction()
            await tried.start()
            if approving:
                await proposes(o, by + timedelta(hours=1))
            await o.conn.execute("SET LOCAL session_replication_role = replica")
            await o.conn.execute(change)
            act = approves if approving else proposes
            with pytest.raises(Illegal, match=f"does not hold.*{number}"):
                await act(o, by + timedelta(hours=1))
            await tried.rollback()


async def test_a_leader_approves_what_was_read_and_may_send_it_back(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        o = await office(conn, services, clock)
        await lived(o)
    clock.at = at("2026-04-09 09:00")
    manager, leader, auditor = [await token(pool, services, u) for u in (o.manager, o.leader, o.other)]
    path = "/api/v1/notices/2026-03"
    first = await (await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=manager)).json()
    assert (await client.post(f"{path}/send-backs", json={"reason": ""}, headers=leader)).status == 422
    assert (await client.post(f"{path}/send-backs", json={"reason": "不"}, headers=manager)).status == 403
    back = await client.post(f"{path}/send-backs", json={"reason": "路灯所的数字再核一遍"}, headers=leader)
    assert (back.status, (await back.json())["state"]) == (201, "sent_back")
    assert (await client.post(f"{path}/approvals", json={}, headers=leader)).status == 409
    shown = await (await client.get("/notices/2026-03", headers=manager)).text()
    assert "路灯所的数字再核一遍" in shown
    listed = (await (await client.get("/api/v1/notices", headers=auditor)).json())["items"]
    assert [(n["state"], n["sent_back"]) for n in listed] == [("sent_back", "路灯所的数字再核一遍")]
    clock.at = at("2026-04-09 10:00")
    second = await (await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=manager)).json()
    stale = await client.post(f"{path}/approvals", json={"hash": first["hash"]}, headers=leader)
    assert stale.status == 409
    page = await (await client.get("/notices/2026-03", headers=leader)).text()
    assert "将点名" in page
    assert second["hash"] in page
    done = await client.post(f"{path}/approvals", json={"hash": second["hash"]}, headers=leader)
    assert done.status == 201


async def test_proposing_shows_what_is_open(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        o = await office(conn, services, clock, "2026-03-31 09:00")
        _, by = await late(o)
    manager = await token(pool, services, o.manager)
    clock.at = at("2026-04-01 11:00")
    shown = await (await client.get("/api/v1/notices/2026-03", headers=manager)).json()
    assert (shown["open"]["windows"], shown["open"]["appeals"]) == (1, 0)
    assert datetime.fromisoformat(shown["open"]["heard_until"]) == by
    page = await (await client.get("/notices/2026-03", headers=manager)).text()
    assert "1 个疑似问题在申诉期内" in page
    assert "提请领导审批" not in page, "what cannot be done has no button"
    refused = await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=manager)
    assert refused.status == 409


async def test_a_suspicion_of_another_department_is_nobodys_to_read(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """In no answer that a liaison of another department gets, the approved notice included."""
    async with pool.acquire() as conn:
        o = await office(conn, services, clock, "2026-03-31 09:00")
        finding, by = await late(o)
        number = await conn.fetchval("SELECT number FROM ticket")
        await o.does(o.operator, await o.opened(), "assignments", department="T02")
        clock.at = by + S
        await propose(conn, services, o.manager, MARCH, "", clock.now())
        content = (await approve(conn, services, o.leader, MARCH, clock.now())).stored
    assert content["suspected"] == 1
    water, lamps = await token(pool, services, o.water), await token(pool, services, o.lamps)
    shown = await (await client.get("/api/v1/notices/2026-03", headers=water)).json()
    assert b"late_sign" not in orjson.dumps(shown)
    for path in ("/api/v1/findings", "/api/v1/findings?department=T01", "/api/v1/findings?state=suspected"):
        assert (await (await client.get(path, headers=water)).json())["items"] == []
    assert (await client.get(f"/api/v1/tickets/{number}", headers=water)).status == 404
    assert "疑似" not in (await (await client.get("/notices/2026-03", headers=water)).text()).split("已认定")[0]
    assert [f["id"] for f in (await (await client.get("/api/v1/findings", headers=lamps)).json())["items"]] == [finding]


async def test_another_department_with_a_part_reads_nothing_of_what_is_judged(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """A co-handler reads the record of the ticket; not that its lead is suspected, appealed, or was judged."""
    async with pool.acquire() as conn:
        o = await office(conn, services, clock, "2026-03-31 09:00")
        number = await o.opened()
        await o.dispatched(number)
        await o.does(o.operator, number, "co-handlers", department="T02")
        clock.move(timedelta(hours=2, seconds=1))
        await o.does(o.lamps, number, "signatures")
        finding = await conn.fetchval("SELECT id FROM finding WHERE rule = 'late_sign'")
        await judgements.appeal(conn, services, o.lamps, finding, "当时系统打不开", clock.now())
        await judgements.decide(conn, services, o.other, finding, True, "属实", clock.now())
    path = f"/api/v1/tickets/{number}/timeline"
    seen = {}
    for name, who in (("lamps", o.lamps), ("water", o.water), ("centre", o.manager)):
        items = (await (await client.get(path, headers=await token(pool, services, who))).json())["items"]
        seen[name] = [i["kind"] for i in items if i["kind"].startswith("finding")]
    assert seen == {"lamps": ["finding_appealed", "finding_judged"], "water": [], "centre": seen["lamps"]}


async def test_an_amendment_that_waits_is_what_the_leader_reads(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        o = await office(conn, services, clock)
        await lived(o)
    clock.at = at("2026-04-09 09:00")
    manager, leader = await token(pool, services, o.manager), await token(pool, services, o.leader)
    liaison = await token(pool, services, o.lamps)
    path = "/api/v1/notices/2026-03"
    await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=manager)
    assert (await client.post(f"{path}/approvals", json={}, headers=leader)).status == 201
    clock.at = at("2026-04-10 09:00")
    amended = await client.post("/api/v1/notices", json={"month": "2026-03", "reason": "一处计错"}, headers=manager)
    assert amended.status == 201
    shown = [(await (await client.get(path, headers=h)).json())["state"] for h in (leader, liaison)]
    assert shown == ["proposed", "approved"]
    page = await (await client.get("/notices/2026-03", headers=leader)).text()
    assert "一处计错" in page
    assert "审批并固定" in page
