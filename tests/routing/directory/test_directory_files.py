"""The spreadsheets that offices use: all or nothing, each refusal by its line, never a traceback."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from openpyxl import Workbook

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Role
from routing.directory.catalogue_file import import_catalogue
from routing.directory.department_file import import_departments
from routing.rosters.table_import import import_roster
from routing.suggestions.suggestion import suggest
from routing.tables.reader import read_sheet
from tests import office


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


async def test_departments_are_taken_and_brought_up_to_date(conn: Conn, services: Services, tmp_path: Path) -> None:
    text = "code,name,name_en,group,duties,phone\nT1,甲局,Bureau A,government,路灯;井盖,+864360000901\nT2,乙镇,B Town,township,,\n"
    for encoding in ("utf-8-sig", "gb18030"):
        done = await import_departments(
            conn, services, await read_sheet(csv(tmp_path, text, encoding)), services.clock.now()
        )
        assert (done.taken, done.refused) == (2, ())
    rows = await conn.fetch("SELECT name, duties, territory FROM department WHERE code IN ('T1', 'T2') ORDER BY code")
    assert [tuple(r) for r in rows] == [("甲局", ["路灯", "井盖"], ""), ("乙镇", [], "乙镇")]


async def test_one_bad_line_and_nothing_is_taken(conn: Conn, services: Services, tmp_path: Path) -> None:
    path = csv(tmp_path, "code,name,group\nT1,甲局,government\nT2,乙局,nonsense\n,丙局,party\nT1,丁局,party\n")
    done = await import_departments(conn, services, await read_sheet(path), services.clock.now())
    assert done.taken == 0
    assert [line for line, _ in done.refused] == [3, 4, 5]
    assert not await conn.fetchval("SELECT count(*) FROM department WHERE code LIKE 'T%'")


async def test_what_the_page_refuses_a_file_may_not_bring(conn: Conn, services: Services, tmp_path: Path) -> None:
    """Codes and words that are too long name their column and line, before the database sees them."""
    long = "长" * 201
    text = f"code,name,group,duties\nT1,甲局,government,路灯\n{'T' * 21},乙局,party,\nT3,{long},party,\nT4,丁局,party,井盖;{long}\nT 5,戊局,party,\n"
    done = await import_departments(conn, services, await read_sheet(csv(tmp_path, text)), services.clock.now())
    assert [(line, why.field) for line, why in done.refused] == [
        (3, "code"),
        (4, "name"),
        (5, "duties.1"),
        (6, "code"),
    ]
    await office.department(conn, "T1", "甲局")
    text = f"matter,lead,basis\n{long},T1,三定\n路灯,T1,{'据' * 4001}\n"
    done = await import_catalogue(conn, services, await read_sheet(csv(tmp_path, text)), services.clock.now())
    assert [(line, why.field) for line, why in done.refused] == [(2, "matter"), (3, "basis")]


async def test_a_roster_line_that_stands_twice_is_one(conn: Conn, services: Services, tmp_path: Path) -> None:
    made = await office.department(conn, "T1", "甲局")
    await office.user(conn, Role.LIAISON, department=made, name="王强")
    line = "T1,王强,2026/3/4 08:00,2026/3/5 08:00,组长\n"
    path = csv(tmp_path, "department,name,from,to,rank\n" + line + line)
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.refused == ()
    (row,) = await conn.fetch("SELECT rank, from_at FROM roster_shift")
    assert (row["rank"], row["from_at"]) == ("leader", datetime(2026, 3, 4, tzinfo=UTC))


async def test_a_roster_from_a_spreadsheet_with_dates_as_cells(conn: Conn, services: Services, tmp_path: Path) -> None:
    made = await office.department(conn, "T1", "甲局")
    await office.user(conn, Role.LIAISON, department=made, name="王强")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["department", "name", "from", "to"])
    sheet.append(["甲局", "王强", datetime(2026, 3, 4, 20), datetime(2026, 3, 5, 8)])
    book.save(tmp_path / "roster.xlsx")
    done = await import_roster(conn, services, await read_sheet(tmp_path / "roster.xlsx"), services.clock.now())
    assert (done.taken, done.refused) == (1, ())
    assert await conn.fetchval("SELECT from_at FROM roster_shift") == datetime(2026, 3, 4, 12, tzinfo=UTC)


async def test_a_catalogue_line_older_than_the_one_in_force_is_refused(
    conn: Conn, services: Services, tmp_path: Path
) -> None:
    await office.department(conn, "T1", "甲局")
    head = "matter,lead,basis,since\n"
    await import_catalogue(
        conn, services, await read_sheet(csv(tmp_path, head + "路灯,T1,三定,2026-03-01\n")), services.clock.now()
    )
    done = await import_catalogue(
        conn, services, await read_sheet(csv(tmp_path, head + "路灯,T1,三定,2026-02-01\n")), services.clock.now()
    )
    assert done.taken == 0
    assert [line for line, _ in done.refused] == [2]
    assert await conn.fetchval("SELECT since FROM catalogue WHERE until IS NULL") == date(2026, 3, 1)


async def test_on_the_day_of_a_change_the_new_line_alone_is_in_force(
    conn: Conn, services: Services, tmp_path: Path, clock: MovingClock
) -> None:
    """Half past midnight in Shanghai, when the day in UTC is still the one before."""
    clock.at = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
    await office.department(conn, "T1", "甲局")
    await office.department(conn, "T2", "乙局")
    head = "matter,lead,basis,since\n"
    for lead, since in (("T1", "2026-01-01"), ("T2", "2026-03-04")):
        await import_catalogue(
            conn, services, await read_sheet(csv(tmp_path, f"{head}路灯维修,{lead},三定,{since}\n")), clock.now()
        )
    found = await suggest(conn, services, "门口路灯维修没人管", "", clock.now())
    assert [s.department for s in found if s.source == "catalogue"] == ["T2"]
