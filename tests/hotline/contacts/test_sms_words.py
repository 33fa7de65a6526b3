"""The words of an SMS as rulebook §8 has them, line by line: real application, real database."""

from __future__ import annotations

import pytest

from hotline.base.clock import MovingClock
from hotline.ticket import Category
from tests.story import OTHER, Phone, Story


async def test_a_bare_low_digit_is_confirmed_once(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.answered(number)
    await phone.sends("1")
    await phone.expect_sms("1是最低分")
    assert await story.one("SELECT count(*) FROM rating WHERE confirmed") == 0
    await phone.sends("１")
    await phone.expect_sms("谢谢您的评价（1分")
    assert await story.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [1]
    assert await story.one("SELECT count(*) FROM rating") == 1


async def test_after_the_question_another_low_digit_counts_at_once(story: Story, phone: Phone) -> None:
    await story.answered(await story.opened())
    await phone.sends("1")
    await phone.sends("2")
    await phone.expect_sms("谢谢您的评价（2分")
    assert await story.one("SELECT array_agg(score) FROM rating WHERE confirmed") == [2]


async def test_a_low_word_needs_no_confirmation_and_the_later_counts(story: Story, phone: Phone) -> None:
    await story.answered(await story.opened())
    await phone.sends("不满意")
    await phone.expect_sms("谢谢您的评价（2分")
    await phone.sends("满意")
    await phone.expect_sms("谢谢您的评价（4分")
    assert await story.one("SELECT array_agg(score ORDER BY id) FROM rating WHERE confirmed") == [2, 4]
    assert await story.one("SELECT state FROM ticket") == "told"


async def test_a_bare_score_counts_for_seven_days(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.answered(number)
    await story.fast_forward(days=7)
    await phone.sends("5")
    await phone.expect_sms("谢谢")
    await story.fast_forward(seconds=1)
    await phone.sends("5")
    await phone.expect_sms("查询 编号 查询码")
    await phone.sends(f"评价 {number} 4")
    await phone.expect_sms("谢谢")


@pytest.mark.parametrize("text", ["评价 {} 5", "评价 260000019 5", "评价 {} 9"])
async def test_a_rating_counts_only_where_it_was_asked(story: Story, phone: Phone, text: str) -> None:
    number = await story.opened()
    await phone.sends(text.format(number))
    await phone.expect_sms("没有等待评价的事项")
    assert await story.one("SELECT count(*) FROM rating") == 0
    assert await story.one("SELECT count(*) FROM ticket") == 1


async def test_another_phone_rates_nothing(story: Story) -> None:
    number = await story.opened()
    await story.answered(number)
    await story.phone(OTHER).sends(f"评价 {number} 1")
    await story.phone(OTHER).expect_sms("没有等待评价的事项")


async def test_what_reads_like_a_tipoff_is_asked_with_its_code_and_tells_no_content(story: Story, phone: Phone) -> None:
    await phone.sends("办证窗口的人收了我两条烟才给盖章")
    number = str(await story.one("SELECT number FROM ticket"))
    unknown = story.services.texts.say("unknown_query", "zh", hotline="1890")
    for asked in ("查进度", f"查询{number}"):
        assert await phone.sends(asked) == [unknown]
    await story.does(story.office.operator, number, "assignments", department="T05", names_it=False)
    (said,) = await phone.sends(f"查询{number} {story.services.keys.query_code(number)}")
    assert "短信不显示内容" in said
    assert "测试路灯所" not in said


async def test_a_tipoff_needs_its_code_even_from_the_same_phone(story: Story, phone: Phone) -> None:
    number = await story.opened("举报工地夜里施工", category=Category.TIPOFF)
    await story.does(story.office.operator, number, "assignments", department="T05", names_it=False)
    await phone.sends(f"查询 {number}")
    await phone.expect_sms("没有查到")
    (said,) = await phone.sends(f"查询 {number} {story.services.keys.query_code(number)}")
    assert "正在办理" in said
    assert "测试路灯所" not in said
    assert "工地" not in said


async def test_no_sms_of_a_tipoff_has_content(story: Story, phone: Phone) -> None:
    number = await story.opened("举报工地夜里施工", category=Category.TIPOFF)
    await story.does(story.office.operator, number, "declines", basis="已由法院受理", where="法院")
    said = await phone.received()
    assert said
    assert all("法院" not in text for text in said)


async def test_the_news_of_a_returned_ticket_and_of_a_long_one(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.does(story.office.operator, number, "assignments", department="T05")
    await story.does(story.office.operator, number, "interims", text="电缆已订货")
    await story.does(story.office.liaison, number, "returns", reason="not ours", basis="三定方案", suggested="T06")
    (said,) = await phone.sends(f"查询{number}")
    assert "正在确定承办单位" in said
    assert "最近进展：电缆已订货" in said
    await story.does(story.office.manager, number, "rulings", department="T06", reason="管线归供水")
    await story.does(story.office.manager, number, "long-terms", plan="改造管网", leader="副县长", until="2026-12-01")
    await phone.sends(f"查询{number}")
    await phone.expect_sms("挂账")


async def test_a_merged_ticket_stands_as_the_one_that_goes_on(story: Story) -> None:
    parent, child = await story.opened(), await story.opened("也是那盏路灯", phone=OTHER)
    await story.does(story.office.operator, child, "merges", into=parent)
    await story.does(story.office.operator, parent, "assignments", department="T05")
    (said,) = await story.phone(OTHER).sends(f"查询 {child}")
    assert "合并办理" in said
    assert "已转测试路灯所" in said
    await story.phone(OTHER).sends(f"补充 {child} 在三号楼前")
    await story.phone(OTHER).expect_sms("已补充到")
    owner = "SELECT t.number FROM note n JOIN ticket t ON t.id = n.ticket_id WHERE n.text = $1"
    assert await story.one(owner, "在三号楼前") == parent
    await story.phone(OTHER).sends("还有一盏也坏了")
    assert await story.one(owner, "还有一盏也坏了") == parent


async def test_what_is_added_to_a_filed_ticket_opens_a_linked_one(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.does(story.office.operator, number, "answers", text="已告知")
    await story.does(story.office.operator, number, "filings")
    await phone.sends(f"补充 {number} 又坏了")
    await phone.expect_sms("已受理")
    linked = "SELECT o.number FROM ticket t JOIN ticket o ON o.id = t.after_id ORDER BY t.id DESC LIMIT 1"
    assert await story.one(linked) == number
    before = await story.one("SELECT count(*) FROM ticket")
    await phone.sends("谢谢👍")
    assert await story.one("SELECT count(*) FROM ticket") == before


async def test_what_continues_a_filed_tipoff_is_a_tipoff(story: Story, phone: Phone) -> None:
    number = await story.opened("举报测试路灯所的人", category=Category.TIPOFF)
    await story.does(story.office.operator, number, "declines", basis="已由法院受理", where="法院")
    await story.does(story.office.operator, number, "filings")
    await phone.sends(f"补充 {number} 他又来了")
    row = "SELECT category || ' ' || confidential FROM ticket ORDER BY id DESC LIMIT 1"
    assert await story.one(row) == "tipoff true"
    assert await story.one("SELECT count(*) FROM hidden_from h WHERE h.ticket_id = (SELECT max(id) FROM ticket)") == 1


async def test_an_addition_without_words_says_how(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await phone.sends(f"补充 {number}")
    await phone.expect_sms("没有补充成功")
    assert await story.one("SELECT count(*) FROM note") == 0


async def test_thanks_from_nowhere_open_nothing(story: Story, phone: Phone) -> None:
    await phone.sends("谢谢！")
    await phone.expect_sms("查询 编号 查询码")
    assert await story.one("SELECT count(*) FROM ticket") == 0
    assert await story.one("SELECT count(*) FROM contact WHERE outcome IS NULL") == 0


async def test_stop_then_a_call(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.does(story.office.operator, number, "assignments", department="T05")
    await story.does(story.office.liaison, number, "signatures")
    await story.does(story.office.liaison, number, "replies", outcome="solved", public="已修好")
    await phone.sends("退订")
    await phone.expect_sms("已退订")
    with pytest.raises(Exception, match="takes no SMS"):
        await story.does(story.office.operator, number, "report-backs", via="sms", text="已修好")
    await phone.sends(f"查询{number}")
    await phone.expect_sms(number)
    await phone.sends("新增 垃圾没人收")
    await phone.expect_sms("已受理")
    await phone.sends("开通")
    await phone.expect_sms("已恢复短信")
    await story.does(story.office.operator, number, "report-backs", via="sms", text="已修好")


async def test_a_stop_overtakes_what_waits_for_the_morning(story: Story, phone: Phone, clock: MovingClock) -> None:
    await story.fast_forward(hours=12)
    number = await story.opened()
    await story.does(story.office.operator, number, "assignments", department="T05")
    await story.does(story.office.liaison, number, "signatures")
    await story.does(story.office.liaison, number, "replies", outcome="solved", public="已修好")
    await story.does(story.office.operator, number, "report-backs", via="sms", text="已修好")
    await phone.sends("退订")
    await story.fast_forward(hours=11)
    from hotline.outbox.dispatcher import send_all

    await send_all(story.pool, story.services, clock.now())
    await story.until("SELECT state FROM outbox WHERE kind = 'report_back'", want="failed")
    assert await story.one("SELECT failed_at IS NOT NULL FROM report_back") is True


async def test_an_anonymous_result_is_read_for_sixty_days(story: Story, phone: Phone) -> None:
    number = await story.opened(phone="")
    await story.does(story.office.operator, number, "assignments", department="T05")
    await story.does(story.office.liaison, number, "signatures")
    await story.does(story.office.liaison, number, "replies", outcome="solved", public="已修好")
    await story.does(story.office.operator, number, "report-backs", via="query", text="路灯已修好")
    code = story.services.keys.query_code(number)
    await story.fast_forward(days=60)
    await phone.sends(f"查询 {number} {code}")
    await phone.expect_sms("路灯已修好")
    await story.fast_forward(seconds=1)
    (said,) = await phone.sends(f"查询 {number} {code}")
    assert "路灯已修好" not in said
    assert "查询期已过" in said


async def test_a_result_too_long_for_an_sms_is_refused_with_its_length(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.does(story.office.operator, number, "assignments", department="T05")
    await story.does(story.office.liaison, number, "signatures")
    await story.does(story.office.liaison, number, "replies", outcome="solved", public="已修好")
    with pytest.raises(Exception, match="1,600 characters"):
        await story.does(story.office.operator, number, "report-backs", via="sms", text="修" * 1600)
    await story.does(story.office.operator, number, "report-backs", via="call", text="修" * 1600)
    (said,) = await phone.sends(f"查询{number}")
    assert len(said) <= 1600


async def test_the_latest_ticket_is_asked_without_a_number(story: Story, phone: Phone) -> None:
    await phone.sends("查询")
    await phone.expect_sms("没有查到")
    number = await story.opened()
    await phone.sends("查询")
    await phone.expect_sms(number)
    await phone.sends("STATUS")
    await phone.expect_sms(number)


async def test_who_writes_english_reads_the_departments_english_name(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.one("UPDATE department SET name_en = 'Street Lights' WHERE code = 'T05'")
    await story.one("UPDATE person SET language = 'en' RETURNING id")
    await story.does(story.office.operator, number, "assignments", department="T05")
    (said,) = await phone.sends("STATUS")
    assert f"{number}: sent to Street Lights." in said
    assert said == said.strip()
    await story.does(story.office.liaison, number, "signatures")
    await story.does(story.office.liaison, number, "replies", outcome="solved", public="The lamp works again.")
    await story.does(story.office.operator, number, "report-backs", via="sms", text="The lamp works again.")
    await phone.expect_sms("The lamp works again (Street Lights)")


async def test_the_sentences_of_a_status_in_english_stand_apart(story: Story, phone: Phone) -> None:
    number = await story.opened()
    await story.one("UPDATE person SET language = 'en' RETURNING id")
    await story.does(story.office.operator, number, "assignments", department="T05")
    await story.does(story.office.liaison, number, "signatures")
    await story.does(story.office.operator, number, "interims", text="A part is on its way")
    (said,) = await phone.sends("STATUS")
    assert "is working on it. Latest news: A part is on its way. You will hear from us by" in said
    assert said == said.rstrip()
