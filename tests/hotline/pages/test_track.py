"""/track: number and code show how it stands; five wrong tries an hour a ticket, twenty a source; without JavaScript."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from html import unescape

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.keys import Keys
from hotline.base.services import Services
from hotline.pages.track.entry import make_pass, read_pass
from hotline.ticket import Category
from tests.story import Story

PHONE = "+8613900000001"


class CitizenPage(Story):
    """A citizen at the page, with a browser that keeps its cookie."""

    async def ask(self, number: str, code: str | None = None, **headers: str) -> ClientResponse:
        code = self.services.keys.query_code(number) if code is None else code
        return await self.client.post("/track", data={"number": number, "code": code}, headers=headers)

    def wrong(self, number: str, by: int = 1) -> str:
        return f"{(int(self.services.keys.query_code(number)) + by) % 10_000:04d}"

    async def post(self, path: str, **fields: str) -> ClientResponse:
        return await self.client.post(path, data=fields, allow_redirects=False)


@pytest.fixture
async def track(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> CitizenPage:
    made = CitizenPage(client, pool, services, clock)
    await made.staffed()
    return made


def main_of(text: str) -> str:
    """The words of the page's main part."""
    body = re.search(r"<main.*?</main>", text, re.DOTALL)
    assert body is not None
    return unescape(re.sub(r"<[^>]+>", " ", body[0]))


async def test_number_and_code_show_state_promise_and_what_is_next(track: CitizenPage) -> None:
    number = await track.opened()
    said = main_of(await (await track.ask(number)).text())
    assert "已受理，正在确定承办单位" in said
    assert "前给您回话" in said
    assert "下一步" in said
    await track.does(track.office.operator, number, "assignments", department="T05", names_it=False)
    await track.does(track.office.liaison, number, "signatures")
    said = main_of(await (await track.client.get("/track")).text())
    assert "测试路灯所正在办理" in said
    await track.does(track.office.liaison, number, "replies", outcome="solved", public="已修好", internal="换了灯泡")
    assert "正在核对" in main_of(await (await track.client.get("/track")).text())
    await track.does(track.office.operator, number, "report-backs", via="call", text="路灯已修好")
    said = main_of(await (await track.client.get("/track")).text())
    assert "路灯已修好" in said
    assert "换了灯泡" not in said


async def test_full_width_digits_and_spaces_are_read(track: CitizenPage) -> None:
    number = await track.opened()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    answer = await track.ask(
        f" {number[:4]} {number[4:]}".translate(wide), track.services.keys.query_code(number).translate(wide)
    )
    assert answer.status == 200


async def test_an_unknown_number_and_a_wrong_code_look_alike(track: CitizenPage) -> None:
    number = await track.opened()
    wrong, unknown = await track.ask(number, track.wrong(number)), await track.ask("260000019", "1234")
    assert wrong.status == unknown.status == 404
    one, two = main_of(await wrong.text()), main_of(await unknown.text())
    assert one == two
    assert "没有查到" in one
    assert "Set-Cookie" not in wrong.headers


async def test_five_wrong_tries_an_hour_lock_the_ticket(track: CitizenPage, clock: MovingClock) -> None:
    number = await track.opened()
    for n in range(1, 6):
        assert (await track.ask(number, track.wrong(number, n))).status == 404
    assert (await track.ask(number)).status == 404
    clock.move(timedelta(hours=1, seconds=1))
    assert (await track.ask(number)).status == 200


async def test_many_tries_at_once_do_not_outrun_the_count(track: CitizenPage) -> None:
    number = await track.opened()
    await asyncio.gather(*(track.ask(number, track.wrong(number, n)) for n in range(1, 13)))
    assert await track.one("SELECT count(*) FROM query_miss") == 12
    assert (await track.ask(number)).status == 404


async def test_twenty_wrong_tries_an_hour_lock_the_source(track: CitizenPage) -> None:
    number = await track.opened()
    for n in range(20):
        assert (await track.ask(f"2690000{n:02d}", "1234")).status == 404
    assert (await track.ask(number)).status == 429
    assert (await track.ask(number, **{"X-Forwarded-For": "203.0.113.9"})).status == 200


@pytest.mark.parametrize(("number", "code"), [("", ""), ("abc", "1234"), ("260001234", ""), ("260001234", "12a4")])
async def test_a_malformed_number_or_code_costs_no_try(track: CitizenPage, number: str, code: str) -> None:
    answer = await track.ask(number, code)
    assert answer.status == 422
    assert "aria-invalid" in await answer.text()
    assert await track.one("SELECT count(*) FROM query_miss") == 0


async def test_a_tipoff_shows_no_content(track: CitizenPage) -> None:
    number = await track.opened("举报工地夜里施工", category=Category.TIPOFF)
    await track.answered(number)
    said = main_of(await (await track.ask(number)).text())
    for content in ("工地", "测试路灯所", "路灯已修好", "人民路", "举报"):
        assert content not in said
    assert "结果只在电话中告知" in said
    assert "评价办理情况" not in said


async def test_an_anonymous_tipoff_is_told_by_query_alone(track: CitizenPage) -> None:
    number = await track.opened("举报工地夜里施工", category=Category.TIPOFF, phone="")
    await track.does(track.office.operator, number, "assignments", department="T05", names_it=False)
    await track.does(track.office.liaison, number, "signatures")
    await track.does(track.office.liaison, number, "replies", outcome="solved", public="内部结果")
    await track.does(track.office.operator, number, "report-backs", via="query", text="已查处，罚款两万元")
    said = main_of(await (await track.ask(number)).text())
    assert "已查处，罚款两万元" in said
    for content in ("工地", "测试路灯所", "内部结果"):
        assert content not in said


