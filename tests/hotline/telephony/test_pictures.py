"""Pictures of messages: from the carrier's hosts only, checked like an upload, attached once; what fails is said on the ticket."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from PIL import Image

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.http.live import CHANNEL
from hotline.base.services import Services
from hotline.contacts.drain import drain
from hotline.contacts.inbox import keep_now
from hotline.ids import TicketId
from hotline.telephony import pictures
from hotline.telephony.twilio import Twilio
from hotline.tickets import tickets_sql
from hotline.tickets.tipoffs.protection import protect
from tests import office
from tests.carrier import ACCOUNT, Carrier, carrier
from tests.hotline.telephony.test_providers import settings_for
from tests.line import settled, until

PHONE = "+8613900000031"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME"


def photograph(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind)
    return out.getvalue()


def given(body: bytes, kind: str = "image/jpeg", **headers: str) -> web.Response:
    return web.Response(body=body, content_type=kind, headers={k.replace("_", "-"): v for k, v in headers.items()})


class Post:
    """A carrier with pictures, and a hotline that fetches them from it."""

    def __init__(self, pool: Pool, services: Services, clock: MovingClock, made: Carrier) -> None:
        self.pool, self.clock, self.made = pool, clock, made
        self.services = replace(services, provider=Twilio(settings_for(made.url)))

    async def comes(self, *urls: str, body: str = "人民路路灯坏了", sid: str = "MM1", number: str = "") -> None:
        fields = {"From": PHONE, "Body": body, "NumMedia": number or str(len(urls))}
        fields |= {f"MediaUrl{i}": url for i, url in enumerate(urls)}
        async with self.pool.acquire() as conn, conn.transaction():
            await keep_now(conn, self.services, "sms", sid, "", fields, self.clock.now())
        await drain(self.pool, self.services, self.clock.now())

    async def fetch(self) -> int:
        return await pictures.sweep_pictures(self.pool, self.services, self.clock.now())

    async def attached(self) -> list[str]:
        async with self.pool.acquire() as conn:
            return [r["name"] for r in await conn.fetch("SELECT name FROM attachment ORDER BY id")]

    async def said(self) -> list[str]:
        async with self.pool.acquire() as conn:
            return [r["text"] for r in await conn.fetch("SELECT text FROM note WHERE kind = 'addition' ORDER BY id")]


@pytest.fixture
async def post(pool: Pool, services: Services, clock: MovingClock) -> AsyncIterator[Post]:
    async with carrier() as made:
        yield Post(pool, services, clock, made)


async def test_pictures_are_fetched_checked_and_attached_once(post: Post) -> None:
    post.made.media = {
        f"{PATH}1": "/media/a",
        "/media/a": given(photograph()),
        f"{PATH}2": given(photograph("PNG"), "image/png"),
    }
    await post.comes(f"{post.made.url}{PATH}1", f"https://api.twilio.com{PATH}2")
    assert await post.fetch() == 2
    assert await post.fetch() == 0
    assert await post.attached() == ["彩信图片1.jpg", "彩信图片2.png"]
    assert await post.said() == []
    async with post.pool.acquire() as conn:
        number = await conn.fetchval("SELECT number FROM ticket")
        assert (await office.events(conn, number)).count("attached") == 2
        assert await conn.fetchval("SELECT text FROM ticket_text") == "人民路路灯坏了"


@pytest.mark.parametrize("hidden", [False, True])
async def test_the_department_hears_of_a_picture_unless_the_ticket_is_hidden_from_it(post: Post, hidden: bool) -> None:
    post.made.media = {f"{PATH}1": "/media/a", "/media/a": given(photograph())}
    await post.comes(f"{post.made.url}{PATH}1")
    now, heard = post.clock.now(), asyncio.Queue[str]()
    async with post.pool.acquire() as conn:
        unit = await office.department(conn, "D1", "住房和城乡建设局")
        ticket = TicketId(await conn.fetchval("SELECT id FROM ticket"))
        await tickets_sql.set_department(conn, ticket, unit)
        if hidden:
            await protect(conn, {ticket: "desk"}, now)
            await tickets_sql.name_units(conn, [ticket], [unit], "system", now)

        def hear(*news: object) -> None:
            heard.put_nowait(str(news[-1]))

        await conn.add_listener(CHANNEL, hear)
        assert await post.fetch() == 1
        told = [await asyncio.wait_for(heard.get(), 5)]
        while '"number"' not in told[-1]:
            told.append(await asyncio.wait_for(heard.get(), 5))
        await conn.remove_listener(CHANNEL, hear)
    assert any(f"department:{unit}" in news for news in told) is not hidden


async def test_pictures_without_words_are_a_ticket_that_says_so(post: Post) -> None:
    post.made.media = {f"{PATH}1": given(photograph())}
    await post.comes(f"{post.made.url}{PATH}1", body="")
    await post.fetch()
    assert await post.attached() == ["彩信图片1.jpg"]
    async with post.pool.acquire() as conn:
        assert await conn.fetchval("SELECT text FROM ticket_text") == "（彩信，附图1张）"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (given(b"<html>no</html>", "text/html"), "不是可保存的照片或PDF"),
        (given(b"MZ\x90\x00program", "image/jpeg"), "不是可保存的照片或PDF"),
        (given(photograph(), Content_Encoding="gzip"), "不是可保存的照片或PDF"),
        (given(b"\xff\xd8\xff" + b"0" * 10_000_001), "超过10兆字节"),
        (web.Response(status=410), "运营商处取不到"),
        ("http://169.254.169.254/latest/meta-data/", "地址不属于运营商"),
        ("http://127.0.0.1:9/", "地址不属于运营商"),
        ("https://evil.example/a.jpg", "地址不属于运营商"),
        ("file:///etc/passwd", "地址不属于运营商"),
        ("/media/loop", "地址不属于运营商"),
    ],
    ids=["html", "program", "packed", "huge", "gone", "cloud", "port", "host", "file", "loop"],
)
async def test_what_is_no_picture_of_the_carriers_is_said_on_the_ticket(
    post: Post, answer: web.Response | str, why: str
) -> None:
    post.made.media = {f"{PATH}1": given(photograph()), f"{PATH}2": answer, "/media/loop": "/media/loop"}
    await post.comes(f"{post.made.url}{PATH}1", f"{post.made.url}{PATH}2")
    await post.fetch()
    assert await post.attached() == ["彩信图片1.jpg"]
    assert await post.said() == [f"来信附有2张图片，其中1张未能保存：{why}。"]
    assert await post.fetch() == 0
    assert len(post.made.fetched) <= 6


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "https://evil.example/x",
        "file:///etc/passwd",
        "http://[::1]/x",
        "",
        "http://10.0.0.1/x",
    ],
)
async def test_another_address_is_never_asked(post: Post, url: str) -> None:
    await post.comes(url, url)
    await post.fetch()
    assert post.made.fetched == []
    assert await post.said() == ["来信附有2张图片，其中2张未能保存：地址不属于运营商。"]


async def test_our_password_goes_to_the_carriers_api_alone(post: Post) -> None:
    async with carrier() as other:
        post.made.media = {f"{PATH}1": f"{other.url}/media/a"}
        other.media = {"/media/a": given(photograph())}
        await post.comes(f"{post.made.url}{PATH}1")
        await post.fetch()
        assert post.made.fetched == [(f"{PATH}1", True)]
        assert other.fetched == []


async def test_what_is_not_there_yet_is_tried_again_and_in_the_end_said(post: Post, clock: MovingClock) -> None:
    await post.comes(f"{post.made.url}{PATH}1", f"{post.made.url}{PATH}2")
    tries = 0
    while not await post.said():
        tries += await post.fetch()
        assert await post.fetch() == 0
        clock.move(timedelta(minutes=30))
    assert tries == 2 * pictures.TRIES
    assert await post.said() == ["来信附有2张图片，其中2张未能保存：运营商处取不到。"]


async def test_a_picture_that_comes_late_is_attached(post: Post, clock: MovingClock) -> None:
    await post.comes(f"{post.made.url}{PATH}1")
    await post.fetch()
    post.made.media = {f"{PATH}1": given(photograph())}
    clock.move(pictures.again_after(1) - timedelta(seconds=1))
    assert await post.fetch() == 0
    clock.move(timedelta(seconds=1))
    assert await post.fetch() == 1
    assert await post.attached() == ["彩信图片1.jpg"]


async def test_a_sweep_that_died_is_made_good_by_the_next(
    post: Post, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.made.media = {f"{PATH}1": given(photograph())}
    await post.comes(f"{post.made.url}{PATH}1")

    async def dies(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "_settle", dies)
        with pytest.raises(asyncio.CancelledError):
            await post.fetch()
    assert await post.fetch() == 0  # its lease runs
    clock.move(timedelta(minutes=2))
    assert await post.fetch() == 1
    assert await post.attached() == ["彩信图片1.jpg"]


async def test_two_sweeps_at_once_attach_once(post: Post) -> None:
    post.made.media = {f"{PATH}{i}": given(photograph()) for i in range(3)}
    await post.comes(*(f"{post.made.url}{PATH}{i}" for i in range(3)))
    await asyncio.gather(post.fetch(), post.fetch(), post.fetch())
    assert sorted(await post.attached()) == ["彩信图片1.jpg", "彩信图片2.jpg", "彩信图片3.jpg"]


@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "", "٣", "99999999999"])
async def test_a_number_of_pictures_that_is_none_loses_no_message(post: Post, number: str) -> None:
    await post.comes(number=number)
    async with post.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 1
        assert await conn.fetchval("SELECT count(*) FROM inbound WHERE error IS NOT NULL") == 0


async def test_the_simulators_phone_sends_a_picture(client: TestClient, pool: Pool, services: Services) -> None:
    data = {"phone": PHONE, "text": "路灯坏了", "picture": "1"}
    answer = await client.post("/simulator/sms", data=data, allow_redirects=False)
    assert answer.status == 303
    await settled(pool)
    await pictures.sweep_pictures(pool, services, services.clock.now())
    await until(pool, "SELECT count(*) FROM attachment", want=1)
