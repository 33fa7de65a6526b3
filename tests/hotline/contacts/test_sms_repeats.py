"""The same words again, parts of one message, phones that answer by themselves: real application, real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from tests.story import Phone

LONG = (
    "我家住在幸福小区3号楼2单元，从上周一开始楼道里的下水管一直往外冒脏水，一楼的地下室已经全部泡了，物业说不归他们管，"
    "自来水公司说也不归他们管，打了很多次电话都没有人来看过，昨天晚上又有一位老人在楼道里滑倒摔伤了，现在住在县医院，"
    "请政府尽快派人来看看到底是谁的责任，先把水止住，再说赔偿的事，联系人是三楼的住户，白天都在家"
)


@pytest.mark.parametrize("size", [67, 70])
async def test_three_parts_of_one_message_are_one_contact(phone: Phone, size: int) -> None:
    parts = [LONG[at : at + size] for at in range(0, len(LONG), size)]
    assert len(parts) == 3
    assert [len(await phone.sends(part)) for part in parts] == [1, 0, 0]
    assert await phone.story.one("SELECT count(*) FROM contact") == 1
    assert await phone.story.one("SELECT count(*) FROM ticket") == 1
    assert await phone.story.one("SELECT text FROM ticket_text") == LONG
    assert await phone.story.one("SELECT text FROM contact_text") == LONG
    assert await phone.story.one("SELECT count(*) FROM inbound WHERE error IS NOT NULL") == 0


async def test_marked_parts_come_in_any_order(phone: Phone) -> None:
    for part in ("（2/3）往外冒脏水，", "（1/3）幸福小区下水管", "（3/3）没有人管。"):
        await phone.sends(part)
    assert await phone.story.one("SELECT count(*) FROM contact") == 1
    assert await phone.story.one("SELECT text FROM ticket_text") == "幸福小区下水管往外冒脏水，没有人管。"


async def test_the_same_words_within_a_minute_are_one_contact(phone: Phone, clock: MovingClock) -> None:
    assert len(await phone.sends("人民路的路灯坏了")) == 1
    clock.move(timedelta(seconds=60))
    assert await phone.sends("人民路的路灯坏了。") == []
    assert await phone.story.one("SELECT count(*) FROM contact") == 1
    assert await phone.story.one("SELECT count(*) FROM note") == 0
    clock.move(timedelta(seconds=1))
    assert len(await phone.sends("人民路的路灯坏了")) == 1
    assert await phone.story.one("SELECT count(*) FROM contact") == 2


async def test_two_short_messages_are_two(phone: Phone) -> None:
    assert len(await phone.sends("幸福小区停水了")) == 1
    assert len(await phone.sends("在3号楼")) == 1
    assert await phone.story.one("SELECT count(*) FROM contact") == 2


async def test_words_are_kept_as_written(phone: Phone) -> None:
    words = "仓库12㎡，室温只有−5℃，暖气费交了½……没人管"
    await phone.sends("新增 " + words)
    assert await phone.story.one("SELECT text FROM ticket_text") == words


async def test_a_phone_that_answers_by_itself_is_answered_three_times_an_hour(phone: Phone, clock: MovingClock) -> None:
    await phone.sends("人民路的路灯坏了")
    await phone.sends("新增 三马路的井盖没了")
    said = []
    for _ in range(8):
        clock.move(timedelta(minutes=2))
        said.append(len(await phone.sends("我这会儿手上有活，回头聊")))
    assert said == [1, 1, 1, 0, 0, 0, 0, 0]
    assert await phone.story.one("SELECT count(*) FROM ticket") == 3
    assert await phone.story.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 1
    assert await phone.story.one("SELECT count(*) FROM ticket_event WHERE kind = 'self_answering'") == 1
    assert await phone.story.one("SELECT code FROM contact WHERE outcome = 'no_action'") == "automatic"
    clock.move(timedelta(hours=5))
    assert await phone.sends("我这会儿手上有活，回头聊") == []
    assert len(await phone.sends("井盖有人来修了，但是路灯没修")) == 1
    assert await phone.story.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 0


async def test_a_loop_without_a_pause_ends_at_once(phone: Phone) -> None:
    await phone.sends("人民路的路灯坏了")
    answers = [len(await phone.sends("在外地，回去看")) for _ in range(20)]
    assert sum(answers) <= 3
    assert await phone.story.one("SELECT count(*) FROM ticket") == 1
    assert await phone.story.one("SELECT count(*) FROM contact") <= 3
    assert await phone.story.one("SELECT count(*) FROM self_answering") == 1


async def test_a_machine_that_writes_something_new_each_time_is_braked(phone: Phone) -> None:
    await phone.sends("人民路的路灯坏了")
    await phone.sends("新增 三马路的井盖没了")
    for n in range(45):
        await phone.sends(f"收件箱第{n}封，本机在线")
    assert await phone.sends("收件箱又一封，本机在线") == []
    assert int(str(await phone.story.one("SELECT count(*) FROM ticket"))) <= 32
    assert await phone.story.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 1


async def test_a_set_phrase_of_a_phone_opens_nothing(phone: Phone) -> None:
    await phone.sends("人民路的路灯坏了")
    assert await phone.sends("【自动回复】您好，我正在开会，稍后回复您") == []
    assert await phone.story.one("SELECT count(*) FROM ticket") == 1
    assert await phone.story.one("SELECT count(*) FROM self_answering") == 1


async def test_the_carriers_own_reading_decides(phone: Phone) -> None:
    await phone.sends("人民路的路灯坏了")
    assert await phone.sends("QUIT", OptOutType="STOP") == []
    assert await phone.story.one("SELECT opted_out_at IS NOT NULL FROM person") is True
    assert len(await phone.sends("UNSTOP", OptOutType="START")) == 1
    assert await phone.story.one("SELECT opted_out_at IS NULL FROM person") is True
    assert len(await phone.sends("INFO", OptOutType="HELP")) == 1
    assert await phone.story.one("SELECT count(*) FROM ticket") == 1
