"""One label, one query: the overview adds up, the chart says what the tile says, a draft is marked on every page (rulebook §§9, 11)."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from reports.figures.measures import LINES
from reports.figures.month import Month
from reports.figures.sheet import load_sheet
from reports.figures.trend import load_trend
from reports.notice.commands import documents, stamp
from reports.notice.documents import speaking
from reports.notice.freeze import approve, draft, held_notice, propose
from tests.reports.story import ZONE, StoryOffice, at, lived, office

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
ENDS = ("answered", "done", "declined", "transferred", "withdrawn", "merged")


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    """March was lived, with every other end beside it; what is open is carried into April."""
    made = await office(conn, services, clock)
    numbers = await lived(made)
    for path, more in (
        ("declines", {"basis": "已进入诉讼程序", "where": "县人民法院"}),
        ("transfers", {"to": "119", "reference": "8812"}),
        ("withdrawals", {}),
    ):
        await made.does(made.operator, await made.opened(), path, **more)
    first, second = await made.opened("路灯不亮了"), await made.opened("路灯又不亮了", phone="+8613900000002")
    await made.does(made.operator, second, "merges", into=first)
    again = await made.opened("派错的一件")
    await made.dispatched(again, "T02")
    await made.does(made.manager, again, "recalls", reason="派错了")
    await made.dispatched(again)
    clock.at = at("2026-04-03 09:00")
    await made.filed(numbers["late"])
    await made.opened("四月的新事")
    return made


async def test_the_overview_adds_up(o: StoryOffice) -> None:
    o.clock.at = at("2026-05-11 09:00")
    for month in (MARCH, APRIL):
        c = {name: f.numerator for name, f in (await load_sheet(o.conn, month, o.clock.now(), ZONE)).centre.items()}
        assert c["received"] + c["carried_over"] == sum(c[f"ended_{end}"] for end in ENDS) + c["open_at_end"], month
    march = await load_sheet(o.conn, MARCH, o.clock.now(), ZONE)
    april = await load_sheet(o.conn, APRIL, o.clock.now(), ZONE)
    assert march.centre["open_at_end"].numerator == april.centre["carried_over"].numerator > 0
    assert (march.centre["ended_done"].numerator, april.centre["ended_done"].numerator) == (1, 1)
    assert march.together["redispatched"].numerator == 2, "one after a recall, one after a ruling"


async def test_the_chart_says_what_the_tile_says(o: StoryOffice) -> None:
    """Ratings of one ticket in two months, replies due at the edge of one: each month as its own figures."""
    o.clock.at = at("2026-04-06 09:00")
    await o.conn.execute(
        "INSERT INTO rating (ticket_id, score, via, at) SELECT ticket_id, 1, 'track', $1 FROM rating WHERE score = 5",
        o.clock.now(),
    )
    o.clock.at = at("2026-05-11 09:00")
    names = {"resolve": "replied_in_time", "satisfied": "satisfied", "sign": "signed_in_time"}
    trend = await load_trend(o.conn, APRIL, o.clock.now(), ZONE, tuple(names))
    for month in (MARCH, APRIL):
        sheet = await load_sheet(o.conn, month, o.clock.now(), ZONE)
        place = trend.months.index(month)
        for measure, name in names.items():
            assert LINES[name].measure == measure
            assert trend.rates[measure][place] == sheet.together[name].rate, (month, name)


async def test_a_draft_and_a_proposal_are_marked_on_every_page(o: StoryOffice) -> None:
    words = speaking("zh", ZONE)
    o.clock.at = at("2026-04-15 09:00")
    for mark in ("草稿，未经审批", "送审稿，未经审批", ""):
        if mark.startswith("送"):
            await propose(o.conn, o.services, o.manager, MARCH, "", o.clock.now())
        elif not mark:
            await approve(o.conn, o.services, o.leader, MARCH, o.clock.now())
        o.clock.move(timedelta(seconds=1))
        notice = await held_notice(o.conn, o.services, MARCH, o.clock.now())
        files = documents(notice, words, await stamp(o.conn, notice, words), ("html", "pdf", "docx", "xlsx"))
        pages = [p.extract_text() for p in PdfReader(io.BytesIO(files["pdf"])).pages]
        assert len(pages) > 2
        assert all((mark or "未经审批") in page for page in pages) is bool(mark)
        header = Document(io.BytesIO(files["docx"])).sections[0].header.paragraphs[0].text
        book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
        assert header == mark
        assert {bool(sheet.oddHeader.center.text) for sheet in book.worksheets} == {bool(mark)}
        assert ("未经审批" in files["html"].decode()) is bool(mark)


async def test_the_summary_says_the_same_as_the_figures(o: StoryOffice) -> None:
    o.clock.at = at("2026-04-15 09:00")
    notice = await draft(o.conn, o.services, MARCH, o.clock.now())
    words = speaking("zh", ZONE)
    page = documents(notice, words, [], ("html",))["html"].decode()
    assert (
        "以上共 11 件：直接答复 1 件，办结归档 1 件，不予受理 1 件，转办 1 件，撤回 1 件，并案 1 件，月末在办 5 件。"
        in page
    )
    assert "其中再次派单 2 件次" in page
