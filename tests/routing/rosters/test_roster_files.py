"""Rosters as offices keep them: lines, a month matrix, days × posts; each refusal by its line."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Role
from routing.rosters.reader.hours import hours_of, said_of
from routing.rosters.reader.legend import legend_of
from routing.rosters.roster_file import read_roster
from routing.rosters.table_import import import_roster
from routing.tables.reader import read_sheet
from tests import office

ZONE = ZoneInfo("Asia/Shanghai")
PEOPLE = ("王强", "李梅", "赵局长")


async def team(conn: Conn) -> None:
    made = await office.department(conn, "T1", "甲局")
    for name in PEOPLE:
        await office.user(conn, Role.LIAISON, department=made, name=name)


def book(path: Path, rows: list[list[object]]) -> Path:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(path)
    return path


async def shifts(conn: Conn) -> list[tuple[str, str, str, str]]:
    rows = await conn.fetch(
        "SELECT u.name, r.rank, r.from_at, r.to_at FROM roster_shift r JOIN app_user u ON u.id = r.user_id ORDER BY r.from_at, u.id"
    )
    return [
        (
            r["name"],
            r["rank"],
            f"{r['from_at'].astimezone(ZONE):%m-%d %H:%M}",
            f"{r['to_at'].astimezone(ZONE):%m-%d %H:%M}",
        )
        for r in rows
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("08:00-20:00", "08:00-20:00"),
        ("8:30－17:30", "08:30-17:30"),
        ("20:00至次日8:00", "20:00-次日08:00"),
        ("8:00-8:00", "08:00-次日08:00"),
        ("0:00~24:00", "00:00-24:00"),
        ("8点-20点", "08:00-20:00"),
        ("白", None),
        ("25:00-26:00", None),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, said: str | None) -> None:
    found = hours_of(text)
    assert (found and said_of(found)) == said


def test_a_legend_is_read() -> None:
    found = legend_of(["说明：白：07:30—19:30，夜:19:30-次日07:30"])
    assert {w: said_of(s) for w, s in found.items()} == {"白": "07:30-19:30", "夜": "19:30-次日07:30"}


async def test_lines_with_chinese_columns(conn: Conn, services: Services, tmp_path: Path) -> None:
    await team(conn)
    path = tmp_path / "r.csv"
    path.write_text(
        "单位,姓名,日期,班次,级别\n甲局,王强,2026/12/1,白班,\n,李梅,2026年12月1日,20:00-次日8:00,副组长\n,赵局长,2026-12-01,全天,带班领导\n",
        encoding="gb18030",
    )
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.refused == ()
    assert await shifts(conn) == [
        ("王强", "member", "12-01 08:00", "12-01 20:00"),
        ("赵局长", "leader", "12-01 08:00", "12-02 08:00"),
        ("李梅", "deputy", "12-01 20:00", "12-02 08:00"),
    ]


async def test_lines_with_a_day_and_hours(conn: Conn, services: Services, tmp_path: Path) -> None:
    await team(conn)
    path = book(
        tmp_path / "r.xlsx",
        [
            ["单位", "姓名", "日期", "开始", "结束"],
            ["甲局", "王强", datetime(2026, 12, 1), "08:30", "17:30"],
            ["甲局", "李梅", datetime(2026, 12, 1), "17:30", "08:30"],
        ],
    )
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.refused == ()
    assert [(a, b) for _, _, a, b in await shifts(conn)] == [
        ("12-01 08:30", "12-01 17:30"),
        ("12-01 17:30", "12-02 08:30"),
    ]


async def test_a_month_matrix_with_a_title_blank_departments_and_a_legend(
    conn: Conn, services: Services, tmp_path: Path
) -> None:
    await team(conn)
    path = book(
        tmp_path / "m.xlsx",
        [
            ["2026年2月值班表"],
            ["单位", "姓名", "职务", *range(1, 32)],
            ["甲局", "王强", None, "白", "夜", "休"],
            [None, "李梅", None, "夜", "白", None],
            [None, "赵局长", "带班领导", "全", "全"],
            ["备注：白:07:30-19:30 夜:19:30-07:30"],
        ],
    )
    now = datetime(2026, 1, 20, tzinfo=ZONE)
    done = await import_roster(conn, services, await read_sheet(path), now)
    assert (done.taken, done.refused) == (6, ())
    assert await shifts(conn) == [
        ("王强", "member", "02-01 07:30", "02-01 19:30"),
        ("赵局长", "leader", "02-01 08:00", "02-02 08:00"),
        ("李梅", "member", "02-01 19:30", "02-02 07:30"),
        ("李梅", "member", "02-02 07:30", "02-02 19:30"),
        ("赵局长", "leader", "02-02 08:00", "02-03 08:00"),
        ("王强", "member", "02-02 19:30", "02-03 07:30"),
    ]


async def test_a_month_again_replaces_what_is_to_come(conn: Conn, services: Services, tmp_path: Path) -> None:
    await team(conn)
    head: list[list[object]] = [["2026年12月"], ["单位", "姓名", *range(1, 32)]]
    now = datetime(2026, 12, 2, 12, tzinfo=ZONE)
    await import_roster(
        conn,
        services,
        await read_sheet(book(tmp_path / "a.xlsx", [*head, ["甲局", "王强", "全", "全", "全", "全"]])),
        now,
    )
    await import_roster(
        conn,
        services,
        await read_sheet(book(tmp_path / "b.xlsx", [*head, ["甲局", "李梅", None, None, None, "全"]])),
        now,
    )
    assert [(n, a) for n, _, a, _ in await shifts(conn)] == [
        ("王强", "12-01 08:00"),
        ("王强", "12-02 08:00"),
        ("李梅", "12-04 08:00"),
    ]


async def test_days_and_posts_with_several_names_in_a_cell(conn: Conn, services: Services, tmp_path: Path) -> None:
    await team(conn)
    path = book(
        tmp_path / "p.xlsx",
        [
            ["甲局2026年12月值班安排表"],
            ["日期", "星期", "带班领导", "白班", "夜班", "值班电话"],
            ["12月1日", "二", "赵局长", "王强、李梅", "李梅", "5421234"],
            [2, "三", "赵局长", "王强", "", ""],
        ],
    )
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.refused == ()
    assert [(n, r, a) for n, r, a, _ in await shifts(conn)] == [
        ("王强", "member", "12-01 08:00"),
        ("李梅", "member", "12-01 08:00"),
        ("赵局长", "leader", "12-01 08:00"),
        ("李梅", "member", "12-01 20:00"),
        ("王强", "member", "12-02 08:00"),
        ("赵局长", "leader", "12-02 08:00"),
    ]


async def test_every_refused_line_is_named_and_nothing_is_taken(conn: Conn, services: Services, tmp_path: Path) -> None:
    await team(conn)
    path = book(
        tmp_path / "m.xlsx",
        [
            ["2026年12月"],
            ["单位", "姓名", 1, 2, 3],
            ["甲局", "王强", "白", "飞", None],
            [None, "张三", "白", None, None],
            ["乙局", "王强", "白", None, None],
            [None, None, "白", None, None],
        ],
    )
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.taken == 0
    assert [line for line, _ in done.refused] == [3, 4, 5, 6]
    assert "飞" in str(done.refused[0][1])
    assert "张三" in str(done.refused[1][1])
    assert await shifts(conn) == []


async def test_a_department_takes_only_its_own(conn: Conn, services: Services, tmp_path: Path) -> None:
    await team(conn)
    await office.department(conn, "T2", "乙局")
    path = tmp_path / "r.csv"
    path.write_text("姓名,日期\n王强,2026-12-01\n", encoding="utf-8")
    assert (await import_roster(conn, services, await read_sheet(path), services.clock.now(), only="T1")).refused == ()
    path.write_text("单位,姓名,日期\n乙局,王强,2026-12-01\n", encoding="utf-8")
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now(), only="T1")
    assert "not your department" in str(done.refused[0][1])


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "姓名,1,2\n王强,白,白\n",
        "日期,x\n2026-12-01,王强\n",
        "单位,姓名,日期\n甲局,王强,2026-13-01\n",
    ],
)
async def test_what_is_no_roster_is_refused_and_never_a_traceback(
    conn: Conn, services: Services, tmp_path: Path, text: str
) -> None:
    await team(conn)
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.taken == 0
    assert done.refused


def test_the_earlier_columns_still_read() -> None:
    rows = [
        (1, ["department", "name", "from", "to", "rank"]),
        (2, ["T1", "王强", "2026/3/4 8:00", "2026-03-05 08:00", "组长"]),
    ]
    (duty,) = read_roster(rows, ZONE).duties
    assert (duty.rank, duty.from_at.hour, duty.to_at.day) == ("leader", 8, 5)


async def test_a_workbook_as_a_spreadsheet_keeps_it(conn: Conn, services: Services, tmp_path: Path) -> None:
    """Merged titles, days and times as numbers with formats, 24:00 as `[h]:mm:ss`, 12.10 as a number, a hidden sheet before it."""
    await team(conn)
    made = Workbook()
    made.worksheets[0].title = "说明"
    made.worksheets[0].sheet_state = "hidden"
    made.worksheets[0].append(["不要读这里"])
    sheet = made.create_sheet("值班表")
    made.active = 1
    for row in (
        ["甲局2026年12月值班表"],
        ["日期", "上班时间", "下班时间", "姓名"],
        [datetime(2026, 12, 8), time(8), timedelta(hours=24), "王　强（科长）"],
        [12.9, 8 / 24, 0.5, "李梅13900001234"],
        [12.1, "8:00:00", "次日8:00", "赵局长"],
        [12.11, time(17, 30), time(8), "王强"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet["A3"].number_format = "m月d日"
    sheet["C3"].number_format = "[h]:mm:ss"
    sheet["B4"].number_format = sheet["C4"].number_format = "h:mm"
    sheet["A5"].number_format = "0.00"
    path = tmp_path / "r.xlsx"
    made.save(path)
    done = await import_roster(conn, services, await read_sheet(path), services.clock.now())
    assert done.refused == (), [str(why) for _, why in done.refused]
    assert [(n, a, b) for n, _, a, b in await shifts(conn)] == [
        ("王强", "12-08 08:00", "12-09 00:00"),
        ("李梅", "12-09 08:00", "12-09 12:00"),
        ("赵局长", "12-10 08:00", "12-11 08:00"),
        ("王强", "12-11 17:30", "12-12 08:00"),
    ]
