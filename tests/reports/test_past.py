"""Past tickets taken many at once have the record that the moves themselves would have written; killed, an import goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.record.parallel_reading import TicketRange
from reports.imports import history
from reports.imports.execution import live, live_many, moves, quiet
from reports.imports.history import NEEDED, import_history
from reports.imports.past_ticket import Past, understood
from reports.imports.words import HISTORY
from routing.directory.names import named
from routing.tables.columns import read_columns
from routing.tables.reader import read_sheet
from sla.verify.comparison import check_rebuilt
from tests.conftest import NOON
from tests.office import department

HEAD = (
    "number,opened,channel,category,text,place,department,closed,outcome,result,phone,where,reference,rating,urgency\n"
)
LINES = (
    "A1,2025-12-01 09:00,call,help,路灯不亮,人民路1号,D25,2025-12-05 16:00,solved,已修复,13900000001,,,5,\n"
    "A2,2025-12-01 09:00,sms,complaint,垃圾没人清,铁东街2号,D27,2026-01-20 16:00,explained,已说明,13900000002,,,,urgent\n"
    "A3,2025-12-02 09:00,call,inquiry,身份证丢了怎么办,,,2025-12-02 09:05,answered,到派出所补办,13900000003,,,,\n"
    "A4,2025-12-03 01:00,call,help,着火了,铁东街3号,,2025-12-03 01:02,transferred,已转,13900000004,119,8812,,critical\n"
    "A5,2025-12-03 10:00,letter,complaint,对判决不服,,,2025-12-03 10:30,declined,已进入司法程序,,法院,,,\n"
    "A6,2025-12-04 10:00,web,complaint,夜里施工,建设街4号,D25,2025-12-09 10:00,not_ours,不归我局,,,,,\n"
    "A7,2025-12-04 10:00,visit,praise,感谢住建局,,D25,2025-12-04 10:00,solved,已转达,0436-7222345,,,1,\n"
    "A8,2025-12-05 22:00,call,suggestion,多装路灯,团结街,D27,2026-02-20 10:00,explained,列入计划,13900000001,,,3,\n"
    "A9,2025-12-06 02:00,sms,help,停水了,站前街,D25,2025-12-06 03:00,solved,已恢复,13900000009,,,4,critical\n"
)
#: What is compared of a ticket; ids of rows differ, words are the same.
LOOKS = (
    "SELECT state, channel, category, urgency, confidential, owner_id, department_id, received_at, filed_at, ended_at, event_count, last_event_at,"
    " p.phone_hash FROM ticket t LEFT JOIN person p ON p.id = t.person_id WHERE t.id = $1",
    "SELECT seq, at, kind, actor, detail FROM ticket_event WHERE ticket_id = $1 ORDER BY seq",
    "SELECT clock, whose, department_id, policy_version, base, amount, warn, added_days, started_at, start_seq, due_at, state, stopped_at, stop_seq,"
    " breached_at FROM clock WHERE ticket_id = $1 ORDER BY clock, started_at",
    "SELECT s.step, s.due_at, s.at, c.clock FROM ladder_step s JOIN clock c ON c.id = s.clock_id WHERE c.ticket_id = $1 ORDER BY c.clock, s.step",
    "SELECT duty, state, seq, closed_at FROM duty WHERE ticket_id = $1 ORDER BY duty",
    "SELECT seq, kind, text, public FROM note WHERE ticket_id = $1 ORDER BY seq",
    "SELECT department_id, part, assigned_by, assigned_at, acknowledged_at, acknowledged_by, signed_at, signed_by, handler_enc IS NULL AS unnamed,"
    " ended_at, end_reason FROM assignment WHERE ticket_id = $1",
    "SELECT outcome, public_text, internal_text, submitted_by, submitted_at, accepted_at FROM reply WHERE ticket_id = $1",
    "SELECT via, text, by_id, at, told_at, due_by FROM report_back WHERE ticket_id = $1",
    "SELECT by_id, at, reached, solved, rating FROM follow_up WHERE ticket_id = $1",
    "SELECT score, via, confirmed, at FROM rating WHERE ticket_id = $1",
    "SELECT asked_at FROM rating_request WHERE ticket_id = $1",
    "SELECT channel, outcome, code, at, ended_at, inbound_id IS NOT NULL AS kept FROM contact WHERE ticket_id = $1",
    "SELECT text, place, grams FROM ticket_text WHERE ticket_id = $1",
    "SELECT user_id, how, from_at, to_at FROM ownership WHERE ticket_id = $1",
    "SELECT at, subjects, gist FROM ticket_sketch WHERE ticket_id = $1",
)
#: Of an event: what names a row of its own.
IDS = {"contact", "person", "assignment", "reply", "report_back", "clock_id", "number", "words"}


class Undone(Exception):
    """Back to before."""


@pytest.fixture
async def office(conn: Conn) -> Conn:
    await department(conn, "D25", "县住房和城乡建设局")
    await department(conn, "D27", "县环境卫生管理处")
    return conn


async def past_of(conn: Conn, services: Services, folder: Path, text: str) -> list[Past]:
    path = folder / "past.csv"
    path.write_text(text, "utf-8")
    table = read_columns(await read_sheet(path), HISTORY, NEEDED, 100)
    known = await named(conn)
    return [understood(line, row, services, known, NOON) for line, row in table.lines]


async def looks(conn: Conn, work: Callable[[], Awaitable[None]]) -> list[list[list[dict[str, Any]]]]:
    """What the tickets look like that `work` makes; it is undone afterwards."""
    found = []
    try:
        async with conn.transaction():
            await work()
            for row in await conn.fetch("SELECT id FROM ticket ORDER BY id"):
                found.append([[dict(r) for r in await conn.fetch(query, row["id"])] for query in LOOKS])
            raise Undone
    except Undone:
        for tables in found:
            for event in tables[1]:
                detail = orjson.loads(event["detail"])
                event["detail"] = {k: v for k, v in detail.items() if k not in IDS}
    return found


async def test_many_at_once_leave_the_record_that_the_moves_leave(
    office: Conn, services: Services, tmp_path: Path
) -> None:
    past, still = await past_of(office, services, tmp_path, HEAD + LINES), quiet(services)

    async def by_moves() -> None:
        for p in past:
            await live(office, still, moves(), p)

    one_by_one = await looks(office, by_moves)
    at_once = await looks(office, lambda: live_many(office, still, past))
    assert len(at_once) == len(past)
    for p, one, other in zip(past, one_by_one, at_once, strict=True):
        for query, a, b in zip(LOOKS, one, other, strict=True):
            assert b == a, f"{p.number}: {query}"


async def test_what_was_taken_many_at_once_verifies(office: Conn, services: Services, tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    path.write_text(HEAD + LINES, "utf-8")
    done = await import_history(office, services, await read_sheet(path), NOON)
    assert (done.taken, done.refused) == (9, ())
    found = await check_rebuilt(office, TicketRange(0, 2**62), services.keys.record, services.settings.timezone, NOON)
    assert (found.tickets, found.wrong) == (9, ())


async def test_the_past_accuses_pages_and_alarms_nobody(office: Conn, services: Services, tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    path.write_text(HEAD + LINES, "utf-8")
    await import_history(office, services, await read_sheet(path), NOON)
    for table in ("finding", "paging", "outbox", "topic_due", "event_retry"):
        assert await office.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_a_batch_that_fails_leaves_the_batches_before_it_and_the_next_run_goes_on(
    office: Conn, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "past.csv"
    path.write_text(HEAD + LINES, "utf-8")
    monkeypatch.setattr(history, "_BATCH", 4)
    done = 0

    async def dies(conn: Conn, services: Services, past: list[Past]) -> None:
        nonlocal done
        await live_many(conn, services, past)
        done += 1
        if done == 2:
            raise ConnectionError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(history, "live_many", dies)
        with pytest.raises(ConnectionError):
            await import_history(office, services, await read_sheet(path), NOON)
    assert await office.fetchval("SELECT count(*) FROM ticket") == 4
    again = await import_history(office, services, await read_sheet(path), NOON)
    assert (again.taken, again.counts) == (5, (("taken before", 4),))
    numbers = await office.fetch("SELECT text FROM note WHERE kind = 'addition'")
    assert sorted(row["text"].split()[1].split("（")[0] for row in numbers) == [f"A{n}" for n in range(1, 10)]


def test_batches_keep_their_order_their_number_and_their_span() -> None:
    days = [datetime(2025, 1, 1), datetime(2025, 3, 2), datetime(2025, 3, 3), datetime(2025, 3, 4)]
    found = list(history.spans(days, lambda at: at, 2))
    assert [len(batch) for batch in found] == [2, 2]
    assert [len(batch) for batch in history.spans(days, lambda at: at, 9)] == [2, 2]
    assert [len(batch) for batch in history.spans(days[:2], lambda at: at, 9)] == [2]
