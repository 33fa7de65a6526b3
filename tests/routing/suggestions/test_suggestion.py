"""Suggestions: sources in their order, what is clear, what stays with the dispatch; the model trained on own dispatches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.people.departments import find_department
from hotline.people.user import User
from hotline.ticket import Category, Role
from hotline.tickets import store
from routing.suggestions.model.keep import current, save
from routing.suggestions.model.train import train
from routing.suggestions.suggestion import Suggestion, clear, shares, suggest, suggest_for
from routing.suggestions.training import NIGHTS, retrain
from tests.doors import browser
from tests.office import department, move, on_shift, ticket, user


async def directory(conn: Conn) -> None:
    await conn.execute("UPDATE department SET valid_to = '2020-01-01'")
    await department(conn, "S30", "县交通运输局", duties=["农村公路", "客运", "出租车"])
    await department(conn, "S61", "县自来水公司", duties=["停水", "水压", "水表"])
    await department(conn, "S62", "县供热公司", duties=["暖气不热", "供暖"])
    await department(conn, "S67", "东屏镇人民政府", duties=[])


async def catalogue(conn: Conn, matter: str, lead: str) -> None:
    from hotline.base.text.search_keys import grams

    await conn.execute(
        "INSERT INTO catalogue (matter, grams, lead_id, basis, since) SELECT $1, $2, id, '三定', '2025-01-01' FROM department WHERE code = $3",
        matter,
        grams(matter),
        lead,
    )


async def test_the_catalogue_comes_first_with_its_source(conn: Conn, services: Services) -> None:
    await directory(conn)
    text = "东屏镇的农村公路坏了没人修"
    found = await suggest(conn, services, text, "", services.clock.now())
    assert [(s.department, s.source) for s in found[:2]] == [("S30", "duties"), ("S67", "territory")]
    await catalogue(conn, "农村公路", "S67")
    found = await suggest(conn, services, text, "", services.clock.now())
    assert (found[0].department, found[0].source) == ("S67", "catalogue")
    assert "三定" in found[0].reasons[0]
    assert clear(found)
    assert sum(s.probability for s in found) <= 1 + 1e-9


def said(department: str, probability: float, source: str) -> Suggestion:
    return Suggestion(department, department, probability, (source,), source)


def test_each_source_shares_what_those_before_left_in_doubt() -> None:
    """The model's certainty of another never displaces the catalogue; what both say adds up under the catalogue's words."""
    lines = [said("A", 0.9, "catalogue")]
    guesses = [said("B", 0.95, "model"), said("A", 0.05, "model")]
    found = {s.department: s for s in shares([lines, [], guesses, [said("C", 1.0, "duties")]])}
    assert found["A"].probability == pytest.approx(0.9 + 0.1 * 0.05)
    assert found["A"].source == "catalogue"
    assert found["B"].probability == pytest.approx(0.095)
    assert found["C"].probability == pytest.approx(0)
    two = shares([[said("A", 0.99, "catalogue"), said("B", 0.99, "catalogue")], guesses])
    assert [s.probability for s in two] == [pytest.approx(0.5), pytest.approx(0.5)]
    assert shares([[], []]) == []


async def test_a_sure_model_does_not_hide_the_catalogues_basis(conn: Conn, services: Services) -> None:
    await directory(conn)
    await catalogue(conn, "水表", "S61")
    save(train(["水表坏了"] * 9 + ["公路坏了"] * 9, ["S61"] * 9 + ["S30"] * 9), services.settings.data)
    found = await suggest(conn, services, "水表坏了", "", services.clock.now())
    assert (found[0].department, found[0].source) == ("S61", "catalogue")
    assert sum(s.probability for s in found) <= 1 + 1e-9


async def test_a_ruling_becomes_a_precedent(conn: Conn, services: Services) -> None:
    await directory(conn)
    operator, manager = await user(conn, Role.OPERATOR), await user(conn, Role.MANAGER)
    await on_shift(conn, operator, services.clock.now())
    water = await user(conn, Role.LIAISON, department=(await find_department(conn, "S61")).id)
    text = "小区二次加压泵房噪音太大，晚上睡不着觉"
    made = await ticket(conn, services, text, place="")
    await move(conn, services, operator, made.number, "assignments", department="S61")
    await move(conn, services, water, made.number, "returns", reason="not_ours", basis="三定", suggested="S62")
    await move(conn, services, manager, made.number, "rulings", department="S62", reason="泵房由供热公司代管")
    found = await suggest(conn, services, text + "，请处理", "", services.clock.now())
    assert (found[0].department, found[0].source) == ("S62", "precedent")
    assert made.number in found[0].reasons[0]


async def test_what_was_suggested_stays_with_the_dispatch(conn: Conn, services: Services) -> None:
    await directory(conn)
    operator = await user(conn, Role.OPERATOR)
    await on_shift(conn, operator, services.clock.now())
    save(
        train(["停水了", "水表坏了", "公路坏了", "客运停了"], ["S61", "S61", "S30", "S30"]),
        services.settings.data,
    )
    made = await ticket(conn, services, "家里停水了", place="")
    await move(conn, services, operator, made.number, "assignments", department="S61")
    kept = await conn.fetchval("SELECT suggested FROM assignment WHERE ticket_id = $1", made.ticket)
    kept = orjson.loads(kept) if isinstance(kept, str) else kept
    model = current(services.settings.data)
    assert model is not None
    assert kept["model"] == model.version
    assert kept["items"][0]["department"] == "S61"


async def test_a_tipoff_is_never_suggested_to_the_unit_it_names(conn: Conn, services: Services) -> None:
    await directory(conn)
    made = await ticket(
        conn, services, "举报县自来水公司停水乱收费", place="", category=Category.TIPOFF, confidential=True
    )
    found = await suggest_for(conn, services, await store.by_id(conn, made.ticket), services.clock.now())
    assert "S61" not in [s.department for s in found]


def test_one_clear_winner() -> None:
    def s(p: float) -> Suggestion:
        return Suggestion("D1", "甲", p, (), "model 1")

    assert clear([s(0.8)])
    assert clear([s(0.8), s(0.32)])
    assert not clear([s(0.8), s(0.33)])
    assert not clear([s(0.74)])
    assert not clear([])


def test_one_training_makes_up_for_all_missed() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    at = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
    assert NIGHTS(at - timedelta(days=9), at, zone) == [at]
    assert NIGHTS(at - timedelta(seconds=1), at, zone) == [at]
    assert NIGHTS(at, at + timedelta(hours=23), zone) == []
    assert NIGHTS(at - timedelta(days=1), at - timedelta(seconds=1), zone) == []


async def test_a_new_model_replaces_the_old_only_if_no_worse(conn: Conn, services: Services) -> None:
    await directory(conn)
    operator = await user(conn, Role.OPERATOR)
    await on_shift(conn, operator, services.clock.now())
    assert await retrain(conn, services, services.clock.now()) is None
    matters = {"S61": "家里停水水压低水表坏", "S62": "暖气不热供暖温度低", "S30": "农村公路坑洼客运停班"}
    for i in range(84):
        code = ("S61", "S62", "S30")[i % 3]
        made = await ticket(conn, services, f"{matters[code]}第{i}号", place="")
        await move(conn, services, operator, made.number, "assignments", department=code)
    first = await retrain(conn, services, services.clock.now())
    assert first is not None
    assert first.kept
    assert first.before is None
    assert first.held_back > 0
    better = current(services.settings.data)
    for code, other in (("S61", "S62"), ("S62", "S61")):  # learn the wrong way round
        await conn.execute(
            "UPDATE ticket_text w SET text = $1 FROM ticket t JOIN department d ON d.id = t.department_id"
            " WHERE t.id = w.ticket_id AND d.code = $2 AND t.id % 10 <> 7",
            matters[other],
            code,
        )
    second = await retrain(conn, services, services.clock.now() + timedelta(days=1))
    assert second is not None
    assert not second.kept
    assert (second.before or 0) > (second.accuracy or 0)
    assert current(services.settings.data) is better
    assert await conn.fetchval("SELECT count(*) FROM routing_model") == 2


async def at_the_desk(conn: Conn, services: Services) -> User:
    """An operator on shift, in a county whose catalogue gives 停水 to the water company."""
    await directory(conn)
    await catalogue(conn, "停水", "S61")
    operator = await user(conn, Role.OPERATOR)
    await on_shift(conn, operator, services.clock.now())
    return operator


async def test_a_clear_sms_ticket_is_proposed_to_its_owner(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        operator = await at_the_desk(conn, services)
        made = await ticket(conn, services, "丽发新城停水", place="")
    page = await browser(client, pool, services, operator)
    shown = await (await page.get("/routing/proposed")).text()
    assert made.number in shown
    assert "县自来水公司" in shown
    beside = await (await page.post("/routing/suggested", ticket=made.number, once="x1")).text()
    assert 'class="clear"' in beside
    assert "县自来水公司" in beside


async def test_a_tipoff_is_never_proposed_to_the_unit_it_names(
    client: TestClient, pool: Pool, services: Services
) -> None:
    async with pool.acquire() as conn:
        operator = await at_the_desk(conn, services)
        await ticket(conn, services, "举报县自来水公司乱停水", place="", category=Category.TIPOFF)
        await ticket(conn, services, "丽发新城停水", place="")
    page = await browser(client, pool, services, operator)
    shown = await (await page.get("/routing/proposed")).text()
    assert shown.count('value="S61"') == 1
    assert "举报" not in shown
