"""Findings as they arise, are heard and judged: once each, by people not involved; an upheld appeal changes the figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.services import Services
from reports.figures.month import Month
from reports.figures.sheet import load_sheet
from reports.findings import judgements
from reports.findings.detection import look_back
from tests.reports.story import ZONE, StoryOffice, at, office


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    return await office(conn, services, clock)


async def rows(o: StoryOffice) -> list[tuple[str, str, str]]:
    found = await o.conn.fetch(
        "SELECT f.rule, f.state, d.code FROM finding f JOIN department d ON d.id = f.department_id ORDER BY f.id"
    )
    return [(r["rule"], r["state"], r["code"]) for r in found]


async def late(o: StoryOffice) -> tuple[int, str]:
    """A ticket that was signed late: the finding and the ticket's number."""
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=2, seconds=1))
    await o.does(o.lamps, number, "signatures")
    return await o.conn.fetchval("SELECT max(id) FROM finding"), number


@pytest.mark.parametrize(("seconds", "found"), [(-1, 0), (0, 0), (1, 1)])
async def test_late_sign_just_before_at_and_after(o: StoryOffice, seconds: int, found: int) -> None:
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=2, seconds=seconds))
    await o.does(o.lamps, number, "signatures")
    assert await rows(o) == [("late_sign", "suspected", "T01")] * found


async def test_a_co_handlers_late_reply_is_found_at_that_reply(o: StoryOffice) -> None:
    number = await o.opened()
    await o.dispatched(number)
    await o.does(o.lamps, number, "signatures")
    await o.does(o.operator, number, "co-handlers", department="T02")
    await o.does(o.water, number, "signatures")
    o.clock.at = await o.conn.fetchval(
        "SELECT c.due_at FROM clock c JOIN assignment a ON a.id = c.assignment_id WHERE c.clock = 'resolve' AND a.part = 'co'"
    ) + timedelta(seconds=1)
    await o.does(o.water, number, "replies", outcome="solved", public="已配合")
    assert ("late_reply", "suspected", "T02") in await rows(o)


async def test_it_cites_the_dispatch_and_the_signature_and_is_found_once(o: StoryOffice) -> None:
    _, number = await late(o)
    row = await o.conn.fetchrow("SELECT * FROM finding")
    assert row is not None
    kinds = await o.conn.fetch(
        "SELECT kind FROM ticket_event WHERE ticket_id = $1 AND seq = ANY($2::int[]) ORDER BY seq",
        row["ticket_id"],
        row["seqs"],
    )
    assert [r["kind"] for r in kinds] == ["dispatched", "signed"]
    assert row["at"] == await o.conn.fetchval("SELECT due_at FROM clock WHERE clock = 'sign'")
    await look_back(o.conn, o.services, o.clock.now(), o.clock.now())
    await o.does(o.lamps, number, "first-contacts", note="已联系", via="visit")
    assert len(await rows(o)) == 1


@pytest.mark.parametrize(("signed", "found"), [("09:59", 0), ("10:00", 0), ("10:01", 1), (None, 1)])
async def test_a_night_dispatch_counts_from_ten_in_the_morning(o: StoryOffice, signed: str | None, found: int) -> None:
    o.clock.at = at("2026-03-04 23:00")
    number = await o.opened()
    await o.dispatched(number)
    if signed and signed <= "10:00":
        o.clock.at = at(f"2026-03-05 {signed}")
        await o.does(o.lamps, number, "signatures")
    o.clock.at = at("2026-03-05 10:00")
    await o.conn.execute("UPDATE clock SET touched_at = $1 WHERE clock = 'sign'", o.clock.now())  # the ladder's latch
    o.clock.move(timedelta(seconds=5))
    await look_back(o.conn, o.services, at("2026-03-05 10:00"), o.clock.now())
    if signed == "10:01":
        o.clock.at = at("2026-03-05 10:01")
        await o.does(o.lamps, number, "signatures")
    assert len(await rows(o)) == found


async def test_a_groundless_return(o: StoryOffice) -> None:
    from hotline.base.text.search_keys import grams

    await o.conn.execute(
        "INSERT INTO catalogue (matter, grams, lead_id, basis, since) SELECT '路灯', $1, id, '县编发〔2025〕3号', '2025-01-01' FROM department WHERE code = 'T01'",
        list(grams("路灯")),
    )
    number = await o.opened("人民路12号的路灯坏了三天")
    await o.dispatched(number)
    await o.does(o.lamps, number, "returns", reason="not our duty", basis="三定方案", suggested="T02")
    await o.does(o.manager, number, "rulings", department="T01", reason="目录写明")
    assert await rows(o) == [("groundless_return", "suspected", "T01")]


