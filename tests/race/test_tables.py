"""Tables of an attacker, or of a spreadsheet gone wrong, hold up no citizen's message; an import that is killed goes on."""

from __future__ import annotations

import asyncio
import io
import resource
import sys
import zipfile
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from hotline.base.db.embedded import embedded
from hotline.people.sessions import token_hash
from tests.carrier import ACCOUNT, NUMBER, TOKEN, carrier
from tests.program import SHORT, Program, program, reachable
from tests.race.pasttickets import write_past
from tests.race.test_floods import WITHIN
from tests.race.test_kills import post

_BOOK = '<workbook xmlns:r="r"><sheets>{}</sheets></workbook>'
_SHEET = '<sheet name="S{0}" r:id="r{0}"/>'
_RELATED = "<Relationships>{}</Relationships>"
_TO_SHEET = '<Relationship Id="r{0}" Type="x/worksheet" Target="worksheets/sheet{0}.xml"/>'
_TO_STRINGS = '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
_ONE = "<worksheet><sheetData>{}</sheetData></worksheet>"


def book(path: Path, first: Iterable[str], *, sheets: int = 1, strings: Iterable[str] = ()) -> Path:
    """A workbook whose first sheet and shared strings come in pieces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        names = range(1, sheets + 1)
        file.writestr("xl/workbook.xml", _BOOK.format("".join(map(_SHEET.format, names))))
        file.writestr(
            "xl/_rels/workbook.xml.rels", _RELATED.format("".join(map(_TO_SHEET.format, names)) + _TO_STRINGS)
        )
        for name, pieces in (("worksheets/sheet1.xml", first), ("sharedStrings.xml", strings)):
            with file.open(f"xl/{name}", "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece.encode())
        for n in range(2, sheets + 1):
            file.writestr(f"xl/worksheets/sheet{n}.xml", _ONE.format('<row><c t="b"><v>1</v></c></row>'))
    return path


def hostile(folder: Path) -> list[Path]:
    """Files of a few kilobytes to a few megabytes that cost a reader who believes them everything."""
    word = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
    empty = (
        "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(k, k + 1000))
        for k in range(1, 1_048_001, 1000)
    )
    return [
        book(folder / "xfd.xlsx", [_ONE.format(f'<row r="1">{word.format("A1")}{word.format("XFD1")}</row>')]),
        book(folder / "last.xlsx", ["<worksheet><sheetData>", *empty, "</sheetData></worksheet>"]),
        book(folder / "far.xlsx", [_ONE.format(f'<row r="1048576">{word.format("A1048576")}</row>')]),
        book(
            folder / "strings.xlsx",
            [_ONE.format("")],
            strings=["<sst>", *(["<si><t>" + "a" * 1_000_000 + "</t></si>"] * 1000), "</sst>"],
        ),
        book(folder / "nested.xlsx", ["<worksheet>", *(["<a>" * 100_000] * 20)]),
        book(folder / "entities.xlsx", ['<!DOCTYPE a [<!ENTITY b "c">]>', _ONE.format("&b;")]),
        book(folder / "token.xlsx", ['<worksheet a="', *(["b" * 1_000_000] * 60), '"/>']),
        book(folder / "sheets.xlsx", [_ONE.format("")], sheets=1000),
    ]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[str]:
    async with embedded(reachable(tmp_path), durable=False) as dsn:
        yield dsn


async def signed_in(dsn: str, name: str) -> dict[str, str]:
    """The cookie of a session made for somebody."""
    conn = await asyncpg.connect(dsn)
    try:
        now = datetime.now(UTC)
        await conn.execute(
            "INSERT INTO session (token_hash, user_id, made_at, seen_at, expires_at)"
            " SELECT $1, id, $2, $2, $3 FROM app_user WHERE name = $4",
            token_hash("cookie"),
            now,
            now + timedelta(hours=1),
            name,
        )
        await conn.execute("UPDATE app_user SET password_temporary = false WHERE name = $1", name)
    finally:
        await conn.close()
    return {"Cookie": "hotline=cookie"}


@pytest.mark.race
async def test_a_true_delivery_is_answered_beside_each_hostile_table(database: str, tmp_path: Path) -> None:
    files = await asyncio.to_thread(hostile, tmp_path)
    async with (
        carrier() as line,
        program(
            database,
            tmp_path,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=line.url,
        ) as served,
    ):
        await served.start()
        await served.run("user", "add", "keeper", "--role", "admin")
        head = await signed_in(database, "keeper")
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as sender,
            aiohttp.ClientSession() as calls,
        ):
            async with sender.get(served.url + "/admin/departments", headers=head) as page:
                csrf = (await page.text()).split('name="csrf" content="')[1].split('"')[0]
            sending = [asyncio.create_task(send(sender, served, head, csrf, file)) for file in files]
            n = 0
            while n < 3 or not all(task.done() for task in sending):
                began = asyncio.get_running_loop().time()
                assert await post(calls, served, n) == 200
                assert asyncio.get_running_loop().time() - began < WITHIN
                n += 1
                await asyncio.sleep(0.05)
            assert {file.name: (await task)[0] for file, task in zip(files, sending, strict=True)} == {
                f.name: 422 for f in files
            }
    assert "Traceback" not in served.said()


async def send(
    session: aiohttp.ClientSession, served: Program, head: dict[str, str], csrf: str, file: Path
) -> tuple[int, str]:
    form = aiohttp.FormData()
    form.add_field("csrf", csrf)
    form.add_field("file", io.BytesIO(await asyncio.to_thread(file.read_bytes)), filename=file.name)
    async with session.post(served.url + "/admin/departments/imports", data=form, headers=head) as answer:
        return answer.status, await answer.text()


DEPARTMENTS = "代码,名称,类别\n" + "".join(f"D{n:02d},第{n}局,政府部门\n" for n in range(1, 76))


@pytest.mark.race
async def test_an_import_of_past_tickets_that_is_killed_goes_on_where_it_was(database: str, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(DEPARTMENTS, "utf-8")
    rows = 2000
    past = write_past(tmp_path / "past.csv", rows)
    async with program(database, tmp_path) as served:
        code, out, err = await served.run("import", "departments", str(tmp_path / "units.csv"))
        assert (code, out, err) == (
            0,
            "75 taken, 0 refused (75 new, 0 changed, 0 as before, 0 removed)\n",
            "",
        )
        conn = await asyncpg.connect(database)
        taken = await killed_at(served, conn, past, rows // 4)
        assert 0 < taken < rows
        code, out, err = await served.run("import", "history", str(past))
        assert code == 0, err
        assert out == f"{rows - taken} taken, 0 refused ({taken} taken before)\n"
        assert await conn.fetchval("SELECT count(*) FROM ticket") == rows
        assert await conn.fetchval("SELECT count(*) FROM note WHERE text LIKE '原编号%'") == rows
        assert await conn.fetchval("SELECT count(DISTINCT text) FROM note WHERE text LIKE '原编号%'") == rows
        assert await conn.fetchval("SELECT count(*) FROM ticket WHERE filed_at IS NULL") == 0
        code, out, err = await served.run("audit", "verify")
        assert code == 0, err + out
        await conn.close()


async def killed_at(served: Program, conn: asyncpg.Connection[asyncpg.Record], past: Path, least: int) -> int:
    """Start an import, kill it once so many tickets stand; returns how many were kept."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "main.py",
        "import",
        "history",
        str(past),
        env=served.environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async for said in process.stderr:  # its log tells how far it is
        if b'"done": ' in said and int(said.split(b'"done": ')[1].split(b",")[0]) >= least:
            break
    process.kill()
    await process.wait()
    return int(await conn.fetchval("SELECT count(*) FROM ticket"))


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_past_tickets_cost_little(database: str, tmp_path: Path) -> None:
    """At most 5 ms of the program's time a row, with its record whole; the whole at most 6 ms of a machine that is free."""
    (tmp_path / "units.csv").write_text(DEPARTMENTS, "utf-8")
    rows = 2000 if SHORT else 20_000
    past = write_past(tmp_path / "past.csv", rows)
    async with program(database, tmp_path) as served:
        assert (await served.run("import", "departments", str(tmp_path / "units.csv")))[0] == 0
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code, out, err = await served.run("import", "history", str(past))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert (code, out) == (0, f"{rows} taken, 0 refused (0 taken before)\n"), err
        assert '"done": ' in err  # how far it came stands in the log
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        assert took / rows < 0.005, f"{1000 * took / rows:.1f} ms a row"
