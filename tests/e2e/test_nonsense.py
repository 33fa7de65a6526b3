"""Whatever is sent to any route by whoever may come there, the answer says what is wrong; it is never an error of ours."""

from __future__ import annotations

import hmac
import io
import os
import random
import secrets
import typing
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestClient

from hotline.api.openapi import DOCUMENTED
from hotline.base.db.connection import Pool
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.ticket import Role
from tests import office

_ROUNDS = int(os.environ.get("NONSENSE_ROUNDS", "8"))
#: What no field of ours takes, or what is at the edge of one.
_TEXTS = (
    "",
    " ",
    "\x00",
    "路灯\x00",
    "长" * 20_000,
    "😀",
    "-1",
    "0",
    "2147483648",
    "99999999999999999",
    "9" * 30,
    "1e400",
    "NaN",
    "Infinity",
    "null",
    "٣",
    "²",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "2199-12-31",
    "2026-13",
    "9999-12",
    "0000-00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "25:00",
    "%",
    "_",
    "' or 1=1",
    "<script>",
    "../../etc/passwd",
)
_VALUES = (
    None,
    True,
    -1,
    2**31,
    2**63,
    10**20,
    1.5,
    1e308,
    [],
    {},
    [None],
    ["\x00"],
    {"a": "\x00"},
    ["长" * 1000] * 50,
)
_PLACES = (
    "1",
    "2",
    "3",
    "0",
    "-1",
    "2147483648",
    "9223372036854775808",
    "9" * 30,
    "abc",
    "%E2%82%AC",
    "%C2%B2",
    "T05",
    "2026-02",
    "2026-13",
    "9999-12",
    "0001-01-01",
    "2026-02-30",
    "x" * 300,
)
#: These end what the others need, or stay open.
_LEFT_OUT = ("/logout", "/live")


@dataclass(slots=True)
class Sender:
    """Makes requests of a route: mostly such as it wants, with something in them that it cannot want."""

    dice: random.Random
    numbers: list[str]

    def path(self, route: Route) -> str:
        """The path with its places filled."""
        path = route.path
        while "{" in path:
            start, end = path.index("{"), path.index("}")
            given = self.numbers * 2 if path[start + 1 : end] == "number" else _PLACES
            path = path[:start] + self.dice.choice(given) + path[end + 1 :]
        return path

    def fields(self, model: Any) -> dict[str, Any]:
        """Values for most fields of a model; of a form that has none, for names that forms have."""
        known = getattr(model, "model_fields", None)
        if not known:
            names = (
                "text",
                "name",
                "reason",
                "note",
                "phone",
                "until",
                "month",
                "next",
                "cursor",
                "password",
            )
            return {name: self.dice.choice(_TEXTS) for name in names if self.dice.random() < 0.5}
        return {
            info.alias or name: self._value(info.annotation, name)
            for name, info in known.items()
            if self.dice.random() < (0.95 if info.is_required() else 0.5)
        }

    def _value(self, wanted: Any, name: str) -> Any:
        if self.dice.random() < 0.15:
            return self.dice.choice((*_TEXTS, *_VALUES))
        words, shape = _words(wanted), str(wanted)
        one = self.dice.choice(words or self._fitting(shape, name))
        return [one] if "list[" in shape else one

    def _fitting(self, shape: str, name: str) -> tuple[Any, ...]:
        if "bool" in shape:
            return (True, False)
        if "int" in shape:
            return (1, 2, 3)
        if "datetime" in shape:
            return ("2026-03-05T10:00:00+08:00", "2199-12-31T00:00:00Z")
        if "date" in shape or name in {"since", "until", "day"}:
            return ("2026-03-05", "2026-03-09", "2026-04-01")
        if "department" in name or name in {"suggested", "lead", "code"}:
            return ("T05", "T06")
        if "ticket" in name or name == "number":
            return tuple(self.numbers)
        return ("路灯坏了", "人民路1号", "13900000001", "08:00", "2026-02")


