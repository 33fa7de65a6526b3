"""Known outages on a caller's page: shown and spoken before the queue, one key attaches, whatever else is known by then."""

from __future__ import annotations

from aiohttp.test_utils import TestClient

from hotline.people.actions import NoFields
from routing.outages import outages
from tests.routing.outages.test_outages import Works, works

__all__ = ["works"]
PHONE = "+8613900000041"


async def begun(client: TestClient) -> dict[str, str]:
    async with client.post("/call/begin", json={"phone": PHONE}) as answer:
        assert answer.status == 201
        return {"X-Line": (await answer.json())["token"]}


async def beat(client: TestClient, headers: dict[str, str]) -> dict[str, object]:
    async with client.post("/call/line", json={"session": "session-of-caller"}, headers=headers) as answer:
        found: dict[str, object] = await answer.json()
        return found


async def keys(client: TestClient, headers: dict[str, str], **fields: object) -> dict[str, str]:
    async with client.post("/call/keys", json=fields, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, str] = await answer.json()
        return found


async def test_the_key_that_was_shown_counts_though_more_is_known_by_now(client: TestClient, works: Works) -> None:
    caller = await begun(client)
    state = await beat(client, caller)
    assert state["phase"] == "arriving"
    assert any("目前丽发新城停水" in said for said in state["words"])  # type: ignore[attr-defined]
    (key,) = state["keys"]  # type: ignore[misc]
    await works.post(
        "停水", "人民路", "阀门检修。"
    )  # it comes first from now on, or second: the key is the one that was shown
    made = await keys(client, caller, digits=key["key"], item=key["item"])
    assert made["number"]
    assert made["code"]
    assert (await beat(client, caller))["phase"] == "over"
    async with works.pool.acquire() as conn:
        assert await conn.fetchval("SELECT outage_id FROM outage_ticket") == works.outage
        assert await conn.fetchval("SELECT ended_why FROM call") == "known"
        assert await conn.fetchval("SELECT count(*) FROM call_back") == 0


async def test_who_presses_nothing_or_what_is_over_goes_on_to_the_queue(client: TestClient, works: Works) -> None:
    caller, other = await begun(client), await begun(client)
    (key,) = (await beat(client, other))["keys"]  # type: ignore[misc]
    assert (await keys(client, caller, digits=""))["number"] == ""
    await works.do(works.liaison, outages.end_outage, NoFields(), works.outage)
    assert (await keys(client, other, digits=key["key"], item=key["item"]))["number"] == ""
    for one in (caller, other):
        assert (await beat(client, one))["phase"] in {"waiting", "voicemail"}
