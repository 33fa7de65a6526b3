"""The words of an SMS as rulebook §8 has them, line by line: real application, real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.ticket import Category
from tests.hotline.moves.test_moves import Office
from tests.line import settled, sms, told, until
from tests.office import ticket

PHONE, OTHER = "+8613900000001", "+8613900000002"


@pytest.fixture
async def office(pool: Pool, services: Services) -> Office:
    async with pool.acquire() as conn:
        return await Office(conn, services).fill()


class CitizenLine:
    """A citizen's phone and the office behind it."""

    def __init__(self, client: TestClient, pool: Pool, services: Services, office: Office) -> None:
        self.client, self.pool, self.services, self.office = client, pool, services, office

    async def write(self, text: str, phone: str = PHONE) -> str:
        """Write an SMS; returns the last words that went to that phone."""
        await sms(self.client, self.services, phone, text)
        await settled(self.pool)
        return ((await told(self.pool, self.services, phone)) or [""])[-1]

    async def open(self, text: str = "人民路的路灯坏了", **more: object) -> str:
        async with self.pool.acquire() as conn, conn.transaction():
            return (await ticket(conn, self.services, text, **more)).number  # type: ignore[arg-type]

    async def do(self, who: str, number: str, path: str, **fields: object) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            office = Office(conn, self.services)
            await office.do(getattr(self.office, who), number, path, **fields)

    async def answered(self, number: str, **more: object) -> None:
        """Through the department to the person's ear."""
        await self.do("operator", number, "assignments", department="T05", names_it=False)
        await self.do("liaison", number, "signatures")
        await self.do("liaison", number, "replies", outcome="solved", public="已修好")
        await self.do("operator", number, "report-backs", via="call", text="路灯已修好")

    async def one(self, query: str, *values: object) -> object:
        async with self.pool.acquire() as conn:
            return await conn.fetchval(query, *values)


@pytest.fixture
async def line(client: TestClient, pool: Pool, services: Services, office: Office) -> CitizenLine:
    return CitizenLine(client, pool, services, office)


async def test_a_bare_low_digit_is_confirmed_once(line: CitizenLine) -> None:
    number = await line.open()
    await line.answered(number)
    assert "1是最低分" in await line.write("1")
    assert await line.one("SELECT count(*) FROM rating WHERE confirmed") == 0
    assert "谢谢您的评价（1分" in await line.write("１")
    assert await line.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [1]
    assert await line.one("SELECT count(*) FROM rating") == 1


async def test_after_the_question_another_low_digit_counts_at_once(line: CitizenLine) -> None:
    await line.answered(await line.open())
    await line.write("1")
    assert "谢谢您的评价（2分" in await line.write("2")
    assert await line.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [2]


async def test_a_low_word_needs_no_confirmation_and_the_later_counts(line: CitizenLine) -> None:
    await line.answered(await line.open())
    assert "谢谢您的评价（2分" in await line.write("不满意")
    assert "谢谢您的评价（4分" in await line.write("满意")
    assert await line.one("SELECT array_agg(score ORDER BY id) FROM rating WHERE confirmed") == [2, 4]
    assert await line.one("SELECT state FROM ticket") == "told"


async def test_a_bare_score_counts_for_seven_days(line: CitizenLine, clock: MovingClock) -> None:
    number = await line.open()
    await line.answered(number)
    clock.move(timedelta(days=7))
    assert "谢谢" in await line.write("5")
    clock.move(timedelta(seconds=1))
    assert "查询 编号 查询码" in await line.write("5")
    assert "谢谢" in await line.write(f"评价 {number} 4")


@pytest.mark.parametrize("text", ["评价 {} 5", "评价 260000019 5", "评价 {} 9"])
async def test_a_rating_counts_only_where_it_was_asked(line: CitizenLine, text: str) -> None:
    number = await line.open()
    assert "没有等待评价的事项" in await line.write(text.format(number))
    assert await line.one("SELECT count(*) FROM rating") == 0
    assert await line.one("SELECT count(*) FROM ticket") == 1


async def test_another_phone_rates_nothing(line: CitizenLine) -> None:
    number = await line.open()
    await line.answered(number)
    assert "没有等待评价的事项" in await line.write(f"评价 {number} 1", OTHER)


