"""How a roster calls its departments: by any name that is theirs alone; one that is nobody's is refused at its own cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Role
from routing.rosters.table_import import Imported, import_roster
from routing.tables.reader import read_sheet
from tests import office

HEADER = "单位,姓名,开始,结束\n"


async def taken(conn: Conn, services: Services, folder: Path, raw: bytes) -> Imported:
    """The outcome of a table for two offices with a few everyday names, one person each."""
    for code, name, aliases, who in (
        ("T1", "县住房和城乡建设局", ["住建局", "建设局", "老城建?"], "王强"),
        ("T2", "县建设项目中心", ["建设局"], "李梅"),
    ):
        made = await office.department(conn, code, name)
        await conn.execute("UPDATE department SET aliases = $2 WHERE id = $1", made, aliases)
        await office.user(conn, Role.LIAISON, department=made, name=who)
    path = folder / "r.csv"
    path.write_bytes(raw)
    return await import_roster(conn, services, await read_sheet(path), services.clock.now())


@pytest.mark.parametrize("named", ["T1", "县住房和城乡建设局", "住房和城乡建设局", "住建局", "住 建 局", "ｔ１"])
async def test_a_name_that_is_theirs_alone(conn: Conn, services: Services, tmp_path: Path, named: str) -> None:
    done = await taken(conn, services, tmp_path, f"{HEADER}{named},王强,2026-12-01 8:00,2026-12-01 17:00\n".encode())
    assert (done.taken, done.refused) == (1, ())


@pytest.mark.parametrize("named", ["建设局", "老城建", "外星局"])
async def test_a_name_of_two_or_of_none_is_refused_at_its_own_cell(
    conn: Conn, services: Services, tmp_path: Path, named: str
) -> None:
    rows = f"{named},王强,2026-12-01 8:00,2026-12-01 17:00\n,王强,2026-12-02 8:00,2026-12-02 17:00\n"
    done = await taken(conn, services, tmp_path, (HEADER + rows).encode())
    assert [(line, why.params["cell"], str(why)) for line, why in done.refused] == [
        (
            2,
            "A2",
            f"There is no department {named}: write its code, or a name that the directory has for it alone.",
        )
    ]


async def test_a_line_in_another_encoding_is_the_reason_also_where_the_rest_is_no_table(
    conn: Conn, services: Services, tmp_path: Path
) -> None:
    raw = f"{HEADER}T1,王强,2026-12-01 8:00,2026-12-01 17:00\n".encode() + "T1,李梅,明天,后天\n".encode("gb18030")
    done = await taken(conn, services, tmp_path, raw)
    assert [line for line, _ in done.refused] == [3]


async def test_a_table_without_a_shift_names_the_rows_that_were_not_understood(
    conn: Conn, services: Services, tmp_path: Path
) -> None:
    raw = "县住房和城乡建设局2026年12月值班表\n日期,值班员\n备注,王强、李梅\n".encode()
    done = await taken(conn, services, tmp_path, raw)
    assert [(line, str(why)) for line, why in done.refused] == [
        (3, "There is no shift in it; this row is not understood: 备注 王强、李梅")
    ]
