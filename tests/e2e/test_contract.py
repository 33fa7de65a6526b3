"""The contract, read line by line from outside: one ticket's whole life over /api/v1 as programs of each role see it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.ticket import Role
from tests import office


@dataclass(frozen=True, slots=True)
class ApiProgram:
    """Somebody's program: a token and the address."""

    client: TestClient
    token: str

    async def get(self, path: str, want: int = 200, **query: str) -> Any:
        answer = await self.client.get("/api/v1" + path, params=query, headers=self._headers())
        body = await answer.json()
        assert answer.status == want, body
        return body

    async def post(self, path: str, body: dict[str, Any] | None = None, want: int = 200, key: str = "") -> Any:
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        answer = await self.client.post("/api/v1" + path, json=body or {}, headers=headers)
        found = await answer.json()
        assert answer.status == want, found
        return found

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class ContractTown:
    """A centre and two departments."""

    operator: ApiProgram
    manager: ApiProgram
    water: ApiProgram
    roads: ApiProgram
    leader: ApiProgram
    auditor: ApiProgram


@pytest.fixture
async def town(client: TestClient, pool: Pool, services: Services) -> ContractTown:
    now = services.clock.now()

    async def program(conn: Any, role: Role, department: Any = None) -> ApiProgram:
        who = await office.user(conn, role, department=department)
        token = secrets.token_urlsafe(16)
        await people_sql.insert_token(conn, who.id, token_hash(token), now)
        if role is Role.OPERATOR:
            await office.on_shift(conn, who, now)
        return ApiProgram(client, token)

    async with pool.acquire() as conn:
        water = await office.department(conn, "D41", "县供水公司", duties=["供水", "停水"])
        roads = await office.department(conn, "D17", "县交通运输局", duties=["公路", "客运"])
        return ContractTown(
            await program(conn, Role.OPERATOR),
            await program(conn, Role.MANAGER),
            await program(conn, Role.LIAISON, water),
            await program(conn, Role.LIAISON, roads),
            await program(conn, Role.LEADER),
            await program(conn, Role.AUDITOR),
        )


def call(text: str = "人民路12号停水两天了", **more: Any) -> dict[str, Any]:
    return {"channel": "call", "from": "+8613900001234", "text": text, **more}


async def opened(town: ContractTown, **more: Any) -> str:
    found = await town.operator.post("/contacts", call(**more), 201)
    return str(found["ticket"]["number"])


async def test_a_whole_life(town: ContractTown, clock: MovingClock) -> None:
    made = await town.operator.post("/contacts", call(place="人民路12号", urgency="urgent"), 201)
    number, code = made["ticket"]["number"], made["ticket"]["code"]
    assert number.isdigit()
    assert len(code) == 4
    hints = (await town.operator.post("/routing/suggestions", {"text": "停水两天了"}))["items"]
    assert hints[0]["department"] == "D41"
    assert 0 < hints[0]["probability"] <= 1
    assert hints[0]["reasons"]
    base = f"/tickets/{number}"
    await town.operator.post(base + "/assignments", {"department": "县供水公司"})
    clock.move(timedelta(minutes=5))
    await town.water.post(base + "/acknowledgements")
    await town.water.post(base + "/signatures")
    await town.water.post(base + "/first-contacts", {"note": "已联系，正在抢修", "via": "call"})
    await town.water.post(base + "/made-safe", {"note": "已关阀，原因是管道破裂，今晚修好"})
    clock.move(timedelta(hours=3))
    await town.water.post(base + "/replies", {"outcome": "solved", "public": "管道已修好", "internal": "DN100"})
    await town.operator.post(base + "/report-backs", {"via": "call", "text": "管道已修好"})
    await town.operator.post(base + "/follow-ups", {"reached": True, "solved": True, "rating": 5})
    await town.operator.post(base + "/filings")
    ticket = await town.leader.get(base)
    assert ticket["state"] == "archived"
    assert {d["duty"]: d["state"] for d in ticket["duties"]} == dict.fromkeys(
        ("liaise", "coordinate", "supervise", "report_back", "file"), "done"
    )
    clocks = {c["clock"]: c for c in ticket["clocks"]}
    assert {
        "dispatch",
        "sign",
        "first_contact",
        "make_safe",
        "resolve",
        "report_back",
        "follow_up",
        "file",
    } <= set(clocks)
    assert all(c["state"] in {"stopped", "superseded"} for c in clocks.values())
    assert all(c["breached_at"] is None for c in clocks.values())


async def test_the_record_and_who_held_it(town: ContractTown, clock: MovingClock) -> None:
    number = await opened(town)
    clock.move(timedelta(minutes=10))
    await town.operator.post(f"/tickets/{number}/assignments", {"department": "D41"})
    clock.move(timedelta(hours=1))
    items = (await town.auditor.get(f"/tickets/{number}/timeline"))["items"]
    assert [i["seq"] for i in items] == list(range(1, len(items) + 1))
    assert {"seq", "at", "kind", "actor", "detail", "hash"} <= set(items[0])
    assert all(i["at"].endswith("+08:00") for i in items)
    parts = (await town.manager.get(f"/tickets/{number}/responsibility"))["items"]
    assert {"party", "from", "to", "seconds"} <= set(parts[0])
    assert sum(p["seconds"] for p in parts) == 70 * 60
    assert all(before["to"] == after["from"] for before, after in pairwise(parts))


