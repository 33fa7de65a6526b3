"""A sheet from its draft to the citizen's phone: over the API, by roles; cited with its version, counted, sent by SMS."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest

from hotline.base.event import Event
from hotline.ticket import Role
from routing.knowledge.cited import count
from tests import office
from tests.doors import token
from tests.story import CITIZEN, Phone, Story

CONTENT = {
    "title": "户口迁移",
    "aliases": "落户；迁户口",
    "papers": "户口本\n身份证",
    "where": "政务大厅3号窗口（0436-7221890）",
    "takes": "当场办结",
    "cost": "无",
    "basis": "《户口登记条例》第十条",
}


class Doors:
    """Each role over the API."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.keys: dict[str, dict[str, str]] = {}

    async def fill(self) -> Doors:
        story, staff = self.story, self.story.office
        people = {
            "operator": staff.operator,
            "other": staff.other,
            "manager": staff.manager,
            "liaison": staff.liaison,
            "stranger": staff.stranger,
        }
        async with story.pool.acquire() as conn:
            for role in (Role.LEADER, Role.AUDITOR, Role.ADMIN):
                people[role.value] = await office.user(conn, role)
        for name, who in people.items():
            self.keys[name] = await token(story.pool, story.services, who)
        return self

    async def post(self, who: str, path: str, want: int = 201, **fields: Any) -> Any:
        answer = await self.story.client.post(f"/api/v1/{path}", json=fields, headers=self.keys[who])
        found = await answer.json()
        assert answer.status == want, (path, answer.status, found)
        return found

    async def get(self, who: str, path: str, want: int = 200) -> Any:
        answer = await self.story.client.get(f"/api/v1/{path}", headers=self.keys[who])
        found = await answer.json()
        assert answer.status == want, (path, answer.status, found)
        return found

    async def published(self, **more: Any) -> str:
        made = await self.post("manager", "sheets", department="T05", **CONTENT | more)
        return str(made["sheet"])


@pytest.fixture
async def doors(story: Story) -> Doors:
    return await Doors(story).fill()


async def test_from_the_draft_to_the_phone(doors: Doors, story: Story, phone: Phone) -> None:
    made = await doors.post("liaison", "sheets", **CONTENT)
    assert (made["version"], made["published"]) == (1, False)
    sheet = made["sheet"]
    await doors.post("operator", f"sheets/{sheet}/publications", version=1)
    (found,) = (await doors.post("operator", "sheets/searches", 200, words="落户"))["items"]
    assert (found["id"], found["matched"], found["expired"], found["cost"]) == (sheet, "alias", False, "不收费")
    number = await story.opened("我想落户要带什么")
    answered = await doors.post(
        "operator", f"tickets/{number}/answers", 200, text="请带户口本和身份证", sheet=int(sheet), sms=True
    )
    assert (answered["sheet"], answered["version"], answered["sms"]) == (sheet, 1, True)
    await phone.expect_sms(
        "您咨询的“户口迁移”：需带：户口本；身份证。办理地点：政务大厅3号窗口（0436-7221890）。办理时限：当场办结。不收费。"
    )
    events = (await doors.get("operator", f"tickets/{number}/timeline"))["items"]
    detail = next(event["detail"] for event in events if event["kind"] == "answered")
    assert (detail["sheet"], detail["version"]) == (int(sheet), 1)
    shown = await doors.get("operator", f"tickets/{number}")
    assert shown["sheets"] == [{"sheet": sheet, "version": 1, "title": "户口迁移"}]
    assert (await doors.get("operator", f"sheets/{sheet}"))["uses"] == 1


async def test_an_old_version_stays_cited_and_readable(doors: Doors, story: Story) -> None:
    sheet = await doors.published()
    number = await story.opened()
    await doors.post("operator", f"tickets/{number}/answers", 200, text="请带户口本", sheet=int(sheet))
    await doors.post("manager", f"sheets/{sheet}/versions", **CONTENT | {"title": "户口迁移登记", "papers": "身份证"})
    shown = await doors.get("liaison", f"sheets/{sheet}")
    assert (shown["version"], shown["papers"], [v["state"] for v in shown["versions"]]) == (
        2,
        "身份证",
        ["in_force", "past"],
    )
    old = await doors.get("stranger", f"sheets/{sheet}?version=1")
    assert (old["title"], old["papers"], old["state"]) == ("户口迁移", "户口本\n身份证", "past")
    assert old["where"] == CONTENT["where"], "the office's number is everybody's to read"
    (cited,) = (await doors.get("operator", f"tickets/{number}"))["sheets"]
    assert (cited["version"], cited["title"]) == (1, "户口迁移")
    await doors.get("operator", f"sheets/{sheet}?version=3", 404)