async def test_what_reads_like_a_tipoff_is_asked_with_its_code_and_tells_no_content(line: CitizenLine) -> None:
    await line.write("办证窗口的人收了我两条烟才给盖章")
    number = str(await line.one("SELECT number FROM ticket"))
    assert (
        await line.write("查进度")
        == await line.write(f"查询{number}")
        == line.services.texts.say("unknown_query", "zh", hotline="1890")
    )
    await line.do("operator", number, "assignments", department="T05", names_it=False)
    said = await line.write(f"查询{number} {line.services.keys.query_code(number)}")
    assert "短信不显示内容" in said
    assert "测试路灯所" not in said


async def test_a_tipoff_needs_its_code_even_from_the_same_phone(line: CitizenLine) -> None:
    number = await line.open("举报工地夜里施工", category=Category.TIPOFF)
    await line.do("operator", number, "assignments", department="T05", names_it=False)
    assert "没有查到" in await line.write(f"查询 {number}")
    said = await line.write(f"查询 {number} {line.services.keys.query_code(number)}")
    assert "正在办理" in said
    assert "测试路灯所" not in said
    assert "工地" not in said


async def test_no_sms_of_a_tipoff_has_content(line: CitizenLine) -> None:
    number = await line.open("举报工地夜里施工", category=Category.TIPOFF)
    await line.do("operator", number, "declines", basis="已由法院受理", where="法院")
    said = await told(line.pool, line.services, PHONE)
    assert said
    assert all("法院" not in text for text in said)


async def test_the_news_of_a_returned_ticket_and_of_a_long_one(line: CitizenLine) -> None:
    number = await line.open()
    await line.do("operator", number, "assignments", department="T05")
    await line.do("operator", number, "interims", text="电缆已订货")
    await line.do("liaison", number, "returns", reason="not ours", basis="三定方案", suggested="T06")
    said = await line.write(f"查询{number}")
    assert "正在确定承办单位" in said
    assert "最近进展：电缆已订货" in said
    await line.do("manager", number, "rulings", department="T06", reason="管线归供水")
    await line.do("manager", number, "long-terms", plan="改造管网", leader="副县长", until="2026-12-01")
    assert "挂账" in await line.write(f"查询{number}")


async def test_a_merged_ticket_stands_as_the_one_that_goes_on(line: CitizenLine) -> None:
    parent, child = await line.open(), await line.open("也是那盏路灯", phone=OTHER)
    await line.do("operator", child, "merges", into=parent)
    await line.do("operator", parent, "assignments", department="T05")
    said = await line.write(f"查询 {child}", OTHER)
    assert "合并办理" in said
    assert "已转测试路灯所" in said
    assert "已补充到" in await line.write(f"补充 {child} 在三号楼前", OTHER)
    owner = "SELECT t.number FROM note n JOIN ticket t ON t.id = n.ticket_id WHERE n.text = $1"
    assert await line.one(owner, "在三号楼前") == parent
    await line.write("还有一盏也坏了", OTHER)
    assert await line.one(owner, "还有一盏也坏了") == parent


async def test_what_is_added_to_a_filed_ticket_opens_a_linked_one(line: CitizenLine) -> None:
    number = await line.open()
    await line.do("operator", number, "answers", text="已告知")
    await line.do("operator", number, "filings")
    assert "已受理" in await line.write(f"补充 {number} 又坏了")
    linked = "SELECT o.number FROM ticket t JOIN ticket o ON o.id = t.after_id ORDER BY t.id DESC LIMIT 1"
    assert await line.one(linked) == number
    before = await line.one("SELECT count(*) FROM ticket")
    await line.write("谢谢👍")
    assert await line.one("SELECT count(*) FROM ticket") == before


async def test_what_continues_a_filed_tipoff_is_a_tipoff(line: CitizenLine) -> None:
    number = await line.open("举报测试路灯所的人", category=Category.TIPOFF)
    await line.do("operator", number, "declines", basis="已由法院受理", where="法院")
    await line.do("operator", number, "filings")
    await line.write(f"补充 {number} 他又来了")
    row = "SELECT category || ' ' || confidential FROM ticket ORDER BY id DESC LIMIT 1"
    assert await line.one(row) == "tipoff true"
    assert await line.one("SELECT count(*) FROM hidden_from h WHERE h.ticket_id = (SELECT max(id) FROM ticket)") == 1


async def test_an_addition_without_words_says_how(line: CitizenLine) -> None:
    number = await line.open()
    assert "没有补充成功" in await line.write(f"补充 {number}")
    assert await line.one("SELECT count(*) FROM note") == 0


async def test_thanks_from_nowhere_open_nothing(line: CitizenLine) -> None:
    assert "查询 编号 查询码" in await line.write("谢谢！")
    assert await line.one("SELECT count(*) FROM ticket") == 0
    assert await line.one("SELECT count(*) FROM contact WHERE outcome IS NULL") == 0


