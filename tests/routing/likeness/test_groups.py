"""Hot topics: one matter is one topic, however many places a letter names; a matter without a place is one too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from routing.likeness import topics, topics_sql
from routing.likeness.duplicates import Read
from routing.likeness.groups import (
    DAY,
    IN_A_QUARTER,
    QUARTER,
    WEEK,
    Report,
    clusters,
    hot,
    hot_without_place,
    people,
    shared_words,
)
from routing.likeness.unplaced import matters_of
from tests.office import ticket


def report(n: int, person: int | None, ago: timedelta, now: datetime, text: str = "停水了") -> Report:
    read = Read.of("", text)
    return Report(n, now - ago, person, text, "", read.gist, read.subjects)


def test_the_rules_at_their_edges(clock: MovingClock) -> None:
    now = clock.now()
    three = [report(i, i, DAY - timedelta(seconds=1), now) for i in range(3)]
    assert hot(three, now) == ("day", 3)
    assert hot([*three[:2], report(9, 9, DAY, now)], now) is None  # a day ago is no longer within 24 hours
    five = [report(i, i, WEEK - timedelta(seconds=1), now) for i in range(5)]
    assert hot(five, now) == ("week", 5)
    assert hot(five[:4], now) is None
    assert hot(five[:4], now, usual=1.0) == ("usual", 4)
    assert hot(five[:4], now, usual=1.1) is None
    assert people([report(i, 1, DAY / 2, now) for i in range(10)]) == 1
    assert people([report(i, None, DAY / 2, now) for i in range(10)]) == 1
    ten = [report(i, i, QUARTER - timedelta(seconds=1), now) for i in range(IN_A_QUARTER)]
    assert hot_without_place(ten, now) == ("quarter", 10)
    assert hot_without_place([*ten[:9], report(99, 99, QUARTER, now)], now) is None
    assert hot_without_place([*ten[:9], report(99, 1, DAY, now)], now) is None  # the same person again


def test_reports_without_a_known_subject_join_by_words(clock: MovingClock) -> None:
    now = clock.now()
    odd = [report(i, i, DAY / 2, now, "楼道里怪鸟乱叫不停") for i in range(3)]
    assert sorted(len(c) for c in clusters([*odd, report(8, 8, DAY / 2, now)])) == [1, 3]


def test_one_thing_in_other_words_is_one_group(clock: MovingClock) -> None:
    now = clock.now()
    said_so = ("停水两天了", "一滴水没有", "水龙头没水，老人没法做饭", "断水了谁管")
    (group,) = clusters([report(i, i, DAY / 2, now, text) for i, text in enumerate(said_so)])
    assert len(group) == 4


def test_what_is_said_of_every_matter_joins_nothing(clock: MovingClock) -> None:
    """One road, four matters, the same polite words: no topic; and its words are never those."""
    now, polite = clock.now(), "已经反映过一次了，请尽快处理"
    matters = ("自来水发黄", "卖的奶粉过期", "有人摆摊", "公厕锁门")
    odd = [report(i, i, DAY / 2, now, f"民生路{i}号{text}，{polite}") for i, text in enumerate(matters)]
    assert [hot(group, now) for group in clusters(odd)] == [None] * 4
    loose = [report(i, i, DAY / 2, now, f"民生路{i}号怪鸟乱叫不停，{polite}") for i in range(3)]
    (group,) = clusters(loose)
    assert shared_words(group) == ("怪鸟乱叫不停",)
    assert topics.place_of("路:民生", group) == "民生路"


def test_matters_without_a_place() -> None:
    assert matters_of("今年的种粮补贴怎么还没发") == ["词:种粮补贴"]
    assert "词:离田补贴" in matters_of("秸秆离田补贴没到账")
    for text in ("发放补贴", "我想申请补贴", "领取的补贴", "停水了", "", "享受补助的"):
        assert matters_of(text) == [], text


async def hot_now(pool: Pool, services: Services) -> list[dict[str, Any]]:
    await topics.sweep_topics(pool, services, services.clock.now())
    async with pool.acquire() as conn:
        return [topics.shown_topic(row) for row in await topics_sql.topics(conn, None, True, 50)]


BUS = (
    "反映805路公交车问题。805路公交从东关社区到建设路、人民路、文化广场、第三医院、朝阳小区、丽发新城，经常四十分钟一班，学生上学迟到。",
    "805路公交车班次太少。人民路站、文化广场站等805路要等一个小时，朝阳小区、丽发新城的老人都坐不上车。",
    "建议增加805路公交车的班次。从丽发新城、朝阳小区经人民路到文化广场的805路早高峰根本挤不上去。",
)


async def test_three_letters_on_one_bus_are_one_topic(pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        made = [await ticket(conn, services, text, f"+861390000002{i}", place="") for i, text in enumerate(BUS)]
    (topic,) = await hot_now(pool, services)
    assert topic["matter"] == "公交"
    assert topic["tickets"] == sorted(t.number for t in made)
    assert topic["people"] == 3


async def test_topics_that_come_to_share_a_ticket_are_one(pool: Pool, services: Services) -> None:
    async def three(conn: Conn, place: str, first: int) -> None:
        for i in range(3):
            await ticket(conn, services, f"{place}停水了", f"+86139000{first + i:05d}", place="")

    async with pool.acquire() as conn:
        await three(conn, "丽发新城", 30)
        await three(conn, "朝阳小区", 40)
    assert len(await hot_now(pool, services)) == 2
    async with pool.acquire() as conn:
        both = await ticket(conn, services, "丽发新城和朝阳小区都停水了", "+8613900000050", place="")
    (topic,) = await hot_now(pool, services)
    assert len(topic["tickets"]) == 7
    assert both.number in topic["tickets"]
    async with pool.acquire() as conn:
        joined = await conn.fetch("SELECT id, joined_id FROM hot_topic WHERE joined_id IS NOT NULL")
        assert [str(row["joined_id"]) for row in joined] == [topic["id"]]
    assert [t["id"] for t in await hot_now(pool, services)] == [topic["id"]]  # run twice it does nothing more


async def test_two_matters_of_one_place_are_two_topics(pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        for i in range(3):
            await ticket(conn, services, "丽发小区停水了", f"+861390000006{i}", place="")
            await ticket(conn, services, "丽发小区路灯不亮", f"+861390000007{i}", place="")
    found = await hot_now(pool, services)
    assert sorted(t["matter"] for t in found) == ["停水", "路灯"]
    assert [len(t["tickets"]) for t in found] == [3, 3]


SUBSIDY = (
    "今年的种粮补贴怎么还没发",
    "种粮补贴没到账",
    "问一下种粮补贴什么时候发到卡里",
    "我家的种粮补贴一直没有收到",
)


async def test_a_subsidy_is_a_topic_with_the_tenth_person(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        for i in range(9):
            await ticket(conn, services, SUBSIDY[i % 4], f"+86139000001{i:02d}", place="")
            clock.move(timedelta(days=5))
        await ticket(conn, services, SUBSIDY[0], "+8613900000100", place="")  # the first person once more
    assert await hot_now(pool, services) == []
    async with pool.acquire() as conn:
        await ticket(conn, services, SUBSIDY[1], "+8613900000110", place="")
    (topic,) = await hot_now(pool, services)
    assert (topic["matter"], topic["place"], topic["rule"], topic["people"]) == (
        "种粮补贴",
        "",
        "quarter",
        10,
    )
    async with pool.acquire() as conn:
        clock.move(timedelta(days=89))
        await topics.cool(conn, services, clock.now(), clock.now())
        assert await conn.fetchval("SELECT count(*) FROM hot_topic WHERE ended_at IS NULL") == 1
        clock.move(timedelta(days=2))
        await topics.cool(conn, services, clock.now(), clock.now())
        assert await conn.fetchval("SELECT count(*) FROM hot_topic WHERE ended_at IS NULL") == 0
