"""After the freeze: lawful acts raise no alarm, and what was touched is named by ticket, row and both values (rulebook §11)."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Category, Urgency
from reports.exclusions.decisions import ask_exclusion, decide_exclusion
from reports.figures.month import Month
from reports.findings import judgements
from reports.notice.documents import notice_html, speaking
from reports.notice.form import as_content
from reports.notice.freeze import approve, draft, propose, verify
from sla.calendar import calendar_sql
from sla.calendar.changes import _excuse
from sla.policy.store import load_calendar
from tests.reports.story import ZONE, StoryOffice, at, lived, office

MARCH = Month(2026, 3)


@pytest.fixture
async def frozen(conn: Conn, services: Services, clock: MovingClock) -> tuple[StoryOffice, dict[str, str]]:
    """March was lived, and two matters more; on 20 April its notice is frozen."""
    o = await office(conn, services, clock)
    numbers = await lived(o)
    numbers["back"] = back = await o.opened("路灯杆上的线垂下来了")
    await o.dispatched(back)
    await o.worked(back)
    numbers["night"] = night = await o.opened("夜里灯不亮")
    clock.at = at("2026-03-12 22:30")
    await o.dispatched(night)
    clock.at = at("2026-03-13 10:00:05")
    await o.does(o.lamps, night, "signatures")
    await o.does(o.lamps, numbers["kept"], "replies", outcome="solved", public="已扶正")
    numbers["held"] = held = await o.opened("灯箱倾斜")
    await o.dispatched(held)
    clock.at = at("2026-03-16 09:00")
    await o.does(o.lamps, held, "returns", reason="not our duty", basis="三定方案", suggested="T02")
    for row in await conn.fetch("SELECT id FROM finding WHERE rule = 'late_sign' ORDER BY id LIMIT 1"):
        clock.at = at("2026-03-25 09:00")
        await judgements.confirm(conn, services, o.other, row["id"], "属实", clock.now())
    clock.at = at("2026-04-20 09:00")
    await propose(conn, services, o.manager, MARCH, "", clock.now())
    clock.move(timedelta(minutes=5))
    await approve(conn, services, o.leader, MARCH, clock.now())
    clock.at = at("2026-04-21 09:00")
    return o, numbers


async def test_lawful_acts_raise_no_alarm(frozen: tuple[StoryOffice, dict[str, str]]) -> None:
    o, n = frozen
    conn, services, clock = o.conn, o.services, o.clock

    async def holds(after: str) -> None:
        clock.move(timedelta(minutes=1))
        assert await verify(conn, services, MARCH, clock.now()) == [], after

    await holds("nothing")
    await o.does(o.manager, n["late"], "corrections", category="tipoff")
    await holds("a ticket became a tipoff")
    await o.does(o.manager, n["back"], "corrections", category="praise")
    await holds("a ticket became praise")
    await o.does(o.manager, n["night"], "corrections", urgency="urgent")
    await holds("an urgency was raised")
    await o.does(o.operator, n["kept"], "send-backs", reason="没修好")
    await holds("a reply was sent back")
    await o.does(o.manager, n["held"], "rulings", department="T01", reason="就是你们的")
    await holds("a return was overruled")
    for finding in await conn.fetch("SELECT id FROM finding WHERE state = 'suspected' AND appeal_by < $1", clock.now()):
        await judgements.drop(conn, services, o.other, finding["id"], "不成立", clock.now())
    await holds("suspicions were dropped")
    asked = await ask_exclusion(conn, services, o.lamps, n["night"], "court", "已起诉", clock.now())
    await decide_exclusion(conn, services, o.other, int(str(asked["id"])), True, "属实", clock.now())
    await holds("an exclusion was granted")
    await o.does(o.operator, n["away"], "pressures", what="rating", note="是他们让打的")
    await holds("a rating was said to be pressed for")
    await conn.execute(
        "UPDATE department SET valid_to = '2026-04-20', into_id = (SELECT id FROM department WHERE code = 'T02') WHERE code = 'T01'"
    )
    await holds("a department was merged")


async def test_a_failure_declared_later_raises_no_alarm(frozen: tuple[StoryOffice, dict[str, str]]) -> None:
    o, _ = frozen
    row = await o.conn.fetchrow(
        "SELECT * FROM clock WHERE clock = 'sign' AND breached_at IS NOT NULL ORDER BY id LIMIT 1"
    )
    assert row is not None
    await o.conn.execute(
        "INSERT INTO closure (kind, from_at, to_at, reason, declared_at, declared_by) VALUES ('failure', $1, $2, '机房停电', $3, 'system')",
        row["started_at"],
        row["stopped_at"],
        o.clock.now(),
    )
    closure = await o.conn.fetchval("SELECT max(id) FROM closure")
    rows = await calendar_sql.clocks_again(o.conn, [row["id"]])
    calendar = await load_calendar(o.conn, ZONE, o.clock.now())
    assert await _excuse(o.conn, calendar, rows, closure, o.clock.now()) == 1
    assert await verify(o.conn, o.services, MARCH, o.clock.now()) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE reply SET submitted_at = submitted_at - interval '20 days'", "reply {id}: submitted_at is"),
        ("UPDATE rating SET score = 5 WHERE score = 2", "rating 1: score is 5, the events say 2"),
        ("UPDATE finding SET at = at - interval '1 month' WHERE state = 'confirmed'", "at is"),
        ("UPDATE finding SET seqs = '{1}' WHERE state = 'confirmed'", "seqs is"),
        (
            "UPDATE finding SET kind = 'not_acting' WHERE state = 'confirmed'",
            "kind is not_acting, the events say inactive",
        ),
        (
            "UPDATE clock SET excused = 'recorded late', excused_at = due_at WHERE clock = 'sign' AND breached_at IS NOT NULL",
            "is excused",
        ),
        ("UPDATE ticket_event SET at = at - interval '3 days' WHERE kind = 'replied'", ""),
    ],
)
async def test_what_was_touched_is_named_with_ticket_and_both_values(
    frozen: tuple[StoryOffice, dict[str, str]], sql: str, said: str
) -> None:
    o, n = frozen
    await o.conn.execute("SET LOCAL session_replication_role = replica")
    await o.conn.execute(sql)
    found = await verify(o.conn, o.services, MARCH, o.clock.now())
    numbers = set(n.values())
    named = [line for line in found if line.split(":")[0] in numbers]
    reply = await o.conn.fetchval("SELECT min(id) FROM reply")
    assert any(said.format(id=reply) in line for line in named), found


async def test_no_paper_prints_a_tipoffs_number_and_waivers_say_who_and_why(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    """Under waivers, lowered urgencies and exclusions, in the annex, among appeals and orders: none has a number."""
    o = await office(conn, services, clock)
    number = await o.opened("有人收钱办事", category=Category.TIPOFF, urgency=Urgency.URGENT)
    await o.does(o.operator, number, "assignments", department="T01", names_it=False)
    clock.move(timedelta(hours=3))
    await o.does(o.lamps, number, "signatures")
    await o.does(o.other, number, "waivers", duty="supervise", reason="王小明先生已撤诉，电话13912345678")
    await o.does(o.manager, number, "corrections", urgency="normal", reason="已无危险")
    await o.does(o.manager, number, "supervise-orders", reason="尽快")
    asked = await ask_exclusion(conn, services, o.lamps, number, "court", "已起诉", clock.now())
    await decide_exclusion(conn, services, o.leader, int(str(asked["id"])), False, "没有", clock.now())
    finding = await conn.fetchval("SELECT min(id) FROM finding")
    await judgements.appeal(conn, services, o.lamps, finding, "不服", clock.now())
    clock.at = at("2026-04-09 09:00")
    stored = (await draft(conn, services, MARCH, clock.now())).stored
    assert number not in orjson.dumps(stored).decode()
    (waived,) = stored["waivers"]
    assert (waived["who"], waived["why"]) == (o.other.shown_name, "王**先生已撤诉，电话139****78")
    (lowered,) = stored["lowered"]
    assert (lowered["who"], lowered["before"], lowered["after"]) == (o.manager.shown_name, "urgent", "normal")
    assert lowered["why"] == "已无危险"
    page = notice_html(as_content(stored), speaking("zh", ZONE), [])
    assert number not in page
    assert o.manager.shown_name in page
