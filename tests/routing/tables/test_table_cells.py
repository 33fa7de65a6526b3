"""Every cell of a table that holds something is understood, or refused by row and column; nothing is erased by leaving it out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from routing.directory.catalogue_file import import_catalogue
from routing.directory.column_words import DEPARTMENTS
from routing.directory.department_file import import_departments
from routing.tables.bounds import Unreadable
from routing.tables.by_column import ImportResult
from routing.tables.columns import code_of, read_columns
from routing.tables.reader import Sheet, read_sheet

NEEDED = ("code", "name", "group")


async def sheet_of(folder: Path, text: str) -> Sheet:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return await read_sheet(path)


async def taken(conn: Conn, services: Services, folder: Path, text: str) -> ImportResult:
    return await import_departments(conn, services, await sheet_of(folder, text), services.clock.now())


@pytest.mark.parametrize("rows", [19_999, 20_000, 20_001])
async def test_twenty_thousand_rows_mean_twenty_thousand(tmp_path: Path, rows: int) -> None:
    text = "某县单位表\n代码,名称,类别\n" + "".join(f"T{n},第{n}局,政府部门\n" for n in range(rows))
    sheet = await sheet_of(tmp_path, text)
    if rows <= 20_000:
        assert len(read_columns(sheet, DEPARTMENTS, NEEDED, 20_000).lines) == rows
    else:
        with pytest.raises(Unreadable, match="more than 20000 rows"):
            read_columns(sheet, DEPARTMENTS, NEEDED, 20_000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "代码,名称,类别,负责人\nT1,甲局,政府,王强\n",
            [(2, "D2: the column “负责人” is none that is taken here; it holds “王强”")],
        ),
        ("代码,名称,类别,\nT1,甲局,政府,王强\n", [(2, "D2 holds “王强” in a column without a name")]),
        ("代码,名称,类别,电话,联系电话\nT1,甲局,政府,,7222345\n", [(2, "E2: the column “联系电话” stands twice")]),
        ("代码,名称,类别,负责人\nT1,甲局,政府,\n", []),
        ("序号,代码,名称,类别\n1,T1,甲局,政府\n", []),
        ("序号,代码,名称,类别\n甲,T1,甲局,政府\n", [(2, "A2 holds “甲” in a column without a name")]),
        ("代码,名称,类别\nT1,甲局,政府\n代码,名称,类别\nT2,乙局,政府\n", []),
        ("代码,名称,类别\nT1,甲局,政府\nＴ１,乙局,政府\n", [(3, "T1 stands twice")]),
        ("代码,名称,类别\nT1,甲局,政府\nt1,乙局,政府\n", [(3, "t1 is written T1 elsewhere")]),
        (
            "代码,名称,类别\nT1,甲局,政府\nT2,甲 局,政府\n",
            [(2, "甲局 is the name of T2 already"), (3, "甲 局 is the name of T1 already")],
        ),
        ("代码,名称,类别,上级\nT1,甲局,政府,T1\n", [(2, "A department does not stand above itself")]),
        ("代码,名称,类别,上级\nT1,甲局,政府,乙局\nT2,乙局,政府,\n", []),
        ("代码,名称,类别,上级\nT1,甲局,政府,丙局\n", [(2, "There is no department 丙局")]),
        ("代码,名称,类别\nT1,,政府\n", [(2, "name is empty")]),
        ("代码,名称,类别,纪检监察\nT1,甲局,政府,也许\n", [(2, "也许 is neither yes nor no")]),
    ],
)
async def test_departments_by_row_and_column(
    conn: Conn, services: Services, tmp_path: Path, text: str, said: list[tuple[int, str]]
) -> None:
    done = await taken(conn, services, tmp_path, text)
    assert [(line, str(why)[: len(s)]) for (line, why), (_, s) in zip(done.refused, said, strict=True)] == said
    assert (done.taken > 0) == (not said)


async def test_codes_that_a_spreadsheet_made_numbers(conn: Conn, services: Services, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["代码", "名称", "类别"])
    sheet.append([12.0, "甲局", "政府部门"])
    sheet.append([7, "乙局", "政府部门"])
    sheet["A3"].number_format = "000"
    book.save(tmp_path / "t.xlsx")
    done = await import_departments(conn, services, await read_sheet(tmp_path / "t.xlsx"), services.clock.now())
    assert done.refused == ()
    rows = await conn.fetch("SELECT code FROM department WHERE name IN ('甲局', '乙局') ORDER BY name DESC")
    assert [r["code"] for r in rows] == ["12", "007"]
    assert (code_of("12.0"), code_of(" Ｄ０１ "), code_of("12.5")) == ("12", "D01", "12.5")


async def test_what_a_table_leaves_out_stays(conn: Conn, services: Services, tmp_path: Path) -> None:
    whole = "代码,名称,类别,英文名,职责,电话,辖区,别名\nT1,甲局,政府部门,Bureau,路灯;井盖,0436-7222345,全县,老甲局\n"
    assert (await taken(conn, services, tmp_path, whole)).counts[0] == ("new", 1)
    look = "SELECT name, name_en, duties, territory, phone_enc, aliases FROM department WHERE code = 'T1'"
    before = await conn.fetchrow(look)
    again = await taken(conn, services, tmp_path, whole)
    assert again.counts == (("new", 0), ("changed", 0), ("as before", 1), ("removed", 0))
    less = await taken(conn, services, tmp_path, "代码,名称,类别,职责\nT1,甲局,政府部门,\n")
    assert less.counts == (("new", 0), ("changed", 0), ("as before", 1), ("removed", 0))
    assert tuple(await conn.fetchrow(look)) == tuple(before)


async def test_two_departments_swap_their_names(conn: Conn, services: Services, tmp_path: Path) -> None:
    await taken(conn, services, tmp_path, "代码,名称,类别\nT1,甲局,政府\nT2,乙局,政府\n")
    done = await taken(conn, services, tmp_path, "代码,名称,类别\nT1,乙局,政府\nT2,甲局,政府\n")
    assert done.counts[1] == ("changed", 2)
    rows = await conn.fetch("SELECT name FROM department WHERE code IN ('T1', 'T2') ORDER BY code")
    assert [r["name"] for r in rows] == ["乙局", "甲局"]


async def test_a_code_that_ended_is_not_given_again(conn: Conn, services: Services, tmp_path: Path) -> None:
    await taken(conn, services, tmp_path, "代码,名称,类别\nT1,甲局,政府\n")
    await conn.execute("UPDATE department SET valid_to = $1 WHERE code = 'T1'", date(2026, 3, 1))
    done = await taken(conn, services, tmp_path, "代码,名称,类别\nT1,甲局,政府\n")
    assert [str(why) for _, why in done.refused] == ["T1 ended on 2026-03-01: its code is not given again."]


async def test_merged_cells_hold_downwards_and_never_across(conn: Conn, services: Services, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["某县单位表"],
        ["代码", "名称", "类别", "职责"],
        ["T1", "甲局", "政府部门", "路灯"],
        ["T2", "乙局", None, None],
    ):
        sheet.append(row)
    sheet.merge_cells("C3:C4")
    book.save(tmp_path / "t.xlsx")
    done = await import_departments(conn, services, await read_sheet(tmp_path / "t.xlsx"), services.clock.now())
    assert (done.taken, done.refused) == (2, ())
    assert [str(note) for note in done.notes] == ["Above the header, not taken: 某县单位表"]
    sheet.merge_cells("A5:B5")
    sheet["A5"] = "以下空白"
    book.save(tmp_path / "t.xlsx")
    done = await import_departments(conn, services, await read_sheet(tmp_path / "t.xlsx"), services.clock.now())
    assert done.refused[0][0] == 5
    assert str(done.refused[0][1]).startswith("A5:B5 are merged across columns")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("路灯,T1,,三定\n", []),
        ("路灯,甲 局,乙局、T3,三定\n", []),
        ("路灯,T1,T1,三定\n", ["The lead does not stand beside itself."]),
        ("路灯,T1,,三定\n路 灯,T2,,三定\n", ["路 灯 stands twice."]),
        (
            "路灯,T9,,三定\n",
            ["There is no department T9: write its code, or a name that the directory has for it alone."],
        ),
        (
            "路灯,T1,T2；T8,三定\n",
            ["There is no department T8: write its code, or a name that the directory has for it alone."],
        ),
        ("路灯,,,三定\n", ["lead is empty."]),
    ],
)
async def test_the_catalogue_by_row_and_column(
    conn: Conn, services: Services, tmp_path: Path, lines: str, said: list[str]
) -> None:
    await taken(conn, services, tmp_path, "代码,名称,类别\nT1,甲局,政府\nT2,乙局,政府\nT3,丙局,政府\n")
    sheet = await sheet_of(tmp_path, "诉求事项,牵头单位,配合单位,政策依据\n" + lines)
    done = await import_catalogue(conn, services, sheet, services.clock.now())
    assert [str(why) for _, why in done.refused] == said
    again = await import_catalogue(conn, services, sheet, services.clock.now())
    if not said:
        assert again.counts == (("new", 0), ("changed", 0), ("as before", 1), ("removed", 0))
