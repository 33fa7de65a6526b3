"""Duplicates, hot topics and outages on a real database: variants of a place, one person ten times, never a tipoff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal
from hotline.base.services import Services
from hotline.ticket import Category, Role
from routing.likeness import topics, topics_sql
from routing.likeness.duplicates import duplicates, past
from routing.likeness.gist import gist, gist_of
from routing.likeness.sketch import bands, common_words, pairs, shared
from routing.places.spellings import keys_of, nameless, written
from tests import office
from tests.doors import browser, token
from tests.office import department, move, on_shift, ticket, user

WATER = ("丽发新城三号楼停水两天了", "丽发小区没有水，老人孩子受不了", "住在丽发花园，家里停水了没人管")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("丽发新城三号楼停水", ["居:丽发"]),
        ("住在丽发小区", ["居:丽发"]),
        ("我们小区停水", []),
        ("东屏镇到县城的公路", ["镇:东屏"]),
        ("莫莫格蒙古族乡", ["镇:莫格"]),
        ("莫莫格乡", ["镇:莫格"]),
        ("嫩江大街和人民路路口", ["路:嫩江", "路:人民"]),
        ("农村公路和马路", []),
        ("第一小学门口", []),
        ("老旧小区", []),
        ("", []),
        ("村里路灯不亮", []),
        ("人民路路灯坏了", ["路:人民"]),
    ],
)
def test_places_and_their_variants(text: str, keys: list[str]) -> None:
    assert keys_of(text) == keys


def test_what_a_text_is_about_is_not_what_its_place_is_called() -> None:
    assert gist_of("水利小区4号楼有人停车")[0] != "水利"
    assert gist_of("水利设施坏了")[0] == "水利"
    assert gist_of("第一小学门口堵车")[0] == "交警"
    assert gist_of("自来水停了一天，家里有老人")[0] == "自来水"
    assert gist_of("老人没人照看")[0] == "养老"
    assert nameless("丽发新城停水") == " 停水"
    assert written("住丽发花园，近丽发小区") == [("居:丽发", "丽发花园"), ("居:丽发", "丽发小区")]
    assert gist("您好，我家3号楼2单元停水了，已经反映过一次了，请尽快处理，谢谢") == ", 停水了, , ,"


@given(st.text(alphabet="丽发新城小区水利路村的3号楼停水请尽快处理 ，", max_size=60))
def test_a_gist_adds_nothing_and_ends(text: str) -> None:
    left = gist(text)
    assert len(left) <= len(text)
    assert set(left) <= set(text) | {" ", ","}


@given(st.text(max_size=80))
def test_a_text_is_like_itself(text: str) -> None:
    assert bands(text) == bands(text)
    assert shared(pairs(text), pairs(text)) in {0.0, 1.0}
    assert all(-(2**31) <= b < 2**31 for b in bands(text))


def test_alike_texts_share_signs_and_words() -> None:
    a, b = "丽发新城三号楼停水两天了，物业不管，老人没有水用", "丽发新城三号楼停水两天了物业不管老人没水用"
    assert set(bands(a)) & set(bands(b))
    assert "丽发新城三号楼停水两天了" in common_words(a, pairs(b))
    assert not set(bands(a)) & set(bands("农村合作医疗异地就医怎么报销需要什么材料"))
    assert bands("水") == []


async def test_another_matter_at_the_same_place_is_no_duplicate(conn: Conn, services: Services) -> None:
    await ticket(
        conn, services, "阳光小区22号楼3单元买的奶粉过期了，商家不给退", "+8613900000012", place="阳光小区22号楼"
    )
    await ticket(conn, services, "你好，阳光小区27号楼加工厂往沟里排黑水", "+8613900000013", place="阳光小区27号楼")
    water = await ticket(conn, services, "阳光小区8号楼一滴水没有", "+8613900000014", place="阳光小区8号楼")
    await ticket(conn, services, "阳光小区7号楼高龄津贴多大年纪有", "+8613900000015", place="阳光小区7号楼")
    found = await duplicates(
        conn,
        services,
        "我家阳光小区3号楼停水了，水什么时候来，没有水做饭",
        "阳光小区3号楼",
        "",
        services.clock.now(),
    )
    assert [a.row["number"] for a in found] == [water.number]
    text = "阳光小区3号楼自来水停了一天，家里有老人"  # who lives there makes it no matter of the old
    for alike in await duplicates(conn, services, text, "阳光小区3号楼", "", services.clock.now()):
        assert alike.row["number"] == water.number


async def test_a_duplicate_is_found_by_place_phone_and_words(conn: Conn, services: Services) -> None:
    first = await ticket(conn, services, WATER[0], "+8613900000011", place="")
    await ticket(conn, services, "想咨询养老保险断缴怎么补", "+8613900000012", place="")
    secret = await ticket(conn, services, WATER[1], "+8613900000013", place="", category=Category.TIPOFF)
    found = await duplicates(conn, services, WATER[1], "", "", services.clock.now())
    assert [a.row["number"] for a in found] == [first.number]
    assert {"place", "matter"} <= set(found[0].by)
    by_phone = await duplicates(conn, services, "还是没有水", "", "13900000011", services.clock.now())
    assert [a.row["number"] for a in by_phone] == [first.number]
    assert "phone" in by_phone[0].by
    assert secret.number not in [a.row["number"] for a in await past(conn, WATER[1], "", services.clock.now())]
    assert await duplicates(conn, services, "", "", "", services.clock.now()) == []


async def test_what_is_old_or_withdrawn_is_no_duplicate(conn: Conn, services: Services, clock: MovingClock) -> None:
    await ticket(conn, services, WATER[0], "+8613900000011", place="")
    clock.move(timedelta(days=31))
    assert await duplicates(conn, services, WATER[0], "", "13900000011", clock.now()) == []
    assert len(await past(conn, WATER[0], "", clock.now())) == 1


async def test_many_old_ones_do_not_hide_the_recent_one(conn: Conn, services: Services, clock: MovingClock) -> None:
    """The nearest forty by words are looked at: forty old ones with the very words must not use them up."""
    asked = "夜里总有怪鸟乱叫不停，吵得老人睡不着觉，树上还掉羽毛"
    for i in range(41):
        await ticket(conn, services, asked, f"+86139000010{i:02d}", place="")
    clock.move(timedelta(days=31))
    recent = await ticket(conn, services, asked[:-7], "+8613900000011", place="")
    found = await duplicates(conn, services, asked, "", "", clock.now())
    assert [a.row["number"] for a in found] == [recent.number]


async def found_topics(pool: Pool, services: Services) -> list[dict[str, Any]]:
    await topics.sweep_topics(pool, services, services.clock.now())
    async with pool.acquire() as conn:
        return [topics.shown_topic(row) for row in await topics_sql.topics(conn, None, False, 10)]


async def test_the_third_person_makes_a_topic(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        made = [await ticket(conn, services, text, f"+861390000002{i}", place="") for i, text in enumerate(WATER[:2])]
    assert await found_topics(pool, services) == []
    async with pool.acquire() as conn:
        made.append(await ticket(conn, services, WATER[2], "+8613900000029", place=""))
    (topic,) = await found_topics(pool, services)
    assert (topic["place"], topic["matter"], topic["rule"], topic["people"]) == (
        "丽发新城",
        "停水",
        "day",
        3,
    )
    assert topic["tickets"] == sorted(t.number for t in made)
    assert "停水" in topic["words"]
    assert await topics.sweep_topics(pool, services, clock.now()) == 0  # run twice it does nothing more
    async with pool.acquire() as conn:
        assert await office.events(conn, made[0].number) == ["received", "hot_topic"]
        queued = await conn.fetchval("SELECT count(*) FROM consultation_item WHERE reason = 'hot_topic'")
        assert queued == 1
        clock.move(timedelta(days=8))
        await topics.cool(conn, services, clock.now(), clock.now())
        assert await conn.fetchval("SELECT count(*) FROM hot_topic WHERE ended_at IS NULL") == 0


async def test_one_person_ten_times_and_tipoffs_make_none(pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        for _ in range(10):
            await ticket(conn, services, WATER[0], "+8613900000021", place="")
        for i in range(5):
            await ticket(
                conn, services, "举报丽发小区停水收费", f"+861390000003{i}", place="", category=Category.TIPOFF
            )
    assert await found_topics(pool, services) == []


async def test_a_corrected_tipoff_is_forgotten(conn: Conn, services: Services) -> None:
    operator = await user(conn, Role.OPERATOR)
    await on_shift(conn, operator, services.clock.now())
    made = await ticket(conn, services, WATER[0], "+8613900000021", place="")
    assert await conn.fetchval("SELECT count(*) FROM ticket_place WHERE ticket_id = $1", made.ticket) == 1
    await move(conn, services, operator, made.number, "corrections", category="tipoff")
    assert await conn.fetchval("SELECT count(*) FROM ticket_place WHERE ticket_id = $1", made.ticket) == 0
    assert await conn.fetchval("SELECT count(*) FROM ticket_sketch WHERE ticket_id = $1", made.ticket) == 0


async def test_a_caller_attaches_to_a_known_outage(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        water = await department(conn, "T61", "测试自来水公司", duties=["停水"])
        operator, liaison = await user(conn, Role.OPERATOR), await user(conn, Role.LIAISON, department=water)
        await on_shift(conn, operator, services.clock.now())
        made = await ticket(conn, services, WATER[0], "+8613900000041", place="丽发新城")
    until = (services.clock.now() + timedelta(hours=5)).isoformat()
    body = {"matter": "停水", "place": "丽发新城", "text": "主管道抢修。", "until": until}
    answer = await client.post("/api/v1/outages", json=body, headers=await token(pool, services, liaison))
    assert answer.status == 201, await answer.text()
    outage = (await answer.json())["outage"]
    page = await browser(client, pool, services, operator)
    hint = await (await page.post("/routing/suggested", ticket=made.number, once="abc")).text()
    assert "主管道抢修" in hint
    assert f'value="{outage}"' in hint
    async with pool.acquire() as conn, conn.transaction():
        await move(conn, services, operator, made.number, "outages", outage=outage)
        assert await office.state(conn, made.number) == "dispatched"
        with pytest.raises(Illegal, match="already"):
            await move(conn, services, operator, made.number, "outages", outage=outage)
        with pytest.raises(BadField):
            await move(conn, services, operator, made.number, "outages", outage=outage + 1)
    async with pool.acquire() as conn:
        told = await conn.fetchval("SELECT body FROM outbox WHERE kind = 'outage'")
    assert "主管道抢修" in told
    listed = await (await client.get("/api/v1/outages", headers=await token(pool, services, operator))).json()
    assert [i["tickets"] for i in listed["items"]] == [1]
    bad = await client.post(
        "/api/v1/outages", json={**body, "until": "2020-01-01"}, headers=await token(pool, services, liaison)
    )
    assert bad.status == 422
    ended = await (await browser(client, pool, services, liaison)).post(f"/outages/{outage}/ends")
    assert ended.status == 303


async def test_duplicates_and_topics_for_programs_and_pages(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        operator = await user(conn, Role.OPERATOR)
        for i, text in enumerate(WATER):
            await ticket(conn, services, text, f"+861390000005{i}", place="")
    await topics.sweep_topics(pool, services, services.clock.now())
    headers = await token(pool, services, operator)
    asked = {"text": "丽发小区停水", "place": "", "from": "13900000050"}
    found = await (await client.post("/api/v1/routing/duplicates", json=asked, headers=headers)).json()
    assert len(found["items"]) == 3
    assert {"number", "state", "text", "place", "by", "words", "probability"} <= set(found["items"][0])
    listed = await (await client.get("/api/v1/routing/topics?open=true", headers=headers)).json()
    assert [i["place"] for i in listed["items"]] == ["丽发新城"]
    page = await browser(client, pool, services, operator)
    shown = await (await page.get("/centre/topics")).text()
    assert "丽发" in shown
    assert "24小时内" in shown
    hint = await (await page.post("/routing/suggested", text="丽发小区停水", place="")).text()
    assert "可能是同一件事" in hint
