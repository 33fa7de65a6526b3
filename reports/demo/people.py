"""Who works in the demo: the centre, and of every department two people and a leader with numbers that cannot exist."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from pathlib import Path

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.base.text.phones import read_phone
from hotline.people import passwords, people_sql
from hotline.people.store import add_user
from hotline.people.user import User
from routing.directory.catalogue_file import import_catalogue
from routing.directory.department_file import import_departments
from routing.returns import returns_sql
from routing.rosters import shifts_sql
from routing.tables.by_column import ImportResult
from routing.tables.reader import read_sheet

#: The password of every demo user: the demo runs on a loopback address only.
PASSWORD = "demo-1890-demo"  # noqa: S105 - it is printed
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
_GIVEN = (
    "建国",
    "淑芬",
    "伟",
    "秀英",
    "志强",
    "丽华",
    "海涛",
    "晓东",
    "玉梅",
    "国庆",
    "桂兰",
    "文博",
    "雪",
    "明哲",
    "春生",
    "巴特尔",
    "娜仁",
    "立新",
    "慧敏",
    "长河",
    "永胜",
    "金花",
    "子轩",
    "凤霞",
    "铁柱",
    "雅琴",
    "洪波",
    "冬梅",
    "德福",
    "思远",
)
#: name, shown name, role
CENTRE = (
    ("operator", "林晓雨", "operator"),
    ("operator2", "赵敏", "operator"),
    ("operator3", "白音", "operator"),
    ("operator4", "孙丽", "operator"),
    ("operator5", "何静", "operator"),
    ("operator6", "吴海燕", "operator"),
    ("manager", "周建平", "manager"),
    ("manager2", "高玉兰", "manager"),
    ("leader", "陈县长", "leader"),
    ("auditor", "郑纪检", "auditor"),
    ("admin", "管理员", "admin"),
)
#: Rosters stand so many days ahead of now.
AHEAD = timedelta(days=16)
_CHANGE = time(8)


@dataclass(frozen=True, slots=True)
class Team:
    """A department's task force."""

    code: str
    members: tuple[User, User]
    leader: User


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who plays. `phones`: each user's number, in clear."""

    operators: tuple[User, ...]
    managers: tuple[User, ...]
    leader: User
    teams: Mapping[str, Team]
    phones: Mapping[int, str]

    def of(self, code: str) -> Team:
        return self.teams[code]


#: How the numbers of all who work here begin.
STAFF = "+861541890"


def phone_of(department: int, person: int) -> str:
    """A mobile number that cannot exist: none begins with 154. `department` 0 is the centre."""
    return f"{STAFF}{department:02d}{person:02d}"


def data(name: str) -> Path:
    """A file of this package."""
    return Path(str(resources.files("reports.demo").joinpath(name)))


def _whole(done: ImportResult, name: str) -> None:
    """See that an import of the demo's own tables was refused nothing."""
    if done.refused:
        raise ValueError(f"{name}: {done.refused[:3]}")


async def hire(conn: Conn, services: Services, now: datetime) -> Cast:
    """The directory, the catalogue and everybody who works here, each number tested."""
    _whole(
        await import_departments(conn, services, await read_sheet(data("departments.csv")), now),
        "departments.csv",
    )
    _whole(await import_catalogue(conn, services, await read_sheet(data("catalogue.csv")), now), "catalogue.csv")
    hashed = await passwords.hashed(PASSWORD)
    phones: dict[int, str] = {}

    async def one(
        name: str, shown: str, role: str, number: str, department: str | None = None, leads: bool = False
    ) -> User:
        user = await add_user(conn, name, role, now, department=department, leads=leads, shown=shown)
        await people_sql.set_password(conn, user.id, hashed)
        phones[user.id] = read_phone(number).number
        if role != "operator":  # the screen tells them while they sit at it; theirs are for calls, at the end
            await give_phone(conn, services, user, phones[user.id], now)
        return user

    centre = [await one(name, shown, role, phone_of(0, at)) for at, (name, shown, role) in enumerate(CENTRE)]
    names = _names()
    teams = {}
    for row in await returns_sql.directory(conn):
        code, place = row.code, int(row.code[1:])
        login = code.lower()
        people = [
            await one(f"{login}-{who}", next(names), "liaison", phone_of(place, at), code, leads=who == "lead")
            for at, who in enumerate(("1", "2", "lead"))
        ]
        teams[code] = Team(code, (people[0], people[1]), people[2])
    return Cast(
        tuple(u for u in centre if u.role == "operator"),
        tuple(u for u in centre if u.role == "manager"),
        next(u for u in centre if u.role == "leader"),
        teams,
        phones,
    )


async def give_phone(conn: Conn, services: Services, user: User, phone: str, now: datetime) -> None:
    """A number that was tested now."""
    await people_sql.set_phone(conn, user.id, services.keys.encrypt(phone), services.keys.hash(phone), now)


def _names() -> Iterator[str]:
    """Distinct names, always the same."""
    every = [s + g for s in _SURNAMES for g in _GIVEN]
    random.Random(1890).shuffle(every)  # noqa: S311 - dice of a play
    return iter(every)


async def roster(conn: Conn, services: Services, cast: Cast, start: datetime, now: datetime) -> None:
    """Put everybody of a task force on its roster round the clock: in the past week by week, from yesterday on day by
    day. Who is paged first changes with every shift.
    """
    departments = {row.code: row.id for row in await returns_sql.directory(conn)}
    recent = now - timedelta(days=1)
    rows = [
        (departments[code], user.id, rank, begin, end)
        for begin, end, even in (*spans(start, recent, 7, services), *spans(recent, now + AHEAD, 1, services))
        for code, team in cast.teams.items()
        for user, rank in _ranks(team, even)
    ]
    await shifts_sql.insert_shifts(conn, *[list(column) for column in zip(*rows, strict=True)])


def _ranks(team: Team, even: bool) -> Sequence[tuple[User, str]]:
    """The team with the rank of each, the two members in turn."""
    first, second = team.members if even else team.members[::-1]
    return ((first, "member"), (second, "deputy"), (team.leader, "leader"))


def spans(start: datetime, end: datetime, days: int, services: Services) -> Iterator[tuple[datetime, datetime, bool]]:
    """Spans of so many days, from one change of shift (08:00 local) to another, from before start to `end`'s morning."""
    zone = services.settings.zone
    last = end.astimezone(zone).date()
    day: date = start.astimezone(zone).date()
    for turn in itertools.count():
        if day >= last:
            return
        then = min(day + timedelta(days=days), last)
        yield datetime.combine(day, _CHANGE, zone), datetime.combine(then, _CHANGE, zone), turn % 2 == 0
        day = then