async def test_stop_then_a_call(line: CitizenLine) -> None:
    number = await line.open()
    await line.do("operator", number, "assignments", department="T05")
    await line.do("liaison", number, "signatures")
    await line.do("liaison", number, "replies", outcome="solved", public="已修好")
    assert "已退订" in await line.write("退订")
    with pytest.raises(Exception, match="takes no SMS"):
        await line.do("operator", number, "report-backs", via="sms", text="已修好")
    assert number in await line.write(f"查询{number}")
    assert "已受理" in await line.write("新增 垃圾没人收")
    assert "已恢复短信" in await line.write("开通")
    await line.do("operator", number, "report-backs", via="sms", text="已修好")


async def test_a_stop_overtakes_what_waits_for_the_morning(line: CitizenLine, clock: MovingClock) -> None:
    clock.move(timedelta(hours=12))
    number = await line.open()
    await line.do("operator", number, "assignments", department="T05")
    await line.do("liaison", number, "signatures")
    await line.do("liaison", number, "replies", outcome="solved", public="已修好")
    await line.do("operator", number, "report-backs", via="sms", text="已修好")
    await line.write("退订")
    clock.move(timedelta(hours=11))
    from hotline.outbox.dispatcher import send_all

    await send_all(line.pool, line.services, clock.now())
    await until(line.pool, "SELECT state FROM outbox WHERE kind = 'report_back'", want="failed")
    assert await line.one("SELECT failed_at IS NOT NULL FROM report_back") is True


async def test_an_anonymous_result_is_read_for_sixty_days(line: CitizenLine, clock: MovingClock) -> None:
    number = await line.open(phone="")
    await line.do("operator", number, "assignments", department="T05")
    await line.do("liaison", number, "signatures")
    await line.do("liaison", number, "replies", outcome="solved", public="已修好")
    await line.do("operator", number, "report-backs", via="query", text="路灯已修好")
    code = line.services.keys.query_code(number)
    clock.move(timedelta(days=60))
    assert "路灯已修好" in await line.write(f"查询 {number} {code}")
    clock.move(timedelta(seconds=1))
    said = await line.write(f"查询 {number} {code}")
    assert "路灯已修好" not in said
    assert "查询期已过" in said


async def test_a_result_too_long_for_an_sms_is_refused_with_its_length(line: CitizenLine) -> None:
    number = await line.open()
    await line.do("operator", number, "assignments", department="T05")
    await line.do("liaison", number, "signatures")
    await line.do("liaison", number, "replies", outcome="solved", public="已修好")
    with pytest.raises(Exception, match="1,600 characters"):
        await line.do("operator", number, "report-backs", via="sms", text="修" * 1600)
    await line.do("operator", number, "report-backs", via="call", text="修" * 1600)
    assert len(await line.write(f"查询{number}")) <= 1600


async def test_the_latest_ticket_is_asked_without_a_number(line: CitizenLine, conn: Conn) -> None:
    assert "没有查到" in await line.write("查询")
    number = await line.open()
    assert number in await line.write("查询")
    assert number in await line.write("STATUS")


async def test_who_writes_english_reads_the_departments_english_name(line: CitizenLine) -> None:
    number = await line.open()
    await line.one("UPDATE department SET name_en = 'Street Lights' WHERE code = 'T05'")
    await line.one("UPDATE person SET language = 'en' RETURNING id")
    await line.do("operator", number, "assignments", department="T05")
    said = await line.write("STATUS")
    assert f"{number}: sent to Street Lights." in said
    assert said == said.strip()
    await line.do("liaison", number, "signatures")
    await line.do("liaison", number, "replies", outcome="solved", public="The lamp works again.")
    await line.do("operator", number, "report-backs", via="sms", text="The lamp works again.")
    assert "The lamp works again (Street Lights)" in (await told(line.pool, line.services, PHONE))[-1]


async def test_the_sentences_of_a_status_in_english_stand_apart(line: CitizenLine) -> None:
    number = await line.open()
    await line.one("UPDATE person SET language = 'en' RETURNING id")
    await line.do("operator", number, "assignments", department="T05")
    await line.do("liaison", number, "signatures")
    await line.do("operator", number, "interims", text="A part is on its way")
    said = await line.write("STATUS")
    assert "is working on it. Latest news: A part is on its way. You will hear from us by" in said
    assert said == said.rstrip()
