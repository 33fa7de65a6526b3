"""The notice: its documents opened again and compared with the figures, and the notice frozen."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import asyncpg
import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from reports.figures.month import Month
from reports.figures.sheet import FigureSheet, load_sheet
from reports.notice.commands import documents, stamp
from reports.notice.documents import speaking
from reports.notice.form import canonical, text_of
from reports.notice.freeze import approve, draft, held_notice, propose, verify
from tests.reports.story import ZONE, StoryOffice, at, lived, office

MARCH = Month(2026, 3)


@pytest.fixture
async def past(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    """March was lived; it is 9 April."""
    made = await office(conn, services, clock)
    await lived(made)
    clock.at = at("2026-04-09 09:00")
    return made


class Tables(HTMLParser):
    """The tables of a page: name to rows of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = self.found.setdefault(dict(attrs).get("data-part") or "", [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th"}:
            self._rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self._rows[-1][-1] += data


async def made(past: StoryOffice, language: str, *kinds: str) -> tuple[Mapping[str, bytes], FigureSheet]:
    now = past.clock.now()
    notice = await draft(past.conn, past.services, MARCH, now)
    words = speaking(language, ZONE)
    head = await stamp(past.conn, notice, words)
    return documents(notice, words, head, kinds), await load_sheet(past.conn, MARCH, now, ZONE)


@pytest.mark.parametrize(
    ("language", "group", "name"), [("zh", "党政部门", "测试路灯所"), ("en", "Departments", "测试路灯所")]
)
async def test_the_page_says_what_the_figures_say(past: StoryOffice, language: str, group: str, name: str) -> None:
    files, sheet = await made(past, language, "html")
    page = files["html"].decode()
    tables = Tables()
    tables.feed(page)
    head, *rows = tables.found[group]
    row = dict(zip(head, next(r for r in rows if r[1] == name), strict=True))
    own = sheet.of[next(d.id for d in sheet.departments if d.code == "T01")]
    replied = "按时办结率" if language == "zh" else "Replied in time"
    assert row[replied] == f"{own['replied_in_time'].shown} (2/3)"
    assert not re.search(r'(src|href)="|@import|url\(', page)  # complete in itself
    if language == "zh":
        assert not re.search(r">[A-Za-z ]{6,}<", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))


async def test_the_workbook_holds_numbers(past: StoryOffice) -> None:
    files, sheet = await made(past, "zh", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert len(book.sheetnames) == len(set(book.sheetnames)) >= 14
    page = book["党政部门"]
    rows = list(page.iter_rows(values_only=True))
    place = next(n for n, r in enumerate(rows) if r[0] == "名次")
    assert page.freeze_panes == f"A{place + 2}"
    heads = [str(h) for h in rows[place] if h]
    row = dict(zip(heads, next(r for r in rows if r[1] == "测试路灯所"), strict=False))
    assert row["按时办结率"] == pytest.approx(2 / 3)
    assert (row["按时办结率 ·n"], row["按时办结率 ·N"]) == (2, 3)
    assert row["派单量"] == 4
    utilities = dict(
        zip(
            heads,
            next(r for r in book["事业单位和公用企业"].iter_rows(values_only=True) if r[1] == "测试供水公司"),
            strict=False,
        )
    )
    assert utilities["按时首次联系率"] == "—"
    late = [r for r in book["附件"].iter_rows(values_only=True) if r[2] and str(r[2]).isdigit()]
    missed = sum(
        (sheet.together[f].denominator or 0) - sheet.together[f].numerator
        for f in ("signed_in_time", "first_contact_in_time", "replied_in_time")
    )
    assert len(late) == missed > 0


async def test_pdf_and_docx_open_again_with_the_same_figures(past: StoryOffice) -> None:
    files, _ = await made(past, "zh", "pdf", "docx")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    flat = re.sub(r"\s", "", text)
    assert "2026年3月热线办理情况通报" in flat
    assert "66.7%(2/3)" in flat
    document = Document(io.BytesIO(files["docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "66.7% (2/3)" in cells
    assert "测试路灯所" in cells


async def test_the_rates_by_category(past: StoryOffice) -> None:
    notice = await draft(past.conn, past.services, MARCH, past.clock.now())
    found = {c["category"]: c["figures"] for c in notice.stored["categories"]}
    assert found["help"]["replied_in_time"] == [3, 3]
    assert found["inquiry"]["replied_in_time"] == [0, 1]
    whole = notice.stored["together"]["replied_in_time"]
    assert [sum(c["replied_in_time"][n] for c in found.values()) for n in (0, 1)] == whole


async def test_equal_content_gives_equal_documents(past: StoryOffice) -> None:
    first, _ = await made(past, "zh", "html", "xlsx", "docx")
    again, _ = await made(past, "zh", "html", "xlsx", "docx")
    assert {kind: first[kind] == again[kind] for kind in first} == dict.fromkeys(first, True)


async def test_proposed_approved_frozen(past: StoryOffice) -> None:
    conn, services, now = past.conn, past.services, past.clock.now()
    await propose(conn, services, past.manager, MARCH, "", now)
    assert (await held_notice(conn, services, MARCH, now)).state == "proposed"
    with pytest.raises(Missing):
        await verify(conn, services, MARCH, past.clock.now())
    notice = await approve(conn, services, past.leader, MARCH, now)
    assert (notice.state, notice.approved_by, notice.rules) == ("approved", past.leader.id, 1)
    with pytest.raises(Illegal, match="frozen"):
        await propose(conn, services, past.manager, MARCH, "", now)
    with pytest.raises(Illegal, match="No proposal"):
        await approve(conn, services, past.leader, MARCH, now)
    for sql in ("UPDATE notice SET content = '{}'", "DELETE FROM notice"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with conn.transaction():
                await conn.execute(sql)


async def test_it_holds_whatever_comes_after(past: StoryOffice) -> None:
    conn, services, clock = past.conn, past.services, past.clock
    await propose(conn, services, past.manager, MARCH, "", clock.now())
    before = await approve(conn, services, past.leader, MARCH, clock.now())
    numbers = [r["number"] for r in await conn.fetch("SELECT number FROM ticket WHERE state = 'signed'")]
    clock.at = at("2026-04-20 10:00")
    for number in numbers:
        await past.does(past.manager, number, "corrections", category="complaint")
        await past.replied(number)
        await past.followed(number, solved=True, rating=5)
    await past.opened("四月的新事")
    await conn.execute("UPDATE department SET name = '改名后的路灯所' WHERE code = 'T01'")
    await conn.execute("INSERT INTO department (code, name) VALUES ('T09', '新单位')")
    assert await verify(conn, services, MARCH, past.clock.now()) == []
    assert (await held_notice(conn, services, MARCH, clock.now())).stored == before.stored


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (
            "UPDATE clock SET stopped_at = due_at WHERE clock = 'sign' AND breached_at IS NULL; UPDATE assignment SET department_id = "
            "(SELECT id FROM department WHERE code = 'T02') WHERE signed_at IS NULL",
            "",
        ),
        ("DELETE FROM rating WHERE score = 5", "satisfied"),
        ("UPDATE reply SET submitted_at = submitted_at - interval '20 days'", "replied"),
    ],
)
async def test_a_changed_row_is_named(past: StoryOffice, sql: str, named: str) -> None:
    conn, services = past.conn, past.services
    await propose(conn, services, past.manager, MARCH, "", past.clock.now())
    await approve(conn, services, past.leader, MARCH, past.clock.now())
    await conn.execute(sql)
    found = await verify(conn, services, MARCH, past.clock.now())
    assert found
    assert any(named in line for line in found)


async def test_a_changed_content_breaks_hash_or_seal(past: StoryOffice) -> None:
    conn, services, now = past.conn, past.services, past.clock.now()
    await propose(conn, services, past.manager, MARCH, "", now)
    await approve(conn, services, past.leader, MARCH, now)
    await conn.execute("ALTER TABLE notice DISABLE TRIGGER notice_is_frozen")
    await conn.execute("UPDATE notice SET content = replace(content, '\"rank\":1', '\"rank\":2'), hash = sha256('x')")
    found = await verify(conn, services, MARCH, past.clock.now())
    assert any("hash" in line for line in found)
    assert any("seal" in line for line in found)


async def test_a_content_that_lost_its_form_is_named(past: StoryOffice) -> None:
    conn, services, now = past.conn, past.services, past.clock.now()
    await propose(conn, services, past.manager, MARCH, "", now)
    await approve(conn, services, past.leader, MARCH, now)
    await conn.execute("ALTER TABLE notice DISABLE TRIGGER notice_is_frozen")
    await conn.execute("UPDATE notice SET content = replace(content, '\"groups\":', '\"group\":')")
    found = await verify(conn, services, MARCH, past.clock.now())
    assert any("hash" in line for line in found)
    assert "the stored content is not of its form: groups" in found


async def test_a_stored_content_is_read_and_written_without_a_change(past: StoryOffice) -> None:
    made = await draft(past.conn, past.services, MARCH, past.clock.now())
    assert canonical(made.content) == text_of(made.stored)
    assert sha256(canonical(made.content).encode()).digest() == made.hash


async def test_a_correction_is_an_amendment(past: StoryOffice) -> None:
    conn, services, now = past.conn, past.services, past.clock.now()
    await propose(conn, services, past.manager, MARCH, "", now)
    first = await approve(conn, services, past.leader, MARCH, now)
    await propose(conn, services, past.manager, MARCH, "路灯所的一件计错", now)
    second = await approve(conn, services, past.leader, MARCH, now)
    assert (second.amends, second.reason) == (first.id, "路灯所的一件计错")
    assert await conn.fetchval("SELECT count(*) FROM notice WHERE approved_at IS NOT NULL") == 2


async def test_no_proposal_before_the_month_is_over(past: StoryOffice) -> None:
    with pytest.raises(Illegal, match="not over"):
        await propose(past.conn, past.services, past.manager, Month(2026, 4), "", past.clock.now())


def test_the_words_of_a_content() -> None:
    words: Any = speaking("zh", ZONE)
    assert words.say("Summary") == "概况"
    assert words.at(None) == "—"
