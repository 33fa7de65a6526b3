"""Search for words alone: rare words by index, common ones from the newest tickets backwards; both find the same, page by page."""

from __future__ import annotations

import random

import pytest

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Role
from hotline.tickets import listing, word_search
from tests.office import ticket, user

WORDS = ("路灯", "停水", "井盖", "人民路", "灯坏了", "坏了", "水表", "100%", "a_b", "A座", "ａ座")


@pytest.fixture
async def texts(conn: Conn, services: Services) -> dict[str, str]:
    """Sixty tickets with words by lot (a fixed one): number → words."""
    lot = random.Random(7)
    found = {}
    for _ in range(60):
        said = "，".join(lot.sample(WORDS, 3))
        found[(await ticket(conn, services, said, place="测试县人民路" if lot.random() < 0.3 else "")).number] = said
    return found


async def walked(conn: Conn, services: Services, q: str, limit: int) -> list[str]:
    """All pages of a search, as the numbers in their order."""
    who = await user(conn, Role.OPERATOR, name=f"测试{random.random()}")
    found: list[str] = []
    cursor = ""
    while True:
        listed = await listing.find(conn, who, listing.Wish(q=q, limit=limit, cursor=cursor))
        found += [row.number for row in listed.rows]
        if listed.next_cursor is None:
            return found
        cursor = listed.next_cursor


@pytest.mark.parametrize(
    "q", ["路灯", "人民路", "坏了 水表", "100%", "a_b", "a座", "A座", "％", "灯", "没有的词", "、", "路灯 没有的词"]
)
async def test_both_ways_find_the_same_in_every_page(
    conn: Conn, services: Services, texts: dict[str, str], q: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = await conn.fetch(
        "SELECT t.number FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id WHERE lower(normalize(w.text || chr(10) || w.place, NFKC))"
        " LIKE ALL($1::text[]) ORDER BY t.id DESC",
        [word_search.pattern_of(word) for word in q.split()],
    )
    meant = [row["number"] for row in rows]
    assert await walked(conn, services, q, 7) == meant
    monkeypatch.setattr(word_search, "FEW", 0)  # as if every word were common
    monkeypatch.setattr(word_search, "STRETCH", 5)
    assert await walked(conn, services, q, 7) == meant


async def test_a_search_leaves_the_planner_as_it_was(conn: Conn, services: Services) -> None:
    await walked(conn, services, "路灯", 5)
    assert await conn.fetchval("SHOW enable_seqscan") == "on"
