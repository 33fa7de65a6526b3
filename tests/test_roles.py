"""The table role × route × rule is what the program does (architecture.md, rule 8): each route is tried by each role."""

from __future__ import annotations

import ast
import secrets
from datetime import timedelta

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
from tests.test_architecture import PACKAGES, ROOT


def filled(route: Route) -> str:
    """The path with its places filled by what exists nowhere."""
    path = route.path
    for name in ("number", "item", "id", "swap", "session", "code", "month", "day", "user", "token"):
        path = path.replace(f"{{{name}}}", "999999999" if name != "session" else "ab")
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + "1" + path[end + 1 :]
    return path


@pytest.fixture
async def signed_in(pool: Pool, services: Services, client: TestClient) -> dict[Role, tuple[str, str]]:
    """For each role a token for programs and the cookie of a browser."""
    found = {}
    now = services.clock.now()
    async with pool.acquire() as conn:
        department = await office.department(conn, "X99", "试验局")
        for role in Role:
            who = await office.user(conn, role, department=department if role is Role.LIAISON else None)
            token, cookie = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
            await people_sql.insert_token(conn, who.id, token_hash(token), now)
            await people_sql.insert_session(conn, token_hash(cookie), who.id, {}, now, now + timedelta(hours=1), "")
            found[role] = (token, cookie)
    return found


async def test_each_route_lets_in_exactly_its_roles(client: TestClient, signed_in: dict[Role, tuple[str, str]]) -> None:
    wrong = []
    for route in client.app[DOCUMENTED]:
        if route.roles is None:
            continue
        for role, (token, cookie) in signed_in.items():
            if role.value in route.roles:
                continue
            status = await _try(client, route, token, cookie)
            if status != 403:
                wrong.append(f"{route.method} {route.path} by {role.value}: {status}")
    assert not wrong, "\n".join(wrong)


async def _try(client: TestClient, route: Route, token: str, cookie: str) -> int:
    if route.path.startswith("/api/"):
        headers = {"Authorization": f"Bearer {token}"}
        sent = {"json": {}} if route.method == "POST" else {}
    else:
        headers = {"Cookie": f"hotline={cookie}"}
        sent = {"data": {"csrf": "wrong"}} if route.method == "POST" else {}
    answer = await client.request(route.method, filled(route), headers=headers, allow_redirects=False, **sent)
    answer.release()
    return answer.status


async def test_nobody_comes_in_without_a_name(client: TestClient) -> None:
    wrong = []
    for route in client.app[DOCUMENTED]:
        if route.roles is None:
            continue
        answer = await client.request(route.method, filled(route), allow_redirects=False)
        answer.release()
        api = route.path.startswith("/api/")
        if api and answer.status != 401:
            wrong.append(f"{route.method} {route.path}: {answer.status}")
        if not api and (answer.status != 303 or not answer.headers.get("Location", "").startswith("/login")):
            wrong.append(f"{route.method} {route.path}: {answer.status} {answer.headers.get('Location')}")
    assert not wrong, "\n".join(wrong)


async def test_a_form_without_its_token_changes_nothing(
    client: TestClient, signed_in: dict[Role, tuple[str, str]]
) -> None:
    """CSRF: every page route that changes something refuses a form without the session's mark."""
    wrong = []
    for route in client.app[DOCUMENTED]:
        if route.method != "POST" or route.roles is None or route.path.startswith("/api/"):
            continue
        role = Role(sorted(route.roles)[0])
        answer = await client.post(
            filled(route),
            data={"a": "b"},
            headers={"Cookie": f"hotline={signed_in[role][1]}"},
            allow_redirects=False,
        )
        answer.release()
        if answer.status != 403:
            wrong.append(f"{route.path}: {answer.status}")
    assert not wrong, "\n".join(wrong)


async def test_open_routes_are_few_and_known(client: TestClient) -> None:
    """What needs no account: a new one is a decision, made here."""
    known = (
        "/login",
        "/language/",
        "/track",
        "/simulator",
        "/call",  # a caller's page: only with the token of its call
        "/twilio/",
        "/api/openapi.json",
        "/api/docs",
    )
    found = [r.path for r in client.app[DOCUMENTED] if r.roles is None and not r.path.startswith(known)]
    assert not found, found


def _roles_written_out(source: str) -> list[int]:
    """The lines where a set of roles stands instead of a named one, or is joined from words."""
    words = {role.value for role in Role}
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Set)
        and all(
            (isinstance(e, ast.Constant) and e.value in words)
            or (isinstance(e, ast.Attribute) and isinstance(e.value, ast.Name) and e.value.id == "Role")
            for e in node.elts
        )
    ]


def test_sets_of_roles_stand_in_one_module() -> None:
    assert _roles_written_out("A = frozenset({'manager'}) | {Role.ADMIN, Role.LEADER}\nB = {'manager', 'x'}") == [1, 1]
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != ROOT / "hotline/people/roles.py"
        for line in _roles_written_out(path.read_text("utf-8"))
    ]
    assert not found, f"a set of hotline/people/roles.py says who: {found}"