async def test_an_illegal_move_says_why(town: ContractTown) -> None:
    number = await opened(town)
    said = await town.operator.post(f"/tickets/{number}/filings", want=409)
    assert number in said["detail"]
    bad = await town.operator.post(f"/tickets/{number}/assignments", {"department": "没有这个局"}, 422)
    assert bad["field"] == "department"
    bad = await town.operator.post(f"/tickets/{number}/assignments", {"department": "D41", "departmint": "D41"}, 422)
    assert bad["field"] == "departmint"
    await town.operator.post("/contacts", call(urgency="soon"), 422)


async def test_rows_that_are_not_yours_do_not_exist(town: ContractTown) -> None:
    number = await opened(town)
    await town.operator.post(f"/tickets/{number}/assignments", {"department": "D41"})
    await town.roads.get(f"/tickets/{number}", 404)
    await town.roads.post(f"/tickets/{number}/signatures", want=404)
    await town.operator.get("/tickets/260000000", 404)
    assert (await town.roads.get("/tickets"))["items"] == []
    await town.water.post(f"/tickets/{number}/assignments", {"department": "D17"}, 403)
    await town.operator.post(f"/tickets/{number}/rulings", {"department": "D17", "reason": "x"}, 403)
    await town.leader.post(f"/tickets/{number}/chases", want=403)


async def test_return_and_ruling(town: ContractTown, clock: MovingClock) -> None:
    number = await opened(town)
    base = f"/tickets/{number}"
    await town.operator.post(base + "/assignments", {"department": "D41"})
    clock.move(timedelta(minutes=30))
    await town.water.post(base + "/returns", {"reason": "not_ours", "basis": "公路管理条例", "suggested": "D17"})
    assert (await town.water.get(base))["state"] == "returned"
    clock.move(timedelta(hours=1))
    await town.manager.post(base + "/rulings", {"department": "D17", "reason": "道路属交通运输局"})
    ticket = await town.roads.get(base)
    assert (ticket["state"], ticket["department"]) == ("dispatched", "D17")
    before = await town.water.get(base)
    assert before["number"] == number, "a former department reads up to the end of its assignment"
    await town.water.post(base + "/signatures", want=403)
    parts = (await town.manager.get(base + "/responsibility"))["items"]
    by_party = {p["party"]: p["seconds"] for p in parts}
    assert by_party["department:D41"] == 30 * 60
    assert by_party["owner"] == 60 * 60


async def test_the_same_key_has_one_effect(town: ContractTown) -> None:
    first = await town.operator.post("/contacts", call(), 201, key="a-key")
    again = await town.operator.post("/contacts", call(), 201, key="a-key")
    assert first == again
    await town.operator.post("/contacts", call(text="另一件事"), 422, key="a-key")
    assert len((await town.operator.get("/tickets"))["items"]) == 1


async def test_lists_are_paged_and_searched(town: ContractTown) -> None:
    numbers = [await opened(town, text=f"第{n}号楼停水", place="丽发新城") for n in range(5)]
    page = await town.operator.get("/tickets", limit="2")
    assert [i["number"] for i in page["items"]] == numbers[:2:-1]
    rest = await town.operator.get("/tickets", limit="2", cursor=page["next_cursor"])
    assert [i["number"] for i in rest["items"]] == [numbers[2], numbers[1]]
    found = await town.operator.get("/tickets", q="丽发 3号楼")
    assert [i["number"] for i in found["items"]] == [numbers[3]]
    found = await town.operator.get("/tickets", q=numbers[1])
    assert [i["number"] for i in found["items"]] == [numbers[1]]
    await town.operator.get("/tickets", 422, limit="501")
    await town.operator.get("/tickets", 422, state="lost")


@pytest.mark.parametrize(
    "path",
    [
        "/departments",
        "/rosters/on-duty",
        "/consultations",
        "/notices",
        "/tickets",
        "/tickets/%s/responsibility",
    ],
)
async def test_lists_have_one_shape(town: ContractTown, path: str) -> None:
    path = path % await opened(town) if "%" in path else path
    found = await town.leader.get(path)
    assert set(found) >= {"items", "next_cursor"}


async def test_preview_names_clocks_of_the_rulebook(town: ContractTown) -> None:
    found = await town.leader.get("/clocks/preview", category="complaint", urgency="normal", at="2026-03-06T16:50:00")
    assert found["dispatch"] == "2026-03-06T18:50:00+08:00"
    assert found["resolve"] == "2026-03-20T17:00:00+08:00"
    assert found["review"] == "2026-03-09T13:50:00+08:00"
    await town.leader.get("/clocks/preview", 422, category="complaint", urgency="normal", at="yesterday")
    await town.leader.get("/clocks/preview", 422, category="grumble", urgency="normal")


