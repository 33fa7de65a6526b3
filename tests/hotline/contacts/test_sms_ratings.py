"""Ratings with words, thanks, and asking from any phone: real application, real database."""

from __future__ import annotations

import pytest

from tests.story import OTHER, Phone, Story


async def filed(story: Story) -> str:
    """A ticket that was answered, followed up and filed, and whose person was asked to rate."""
    number = await story.opened()
    await story.answered(number)
    await story.does(story.office.operator, number, "follow-ups", reached=True, solved=True)
    await story.does(story.office.operator, number, "filings")
    return number


RATINGS = [("5 谢谢", 5), ("5分，非常满意", 5), ("很满意", 5), ("1，根本没修", 1), ("不满意！还是不亮", 2)]


@pytest.mark.parametrize(("text", "score"), RATINGS)
async def test_a_rating_with_words_after_filing_opens_no_ticket(
    story: Story, phone: Phone, text: str, score: int
) -> None:
    await filed(story)
    await phone.sends(text)
    await phone.expect_sms(f"谢谢您的评价（{score}分")
    assert await story.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [score]
    assert await story.one("SELECT count(*) FROM ticket") == 1
    assert await story.one("SELECT text FROM note WHERE kind = 'rating'") in text
    assert await story.one("SELECT count(*) FROM note WHERE kind = 'addition'") == 0
    assert await story.one("SELECT state FROM ticket") == "archived"


async def test_low_words_before_filing_are_an_addition_too(story: Story, phone: Phone) -> None:
    await story.answered(await story.opened())
    await phone.sends("1，根本没修")
    await phone.expect_sms("谢谢您的评价（1分")
    assert await story.one("SELECT text FROM note WHERE kind = 'addition'") == "根本没修"
    await phone.sends("5 谢谢")
    await phone.expect_sms("谢谢您的评价（5分")
    assert await story.one("SELECT count(*) FROM note WHERE kind = 'addition'") == 1
    assert await story.one("SELECT array_agg(score ORDER BY id) FROM rating WHERE confirmed") == [1, 5]


@pytest.mark.parametrize(
    ("first", "then", "counts"), [("1 谢谢", "5", 5), ("5 太差了", "1", 1), ("1，非常满意", "1", 1)]
)
async def test_a_score_that_its_words_contradict_is_asked_again(
    story: Story, phone: Phone, first: str, then: str, counts: int
) -> None:
    await story.answered(await story.opened())
    await phone.sends(first)
    await phone.expect_sms("请")
    assert await story.one("SELECT count(*) FROM rating WHERE confirmed") == 0
    await phone.sends(then)
    assert await story.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [counts]
    assert await story.one("SELECT count(*) FROM ticket") == 1


async def test_a_score_off_the_scale_is_refused_aloud(story: Story, phone: Phone) -> None:
    await story.answered(await story.opened())
    await phone.sends("10分")
    await phone.expect_sms("1-5")
    assert await story.one("SELECT count(*) FROM rating") == 0


async def test_low_words_where_nothing_was_asked_are_a_matter(story: Story, phone: Phone) -> None:
    await phone.sends("1，根本没修")
    await phone.expect_sms("已受理")
    assert await story.one("SELECT text FROM ticket_text") == "1，根本没修"


@pytest.mark.parametrize("text", ["非常感谢！", "修好了", "收到了，辛苦了", "5 谢谢", "很满意", "👍"])
async def test_thanks_reopen_nothing(story: Story, phone: Phone, text: str) -> None:
    number = await story.opened()
    await story.does(story.office.operator, number, "answers", text="已告知")
    await story.does(story.office.operator, number, "filings")
    await phone.sends(text)
    assert await story.one("SELECT count(*) FROM ticket") == 1
    assert await story.one("SELECT state FROM ticket") == "answered"


async def test_thanks_with_a_but_are_none(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.does(story.office.operator, number, "answers", text="已告知")
    await story.does(story.office.operator, number, "filings")
    await phone.sends("谢谢，但还是没水")
    await phone.expect_sms("已受理")
    assert await story.one("SELECT o.number FROM ticket t JOIN ticket o ON o.id = t.after_id") == number


@pytest.mark.parametrize("text", ["查进度", "查询编号{n}", "{n}", "编号{n}，查询码{c}", "我反映的事情怎么样了？"])
async def test_asking_from_the_own_phone(story: Story, phone: Phone, text: str) -> None:
    number = await story.opened()
    code = story.services.keys.query_code(number)
    await phone.sends(text.format(n=number, c=code))
    await phone.expect_sms("已受理")
    assert await story.one("SELECT count(*) FROM ticket") == 1


@pytest.mark.parametrize("text", ["编号{n}，查询码{c}", "{n} {c}", "{n}{c}", "查询码{c}，编号：{n}"])
async def test_asking_from_another_phone(story: Story, text: str) -> None:
    number = await story.opened()
    code = story.services.keys.query_code(number)
    await story.phone(OTHER).sends(text.format(n=number, c=code))
    await story.phone(OTHER).expect_sms(f"{number}：已受理")
    await story.phone(OTHER).sends(number)
    await story.phone(OTHER).expect_sms("没有查到")
    assert await story.one("SELECT count(*) FROM ticket") == 1


async def test_words_with_the_number_of_the_own_ticket_are_for_it(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await phone.sends(f"{number} 门牌是12号㎡")
    await phone.expect_sms(f"已补充到{number}")
    assert await story.one("SELECT text FROM note WHERE kind = 'addition'") == f"{number} 门牌是12号㎡"
