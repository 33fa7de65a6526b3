"""The page `/rosters/imports` shows first what a table would do, day by day, and acts on a second press; the command prints the same."""

from __future__ import annotations

import io
import re
from argparse import Namespace
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from openpyxl import Workbook

from hotline.base.command import CommandError, Runtime
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.ticket import Role
from main import PACKAGES
from routing.commands import take_roster
from tests import office

TABLE = "甲局2026年3月值班表\n日期,带班领导,值班员\n10日,zhao,wang\n11日,zhao,li\n"


@pytest.fixture
async def people(client: TestClient, pool: Pool, services: Services) -> dict[str, dict[str, str]]:
    """Two departments with a leader and two members each, a manager; each with the cookie of a browser."""
    now = services.clock.now()
    found = {}
    async with pool.acquire() as conn, conn.transaction():
        for code, name, names in (("T1", "甲局", ("zhao", "wang", "li")), ("T2", "乙局", ("qian", "sun"))):
            made = await office.department(conn, code, name)
            for who in names:
                user = await office.user(conn, Role.LIAISON, department=made, name=who, leads=who in {"zhao", "qian"})
                found[who] = user
        found["boss"] = await office.user(conn, Role.MANAGER, name="boss")
        for name, user in found.items():
            await people_sql.insert_session(conn, token_hash(name), user.id, {}, now, now + timedelta(hours=1), "")
    return {name: {"Cookie": f"hotline={name}"} for name in found}


async def csrf_of(client: TestClient, head: dict[str, str]) -> str:
    text = await (await client.get("/rosters", headers=head)).text()
    return text.split('name="csrf" content="')[1].split('"')[0]


async def send(
    client: TestClient, head: dict[str, str], raw: bytes | str, name: str = "t.csv", **more: str
) -> tuple[int, str]:
    form = FormData({"csrf": await csrf_of(client, head), **more})
    form.add_field("file", raw.encode() if isinstance(raw, str) else raw, filename=name)
    answer = await client.post("/rosters/imports", data=form, headers=head, allow_redirects=False)
    return answer.status, await answer.text()


async def press(client: TestClient, head: dict[str, str], shown: str, **more: str) -> tuple[int, str]:
    """The second press of a page that was shown."""
    values = {n: re.search(rf'name="{n}" value="([^"]*)"', shown)[1] for n in ("held", "plan", "department")}  # type: ignore[index]
    form = FormData({"csrf": await csrf_of(client, head), **values, **more})
    answer = await client.post("/rosters/imports", data=form, headers=head, allow_redirects=False)
    return answer.status, await answer.text()


async def standing(pool: Pool) -> int:
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM roster_shift"))


async def test_a_table_is_shown_first_and_taken_with_the_second_press(
    client: TestClient, pool: Pool, people: dict[str, dict[str, str]]
) -> None:
    status, shown = await send(client, people["zhao"], TABLE)
    assert status == 200
    assert "新增4班，更改0班，删除0班" in shown
    assert "2026-03-10" in shown
    assert await standing(pool) == 0
    assert (await press(client, people["zhao"], shown))[0] == 303
    assert await standing(pool) == 4
    status, again = await press(client, people["zhao"], shown)
    assert (status, await standing(pool)) == (409, 4)
    assert "不变4班" in again


async def test_what_is_removed_is_named_and_a_roster_that_changed_meanwhile_is_shown_again(
    client: TestClient, pool: Pool, people: dict[str, dict[str, str]]
) -> None:
    _, shown = await send(client, people["boss"], TABLE)
    assert (await press(client, people["boss"], shown))[0] == 303
    status, shown = await send(client, people["boss"], "甲局2026年3月值班表\n日期,值班员\n10日,li\n")
    assert status == 200
    assert "删除2班" in shown
    assert "<del>wang 03-10 08:00–03-11 08:00" in shown
    async with pool.acquire() as conn:
        await conn.execute("DELETE FROM roster_shift WHERE user_id = (SELECT id FROM app_user WHERE name = 'wang')")
    status, shown = await press(client, people["boss"], shown)
    assert status == 409
    assert "删除1班" in shown
    assert "有变动" in shown
    assert (await press(client, people["boss"], shown))[0] == 303
    assert await standing(pool) == 3


async def test_refusals_name_the_cell_and_nothing_is_shown_to_take(
    client: TestClient, pool: Pool, people: dict[str, dict[str, str]]
) -> None:
    book = Workbook()
    for row in (
        [],
        ["甲局2026年3月值班表"],
        ["日期", "值班员", "备勤"],
        [datetime(2026, 3, 10), "wang", "li"],
    ):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    status, shown = await send(client, people["zhao"], out.getvalue(), "t.xlsx")
    assert status == 422
    assert "单元格C3" in shown
    assert "备勤(08:00-20:00)" in shown
    assert 'name="held"' not in shown


async def test_only_the_leader_and_only_the_own_department(
    client: TestClient, pool: Pool, people: dict[str, dict[str, str]]
) -> None:
    assert (await send(client, people["wang"], TABLE))[0] == 403
    assert (await send(client, people["qian"], TABLE))[0] == 422
    _, shown = await send(client, people["boss"], TABLE)
    assert (await press(client, people["qian"], shown))[0] in {403, 422}
    assert await standing(pool) == 0


async def test_the_command_prints_the_same_counts_and_can_only_look(
    dsn: str,
    pool: Pool,
    services: Services,
    people: dict[str, dict[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runtime = Runtime(dsn, pool, services, PACKAGES)
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert await take_roster(Namespace(file=path, look=True), runtime) == 0
    said = capsys.readouterr().out
    assert "2026-03-10 T1 甲局: 2 new" in said
    assert "4 would be taken, 0 refused (4 new, 0 removed)" in said
    assert await standing(pool) == 0
    assert await take_roster(Namespace(file=path, look=False), runtime) == 0
    assert "4 taken, 0 refused (4 new, 0 removed)" in capsys.readouterr().out
    path.write_text("甲局2026年3月值班表\n日期,带班领导,值班员\n10日,zhao,li\n", encoding="utf-8")
    assert await take_roster(Namespace(file=path, look=False), runtime) == 0
    said = capsys.readouterr().out
    assert "removed: wang 03-10 08:00–03-11 08:00" in said
    assert "2 taken, 0 refused (1 new, 1 same, 1 removed)" in said
    path.write_text("甲局2026年3月值班表\n日期,值班员\n10日,nemo\n", encoding="utf-8")
    with pytest.raises(CommandError):
        await take_roster(Namespace(file=path, look=False), runtime)
    assert "第3行，单元格B3：甲局没有叫nemo的人。" in capsys.readouterr().err
    english = replace(services, settings=services.settings.model_copy(update={"language": "en"}))
    with pytest.raises(CommandError):
        await take_roster(Namespace(file=path, look=False), replace(runtime, services=english))
    assert "line 3, cell B3: 甲局 has nobody called nemo." in capsys.readouterr().err
