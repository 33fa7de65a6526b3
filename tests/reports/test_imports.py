"""Files from elsewhere: past tickets live through the real use cases, slips become contacts; all or nothing, by line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from hotline.base.db.connection import Conn
from hotline.base.i18n import load_catalogue
from hotline.base.services import Services
from hotline.record.parallel_reading import TicketRange
from hotline.ticket import Category, Channel, Role, Urgency
from reports.imports import words
from reports.imports.boxes import import_boxes
from reports.imports.history import import_history
from routing.tables.reader import read_sheet
from sla.calendar.edits import declare
from sla.verify.comparison import check_rebuilt
from tests.conftest import NOON
from tests.office import department, duties, events, on_shift, user

HEAD = "number,opened,channel,category,text,place,department,closed,outcome,result,phone,where,reference,rating\n"
#: In time, late, answered on the spot, transferred, declined, anonymous.
LINES = (
    "A1,2025-12-01 09:00,call,help,路灯不亮,人民路1号,D25,2025-12-05 16:00,solved,已修复,13900000001,,,5\n"
    "A2,2025/12/1 9:00,sms,complaint,垃圾没人清,铁东街2号,县环境卫生管理处,2026/1/20 16:00,explained,已说明,13900000002,,,\n"
    "A3,2025-12-02 09:00,电话,咨询,身份证丢了怎么办,,,2025-12-02 09:05,当场答复,到派出所补办,13900000003,,,\n"
    "A4,2025-12-03 01:00,call,help,着火了,铁东街3号,,2025-12-03 01:02,transferred,已转,13900000004,119,8812,\n"
    "A5,2025-12-03 10:00,letter,complaint,对判决不服,,,2025-12-03 10:30,declined,已进入司法程序,,法院,,\n"
    "A6,2025-12-04 10:00,web,complaint,夜里施工,建设街4号,D25,2025-12-09 10:00,solved,已整改,,,,\n"
)


@pytest.fixture
async def office(conn: Conn) -> Conn:
    await department(conn, "D25", "县住房和城乡建设局")
    await department(conn, "D27", "县环境卫生管理处")
    return conn


def saved(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


async def number_of(conn: Conn, words: str) -> str:
    return str(
        await conn.fetchval(
            "SELECT t.number FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id WHERE w.text = $1", words
        )
    )


async def test_past_tickets_are_lived_through(office: Conn, services: Services, tmp_path: Path) -> None:
    done = await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + LINES)), NOON)
    assert (done.taken, done.refused) == (6, ())
    rows = await office.fetch("SELECT state, filed_at, received_at, channel FROM ticket ORDER BY id")
    assert [r["state"] for r in rows] == [
        "archived",
        "archived",
        "answered",
        "transferred",
        "declined",
        "archived",
    ]
    assert all(r["filed_at"] is not None for r in rows)
    assert rows[0]["received_at"] == datetime(2025, 12, 1, 1, 0, tzinfo=UTC)
    first = await number_of(office, "路灯不亮")
    assert set((await duties(office, first)).values()) == {"done"}
    assert [k for k in await events(office, first) if k not in {"added", "chased"}] == [
        "received",
        "dispatched",
        "signed",
        "replied",
        "told",
        "followed_up",
        "archived",
    ]


async def test_a_past_ticket_that_was_late_is_breached(office: Conn, services: Services, tmp_path: Path) -> None:
    await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + LINES)), NOON)
    query = "SELECT breached_at IS NOT NULL FROM clock c JOIN ticket t ON t.id = c.ticket_id WHERE t.number = $1 AND clock = 'resolve'"
    assert not await office.fetchval(query, await number_of(office, "路灯不亮"))
    assert await office.fetchval(query, await number_of(office, "垃圾没人清"))


async def test_past_tickets_are_counted_by_the_calendar_of_their_import(
    office: Conn, services: Services, tmp_path: Path
) -> None:
    """A blizzard of that December is declared before the import, another after it: the record holds all the same."""
    admin = await user(office, Role.ADMIN)
    for day in (3, 4):
        start = datetime(2025, 12, day, tzinfo=UTC)
        now = NOON - timedelta(hours=12 - day)
        await declare(office, admin, "closure", start, start + timedelta(days=1), "暴雪", now)
        if day == 3:
            await import_history(
                office, services, await read_sheet(saved(tmp_path, HEAD + LINES)), NOON - timedelta(hours=8.5)
            )
    found = await check_rebuilt(office, TicketRange(0, 2**62), services.keys.record, services.settings.timezone, NOON)
    assert (found.tickets, found.wrong) == (6, ())
    await office.execute("SET LOCAL session_replication_role = replica")
    await office.execute(
        "UPDATE clock SET due_at = due_at + interval '1 day' WHERE clock = 'resolve' AND breached_at IS NULL"
    )
    wrong = (
        await check_rebuilt(office, TicketRange(0, 2**62), services.keys.record, services.settings.timezone, NOON)
    ).wrong
    assert len({number for number, _ in wrong}) == 2


async def test_nobody_hears_of_past_tickets(office: Conn, services: Services, tmp_path: Path) -> None:
    await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + LINES)), NOON)
    assert {r["state"] for r in await office.fetch("SELECT DISTINCT state FROM outbox")} <= {"dropped"}
    assert await office.fetchval("SELECT count(*) FROM paging WHERE ended_at IS NULL") == 0


async def test_the_old_number_is_found_and_taken_once(office: Conn, services: Services, tmp_path: Path) -> None:
    path = saved(tmp_path, HEAD + LINES)
    await import_history(office, services, await read_sheet(path), NOON)
    assert await office.fetchval("SELECT count(*) FROM note WHERE text LIKE '%原编号 A1%'") == 1
    again = await import_history(office, services, await read_sheet(path), NOON)
    assert (again.taken, again.refused, again.counts) == (0, (), (("taken before", 6),))
    assert await office.fetchval("SELECT count(*) FROM ticket") == 6


async def test_another_line_under_a_number_that_was_taken_is_refused(
    office: Conn, services: Services, tmp_path: Path
) -> None:
    await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + LINES)), NOON)
    other = LINES.replace("路灯不亮", "路灯全灭")
    again = await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + other)), NOON)
    assert [(line, str(why)) for line, why in again.refused] == [
        (2, "number: A1 was imported before, and said something else then.")
    ]
    assert await office.fetchval("SELECT count(*) FROM ticket") == 6


BAD = (
    ("A1,2025-12-05 09:00,call,help,x,,D25,2025-12-01 16:00,solved,好,,,,", "closed before it was opened"),
    (
        "A1,2025-13-05 09:00,call,help,x,,D25,2025-12-06 16:00,solved,好,,,,",
        "opened: 2025-13-05 09:00 is not a time",
    ),
    (
        "A1,2030-12-05 09:00,call,help,x,,D25,2030-12-06 16:00,solved,好,,,,",
        "opened: 2030-12-05 09:00 lies ahead",
    ),
    ("A1,2025-12-05 09:00,fax,help,x,,D25,2025-12-06 16:00,solved,好,,,,", "channel: fax is not one of call"),
    ("A1,2025-12-05 09:00,call,,x,,D25,2025-12-06 16:00,solved,好,,,,", "category: — is not one of"),
    ("A1,2025-12-05 09:00,call,help,x,,D99,2025-12-06 16:00,solved,好,,,,", "There is no department D99"),
    ("A1,2025-12-05 09:00,call,help,x,,,2025-12-06 16:00,solved,好,,,,", "department is empty"),
    ("A1,2025-12-05 09:00,call,help,,,D25,2025-12-06 16:00,solved,好,,,,", "text is empty"),
    ("A1,2025-12-05 09:00,call,help,x,,,2025-12-06 16:00,declined,好,,,,", "where is empty"),
    (
        "A1,2025-12-05 09:00,call,help,x,,D25,2025-12-06 16:00,solved,好,,,,9",
        "rating: 9 is not a number from 1 to 5",
    ),
    (
        "A1,2025-12-05 09:00,call,help,x,,D25,2025-12-06 16:00,solved,好,1.39E+10,,,",
        "The spreadsheet has rounded",
    ),
    (
        "A1,2025-12-05 09:00,call,help,x,,D25,2025-12-06 16:00,solved,好,13900000001/13900000002,,,",
        "Two numbers",
    ),
    (",2025-12-05 09:00,call,help,x,,D25,2025-12-06 16:00,solved,好,,,,", "number is empty"),
)


@pytest.mark.parametrize(("line", "said"), BAD)
async def test_a_bad_line_is_named_and_nothing_taken(
    office: Conn, services: Services, tmp_path: Path, line: str, said: str
) -> None:
    good = "B1,2025-12-01 09:00,call,help,路灯不亮,人民路1号,D25,2025-12-05 16:00,solved,已修复,,,,5\n"
    done = await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + good + line + "\n")), NOON)
    assert done.taken == 0
    ((number, why),) = done.refused
    assert number == 3
    assert said in str(why)
    assert await office.fetchval("SELECT count(*) FROM ticket") == 0
    assert await office.fetchval("SELECT count(*) FROM inbound") == 0


async def test_a_move_that_is_refused_undoes_the_lines_before(office: Conn, services: Services, tmp_path: Path) -> None:
    """Officials' misconduct is never dispatched to the discipline body: the use case says so, at its line."""
    await department(office, "D02", "县纪委监委")
    await office.execute("UPDATE department SET discipline = true WHERE code = 'D02'")
    bad = "B2,2025-12-05 09:00,letter,tipoff,举报,,D02,2025-12-06 16:00,solved,好,,,,\n"
    done = await import_history(office, services, await read_sheet(saved(tmp_path, HEAD + LINES + bad)), NOON)
    assert done.taken == 0
    assert [line for line, _ in done.refused] == [8]
    assert "12388" in str(done.refused[0][1])
    assert await office.fetchval("SELECT count(*) FROM ticket") == 0


