"""Whatever a page does with a call is an API move as well: a call from ring to end over HTTP, by those who may."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestClient

from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.doors import token
from tests.hotline.calls.centre import CallCentre


class Desk:
    """Another desk, built on the API."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    async def post(self, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        answer = await self.client.post(f"/api/v1/{path}", json=fields, headers=self.headers)
        return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        answer = await self.client.get(f"/api/v1/{path}", headers=self.headers)
        return answer.status, await answer.json()


async def desk(client: TestClient, centre: CallCentre, who: User) -> Desk:
    return Desk(client, await token(centre.pool, centre.services, who))


async def test_a_call_from_ring_to_end(client: TestClient, centre: CallCentre) -> None:
    async with centre.pool.acquire() as conn:
        who, other = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.OPERATOR)
        manager = await office.user(conn, Role.MANAGER)
    mine = await desk(client, centre, who)
    assert (await mine.post("operators/me/states", state="ready"))[0] == 409
    assert (await mine.post("operators/me/lines", kind="browser", device="tab")) == (201, {"here": True})
    assert (await mine.post("shift", on=True, ready=True))[0] == 200
    assert (await mine.get("operators"))[1]["items"][0]["state"] == "ready"
    call = await centre.comes("+8613955550009")
    (shown,) = (await mine.get("calls?open=true"))[1]["items"]
    assert (shown["id"], shown["state"], shown["ringing"], shown["phone"]) == (
        call,
        "waiting",
        who.id,
        "+861395****009",
    )
    assert (await mine.post(f"calls/{call}/answers"))[0] == 201
    assert (await mine.post(f"calls/{call}/answers"))[0] == 409
    stranger = await desk(client, centre, other)
    assert (await stranger.get(f"calls/{call}"))[0] == 404
    assert (await stranger.post(f"calls/{call}/hang-ups"))[0] == 404
    assert (await mine.post(f"calls/{call}/holds", on=True))[1]["state"] == "holding"
    assert (await mine.post(f"calls/{call}/holds", on=False))[1]["state"] == "talking"
    status, made = await mine.post(f"calls/{call}/parties", kind="emergency", emergency="119")
    assert status == 201
    assert (await mine.post(f"calls/{call}/drops", party=made["party"]))[0] == 201
    assert (await mine.post(f"calls/{call}/keys", digits="12#"))[0] == 201
    assert (await mine.post(f"calls/{call}/keys", digits="+"))[0] == 422
    assert (await mine.post(f"calls/{call}/parties", kind="supervisor", mode="listen"))[0] == 403
    watching = await desk(client, centre, manager)
    status, made = await watching.post(f"calls/{call}/parties", kind="supervisor", mode="listen")
    assert status == 201
    assert (await watching.post(f"calls/{call}/modes", party=made["party"], mode="whisper"))[0] == 201
    _, found = await watching.get(f"calls/{call}")
    assert [p["kind"] for p in found["parties"]] == ["citizen", "operator", "emergency", "supervisor"]
    assert "keys" in [e["kind"] for e in found["events"]]
    assert "whisper" in found["abilities"]
    assert (await mine.post(f"calls/{call}/warnings"))[0] == 201
    assert (await mine.post(f"calls/{call}/announcements"))[1]["state"] == "over"
    assert (await mine.post(f"calls/{call}/hang-ups"))[0] == 409
    assert (await watching.get("calls?limit=1"))[1]["next_cursor"] == str(call)
    assert (await watching.post("operators/skills", user=who.name, skills=["mongolian"]))[0] == 201
    assert (await watching.get("operators"))[1]["items"][0]["skills"] == ["mongolian"]


async def test_restrictions_over_the_api(client: TestClient, centre: CallCentre) -> None:
    async with centre.pool.acquire() as conn:
        manager = await office.user(conn, Role.MANAGER)
    call = await centre.comes("+8613955550010")
    watching = await desk(client, centre, manager)
    assert (await watching.post("restrictions", call=call, reason="辱骂"))[0] == 409
    assert (await watching.post("restrictions", call=call, reason="辱骂", days=31))[0] == 422
    assert (await watching.post("restrictions", call=999_999, reason="辱骂"))[0] == 404
    assert (await watching.get("restrictions"))[1] == {"items": []}