def _words(wanted: Any) -> tuple[Any, ...]:
    if typing.get_origin(wanted) is typing.Literal:
        return typing.get_args(wanted)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return tuple(word.value for word in wanted)
    return tuple(word for part in typing.get_args(wanted) for word in _words(part))


@dataclass(slots=True)
class NonsenseTown:
    """Tickets in several states, and somebody of each role."""

    pool: Pool
    services: Services
    people: dict[str, int]
    numbers: list[str]

    async def sign_in(self) -> dict[str, tuple[str, str]]:
        """A new token and a new cookie for each role, whatever was done to the accounts meanwhile."""
        found, now = {}, self.services.clock.now()
        async with self.pool.acquire() as conn:
            await conn.execute(
                "UPDATE app_user SET disabled_at = NULL, locked_until = NULL, password_temporary = false"
            )
            for role, ident in self.people.items():
                token, cookie = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
                await people_sql.insert_token(conn, ident, token_hash(token), now)
                await people_sql.insert_session(conn, token_hash(cookie), ident, {}, now, now + timedelta(hours=9), "")
                found[role] = (token, cookie)
        return found


@pytest.fixture
async def town(pool: Pool, services: Services) -> NonsenseTown:
    async with pool.acquire() as conn:
        lamps = await office.department(conn, "T05", "路灯局")
        await office.department(conn, "T06", "水务局")
        people = {
            role: await office.user(
                conn, role, department=lamps if role is Role.LIAISON else None, leads=role is Role.LIAISON
            )
            for role in Role
        }
        numbers = []
        for i in range(8):
            made = await office.ticket(conn, services, f"人民路{i}号的路灯坏了", f"+86139000000{i:02d}")
            numbers.append(made.number)
            if i % 4:
                await office.move(conn, services, people[Role.MANAGER], made.number, "assignments", department="T05")
            if i % 4 > 1:
                await office.move(conn, services, people[Role.LIAISON], made.number, "signatures")
            if i % 4 > 2:
                await office.move(
                    conn,
                    services,
                    people[Role.LIAISON],
                    made.number,
                    "replies",
                    outcome="solved",
                    public="修好了",
                )
    return NonsenseTown(pool, services, {role.value: user.id for role, user in people.items()}, numbers)


async def test_nonsense_is_refused_and_breaks_nothing(client: TestClient, town: NonsenseTown) -> None:
    seed = 1890 if os.environ.get("CI") else random.randrange(10**6)
    sender, broken, answers = Sender(random.Random(seed), town.numbers), [], 0
    routes = [route for route in client.app[DOCUMENTED] if not any(part in route.path for part in _LEFT_OUT)]
    for _ in range(_ROUNDS):
        signed_in = await town.sign_in()
        for route in routes:
            token, cookie = signed_in[sender.dice.choice(sorted(route.roles or signed_in))]
            path, headers, sent = sender.path(route), {}, sender.fields(route.body)
            more: dict[str, Any] = {"params": {k: str(v)[:600] for k, v in sender.fields(route.query).items()}}
            if route.path.startswith("/api/"):
                headers["Authorization"] = f"Bearer {token}"
                if route.method == "POST":
                    more["data"] = io.BytesIO(orjson.dumps({k: v for k, v in sent.items() if _fits(v)}))
                    headers["Content-Type"] = "application/json"
            else:
                headers["Cookie"] = f"hotline={cookie}"
                if route.method == "POST":
                    csrf = hmac.digest(town.services.keys.cookie, cookie.encode(), "sha256").hex()[:32]
                    more["data"] = {"csrf": csrf} | {k: str(v) for k, v in sent.items()}
            async with client.request(route.method, path, headers=headers, allow_redirects=False, **more) as got:
                answers += 1
                if got.status >= 500:
                    broken.append(f"{got.status} {route.method} {path[:80]} {str(more)[:400]}")
    assert answers == _ROUNDS * len(routes)
    assert not broken, f"seed {seed}:\n" + "\n".join(broken)


def _fits(value: Any) -> bool:
    """Whether JSON as orjson writes it holds the value."""
    return not isinstance(value, int) or abs(value) < 2**64
