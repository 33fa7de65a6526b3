"""The words that a handler reads: written by the centre; the person's own stay for the centre (rulebook §8)."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.api import ticket_view, timeline_view
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Forbidden, Missing
from hotline.base.services import Services
from hotline.moves.move import visible
from hotline.pages.department import inbox_sql
from hotline.tickets import listing, store
from reports.consult import consult_sql
from routing.alerts import paging_sql
from sla.ladder import orders_sql
from tests.office import Office, events, ticket

SAID, READ = "我是三单元的王秀兰，楼上老李家夜里偷接路灯的电", "有居民反映某单元住户夜间私接路灯用电"


@pytest.fixture
async def office(conn: Conn, services: Services) -> Office:
    return await Office(conn, services).fill()


async def redacted(office: Office, **more: Any) -> str:
    number = (await ticket(office.conn, office.services, SAID, place="阳光小区3单元502")).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.operator, number, "redactions", text=READ, place="阳光小区", **more)
    return number


async def test_every_door_of_a_department_has_the_redacted_words(
    office: Office, conn: Conn, services: Services
) -> None:
    number = await redacted(office)
    found = await store.get(conn, number)
    await office.do(office.manager, number, "supervise-orders", reason="请速办")
    order = await conn.fetchval("SELECT number FROM supervise_order WHERE ticket_id = $1", found.id)
    for who, text, place in ((office.liaison, READ, "阳光小区"), (office.operator, SAID, "阳光小区3单元502")):
        shown = await ticket_view.full_view(conn, services, who, found, services.clock.now())
        assert (shown["text"], shown["place"]) == (text, place)
        (row,) = (await listing.find(conn, who, listing.Wish())).rows
        assert (row["text"], row["place"]) == (text, place)
        assert ("redaction" in shown) is (who is office.operator)
    rows = [
        *await inbox_sql.inbox(conn, office.liaison.department_id, 10),
        await orders_sql.order(conn, order),
        *await consult_sql.words(conn, [found.id]),
        *await paging_sql.due_pagings(conn, services.clock.now(), 10),
    ]
    assert len(rows) == 4
    assert {row["place"] for row in rows} == {"阳光小区"}
    assert (await events(conn, number)).count("redacted") == 1


@pytest.mark.parametrize(("word", "theirs", "ours"), [("王秀兰", 0, 1), ("502", 0, 1), ("私接", 1, 0), ("路灯", 1, 1)])
async def test_what_was_left_out_finds_nothing_there(
    office: Office, conn: Conn, word: str, theirs: int, ours: int
) -> None:
    await redacted(office)
    wish = listing.Wish(q=word)
    assert len((await listing.find(conn, office.liaison, wish)).rows) == theirs
    assert len((await listing.find(conn, office.operator, wish)).rows) == ours


async def test_a_number_is_found_by_its_digits_all_the_same(office: Office, conn: Conn) -> None:
    number = await redacted(office)
    assert len((await listing.find(conn, office.liaison, listing.Wish(q=number))).rows) == 1


async def test_of_several_the_later_counts(office: Office, conn: Conn, services: Services) -> None:
    number = await redacted(office)
    await office.do(office.operator, number, "redactions", text="有人私接电")
    shown = await ticket_view.full_view(
        conn, services, office.liaison, await store.get(conn, number), services.clock.now()
    )
    assert (shown["text"], shown["place"]) == ("有人私接电", "阳光小区3单元502")


async def test_additions_wait_for_their_own_words(office: Office, conn: Conn, services: Services) -> None:
    number = await redacted(office)
    added = await office.do(office.operator, number, "additions", text="我手机尾号9527，老李昨晚又接了")
    own = await office.do(office.liaison, number, "additions", text="已到现场")
    found = await store.get(conn, number)

    async def notes(who: Any) -> dict[int, str]:
        return {i["seq"]: i["note"] for i in await timeline_view.timeline(conn, who, found)}

    assert (await notes(office.liaison))[added["seq"]] == ""
    assert (await notes(office.liaison))[own["seq"]] == "已到现场"
    assert "9527" in (await notes(office.operator))[added["seq"]]
    await office.do(office.operator, number, "redactions", text="反映昨晚又有私接", seq=added["seq"])
    assert (await notes(office.liaison))[added["seq"]] == "反映昨晚又有私接"
    with pytest.raises(Missing):
        await office.do(office.operator, number, "redactions", text="x", seq=1)


@pytest.mark.parametrize("files", [False, True])
async def test_files_stay_with_the_centre_unless_it_says_so(
    office: Office, conn: Conn, services: Services, files: bool
) -> None:
    number = await redacted(office, files=files)
    for who in (office.operator, office.liaison):
        await office.do(who, number, "attachments", name=f"{who.role}.pdf", content=b"%PDF-1.4 x")
    shown = await ticket_view.full_view(
        conn, services, office.liaison, await store.get(conn, number), services.clock.now()
    )
    names = {f["name"] for f in shown["attachments"]}
    assert names == ({"liaison.pdf", "operator.pdf"} if files else {"liaison.pdf"})


async def test_only_the_centre_writes_them(office: Office, conn: Conn) -> None:
    number = await redacted(office)
    await visible(conn, office.liaison, number)
    with pytest.raises(Forbidden):
        await office.do(office.liaison, number, "redactions", text="x")
