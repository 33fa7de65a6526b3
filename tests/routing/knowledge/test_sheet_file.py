"""`import sheets`: tables of offices, all or nothing; a line that says something else is a new version."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from routing.knowledge import sheets_sql
from routing.knowledge.sheet_file import import_sheets
from routing.tables.by_column import ImportResult
from routing.tables.reader import read_sheet
from tests.routing.knowledge.shelf import Shelf

HEAD = "事项名称,关键词,所需材料,办理地点,办理时限,收费标准,法律依据,责任部门,生效日期,有效期至\n"


@pytest.fixture
async def shelf(conn: Conn, services: Services) -> Shelf:
    shelf = await Shelf(conn, services).fill()
    await conn.execute("UPDATE department SET aliases = '{县公安}' WHERE code = 'S01'")
    return shelf


async def taken(shelf: Shelf, folder: Path, text: str, encoding: str = "utf-8") -> ImportResult:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return await import_sheets(shelf.conn, shelf.services, await read_sheet(path), shelf.services.clock.now())


async def test_a_table_of_an_office(shelf: Shelf, tmp_path: Path, conn: Conn) -> None:
    """Departments by code, name and short name; 无 for no cost and no papers; days in many forms."""
    text = HEAD + (
        "户口迁移,落户、迁户口,户口本；身份证,政务大厅3号窗口,当场办结,无,《户口登记条例》,S01,2026年1月1日,长期\n"
        "养犬登记,狗证,无,县公安局,3个工作日,工本费5元,,县公安,,2027/12/31\n"
        "不动产转移登记,房产过户,不动产权证书,不动产大厅,5个工作日,80元,,测试不动产中心,2026-01-01至2028-06,\n"
    )
    for encoding in ("utf-8", "gb18030"):
        done = await taken(shelf, tmp_path, text, encoding)
        assert done.refused == ()
    rows = await conn.fetch(
        "SELECT title, cost, papers, valid_from, valid_until, version FROM sheet_version ORDER BY 1"
    )
    assert [tuple(row)[:5] for row in rows] == [
        ("不动产转移登记", "80元", "不动产权证书", date(2026, 1, 1), date(2028, 6, 30)),
        ("养犬登记", "工本费5元", "无需材料", None, date(2027, 12, 31)),
        ("户口迁移", "不收费", "户口本；身份证", date(2026, 1, 1), None),
    ]
    assert {row["version"] for row in rows} == {1}, "the same table again makes no version"
    assert (await shelf.found("落户"), await shelf.found("狗证")) == (["户口迁移"], ["养犬登记"])


async def test_a_span_in_one_cell(shelf: Shelf, tmp_path: Path, conn: Conn) -> None:
    done = await taken(shelf, tmp_path, "事项,材料,部门,有效期\n户口迁移,身份证,S01,2026年1月1日至2028年6月\n")
    assert done.refused == ()
    (row,) = await conn.fetch("SELECT valid_from, valid_until FROM sheet_version")
    assert tuple(row) == (date(2026, 1, 1), date(2028, 6, 30))


async def test_one_wrong_line_refuses_all(shelf: Shelf, tmp_path: Path, conn: Conn) -> None:
    text = HEAD + (
        "户口迁移,,身份证,,,,,S01,,\n"
        "养犬登记,,,,,,,S01,,\n"
        ",,身份证,,,,,S01,,\n"
        "护照,,身份证,,,,,没有的局,,\n"
        "户口 迁移,,身份证,,,,,S01,,\n"
        "居住证,,身份证,,,,,S01,,3/4/2027\n"
        "驾照,,身份证,,,,,S01,2027-01-01,2026-01-01\n"
        "暂住证,,身份证____,,,,,S01,,\n"
    )
    done = await taken(shelf, tmp_path, text)
    assert [(line, why.field) for line, why in done.refused] == [
        (3, "papers"),
        (4, "title"),
        (5, "department"),
        (6, "title"),
        (7, "valid_until"),
        (8, "valid_until"),
        (9, "papers"),
    ]
    assert await sheets_sql.count_in_force(conn) == 0


async def test_what_changed_is_a_new_version_and_the_rest_stays(shelf: Shelf, tmp_path: Path, conn: Conn) -> None:
    """An empty cell, and a column that is not there, leave what the sheet said; what is not named stays."""
    sheet = await shelf.sheet("户口迁移", "落户", where="大厅", cost="5元", valid_until=date(2027, 1, 1))
    other = await shelf.sheet("养犬登记", "狗证")
    done = await taken(shelf, tmp_path, "事项名称,所需材料,责任部门,费用,有效期至\n户口迁移,户口本,S01,免费,\n")
    assert dict(done.counts) == {"new": 0, "changed": 1, "as before": 0, "removed": 0}
    row = await sheets_sql.version(conn, sheet, 2)
    assert row is not None
    assert (row.papers, row.place, row.cost, row.aliases) == ("户口本", "大厅", "不收费", ["落户"])
    assert row.valid_until == date(2027, 1, 1)
    assert await sheets_sql.version(conn, other, 2) is None


async def test_a_workbook_with_days_as_cells(shelf: Shelf, tmp_path: Path, conn: Conn) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["镇赉县政务服务事项一次告知单"])
    page.append(["序号", "服务事项", "申请材料", "实施主体", "是否收费", "有效期止"])
    page.append([1, "户口迁移", "1.户口本\n2.身份证", "S01", "否", date(2027, 3, 4)])
    page.append([2, "养犬登记", "免疫证", "测试公安局", 0, None])
    book.save(tmp_path / "table.xlsx")
    sheet = await read_sheet(tmp_path / "table.xlsx")
    done = await import_sheets(conn, shelf.services, sheet, shelf.services.clock.now())
    assert done.refused == ()
    rows = await conn.fetch("SELECT papers, cost, valid_until FROM sheet_version ORDER BY sheet_id")
    assert [tuple(row) for row in rows] == [
        ("1.户口本\n2.身份证", "不收费", date(2027, 3, 4)),
        ("免疫证", "不收费", None),
    ]


async def test_a_draft_that_a_table_brings_is_in_force(shelf: Shelf, tmp_path: Path) -> None:
    await shelf.sheet("户口迁移", "落户", who=shelf.liaison, department="")
    await taken(shelf, tmp_path, "事项名称,所需材料,责任部门\n户口迁移,身份证,S01\n")
    assert await shelf.found("落户") == ["户口迁移"]