async def test_bodies_that_are_never_judged(o: StoryOffice) -> None:
    await o.conn.execute("UPDATE department SET name = '县人民法院' WHERE code = 'T01'")
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=3))
    await o.does(o.lamps, number, "signatures")
    assert await rows(o) == []


async def test_heard_then_confirmed_by_somebody_not_involved(o: StoryOffice) -> None:
    ident, number = await late(o)
    with pytest.raises(Illegal, match="heard until"):
        await judgements.confirm(o.conn, o.services, o.manager, ident, "属实", o.clock.now())
    by = await o.conn.fetchval("SELECT appeal_by FROM finding WHERE id = $1", ident)
    assert by == at("2026-03-09 17:00")  # the third working day after Wednesday
    o.clock.at = by
    with pytest.raises(Illegal):
        await judgements.confirm(o.conn, o.services, o.manager, ident, "属实", o.clock.now())
    o.clock.move(timedelta(seconds=1))
    await o.does(o.other, number, "chases", text="")
    with pytest.raises(Forbidden, match="part"):
        await judgements.confirm(o.conn, o.services, o.other, ident, "属实", o.clock.now())
    await judgements.confirm(o.conn, o.services, o.manager, ident, "属实", o.clock.now())
    assert await rows(o) == [("late_sign", "confirmed", "T01")]
    with pytest.raises(Illegal, match="already"):
        await judgements.drop(o.conn, o.services, o.manager, ident, "误", o.clock.now())


async def test_an_upheld_appeal_changes_the_figures(o: StoryOffice) -> None:
    ident, _ = await late(o)

    async def signed() -> str:
        o.clock.move(timedelta(seconds=1))
        return (await load_sheet(o.conn, Month(2026, 3), o.clock.now(), ZONE)).together["signed_in_time"].shown

    assert await signed() == "0.0%"
    await judgements.appeal(o.conn, o.services, o.lamps, ident, "系统当时打不开", o.clock.now())
    with pytest.raises(Illegal, match="appealed already"):
        await judgements.appeal(o.conn, o.services, o.lamps, ident, "再说一次", o.clock.now())
    with pytest.raises(Illegal, match="appeal waits"):
        await judgements.confirm(o.conn, o.services, o.manager, ident, "属实", o.clock.now())
    await judgements.decide(o.conn, o.services, o.manager, ident, True, "情况属实", o.clock.now())
    assert await rows(o) == [("late_sign", "upheld", "T01")]
    assert await signed() == "—"
    kinds = await o.conn.fetch("SELECT kind FROM ticket_event ORDER BY seq")
    assert [r["kind"] for r in kinds][-2:] == ["finding_appealed", "finding_judged"]


async def test_a_rejected_appeal_confirms(o: StoryOffice) -> None:
    ident, _ = await late(o)
    await judgements.appeal(o.conn, o.services, o.lamps, ident, "不服", o.clock.now())
    await judgements.decide(o.conn, o.services, o.leader, ident, False, "证据不足", o.clock.now())
    assert await rows(o) == [("late_sign", "confirmed", "T01")]
    with pytest.raises(Illegal, match="decided"):
        await judgements.decide(o.conn, o.services, o.leader, ident, True, "改判", o.clock.now())


@pytest.mark.parametrize(("seconds", "late_"), [(0, False), (1, True)])
async def test_an_appeal_comes_within_three_working_days(o: StoryOffice, seconds: int, late_: bool) -> None:
    ident, _ = await late(o)
    o.clock.at = at("2026-03-09 17:00") + timedelta(seconds=seconds)
    if late_:
        with pytest.raises(Illegal, match="too late"):
            await judgements.appeal(o.conn, o.services, o.lamps, ident, "不服", o.clock.now())
    else:
        await judgements.appeal(o.conn, o.services, o.lamps, ident, "不服", o.clock.now())


async def test_another_departments_finding_does_not_exist(o: StoryOffice) -> None:
    ident, _ = await late(o)
    with pytest.raises(Missing):
        await judgements.appeal(o.conn, o.services, o.water, ident, "不服", o.clock.now())
