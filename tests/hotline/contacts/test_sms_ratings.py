"""Ratings with words, thanks, and asking from any phone: real application, real database."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from tests.hotline.contacts.test_sms_words import OTHER, CitizenLine
from tests.hotline.moves.test_moves import Office


@pytest.fixture
async def line(client: TestClient, pool: Pool, services: Services) -> CitizenLine:
    async with pool.acquire() as conn:
        office = await Office(conn, services).fill()
    return CitizenLine(client, pool, services, office)


async def filed(line: CitizenLine) -> str:
    """A ticket that was answered, followed up and filed, and whose person was asked to rate."""
    number = await line.open()
    await line.answered(number)
    await line.do("operator", number, "follow-ups", reached=True, solved=True)
    await line.do("operator", number, "filings")
    return number


RATINGS = [("5 谢谢", 5), ("5分，非常满意", 5), ("很满意", 5), ("1，根本没修", 1), ("不满意！还是不亮", 2)]


@pytest.mark.parametrize(("text", "score"), RATINGS)
async def test_a_rating_with_words_after_filing_opens_no_ticket(line: CitizenLine, text: str, score: int) -> None:
    await filed(line)
    assert f"谢谢您的评价（{score}分" in await line.write(text)
    assert await line.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [score]
    assert await line.one("SELECT count(*) FROM ticket") == 1
    assert await line.one("SELECT text FROM note WHERE kind = 'rating'") in text
    assert await line.one("SELECT count(*) FROM note WHERE kind = 'addition'") == 0
    assert await line.one("SELECT state FROM ticket") == "archived"


async def test_low_words_before_filing_are_an_addition_too(line: CitizenLine) -> None:
    await line.answered(await line.open())
    assert "谢谢您的评价（1分" in await line.write("1，根本没修")
    assert await line.one("SELECT text FROM note WHERE kind = 'addition'") == "根本没修"
    assert "谢谢您的评价（5分" in await line.write("5 谢谢")
    assert await line.one("SELECT count(*) FROM note WHERE kind = 'addition'") == 1
    assert await line.one("SELECT array_agg(score ORDER BY id) FROM rating WHERE confirmed") == [1, 5]


@pytest.mark.parametrize(
    ("first", "then", "counts"), [("1 谢谢", "5", 5), ("5 太差了", "1", 1), ("1，非常满意", "1", 1)]
)
async def test_a_score_that_its_words_contradict_is_asked_again(
    line: CitizenLine, first: str, then: str, counts: int
) -> None:
    await line.answered(await line.open())
    assert "请" in await line.write(first)
    assert await line.one("SELECT count(*) FROM rating WHERE confirmed") == 0
    await line.write(then)
    assert await line.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [counts]
    assert await line.one("SELECT count(*) FROM ticket") == 1


async def test_a_score_off_the_scale_is_refused_aloud(line: CitizenLine) -> None:
    await line.answered(await line.open())
    assert "1-5" in await line.write("10分")
    assert await line.one("SELECT count(*) FROM rating") == 0


async def test_low_words_where_nothing_was_asked_are_a_matter(line: CitizenLine) -> None:
    assert "已受理" in await line.write("1，根本没修")
    assert await line.one("SELECT text FROM ticket_text") == "1，根本没修"


@pytest.mark.parametrize("text", ["非常感谢！", "修好了", "收到了，辛苦了", "5 谢谢", "很满意", "👍"])
async def test_thanks_reopen_nothing(line: CitizenLine, text: str) -> None:
    number = await line.open()
    await line.do("operator", number, "answers", text="已告知")
    await line.do("operator", number, "filings")
    await line.write(text)
    assert await line.one("SELECT count(*) FROM ticket") == 1
    assert await line.one("SELECT state FROM ticket") == "answered"


async def test_thanks_with_a_but_are_none(line: CitizenLine) -> None:
    number = await line.open()
    await line.do("operator", number, "answers", text="已告知")
    await line.do("operator", number, "filings")
    assert "已受理" in await line.write("谢谢，但还是没水")
    assert await line.one("SELECT o.number FROM ticket t JOIN ticket o ON o.id = t.after_id") == number


@pytest.mark.parametrize("text", ["查进度", "查询编号{n}", "{n}", "编号{n}，查询码{c}", "我反映的事情怎么样了？"])
async def test_asking_from_the_own_phone(line: CitizenLine, text: str) -> None:
    number = await line.open()
    code = line.services.keys.query_code(number)
    assert "已受理" in await line.write(text.format(n=number, c=code))
    assert await line.one("SELECT count(*) FROM ticket") == 1


@pytest.mark.parametrize("text", ["编号{n}，查询码{c}", "{n} {c}", "{n}{c}", "查询码{c}，编号：{n}"])
async def test_asking_from_another_phone(line: CitizenLine, text: str) -> None:
    number = await line.open()
    code = line.services.keys.query_code(number)
    assert f"{number}：已受理" in await line.write(text.format(n=number, c=code), OTHER)
    assert "没有查到" in await line.write(number, OTHER)
    assert await line.one("SELECT count(*) FROM ticket") == 1


async def test_words_with_the_number_of_the_own_ticket_are_for_it(line: CitizenLine) -> None:
    number = await line.open()
    assert f"已补充到{number}" in await line.write(f"{number} 门牌是12号㎡")
    assert await line.one("SELECT text FROM note WHERE kind = 'addition'") == f"{number} 门牌是12号㎡"
