"""A tipoff never reaches the unit it names: asked before it goes anywhere, protected for good, taken back at once (rulebook §8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.contacts import sms_answers
from hotline.moves.move import RecordedRefusal, attempt, visible
from hotline.ticket import Category, Role
from hotline.tickets import listing, store
from hotline.tickets.tipoffs import tipoffs_sql
from reports.figures.month import month_of
from reports.figures.tallies import period_of, tallies, tickets_behind
from routing.suggestions.suggestion import suggest
from sla.ladder import orders_sql
from sla.shift import views_sql
from sla.verify.command import verified
from tests.office import Office, department, events, find_move, move, state, ticket, user


@pytest.fixture
async def office(conn: Conn, services: Services) -> Office:
    return await Office(conn, services).fill()


async def tipoff(office: Office, text: str = "举报工地的人收红包") -> str:
    return (await ticket(office.conn, office.services, text, category=Category.TIPOFF)).number


async def tried(office: Office, who: Any, number: str, path: str, **fields: Any) -> Any:
    """A move as the API makes it: a refusal that stays on record is given back."""
    now = office.services.clock.now()
    return await attempt(office.conn, office.services, find_move(path), who, number, fields, now)


async def detail(conn: Conn, number: str, kind: str) -> str:
    return str(
        await conn.fetchval(
            "SELECT detail FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id WHERE t.number = $1 AND e.kind = $2"
            " ORDER BY seq DESC LIMIT 1",
            number,
            kind,
        )
    )


async def test_every_dispatch_of_a_tipoff_asks_and_keeps_the_answer(office: Office, conn: Conn) -> None:
    number = await tipoff(office)
    with pytest.raises(BadField, match="yes or no") as asked:
        await office.do(office.operator, number, "assignments", department="T05")
    assert asked.value.field == "names_it"
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    assert await events(conn, number) == ["received", "unit_asked", "dispatched"]
    assert '"near":false' in await detail(conn, number, "unit_asked")


async def test_yes_marks_the_unit_and_it_does_not_get_it(office: Office, conn: Conn) -> None:
    number = await tipoff(office)
    answer = await tried(office, office.operator, number, "assignments", department="T05", names_it=True)
    assert isinstance(answer, RecordedRefusal)
    assert await events(conn, number) == ["received", "unit_named"]
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, number, "assignments", department="T05", names_it=False)


async def test_yes_of_an_ordinary_ticket_protects_it(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    assert isinstance(
        await tried(office, office.operator, number, "assignments", department="T05", names_it=True), RecordedRefusal
    )
    with pytest.raises(BadField):
        await office.do(office.operator, number, "assignments", department="T06")


async def test_a_near_name_is_asked_about_by_name(office: Office, conn: Conn) -> None:
    await conn.execute("UPDATE department SET aliases = '{灯所?}' WHERE code = 'T05'")
    number = await tipoff(office, "举报灯所的人偷卖电缆")
    with pytest.raises(BadField, match="may mean"):
        await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    assert '"near":true' in await detail(conn, number, "unit_asked")


async def test_co_handlers_and_rulings_are_asked_about_too(office: Office, conn: Conn) -> None:
    await department(conn, "T08", "测试供热所")
    number = await tipoff(office)
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    with pytest.raises(BadField):
        await office.do(office.operator, number, "co-handlers", department="T08")
    await office.do(office.liaison, number, "co-requests", department="T08", reason="管沟")
    item = await conn.fetchval("SELECT max(id) FROM co_request")
    path = "co-requests/{item}/decisions"
    with pytest.raises(BadField):
        async with conn.transaction():
            await move(conn, office.services, office.operator, number, path, item=item, granted=True)
    await move(conn, office.services, office.operator, number, path, item=item, granted=True, names_it=False)
    await office.do(office.liaison, number, "returns", reason="not ours", basis="三定方案", suggested="T06")
    with pytest.raises(BadField):
        await office.do(office.manager, number, "rulings", department="T06", reason="x")
    await office.do(office.manager, number, "rulings", department="T06", reason="x", names_it=False)


async def test_the_discipline_body_is_a_property_not_a_code(office: Office, conn: Conn) -> None:
    await conn.execute("UPDATE department SET discipline = true WHERE code = 'T06'")
    await department(conn, "D02", "测试纪念馆")
    number = await tipoff(office)
    for path in ("assignments", "co-handlers"):
        if path == "co-handlers":
            await office.do(office.operator, number, "assignments", department="D02", names_it=False)
        with pytest.raises(Illegal, match="12388"):
            await office.do(office.operator, number, path, department="T06", names_it=False)
    found = await store.get(conn, number)
    assert "T06" in await tipoffs_sql.not_for(conn, found.id)


@pytest.mark.parametrize("text", ["测试路灯所的人吃拿卡要", "路灯坏了，来修的人收红包"])
async def test_what_reads_like_a_tipoff_is_marked_whatever_its_category(office: Office, conn: Conn, text: str) -> None:
    number = (await ticket(conn, office.services, text, category=Category.HELP)).number
    with pytest.raises((BadField, Illegal)):
        await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.operator, number, "protection-lifts", reason="读过，只是抱怨")
    await office.do(office.operator, number, "assignments", department="T05")
    assert "protection_lifted" in await events(conn, number)


async def test_a_corrected_category_keeps_the_protection_until_a_manager_lifts_it(office: Office, conn: Conn) -> None:
    number = await tipoff(office, "举报测试路灯所的人偷卖电缆")
    with pytest.raises(Illegal, match="correct its category"):
        await office.do(office.manager, number, "protection-lifts", reason="不是")
    await office.do(office.operator, number, "corrections", category="complaint")
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, number, "assignments", department="T05")
    with pytest.raises(Forbidden):
        await office.do(office.operator, number, "protection-lifts", reason="不是举报")
    await office.do(office.manager, number, "protection-lifts", reason="核实只是报修")
    with pytest.raises(Illegal, match="not protected"):
        await office.do(office.manager, number, "protection-lifts", reason="再来")
    await office.do(office.operator, number, "assignments", department="T05")
    assert (await visible(conn, office.liaison, number)).number == number


@pytest.mark.parametrize("stage", ["dispatched", "signed", "replied", "returned"])
async def test_an_addition_that_names_the_handler_takes_it_back_at_once(
    office: Office, conn: Conn, services: Services, stage: str
) -> None:
    number = await tipoff(office)
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    if stage in ("signed", "replied"):
        await office.do(office.liaison, number, "signatures")
    if stage == "replied":
        await office.do(office.liaison, number, "replies", outcome="solved", public="查过了")
    if stage == "returned":
        await office.do(office.liaison, number, "returns", reason="not ours", basis="三定", suggested="T06")
    found = (await store.lock_many(conn, [(await store.get(conn, number)).id])).popitem()[1]
    await sms_answers.append(conn, services, found, "就是测试路灯所的老王干的", services.clock.now())
    assert await state(conn, number) == "received"
    assert (await events(conn, number))[-1] == "recalled"
    with pytest.raises(Missing):
        await visible(conn, office.liaison, number)
    assert not (await listing.find(conn, office.liaison, listing.Wish())).rows
    left = "SELECT count(*) FROM {} WHERE ticket_id = $1 AND {}"
    for table, running in (
        ("assignment", "ended_at IS NULL"),
        ("paging", "ended_at IS NULL"),
        ("return_case", "ruled_at IS NULL"),
        ("clock", "state IN ('running', 'paused') AND whose = 'department'"),
        ("reply", "sent_back_at IS NULL"),
    ):
        assert not await conn.fetchval(left.format(table, running), found.id), table
    clocks = {
        r["clock"]
        for r in await conn.fetch("SELECT clock FROM clock WHERE ticket_id = $1 AND state = 'running'", found.id)
    }
    assert clocks == {"dispatch"}
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    await office.do(office.operator, number, "assignments", department="T06", names_it=False)


async def test_the_owner_is_alarmed_and_nothing_is_said_of_it(office: Office, conn: Conn, services: Services) -> None:
    number = await tipoff(office)
    owner = (await store.get(conn, number)).owner_id
    await conn.execute(
        "UPDATE app_user SET phone_enc = $2 WHERE id = $1", owner, services.keys.encrypt("+8613900000077")
    )
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    await office.do(office.operator, number, "additions", text="举报的是测试路灯所")
    row = await conn.fetchrow("SELECT body, kind FROM outbox WHERE user_id = $1 ORDER BY id DESC LIMIT 1", owner)
    assert row is not None
    assert number in row["body"]
    assert "路灯" not in row["body"]


async def test_a_named_co_handler_alone_goes_and_the_lead_stays(office: Office, conn: Conn) -> None:
    third = await user(conn, Role.LIAISON, department=await department(conn, "T08", "测试供热所"))
    number = await tipoff(office)
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    await office.do(office.operator, number, "co-handlers", department="T08", names_it=False)
    await office.do(office.operator, number, "additions", text="测试供热所的人也有份")
    assert await state(conn, number) == "dispatched"
    assert (await visible(conn, office.liaison, number)).number == number
    with pytest.raises(Missing):
        await visible(conn, third, number)
    assert not await conn.fetchval(
        "SELECT count(*) FROM paging p JOIN assignment a ON a.id = p.assignment_id WHERE a.part = 'co' AND p.ended_at IS NULL"
    )


async def test_an_ordinary_matter_that_turns_into_a_tipoff_by_an_addition(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services, "测试路灯所不修灯")).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "additions", text="来电人称有人收红包，已核实无此事")
    assert await state(conn, number) == "dispatched"  # a department's own words judge nothing
    await office.do(office.operator, number, "additions", text="他们的人收红包才修")
    assert await state(conn, number) == "received"


@pytest.mark.parametrize("stage", ["signatures", "replies", "returns"])
async def test_the_record_tells_the_taking_back(pool: Pool, dsn: str, services: Services, stage: str) -> None:
    fields = {
        "signatures": {},
        "replies": {"outcome": "solved", "public": "查过了"},
        "returns": {"reason": "not ours", "basis": "三定", "suggested": "T06"},
    }
    async with pool.acquire() as conn, conn.transaction():
        office = await Office(conn, services).fill()
        number = await tipoff(office)
        await office.do(office.operator, number, "assignments", department="T05", names_it=False)
        await office.do(office.operator, number, "co-handlers", department="T06", names_it=False)
        if stage == "replies":
            await office.do(office.liaison, number, "signatures")
        await office.do(office.liaison, number, stage, **fields[stage])
        await office.do(office.operator, number, "additions", text="测试供水公司有份")
        await office.do(office.operator, number, "additions", text="测试路灯所也有份")
        assert await state(conn, number) == "received"
    async with pool.acquire() as conn:
        assert (await verified(conn, dsn, services))[0] == []


async def test_what_names_a_unit_is_in_none_of_its_lists_and_figures(
    office: Office, conn: Conn, services: Services
) -> None:
    now, own = services.clock.now(), office.liaison.department_id
    number = await tipoff(office)
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)
    await office.do(office.manager, number, "supervise-orders", reason="请速办")
    span = period_of(month_of(now, services.settings.zone), now + timedelta(hours=1), services.settings.zone)

    async def seen() -> list[bool]:
        coming = await views_sql.coming_of_department(conn, now, now + timedelta(days=30), 10, own)
        return [
            bool(await orders_sql.orders(conn, own, None, 10)),
            bool(coming),
            bool((await tallies(conn, span)).get(own)),
            bool((await tickets_behind(conn, span, "dispatched", department=own)).facts),
        ]

    assert await seen() == [True] * 4
    await office.do(office.operator, number, "additions", text="说的就是测试路灯所")
    assert await seen() == [False] * 4


async def test_a_tipoff_is_not_transferred_to_whom_it_names_by_any_name(office: Office, conn: Conn) -> None:
    await conn.execute("UPDATE department SET aliases = '{灯所长办公室}' WHERE code = 'T05'")
    number = await tipoff(office, "举报测试路灯所收红包")
    for to in ("测试路灯所", "灯所长办公室"):
        with pytest.raises(Illegal, match="names"):
            await office.do(office.operator, number, "transfers", to=to, reference="1")
    await office.do(office.operator, number, "transfers", to="12388", reference="1")


async def test_words_that_read_like_a_tipoff_suggest_neither_whom_they_name_nor_the_discipline_body(
    office: Office, conn: Conn, services: Services
) -> None:
    await conn.execute(
        "UPDATE department SET duties = '{路灯,吃拿卡要}', discipline = code = 'T06' WHERE code IN ('T05', 'T06')"
    )

    async def codes(text: str) -> set[str]:
        return {s.department for s in await suggest(conn, services, text, "", services.clock.now())}

    assert "T05" in await codes("路灯坏了")
    assert not await codes("举报测试路灯所的人修路灯吃拿卡要")
    opened = await ticket(conn, services, "举报测试路灯所的人修路灯吃拿卡要")
    assert not await conn.fetchval("SELECT count(*) FROM ticket_sketch WHERE ticket_id = $1", opened.ticket)
    await office.do(office.operator, opened.number, "protection-lifts", reason="读过，不是")
    assert await conn.fetchval("SELECT count(*) FROM ticket_sketch WHERE ticket_id = $1", opened.ticket)
