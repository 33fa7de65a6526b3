"""The same words again, parts of one message, phones that answer by themselves: real application, real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from tests.line import settled, sms, told

PHONE = "+8613900000001"
LONG = (
    "我家住在幸福小区3号楼2单元，从上周一开始楼道里的下水管一直往外冒脏水，一楼的地下室已经全部泡了，物业说不归他们管，"
    "自来水公司说也不归他们管，打了很多次电话都没有人来看过，昨天晚上又有一位老人在楼道里滑倒摔伤了，现在住在县医院，"
    "请政府尽快派人来看看到底是谁的责任，先把水止住，再说赔偿的事，联系人是三楼的住户，白天都在家"
)


class CitizenPhone:
    """A citizen's phone and what the office has of it."""

    def __init__(self, client: TestClient, pool: Pool, services: Services) -> None:
        self.client, self.pool, self.services = client, pool, services

    async def write(self, text: str, **more: str) -> int:
        """Write an SMS; returns how many messages went to the phone for it."""
        before = len(await told(self.pool, self.services, PHONE))
        await sms(self.client, self.services, PHONE, text, **more)
        await settled(self.pool)
        return len(await told(self.pool, self.services, PHONE)) - before

    async def one(self, query: str) -> object:
        async with self.pool.acquire() as conn:
            return await conn.fetchval(query)


@pytest.fixture
def phone(client: TestClient, pool: Pool, services: Services) -> CitizenPhone:
    return CitizenPhone(client, pool, services)


@pytest.mark.parametrize("size", [67, 70])
async def test_three_parts_of_one_message_are_one_contact(phone: CitizenPhone, size: int) -> None:
    parts = [LONG[at : at + size] for at in range(0, len(LONG), size)]
    assert len(parts) == 3
    assert [await phone.write(part) for part in parts] == [1, 0, 0]
    assert await phone.one("SELECT count(*) FROM contact") == 1
    assert await phone.one("SELECT count(*) FROM ticket") == 1
    assert await phone.one("SELECT text FROM ticket_text") == LONG
    assert await phone.one("SELECT text FROM contact_text") == LONG
    assert await phone.one("SELECT count(*) FROM inbound WHERE error IS NOT NULL") == 0


async def test_marked_parts_come_in_any_order(phone: CitizenPhone) -> None:
    for part in ("（2/3）往外冒脏水，", "（1/3）幸福小区下水管", "（3/3）没有人管。"):
        await phone.write(part)
    assert await phone.one("SELECT count(*) FROM contact") == 1
    assert await phone.one("SELECT text FROM ticket_text") == "幸福小区下水管往外冒脏水，没有人管。"


async def test_the_same_words_within_a_minute_are_one_contact(phone: CitizenPhone, clock: MovingClock) -> None:
    assert await phone.write("人民路的路灯坏了") == 1
    clock.move(timedelta(seconds=60))
    assert await phone.write("人民路的路灯坏了。") == 0
    assert await phone.one("SELECT count(*) FROM contact") == 1
    assert await phone.one("SELECT count(*) FROM note") == 0
    clock.move(timedelta(seconds=1))
    assert await phone.write("人民路的路灯坏了") == 1
    assert await phone.one("SELECT count(*) FROM contact") == 2


async def test_two_short_messages_are_two(phone: CitizenPhone) -> None:
    assert await phone.write("幸福小区停水了") == 1
    assert await phone.write("在3号楼") == 1
    assert await phone.one("SELECT count(*) FROM contact") == 2


async def test_words_are_kept_as_written(phone: CitizenPhone) -> None:
    words = "仓库12㎡，室温只有−5℃，暖气费交了½……没人管"
    await phone.write("新增 " + words)
    assert await phone.one("SELECT text FROM ticket_text") == words


async def test_a_phone_that_answers_by_itself_is_answered_three_times_an_hour(
    phone: CitizenPhone, clock: MovingClock
) -> None:
    await phone.write("人民路的路灯坏了")
    await phone.write("新增 三马路的井盖没了")
    said = []
    for _ in range(8):
        clock.move(timedelta(minutes=2))
        said.append(await phone.write("我这会儿手上有活，回头聊"))
    assert said == [1, 1, 1, 0, 0, 0, 0, 0]
    assert await phone.one("SELECT count(*) FROM ticket") == 3
    assert await phone.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 1
    assert await phone.one("SELECT count(*) FROM ticket_event WHERE kind = 'self_answering'") == 1
    assert await phone.one("SELECT code FROM contact WHERE outcome = 'no_action'") == "automatic"
    clock.move(timedelta(hours=5))
    assert await phone.write("我这会儿手上有活，回头聊") == 0
    assert await phone.write("井盖有人来修了，但是路灯没修") == 1
    assert await phone.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 0


async def test_a_loop_without_a_pause_ends_at_once(phone: CitizenPhone) -> None:
    await phone.write("人民路的路灯坏了")
    answers = [await phone.write("在外地，回去看") for _ in range(20)]
    assert sum(answers) <= 3
    assert await phone.one("SELECT count(*) FROM ticket") == 1
    assert await phone.one("SELECT count(*) FROM contact") <= 3
    assert await phone.one("SELECT count(*) FROM self_answering") == 1


async def test_a_machine_that_writes_something_new_each_time_is_braked(phone: CitizenPhone) -> None:
    await phone.write("人民路的路灯坏了")
    await phone.write("新增 三马路的井盖没了")
    for n in range(45):
        await phone.write(f"收件箱第{n}封，本机在线")
    assert await phone.write("收件箱又一封，本机在线") == 0
    assert int(str(await phone.one("SELECT count(*) FROM ticket"))) <= 32
    assert await phone.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 1


async def test_a_set_phrase_of_a_phone_opens_nothing(phone: CitizenPhone) -> None:
    await phone.write("人民路的路灯坏了")
    assert await phone.write("【自动回复】您好，我正在开会，稍后回复您") == 0
    assert await phone.one("SELECT count(*) FROM ticket") == 1
    assert await phone.one("SELECT count(*) FROM self_answering") == 1


async def test_the_carriers_own_reading_decides(phone: CitizenPhone) -> None:
    await phone.write("人民路的路灯坏了")
    assert await phone.write("QUIT", OptOutType="STOP") == 0
    assert await phone.one("SELECT opted_out_at IS NOT NULL FROM person") is True
    assert await phone.write("UNSTOP", OptOutType="START") == 1
    assert await phone.one("SELECT opted_out_at IS NULL FROM person") is True
    assert await phone.write("INFO", OptOutType="HELP") == 1
    assert await phone.one("SELECT count(*) FROM ticket") == 1