async def test_who_reads_what(doors: Doors) -> None:
    draft = (await doors.post("liaison", "sheets", **CONTENT))["sheet"]
    for who in ("operator", "manager", "leader", "auditor", "liaison"):
        assert (await doors.get(who, f"sheets/{draft}"))["state"] == "draft"
        assert [s["id"] for s in (await doors.get(who, "sheets?state=draft"))["items"]] == [draft]
    await doors.get("stranger", f"sheets/{draft}", 404)
    assert (await doors.get("stranger", "sheets"))["items"] == []
    await doors.post("stranger", f"sheets/{draft}/versions", 404, **CONTENT)
    await doors.get("admin", f"sheets/{draft}", 403)
    await doors.post("liaison", f"sheets/{draft}/publications", 403, version=1)
    await doors.post("leader", "sheets", 403, **CONTENT)
    await doors.post("manager", f"sheets/{draft}/publications", version=1)
    assert (await doors.get("stranger", f"sheets/{draft}"))["state"] == "in_force"
    await doors.post("stranger", f"sheets/{draft}/versions", 403, **CONTENT)
    changed = await doors.post("liaison", f"sheets/{draft}/versions", **CONTENT | {"cost": "5元"})
    assert changed == {"sheet": draft, "version": 2, "published": False}
    assert [v["version"] for v in (await doors.get("stranger", f"sheets/{draft}"))["versions"]] == [1]
    await doors.get("stranger", f"sheets/{draft}?version=2", 404)


async def test_the_list_goes_on_by_its_cursor(doors: Doors) -> None:
    for n in range(3):
        await doors.published(title=f"户口迁移{n}")
    first = await doors.get("operator", "sheets?limit=2&department=T05")
    assert ([s["title"] for s in first["items"]], bool(first["next_cursor"])) == (["户口迁移0", "户口迁移1"], True)
    rest = await doors.get("operator", f"sheets?limit=2&department=T05&cursor={first['next_cursor']}")
    assert ([s["title"] for s in rest["items"]], rest["next_cursor"]) == (["户口迁移2"], None)
    await doors.get("operator", "sheets?department=T99", 422)
    await doors.get("operator", "sheets?state=nonsense", 422)


async def test_only_what_is_in_force_is_cited(doors: Doors, story: Story) -> None:
    """A sheet is cited on its last day, and no more on the next; nor a draft, nor what is not there."""
    today = story.clock.now().astimezone(story.services.settings.zone).date()
    sheet = int(await doors.published(valid_until=today.isoformat()))
    draft = int((await doors.post("liaison", "sheets", **CONTENT | {"title": "养犬登记"}))["sheet"])
    first, second = await story.opened(), await story.opened("又要落户", phone="+8613900000003")
    for wrong in (draft, 999_999):
        await doors.post("operator", f"tickets/{first}/answers", 422, text="请带身份证", sheet=wrong)
    await doors.post("operator", f"tickets/{first}/answers", 422, text="请带身份证", sms=True)
    await doors.post("operator", f"tickets/{first}/answers", 200, text="请带身份证", sheet=sheet)
    await story.tick()
    await story.fast_forward(days=1)
    async with story.pool.acquire() as conn:
        await conn.execute("UPDATE shift SET off_at = NULL")
    await doors.post("operator", f"tickets/{second}/answers", 422, text="请带身份证", sheet=sheet)
    (task,) = (await doors.get("liaison", "sheets/tasks"))["items"]
    assert (task["kind"], task["sheet"], task["department"]) == ("expired", str(sheet), "T05")


@pytest.mark.parametrize(("minutes", "held"), [(29, False), (30, False), (31, True)])
async def test_at_night_whoever_just_called_has_it_at_once(
    doors: Doors, story: Story, minutes: int, held: bool
) -> None:
    """The answer to a call of the last half hour is not held back until the morning (rulebook §8)."""
    story.clock.move(timedelta(hours=13))  # 23:00
    sheet = await doors.published()
    number = await story.opened("落户")
    story.clock.move(timedelta(minutes=minutes))
    await doors.post("manager", f"tickets/{number}/answers", 200, text="请带身份证", sheet=int(sheet), sms=True)
    later = await story.one("SELECT due_at > $1 FROM outbox WHERE kind = 'sheet'", story.clock.now())
    assert later is held


async def test_no_sms_of_a_secret_matter_and_none_to_a_landline(doors: Doors, story: Story) -> None:
    sheet = int(await doors.published())
    secret = await story.opened("举报有人违规落户", confidential=True)
    line = await story.opened("落户", phone="+864367222333")
    for number in (secret, line):
        done = await doors.post("operator", f"tickets/{number}/answers", 200, text="请带身份证", sheet=sheet, sms=True)
        assert done["sms"] is False
    assert await story.one("SELECT count(*) FROM outbox WHERE kind = 'sheet'") == 0


