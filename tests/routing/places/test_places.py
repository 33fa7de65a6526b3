"""The gazetteer: taken from a table or refused by line, matched before anything is guessed, read by duplicates and topics."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.ticket import Role
from routing.likeness.duplicates import duplicates
from routing.places.gazetteer import known_in
from routing.places.place_file import import_places
from routing.places.spellings import Spelled, keys_of, nameless, places_of, written
from routing.tables.by_column import ImportResult
from routing.tables.reader import read_sheet
from tests.doors import browser
from tests.office import ticket, user

TABLE = "名称,类别,乡镇,别名\n江南世纪城,小区,镇赉镇,世纪城;江南城\n公和勒村,村,东屏镇,公和勒\n东风村,,东屏镇,东风\n第一小学,学校,,一小、镇赉一小\n"


async def taken(conn: Conn, services: Services, folder: Path, text: str) -> ImportResult:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return await import_places(conn, services, await read_sheet(path), services.clock.now())


async def test_a_table_is_taken_and_known_names_keep_theirs(conn: Conn, services: Services, tmp_path: Path) -> None:
    done = await taken(conn, services, tmp_path, TABLE)
    assert (done.taken, done.refused, dict(done.counts)) == (4, (), {"new": 4, "known": 0})
    done = await taken(conn, services, tmp_path, "名称,乡镇,俗称\n江南世纪城,城关镇,新世纪\n")
    assert dict(done.counts) == {"new": 0, "known": 1}
    rows = await conn.fetch(
        "SELECT s.alias, p.township, p.kind FROM place_spelling s JOIN place p ON p.id = s.place_id WHERE p.name = '江南世纪城'"
    )
    assert {row["alias"] for row in rows} == {"江南世纪城", "世纪城", "江南城", "新世纪"}
    assert {(row["township"], row["kind"]) for row in rows} == {("城关镇", "estate")}
    assert await conn.fetchval("SELECT kind FROM place WHERE name = '东风村'") == "village"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",小区,,", "name"),
        ("城,小区,,", "name"),
        ("小区,小区,,", "name"),
        ("幼儿园,学校,,", "name"),
        ("附近,其他,,", "name"),
        (f"{'长' * 41},小区,,", "name"),
        ("甲乙小区,楼宇群,,", "kind"),
        ("甲乙小区,小区,,小区", "aliases"),
        ("甲乙小区,小区,,好", "aliases"),
        ("甲乙小区,小区,,世纪城", "aliases"),
        ("世纪城,小区,,", "aliases"),
        ("江南世纪城,小区,,", "name"),
    ],
)
async def test_a_wrong_line_is_named_and_nothing_is_taken(
    conn: Conn, services: Services, tmp_path: Path, line: str, column: str
) -> None:
    done = await taken(conn, services, tmp_path, f"{TABLE}{line}\n")
    assert done.taken == 0
    assert [(at, why.field) for at, why in done.refused] == [(6, column)]
    assert await conn.fetchval("SELECT count(*) FROM place") == 0


KNOWN = (
    Spelled("江南世纪城", "江南世纪城", "estate"),
    Spelled("世纪城", "江南世纪城", "estate"),
    Spelled("公和勒", "公和勒村", "village"),
    Spelled("东风", "东风村", "village"),
    Spelled("东风村", "东风村", "village"),
    Spelled("一小", "第一小学"),
    Spelled("第一小学", "第一小学"),
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("江南世纪城3号楼停水", ["册:江南世纪城"]),
        ("世纪城小区停水", ["册:江南世纪城"]),
        ("公和勒的路坏了", ["册:公和勒村"]),
        ("一小门口堵车，人民路也堵", ["册:第一小学", "路:人民"]),
        ("东风村没电", ["册:东风村"]),
        ("东风路没有路灯", ["路:东风"]),
        ("丽发小区", ["居:丽发"]),
        ("东风没水", ["册:东风村"]),
    ],
)
def test_what_the_gazetteer_knows_comes_first(text: str, keys: list[str]) -> None:
    assert sorted(keys_of(text, KNOWN)) == sorted(keys)


def test_names_are_cut_out_whole_and_shown_as_written() -> None:
    assert nameless("江南世纪城停水", KNOWN) == " 停水"
    assert written("世纪城停水", KNOWN) == [("册:江南世纪城", "世纪城")]
    assert places_of("", f"停水两天{'了' * 220}，人民路", KNOWN) == ["路:人民"]  # none at the start: all
    assert places_of("世纪城", f"停水{'了' * 220}，人民路", KNOWN) == ["册:江南世纪城"]


async def test_two_estates_alike_in_their_last_words_are_two(conn: Conn, services: Services, tmp_path: Path) -> None:
    """Without the gazetteer 江南世纪城小区 and 东方新世纪小区 were one place; tickets of before are read anew."""
    await ticket(conn, services, "江南世纪小区停水", "+8613900000061", place="")
    other = await ticket(conn, services, "东方世纪小区停水了", "+8613900000062", place="")
    found = await duplicates(conn, services, "东方世纪小区没水", "", "", services.clock.now())
    assert len(found) == 2
    await taken(conn, services, tmp_path, "name,aliases\n江南世纪小区,\n东方世纪小区,东方世纪\n")
    found = await duplicates(conn, services, "东方世纪没水", "", "", services.clock.now())
    assert [a.row["number"] for a in found] == [other.number]
    assert "place" in found[0].by


async def test_the_page_shows_takes_refuses_and_removes(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        admin, operator = await user(conn, Role.ADMIN), await user(conn, Role.OPERATOR)
    page = await browser(client, pool, services, admin)

    async def send(text: str) -> tuple[int, str]:
        from aiohttp import FormData

        form = FormData()
        form.add_field("csrf", page.csrf)
        form.add_field("file", text.encode(), filename="places.csv", content_type="text/csv")
        answer = await client.post(
            "/admin/places/imports",
            data=form,
            headers={"Cookie": f"hotline={page.cookie}"},
            allow_redirects=False,
        )
        return answer.status, await answer.text()

    status, _ = await send(TABLE)
    assert status == 303
    status, shown = await send("名称\n小区\n")
    assert status == 422
    assert "“小区”是通称" in shown
    listed = await (await page.get("/admin/places?q=世纪")).text()
    assert "江南世纪城" in listed
    assert "公和勒村" not in listed
    assert "世纪城" in listed
    async with pool.acquire() as conn:
        place = await conn.fetchval("SELECT id FROM place WHERE name = '东风村'")
    assert (await page.post(f"/admin/places/{place}/removals")).status == 303
    assert (await page.post(f"/admin/places/{place}/removals")).status == 404
    theirs = await browser(client, pool, services, operator)
    assert "移出" not in await (await theirs.get("/admin/places")).text()
    assert (await theirs.post("/admin/places/1/removals")).status == 403


async def test_it_is_fast_with_many_places(conn: Conn) -> None:
    await conn.execute(
        "INSERT INTO place (id, name, kind) SELECT i, '地名' || i || '小区', 'estate' FROM generate_series(1, 20000) i"
    )
    await conn.execute(
        "INSERT INTO place_spelling SELECT name, name, left(md5(name), 2), id FROM place UNION ALL SELECT '丽发新城', '丽发新城', '丽发', 1"
    )
    await conn.execute("ANALYZE place_spelling")
    text = "丽发新城三号楼停水两天了，物业不管，" * 30
    assert [one.place for one in await known_in(conn, text)] == ["地名1小区"]
    begun = time.perf_counter()
    for _ in range(20):
        await known_in(conn, text)
    assert (time.perf_counter() - begun) / 20 < 0.02
