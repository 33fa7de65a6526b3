"""Imported history accuses nobody: not at its import, not afterwards, in no rate, annex or place (rulebook §7)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.record.parallel_reading import TicketRange
from reports.figures.month import Month
from reports.findings.detection import look_back
from reports.imports.history import import_history
from reports.notice.freeze import draft
from routing.tables.reader import read_sheet
from sla.verify.comparison import check_rebuilt
from tests.reports.story import StoryOffice, at, office

HEAD = "number,opened,channel,category,text,place,department,closed,outcome,result,phone,rating\n"
#: Twelve matters of December that took weeks, one of them a tipoff.
LINES = "".join(
    f"A{n},2025-12-01 0{n % 10}:00,call,{'tipoff' if n == 11 else 'help'},路灯不亮{n},人民路{n}号,T01,2026-01-2{n % 8} 16:00,solved,已修复,1390000{n:04},{2 if n % 2 else 5}\n"
    for n in range(12)
)
DECEMBER, JANUARY = Month(2025, 12), Month(2026, 1)


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock, tmp_path: Path) -> StoryOffice:
    """The office; on 4 March the past is imported."""
    made = await office(conn, services, clock)
    path = tmp_path / "past.csv"
    path.write_text(HEAD + LINES, "utf-8")
    done = await import_history(conn, services, await read_sheet(path), clock.now())
    assert (done.taken, done.refused) == (12, ())
    return made


async def findings(o: StoryOffice) -> int:
    return int(await o.conn.fetchval("SELECT count(*) FROM finding"))


async def test_nobody_is_late_in_a_notice_of_the_time_before(o: StoryOffice) -> None:
    for month in (DECEMBER, JANUARY):
        content = (await draft(o.conn, o.services, month, o.clock.now())).stored
        assert content["late"] == content["confirmed"] == content["criticised"] == content["bottom"] == []
        (row,) = [d for g in content["groups"] for d in g["departments"] if d["code"] == "T01"]
        for figure in ("signed_in_time", "replied_in_time", "first_contact_in_time"):
            assert row["figures"][figure] == [0, 0], figure
    content = (await draft(o.conn, o.services, DECEMBER, o.clock.now())).stored
    assert content["together"]["dispatched"] == [12, None], "what is known counts"


async def test_whatever_happens_on_an_imported_ticket_later_accuses_nobody_of_the_past(o: StoryOffice) -> None:
    number = await o.conn.fetchval("SELECT number FROM ticket WHERE category = 'help' ORDER BY id LIMIT 1")
    await o.does(o.operator, number, "additions", text="又坏了")
    for row in await o.conn.fetch("SELECT id FROM clock WHERE breached_at IS NOT NULL ORDER BY id"):
        await o.conn.execute("UPDATE clock SET touched_at = touched_at WHERE id = $1", row["id"])
    for back in range(90):
        morning = at("2025-12-01 10:00") + timedelta(days=back)
        await look_back(o.conn, o.services, morning, o.clock.now())
    assert await findings(o) == 0


async def test_the_record_of_what_was_imported_holds(o: StoryOffice) -> None:
    found = await check_rebuilt(
        o.conn, TicketRange(0, 2**62), o.services.keys.record, o.services.settings.timezone, o.clock.now()
    )
    assert found.wrong == ()


async def test_the_same_month_last_year_is_nothing_before_there_was_a_hotline(o: StoryOffice) -> None:
    """The first matter is of December 2025: March 2025 was before it, December 2025 was not."""
    march = (await draft(o.conn, o.services, Month(2026, 3), o.clock.now())).stored
    assert {line["year_ago"] for line in march["intake"]} == {None}
    o.clock.at = at("2026-12-20 09:00")
    later = (await draft(o.conn, o.services, Month(2026, 12), o.clock.now())).stored
    assert {line["name"]: line["year_ago"] for line in later["intake"]}["channel_call"] == 12