async def test_faults_and_misses_are_tasks(doors: Doors, story: Story) -> None:
    sheet = await doors.published()
    await doors.post("operator", f"sheets/{sheet}/faults", reason="窗口搬了，张三13900000009说的")
    await doors.post("liaison", f"sheets/{sheet}/faults", 403, reason="搬了")
    await doors.post("operator", f"sheets/{sheet}/faults", 422, reason="")
    await doors.post("operator", "sheets/misses", words="狗证 13900000008")
    own = (await doors.get("liaison", "sheets/tasks"))["items"]
    assert [(t["kind"], t["said"]) for t in own] == [("fault", 1)]
    assert "13900000009" not in own[0]["words"], "departments read no number of a person"
    miss = next(t for t in (await doors.get("manager", "sheets/tasks"))["items"] if t["kind"] == "miss")
    assert miss["department"] is None
    await doors.post("operator", f"sheets/tasks/{miss['id']}/assignments", 403, department="T06")
    await doors.post("manager", f"sheets/tasks/{miss['id']}/assignments", department="T06")
    assert [t["id"] for t in (await doors.get("stranger", "sheets/tasks"))["items"]] == [miss["id"]]
    await doors.post("manager", f"sheets/tasks/{miss['id']}/rejections", reason="不属于本县事项")
    ended = (await doors.get("stranger", "sheets/tasks?state=ended"))["items"]
    assert [(t["outcome"], t["reason"]) for t in ended] == [("rejected", "不属于本县事项")]
    await doors.post("manager", f"sheets/tasks/{miss['id']}/rejections", 409, reason="再驳")
    assert (await doors.get("leader", f"sheets/{sheet}"))["faults"] == 1


async def test_no_words_stand_in_an_address(doors: Doors) -> None:
    for words in ("", " ", "？？"):
        want = 200 if words == "？？" else 422
        await doors.post("operator", "sheets/searches", want, words=words)
    await doors.post("operator", "sheets/searches", 422, words="落" * 201)
    await doors.post("operator", "sheets/searches", 422, words="落户", limit=51)
    paths = orjson.loads(await (await doors.story.client.get("/api/openapi.json")).read())["paths"]
    for path in [p for p in paths if "/sheets" in p]:
        asked = {one["name"] for one in paths[path].get("get", {}).get("parameters", [])}
        assert not asked & {"words", "q"}, path


async def test_the_answer_to_a_citizen_that_comes_again(doors: Doors, story: Story, phone: Phone) -> None:
    """An event that is delivered twice counts one use."""
    sheet = int(await doors.published())
    number = await story.opened()
    await doors.post("operator", f"tickets/{number}/answers", 200, text="请带身份证", sheet=sheet)
    assert phone.number == CITIZEN

    async with story.pool.acquire() as conn:
        row = await conn.fetchrow("SELECT * FROM ticket_event WHERE kind = 'answered'")
        assert row is not None
        event = Event(
            row["ticket_id"], row["seq"], row["at"], "answered", row["actor"], orjson.loads(row["detail"]), "", b""
        )
        await count(conn, story.services, [event], story.clock.now())
        assert await conn.fetchval("SELECT uses FROM sheet") == 1


async def test_answers_wait_for_nobody_who_changes_the_sheet(doors: Doors, story: Story) -> None:
    """While a table holds the sheet an answer cites it at once; the night puts the figure right."""
    sheet = int(await doors.published())
    number = await story.opened()
    async with story.pool.acquire() as conn, conn.transaction():
        await conn.fetch("SELECT 1 FROM sheet FOR UPDATE")
        async with asyncio.timeout(5):
            await doors.post("operator", f"tickets/{number}/answers", 200, text="请带身份证", sheet=sheet)
    assert await story.one("SELECT uses FROM sheet") == 0
    assert (await doors.get("operator", f"sheets/{sheet}"))["uses"] == 1
    await story.tick()
    await story.fast_forward(days=1)
    assert await story.one("SELECT uses FROM sheet") == 1


async def test_two_who_publish_at_once(doors: Doors, story: Story) -> None:
    """One draft is published once; two who say that a sheet is wrong make one task."""
    sheet = (await doors.post("liaison", "sheets", **CONTENT))["sheet"]

    async def publish(who: str) -> int:
        path = f"/api/v1/sheets/{sheet}/publications"
        return (await story.client.post(path, json={"version": 1}, headers=doors.keys[who])).status

    assert sorted(await asyncio.gather(publish("operator"), publish("manager"))) == [201, 409]
    said = [doors.post(who, f"sheets/{sheet}/faults", reason="地点不对") for who in ("operator", "other", "manager")]
    assert len({one["task"] for one in await asyncio.gather(*said)}) == 1
    missed = [doors.post(who, "sheets/misses", words="狗证") for who in ("operator", "other", "manager")]
    assert len({one["task"] for one in await asyncio.gather(*missed)}) == 1
    assert [t["said"] for t in (await doors.get("manager", "sheets/tasks"))["items"]] == [3, 3]


async def test_a_sheet_that_was_taken_out_is_still_read(doors: Doors) -> None:
    sheet = await doors.published()
    await doors.post("operator", f"sheets/{sheet}/withdrawals", 403, reason="取消")
    await doors.post("manager", f"sheets/{sheet}/withdrawals", reason="取消")
    shown = await doors.get("stranger", f"sheets/{sheet}")
    assert (shown["state"], bool(shown["withdrawn_at"])) == ("past", True)
    assert (await doors.get("operator", "sheets"))["items"] == []
    assert [s["id"] for s in (await doors.get("operator", "sheets?state=withdrawn"))["items"]] == [sheet]
