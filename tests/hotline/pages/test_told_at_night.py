"""An SMS with the result that waits for the morning is not said to have left (rulebook §7)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from tests.doors import browser
from tests.office import Office, ticket


@pytest.mark.parametrize(
    ("hour", "said", "not_said"),
    [
        (20, "将于03-03 08:00发出", "已于"),  # 04:00 in the county
        (2, "已于", "将于"),  # 10:00
    ],
    ids=["at night", "in the morning"],
)
async def test_the_page_says_when_the_sms_with_the_result_goes_out(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock, hour: int, said: str, not_said: str
) -> None:
    clock.at = datetime(2026, 3, 2, hour, tzinfo=UTC)
    async with pool.acquire() as conn, conn.transaction():
        office = await Office(conn, services).fill()
        number = (await ticket(conn, services)).number
        await office.do(office.operator, number, "assignments", department="T05")
        await office.do(office.liaison, number, "signatures")
        await office.do(office.liaison, number, "replies", outcome="solved", public="已修好")
        await office.do(office.operator, number, "report-backs", via="sms", text="已修好")
    page = await browser(client, pool, services, office.operator)
    text = await (await page.get(f"/tickets/{number}")).text()
    assert f"答复短信{said}" in text
    assert f"答复短信{not_said}" not in text