SLIPS = (
    "unit,date,text,rating\nD25,2026-03-02,窗口没人,1\n县环境卫生管理处,2026/3/2,态度不好,\nD25,2026-03-03,办得很快,5\n"
)


async def test_bad_slips_become_tickets_in_rotation(office: Conn, services: Services, tmp_path: Path) -> None:
    who = await user(office, Role.OPERATOR)
    await on_shift(office, who, NOON)
    done = await import_boxes(office, services, await read_sheet(saved(tmp_path, SLIPS)), NOON)
    assert (done.taken, done.refused) == (3, ())
    rows = await office.fetch(
        "SELECT t.channel, t.category, t.owner_id, w.text, w.place FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id ORDER BY t.id"
    )
    assert [(r["text"], r["place"]) for r in rows] == [
        ("窗口没人", "县住房和城乡建设局"),
        ("态度不好", "县环境卫生管理处"),
    ]
    assert {(r["channel"], r["category"], r["owner_id"]) for r in rows} == {("box", "complaint", who.id)}
    kept = await office.fetch("SELECT outcome, ticket_id, at FROM contact ORDER BY id")
    assert sorted(r["outcome"] for r in kept) == ["rating", "ticket", "ticket"]
    assert all(r["at"] <= NOON for r in kept)


async def test_slips_are_taken_once_and_with_nobody_on_shift(office: Conn, services: Services, tmp_path: Path) -> None:
    path = saved(tmp_path, SLIPS)
    await import_boxes(office, services, await read_sheet(path), NOON)
    assert await office.fetchval("SELECT count(*) FROM ticket WHERE owner_id = 0") == 2
    again = await import_boxes(office, services, await read_sheet(path), NOON)
    assert [line for line, _ in again.refused] == [2, 3, 4]
    assert await office.fetchval("SELECT count(*) FROM contact") == 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("D99,2026-03-02,差,1", "There is no department D99"),
        ("D25,2026-03-09,差,1", "date: 2026-03-09 lies ahead"),
        ("D25,x,差,1", "date: x is not a day"),
        ("D25,2026-03-02,,1", "text is empty"),
        ("D25,2026-03-02,差,7", "rating: 7"),
    ],
)
async def test_a_bad_slip_is_named_and_nothing_taken(
    office: Conn, services: Services, tmp_path: Path, line: str, said: str
) -> None:
    done = await import_boxes(office, services, await read_sheet(saved(tmp_path, SLIPS + line + "\n")), NOON)
    assert done.taken == 0
    assert [(number, said in str(why)) for number, why in done.refused] == [(5, True)]
    assert await office.fetchval("SELECT count(*) FROM contact") == 0


async def test_a_workbook_with_chinese_columns(office: Conn, services: Services, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单位", "日期", "内容", "评分"])
    sheet.append(["D25", datetime(2026, 3, 2), "排队太久", 2])
    book.save(tmp_path / "slips.xlsx")
    done = await import_boxes(office, services, await read_sheet(tmp_path / "slips.xlsx"), NOON)
    assert (done.taken, done.refused) == (1, ())


def test_the_words_of_our_own_screens_are_taken() -> None:
    said = load_catalogue(["hotline"]).zh
    for known, values in (
        (words.CHANNELS, Channel),
        (words.CATEGORIES, Category),
        (words.URGENCIES, Urgency),
        (words.OUTCOMES, words.PastOutcome),
    ):
        assert {said[value]: value for value in values}.items() <= known.items()
