"""Characters that XML forbids are taken out at every door, and again where XML is written."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from reports.notice.document import DocumentPart, DocumentTable
from reports.notice.documents import docx, workbook
from tests.doors import browser, token
from tests.line import settled, sms, webhook
from tests.office import department, on_shift, ticket, user

ODD = "停\x0b水\x07了\x1b\x1f"


async def texts(pool: Pool) -> list[str]:
    async with pool.acquire() as conn:
        return [row["text"] for row in await conn.fetch("SELECT text FROM ticket_text ORDER BY ticket_id")]


async def test_a_contact_of_the_api_and_of_the_page(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        who = await user(conn, Role.OPERATOR)
        await on_shift(conn, who, services.clock.now())
    body = {"channel": "call", "from": "13900000001", "text": ODD, "place": "城南\x0c", "for": "王\x01五"}
    answer = await client.post("/api/v1/contacts", json=body, headers=await token(pool, services, who))
    assert answer.status == 201
    page = await (await browser(client, pool, services, who)).post(
        "/operator/tickets", channel="call", text=ODD, place="城南\x0c", **{"from": "13900000002"}
    )
    assert page.status in {200, 303}
    assert set(await texts(pool)) == {"停水了"}


async def test_an_sms_is_kept_without_them(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, "+8613900000001", f"{ODD}\x00三天")
    await settled(pool)
    assert await texts(pool) == ["停水了三天"]


async def test_a_file_s_name(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        who = await user(conn, Role.MANAGER)
        number = (await ticket(conn, services)).number
    form = FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(b"%PDF-1.4\n%%EOF"), filename="现\ufffe场.pdf")
    headers = await token(pool, services, who)
    answer = await client.post(f"/api/v1/tickets/{number}/attachments", data=form, headers=headers)
    assert answer.status == 200, await answer.text()
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT name FROM attachment") == "现场.pdf"


@pytest.mark.parametrize("words", [f"主管道{ODD}爆裂", "\x0b"])
async def test_an_outage_with_one_lets_every_call_through(
    client: TestClient, pool: Pool, services: Services, words: str
) -> None:
    async with pool.acquire() as conn:
        water = await department(conn, "T61", "测试自来水公司")
        await conn.execute(
            "INSERT INTO outage (department_id, matter, place, text, until_at, posted_by, posted_at)"
            " VALUES ($1, '停水', $2, $2, $3::timestamptz + interval '1 day', 'system', $3)",
            water,
            words,
            services.clock.now(),
        )
    status, said = await webhook(client, services, "/twilio/voice", CallSid="CA1", From="+8613900000041")
    assert status == 200
    assert "\x0b" not in said
    assert ElementTree.fromstring(said).tag == "Response"


def test_documents_are_written_without_them() -> None:
    part = DocumentPart(f"题{ODD}", "表", (ODD,), DocumentTable(("列\x0b",), ((ODD,), ("b",))))
    at = datetime(2026, 3, 4, tzinfo=UTC)
    for made in (docx(f"名{ODD}", (ODD,), [part], at), workbook(f"名{ODD}", [part], at)):
        with ZipFile(io.BytesIO(made)) as packed:
            whole = b"".join(packed.read(name) for name in packed.namelist() if name.endswith(".xml"))
            for name in packed.namelist():
                if name.endswith(".xml"):
                    ElementTree.fromstring(packed.read(name))
        assert "停水了".encode() in whole
        assert b"_x000B_" not in whole
