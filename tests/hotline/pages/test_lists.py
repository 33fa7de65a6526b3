"""Overdue is a list: filters, views with counts, what is due first, filing together, a file for managers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from openpyxl import load_workbook

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Category, Channel, Role, Urgency
from hotline.tickets import listing
from hotline.tickets.filters import NarrowingQuery, address, views, wish_of
from hotline.tickets.sheet import without_formula
from sla.clocks.coming import coming
from tests import office
from tests.doors import browser, token
from tests.sla.desk import Desk


@pytest.fixture
async def desk(conn: Conn, services: Services, clock: MovingClock) -> Desk:
    return await Desk(conn, services, clock).fill()


async def numbers(desk: Desk, user: User | None = None, **filters: Any) -> list[str]:
    """The tickets of a list, in its order; paged one by one, so that the cursor is part of the test."""
    who, found, asked = user or desk.manager, list[str](), NarrowingQuery(**filters)
    while True:
        wish = wish_of(asked, desk.services, who, desk.clock.now(), limit=1)
        page = await listing.find(desk.conn, who, wish)
        found += [row["number"] for row in page.rows]
        if page.next_cursor is None:
            return found
        asked = asked.model_copy(update={"cursor": page.next_cursor})


async def opened(desk: Desk, **more: Any) -> str:
    return (await office.ticket(desk.conn, desk.services, operator=desk.operator.id, **more)).number


async def test_each_filter_narrows_and_is_paged_by_key(desk: Desk) -> None:
    plain_one = await opened(desk)
    grave = await opened(desk, urgency=Urgency.CRITICAL, category=Category.COMPLAINT)
    call = await opened(desk, channel=Channel.CALL, category=Category.PRAISE)
    assert await numbers(desk) == [call, grave, plain_one]
    assert await numbers(desk, urgency="critical") == [grave]
    assert await numbers(desk, category="complaint") == [grave]
    assert await numbers(desk, channel="call") == [call]
    assert await numbers(desk, owner="me") == []
    assert await numbers(desk, desk.operator, owner="me") == [call, grave, plain_one]
    assert await numbers(desk, since="2026-03-04") == [call, grave, plain_one]
    assert await numbers(desk, since="2026-03-05") == []
    assert await numbers(desk, until="2026-03-03") == []
    assert await numbers(desk, until="2026-03-04") == [call, grave, plain_one]
    for bad in ("urgency", "category", "channel", "act", "due", "whose"):
        more = {} if bad == "due" else {"due": "late"} if bad == "whose" else {}
        with pytest.raises(BadField) as error:
            await numbers(desk, **{bad: "nonsense"}, **more)
        assert error.value.field == bad


async def test_overdue_and_due_within_before_at_and_after(desk: Desk) -> None:
    slow, grave = await opened(desk), await opened(desk, urgency=Urgency.CRITICAL)
    assert await numbers(desk, due="24h") == [grave, slow]  # what is due first comes first
    assert await numbers(desk, due="1h") == [grave]
    desk.clock.move(timedelta(minutes=5))
    assert await numbers(desk, due="late") == []  # exactly at due is in time
    desk.clock.move(timedelta(seconds=1))
    assert await numbers(desk, due="late") == [grave]
    assert await numbers(desk, due="1h") == []
    desk.clock.move(timedelta(hours=2))
    assert await numbers(desk, due="late") == [grave, slow]
    assert await numbers(desk, sort="due") == [grave, slow]


async def test_what_is_said_to_be_overdue_is_the_list_behind_it(desk: Desk) -> None:
    for i in range(3):
        await desk.dispatched(phone=f"+861390000021{i}")
    await opened(desk)
    desk.clock.move(timedelta(days=3))
    for who, filters in (
        (desk.manager, {"due": "late"}),
        (desk.operator, {"due": "late", "owner": "me", "whose": "centre"}),
        (desk.liaison, {"due": "late"}),
        (desk.other, {"due": "late"}),
    ):
        late = (await coming(desk.conn, who, desk.clock.now())).late
        assert len(await numbers(desk, who, **filters)) == late, who.role
    assert len(await numbers(desk, due="late")) == 4
    assert await numbers(desk, desk.other, due="late") == []


async def test_the_views_count_what_comes_next(desk: Desk) -> None:
    received = await opened(desk)
    replied = await desk.dispatched(phone="+8613900000221")
    do = {"conn": desk.conn, "services": desk.services}
    await office.move(**do, who=desk.liaison, number=replied, path="signatures")
    await office.move(**do, who=desk.liaison, number=replied, path="replies", outcome="solved", public="已修好")
    answered = await opened(desk)
    await office.move(**do, who=desk.operator, number=answered, path="answers", text="已答复")

    async def counts(who: User) -> dict[str, int]:
        found = await views(desk.conn, desk.services, who, NarrowingQuery(), desk.clock.now())
        return {one.name: one.count for one in found}

    assert await counts(desk.manager) == {
        "late": 0,
        "dispatch": 1,
        "rule": 0,
        "review": 1,
        "tell": 0,
        "follow_up": 0,
        "file": 1,
    }
    assert await numbers(desk, act="dispatch") == [received]
    assert await numbers(desk, act="review") == [replied]
    assert await numbers(desk, act="file") == [answered]
    await office.move(**do, who=desk.operator, number=replied, path="report-backs", via="sms", text="已修好")
    assert (await counts(desk.manager))["review"] == 0  # on its way: nothing to do
    await desk.conn.execute("UPDATE report_back SET failed_at = $1", desk.clock.now())
    assert await numbers(desk, act="tell") == [replied]
    await office.move(**do, who=desk.operator, number=replied, path="report-backs", via="call", text="已修好")
    assert await numbers(desk, act="follow_up") == [replied]
    assert (await counts(desk.liaison)) == {}


def test_an_address_holds_codes_only() -> None:
    asked = NarrowingQuery(due="late", owner="me", open=True, cursor="5", since="2026-03-04")  # type: ignore[arg-type]
    assert address(asked) == "/tickets?owner=me&open=true&due=late&since=2026-03-04"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+86139", "'+86139"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\u3000=cmd", "'\u3000=cmd"),
        ("路灯坏了", "路灯坏了"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, kept: str) -> None:
    assert without_formula(cell) == kept


@pytest.fixture
async def people(pool: Pool, services: Services) -> tuple[User, User]:
    async with pool.acquire() as conn:
        operator, manager = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.MANAGER)
        await office.on_shift(conn, operator, services.clock.now())
    return operator, manager


async def test_tickets_are_filed_together_and_each_refusal_is_said(
    client: TestClient, pool: Pool, services: Services, people: tuple[User, User]
) -> None:
    operator, _ = people
    async with pool.acquire() as conn, conn.transaction():
        ready = [(await office.ticket(conn, services, operator=operator.id)).number for _ in range(2)]
        for number in ready:
            await office.move(conn, services, operator, number, "answers", text="已答复")
        waiting = (await office.ticket(conn, services, operator=operator.id)).number
    page = await browser(client, pool, services, operator)
    shown = await (await page.get("/tickets?act=file")).text()
    assert all(f'name="numbers" value="{number}"' in shown for number in ready)
    assert waiting not in shown
    answer = await page.client.post(
        "/tickets/filings",
        headers=page._headers,
        data=[("csrf", page.csrf), ("act", "file"), ("once", "x"), *(("numbers", n) for n in (*ready, waiting))],
    )
    assert answer.status == 200
    said = await answer.text()
    assert "已归档：" in said
    assert "未能归档：" in said
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket WHERE filed_at IS NOT NULL") == 2
        assert await office.state(conn, waiting) == "received"
    again = await page.client.post(
        "/tickets/filings",
        headers=page._headers,
        allow_redirects=False,
        data=[("csrf", page.csrf), ("act", "file"), ("once", "x"), ("numbers", ready[0])],
    )
    assert (again.status, again.headers["Location"]) == (303, "/tickets?act=file")


async def test_a_manager_takes_the_list_as_a_file_and_it_stands_in_the_audit(
    client: TestClient, pool: Pool, services: Services, people: tuple[User, User]
) -> None:
    operator, manager = people
    async with pool.acquire() as conn, conn.transaction():
        number = (
            await office.ticket(conn, services, text='=HYPERLINK("http://x","点我")', operator=operator.id)
        ).number
        secret = (await office.ticket(conn, services, text="机密内容", confidential=True, operator=operator.id)).number
    page = await browser(client, pool, services, manager)
    answer = await page.post("/tickets/exports", format="csv", state="received")
    assert answer.status == 200
    rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert rows[0][0] == "工单"
    assert [row[0] for row in rows[1:]] == [secret, number]
    assert rows[2][7].startswith("'=HYPERLINK")
    assert rows[1][7] == ""
    answer = await page.post("/tickets/exports", format="xlsx", due="24h")
    sheet = load_workbook(io.BytesIO(await answer.read())).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT actor, detail FROM audit WHERE kind = 'tickets_exported' ORDER BY id")
    assert [row["actor"] for row in rows] == [manager.actor] * 2
    assert (rows[0]["detail"]["tickets"], rows[0]["detail"]["state"]) == (2, "received")
    page = await browser(client, pool, services, operator)
    assert (await page.post("/tickets/exports", format="csv")).status == 403
    mine = await token(pool, services, operator)
    answer = await client.get("/api/v1/tickets?due=24h&urgency=normal&limit=1", headers=mine)
    found = await answer.json()
    assert len(found["items"]) == 1
    assert found["next_cursor"]
    answer = await client.get(f"/api/v1/tickets?due=24h&cursor={found['next_cursor']}", headers=mine)
    assert len((await answer.json())["items"]) == 1
    assert (await client.get("/api/v1/tickets?due=24h&cursor=7", headers=mine)).status == 422
    assert (await client.get("/api/v1/tickets?urgency=nonsense", headers=mine)).status == 422