async def test_an_anonymous_result_can_be_asked_for_sixty_days(track: CitizenPage, clock: MovingClock) -> None:
    number = await track.opened(phone="")
    await track.does(track.office.operator, number, "assignments", department="T05", names_it=False)
    await track.does(track.office.liaison, number, "signatures")
    await track.does(track.office.liaison, number, "replies", outcome="solved", public="已修好")
    await track.does(track.office.operator, number, "report-backs", via="query", text="路灯已修好")
    clock.move(timedelta(days=60))
    assert "路灯已修好" in main_of(await (await track.ask(number)).text())
    assert (await track.post("/track/rate", score="4")).headers["Location"] == "/track?done=rated"
    clock.move(timedelta(seconds=1))
    said = main_of(await (await track.ask(number)).text())
    assert "路灯已修好" not in said
    assert "评价办理情况" not in said
    assert (await track.post("/track/rate", score="4")).status == 409


async def test_words_are_added_and_a_closed_matter_gets_a_linked_one(track: CitizenPage) -> None:
    number = await track.opened()
    await track.ask(number)
    assert (await track.post("/track/add", text="  ")).status == 422
    assert (await track.post("/track/add", text="在三号楼前")).headers["Location"] == "/track?done=added"
    assert await track.one("SELECT text FROM note WHERE kind = 'addition'") == "在三号楼前"
    assert await track.one("SELECT count(*) FROM contact WHERE channel = 'web' AND outcome = 'addition'") == 1
    await track.does(track.office.operator, number, "answers", text="已告知")
    await track.does(track.office.operator, number, "filings")
    answer = await track.post("/track/add", text="又坏了")
    assert answer.headers["Location"].startswith("/track?done=opened&other=")
    linked = "SELECT o.number FROM ticket t JOIN ticket o ON o.id = t.after_id ORDER BY t.id DESC LIMIT 1"
    assert await track.one(linked) == number
    shown = main_of(await (await track.client.get(answer.headers["Location"])).text())
    assert "另立新单" in shown


async def test_too_many_messages_are_stopped(track: CitizenPage) -> None:
    number = await track.opened()
    await track.ask(number)
    for n in range(20):
        assert (await track.post("/track/add", text=f"第{n}条")).status == 303
    answer = await track.post("/track/add", text="第21条")
    assert answer.status == 429
    assert "第21条" in await answer.text()


async def test_a_rating_on_the_page(track: CitizenPage) -> None:
    number = await track.opened()
    await track.ask(number)
    assert (await track.post("/track/rate", score="5")).status == 409
    await track.answered(number)
    assert (await track.post("/track/rate")).status == 422
    assert (await track.post("/track/rate", score="9")).status == 422
    for score in ("1", "3"):
        assert (await track.post("/track/rate", score=score)).status == 303
    rows = "SELECT array_agg(score ORDER BY id) FROM rating WHERE confirmed AND via = 'track'"
    assert await track.one(rows) == [1, 3]
    assert await track.one("SELECT state FROM ticket") == "told"
    assert "您的评分：3" in main_of(await (await track.client.get("/track")).text())


async def test_a_call_is_asked_for_once(track: CitizenPage) -> None:
    number = await track.opened()
    await track.ask(number)
    for _ in range(2):
        assert (await track.post("/track/help")).headers["Location"] == "/track?done=call"
    assert await track.one("SELECT count(*) FROM call_back WHERE reason = 'asked' AND done_at IS NULL") == 1
    assert await track.one("SELECT count(*) FROM clock WHERE clock = 'call_back' AND state = 'running'") == 1


async def test_the_pass_ends_by_itself_and_by_hand(track: CitizenPage, clock: MovingClock) -> None:
    number = await track.opened()
    answer = await track.ask(number)
    cookie = answer.headers["Set-Cookie"]
    for word in ("HttpOnly", "SameSite=Strict", "Path=/track"):
        assert word in cookie
    clock.move(timedelta(minutes=31))
    assert number not in main_of(await (await track.client.get("/track")).text())
    assert (await track.post("/track/add", text="x")).headers["Location"] == "/track"
    await track.ask(number)
    await track.post("/track/leave")
    assert number not in main_of(await (await track.client.get("/track")).text())


async def test_a_pass_cannot_be_made_up(keys: Keys, clock: MovingClock) -> None:
    now = clock.now()
    good = make_pass(keys, "260001235", now)
    assert read_pass(keys, good, now) == "260001235"
    assert read_pass(keys, good, now + timedelta(minutes=31)) is None
    for bad in (
        "",
        "260001235",
        good.replace("260001235", "260001243"),
        good[:-1] + "x",
        "1.2.3",
        "a.b.c",
        "²." + good,
    ):
        assert read_pass(keys, bad, now) is None


async def test_english_and_no_script(track: CitizenPage) -> None:
    number = await track.opened()
    text = await (await track.ask(number, Cookie="language=en")).text()
    assert "We have it and are finding who handles it" in text
    assert "You will hear from us by" in text


async def test_a_merged_matter_tells_of_the_one_that_goes_on(track: CitizenPage) -> None:
    parent, child = await track.opened(), await track.opened("同一盏灯", phone="+8613900000002")
    await track.does(track.office.operator, child, "merges", into=parent)
    await track.answered(parent)
    said = main_of(await (await track.ask(child)).text())
    assert "合并办理" in said
    assert "路灯已修好" in said
    assert parent not in said