async def test_without_a_token_nothing(client: TestClient) -> None:
    answer = await client.get("/api/v1/tickets")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/tickets", {"q": "停\x00水"}, "q"),
        ("/tickets", {"owner": "\x00"}, "owner"),
        ("/tickets", {"cursor": "9" * 30}, "cursor"),
        ("/tickets", {"cursor": "²"}, "cursor"),
        ("/tickets/%s/timeline", {"cursor": "2147483648"}, "cursor"),
        ("/rosters/on-duty", {"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ("/rosters/on-duty", {"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ("/rosters/tests", {"month": "0000-01"}, "month"),
        ("/rosters", {"month": "9999-12"}, "month"),
        ("/findings", {"department": "\x00"}, "department"),
    ],
)
async def test_what_cannot_be_asked_is_named(town: ContractTown, path: str, query: dict[str, str], field: str) -> None:
    path = path % await opened(town) if "%" in path else path
    found = await town.manager.get(path, 422, **query)
    assert found["field"] == field


async def test_what_cannot_be_kept_is_named(town: ContractTown) -> None:
    call = {"channel": "call", "from": "13900000000", "text": "停水"}
    for field in ("text", "place", "from"):
        found = await town.operator.post("/contacts", call | {field: "a\x00b"}, 422)
        assert found["field"] == field
    number = await opened(town)
    found = await town.operator.post(f"/tickets/{number}/splits", {"texts": ["灯不亮", "a\x00"]}, 422)
    assert found["field"] == "texts"
    assert (await town.operator.client.get("/api/v1/tickets/%00", headers=town.operator._headers())).status == 404


async def test_a_body_without_its_boundary_is_refused(town: ContractTown) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers = town.operator._headers() | {"Content-Type": kind}
        answer = await town.operator.client.post("/api/v1/contacts", data=b"{}", headers=headers)
        assert answer.status == 422, await answer.text()


async def test_who_is_not_known_is_told_so_in_the_house_language(client: TestClient) -> None:
    nobody = await client.get("/api/v1/tickets")
    assert (await nobody.json())["detail"] == "请先登录。"
    wrong = await client.get("/api/v1/tickets", headers={"Authorization": "Bearer x"})
    assert (await wrong.json())["detail"] == "令牌无效或已停用。"


async def test_choices_are_named_without_the_empty_one(town: ContractTown) -> None:
    found = await town.manager.get("/findings", 422, state="x")
    assert not found["detail"].endswith("、。")


async def attached(
    town: ContractTown, number: str, content: bytes, key: str = "", name: str = "a.pdf"
) -> tuple[int, Any]:
    form = FormData()
    form.add_field("file", content, filename=name, content_type="application/pdf")
    headers = town.operator._headers() | ({"Idempotency-Key": key} if key else {})
    answer = await town.operator.client.post(f"/api/v1/tickets/{number}/attachments", data=form, headers=headers)
    return answer.status, await answer.json()


async def test_a_file_under_a_key_is_attached_once(town: ContractTown) -> None:
    number = await opened(town)
    first = await attached(town, number, b"%PDF-1.4 one", "k")
    assert first[0] == 200
    assert await attached(town, number, b"%PDF-1.4 one", "k") == first
    assert (await attached(town, number, b"%PDF-1.4 two", "k"))[0] == 422
    assert (await attached(town, number, b"%PDF-1.4 two", "other"))[0] == 200
    assert len((await town.operator.get(f"/tickets/{number}"))["attachments"]) == 2


async def test_a_file_whose_name_cannot_be_kept_is_refused(town: ContractTown) -> None:
    number = await opened(town)
    headers = town.operator._headers() | {"Content-Type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="file"; '
    rest = b"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 a\r\n--x--\r\n"
    named = head + b"filename*=UTF-8''a%00b.pdf" + rest
    for body in (named, b"no form at all"):
        answer = await town.operator.client.post(f"/api/v1/tickets/{number}/attachments", data=body, headers=headers)
        assert answer.status == 422, await answer.text()


@pytest.mark.parametrize(
    "path", ["/departments", "/consultations", "/tickets/%s/responsibility", "/tickets/%s/timeline"]
)
async def test_every_list_is_given_a_piece_at_a_time(town: ContractTown, clock: MovingClock, path: str) -> None:
    if "%" in path:
        number = await opened(town)
        clock.move(timedelta(minutes=5))
        await town.operator.post(f"/tickets/{number}/assignments", {"department": "D41"})
        clock.move(timedelta(minutes=5))
        path = path % number
    whole = (await town.leader.get(path))["items"]
    pieces, cursor = [], ""
    while True:
        found = await town.leader.get(path, limit="1", **({"cursor": cursor} if cursor else {}))
        pieces += found["items"]
        cursor = found["next_cursor"]
        if not cursor:
            break
        assert len(found["items"]) == 1
    assert len(whole) >= 2
    assert len(pieces) == len(whole)
    for wrong in ({"limit": "501"}, {"limit": "0"}, {"cursor": "x"}):
        await town.leader.get(path, 422, **wrong)
