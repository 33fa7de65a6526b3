"""The preview against an independent computation: it walks minutes and days and shares no code with the program."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import orjson
import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.ticket import Role
from sla.policy import policy_sql
from sla.policy.rules import preview
from sla.policy.store import load_calendar, policy_at
from tests.conftest import NOON
from tests.doors import token
from tests.office import user

CST = timezone(timedelta(hours=8))
#: 国务院办公厅关于2026年部分节假日安排的通知, written down by hand: days off, and weekend days that are worked.
OFF = {
    *(date(2026, 1, d) for d in (1, 2, 3)),
    *(date(2026, 2, d) for d in range(15, 24)),
    *(date(2026, 4, d) for d in (4, 5, 6)),
    *(date(2026, 5, d) for d in range(1, 6)),
    *(date(2026, 6, d) for d in (19, 20, 21)),
    *(date(2026, 9, d) for d in (25, 26, 27)),
    *(date(2026, 10, d) for d in range(1, 8)),
}
WORKED = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}
MIN, HOUR = 60, 3600
#: rulebook §5: seconds by day and night for the three urgencies, or None where it is counted otherwise.
NIGHT_AND_DAY = {
    "dispatch": (5 * MIN, 15 * MIN, 2 * HOUR),
    "sign": (15 * MIN, 30 * MIN, 2 * HOUR),
    "first_contact": (30 * MIN, 2 * HOUR, None),
    "return": (15 * MIN, 30 * MIN, None),
    "ruling": (30 * MIN, 2 * HOUR, None),
    "make_safe": (4 * HOUR, 24 * HOUR, None),
    "report_back": (1 * HOUR, 4 * HOUR, None),
    "call_back": (15 * MIN,) * 3,
}
DAYS = {
    "first_contact": 1,
    "return": 1,
    "ruling": 1,
    "report_back": 1,
    "follow_up": 1,
    "file": 3,
    "interim": 5,
    "rework": 5,
}
RESOLVE = {"inquiry": 3, "suggestion": 5, "help": 10, "complaint": 10, "tipoff": 10}
DEPARTMENTS = {"sign", "first_contact", "return", "make_safe", "resolve", "interim", "rework"}
CATEGORIES = ("inquiry", "help", "complaint", "tipoff", "suggestion", "praise")
URGENCIES = ("critical", "urgent", "normal")


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def nth_close(start: datetime, days: int) -> datetime:
    """Walk day by day: the day it begins is not counted."""
    day = start.date()
    while days:
        day += timedelta(days=1)
        days -= works(day)
    return datetime(day.year, day.month, day.day, 17, tzinfo=CST)


def open_second(at: datetime) -> bool:
    if not works(at.date()):
        return False
    minute = at.hour * 60 + at.minute
    return 8 * 60 + 30 <= minute < 12 * 60 or 13 * 60 + 30 <= minute < 17 * 60


def after_hours(start: datetime, hours: int) -> datetime:
    """Walk minute by minute; the part of the first minute that is left counts by its seconds."""
    left, at = hours * 3600, start
    first = 60 - at.second
    step = first if first < 60 else 60
    while True:
        if open_second(at):
            if left <= step:
                return at + timedelta(seconds=left)
            left -= step
        at += timedelta(seconds=step)
        step = 60


def expected(category: str, urgency: str, at: datetime) -> dict[str, datetime]:
    found = {}
    place = URGENCIES.index(urgency)
    for clock in {*NIGHT_AND_DAY, *DAYS}:
        seconds = NIGHT_AND_DAY.get(clock, (None,) * 3)[place]
        if seconds is not None:
            found[clock] = at + timedelta(seconds=seconds)
        elif clock in DAYS:
            found[clock] = nth_close(at, DAYS[clock])
    found["review"] = after_hours(at, 4)
    if category in RESOLVE:
        found["resolve"] = nth_close(at, RESOLVE[category])
    if category == "tipoff":
        del found["first_contact"]
    if category == "praise":
        found = {clock: due for clock, due in found.items() if clock not in DEPARTMENTS}
    return found


def starts() -> Iterator[datetime]:
    """Every fifth day of 2026, and all days around holidays, at the moments where something changes."""
    clocks = (
        (0, 0, 0),
        (8, 29, 59),
        (8, 30, 0),
        (11, 59, 59),
        (12, 0, 0),
        (13, 30, 0),
        (16, 50, 0),
        (16, 59, 59),
        (17, 0, 0),
        (23, 59, 59),
    )
    day = date(2026, 1, 1)
    turn = 0
    while day.year == 2026 and day < date(2026, 12, 12):
        near = any(abs((day - other).days) <= 1 for other in OFF | WORKED)
        if near or day.toordinal() % 5 == 0:
            for clock in clocks if near and day.toordinal() % 3 == 0 else (clocks[turn % 10], clocks[(turn + 5) % 10]):
                yield datetime(day.year, day.month, day.day, *clock, tzinfo=CST)
            turn += 1
        day += timedelta(days=1)


def test_the_walk_itself() -> None:
    """The independent computation against dates counted on a wall calendar."""
    assert nth_close(datetime(2026, 3, 6, 16, 50, tzinfo=CST), 10) == datetime(2026, 3, 20, 17, tzinfo=CST)
    assert nth_close(datetime(2026, 9, 30, 17, tzinfo=CST), 1) == datetime(2026, 10, 8, 17, tzinfo=CST)
    assert after_hours(datetime(2026, 9, 30, 16, 59, 59, tzinfo=CST), 4) == datetime(
        2026, 10, 8, 13, 59, 59, tzinfo=CST
    )
    assert after_hours(datetime(2026, 3, 4, 8, 30, tzinfo=CST), 4) == datetime(2026, 3, 4, 14, tzinfo=CST)


async def _token(client: TestClient, pool: Pool, services: Services) -> dict[str, str]:
    async with pool.acquire() as conn:
        who = await user(conn, Role.OPERATOR)
    return await token(pool, services, who)


async def test_preview_equals_the_walk_all_through_the_year(conn: Conn) -> None:
    calendar = await load_calendar(conn, ZoneInfo("Asia/Shanghai"), NOON)
    policy = await policy_at(conn, await policy_sql.version_at(conn, NOON))
    seen = 0
    for at in starts():
        for category in CATEGORIES:
            for urgency in URGENCIES:
                assert preview(policy, calendar, category, urgency, at) == expected(category, urgency, at), (
                    category,
                    urgency,
                    at,
                )
                seen += 1
    assert seen > 5000


@pytest.mark.parametrize("category", CATEGORIES)
async def test_every_category_and_urgency_over_http(
    client: TestClient, pool: Pool, services: Services, category: str
) -> None:
    headers = await _token(client, pool, services)
    moments = ("2026-02-13T16:59:59", "2026-02-14T17:00:00", "2026-09-20T12:00:00", "2026-10-03T08:30:00")
    for urgency, local in itertools.product(URGENCIES, moments):
        answer = await client.get(
            "/api/v1/clocks/preview",
            params={"category": category, "urgency": urgency, "at": local},
            headers=headers,
        )
        got = {k: datetime.fromisoformat(v) for k, v in orjson.loads(await answer.read()).items()}
        assert got == expected(category, urgency, datetime.fromisoformat(local).replace(tzinfo=CST))


async def test_a_year_not_yet_published_says_so(client: TestClient, pool: Pool, services: Services) -> None:
    headers = await _token(client, pool, services)
    for at, said in (("2026-03-02T10:00", None), ("2026-12-28T10:00", "2027"), ("2027-05-01T10:00", "2027")):
        answer = await client.get(
            "/api/v1/clocks/preview",
            params={"category": "help", "urgency": "normal", "at": at},
            headers=headers,
        )
        assert answer.headers.get("Calendar-Unpublished") == said


@pytest.mark.parametrize("at", ["never", "0001-01-01T00:00", "9999-12-31T23:59:59", "2026-13-01"])
async def test_a_moment_that_is_none_is_named(client: TestClient, pool: Pool, services: Services, at: str) -> None:
    headers = await _token(client, pool, services)
    answer = await client.get(
        "/api/v1/clocks/preview", params={"category": "help", "urgency": "normal", "at": at}, headers=headers
    )
    assert answer.status == 422
    assert orjson.loads(await answer.read())["field"] == "at"
