"""What a page links to its reader may open; an English page names departments in English."""

from __future__ import annotations

import re
from html import unescape

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from tests.doors import browser
from tests.office import department as unit
from tests.office import move, on_shift, ticket, user

_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
#: Pages of one shape differ in numbers and in what they are asked.
_SAME = re.compile(r"[^/]*\d[^/]*|\?.*")
_OUTSIDE = ("/static", "/language", "/api/")


@pytest.mark.parametrize("role", list(Role))
async def test_each_link_leads_somewhere(client: TestClient, pool: Pool, services: Services, role: Role) -> None:
    async with pool.acquire() as conn, conn.transaction():
        water = await unit(conn, "T06", "测试供水公司")
        await unit(conn, "T05", "测试路灯所")
        await conn.execute("UPDATE department SET name_en = 'Test Water Company' WHERE id = $1", water)
        operator, liaison = await user(conn, Role.OPERATOR), await user(conn, Role.LIAISON, department=water)
        who = {Role.OPERATOR: operator, Role.LIAISON: liaison}.get(role) or await user(conn, role)
        await on_shift(conn, operator, services.clock.now())
        numbers = [(await ticket(conn, services, text)).number for text in ("丽发新城停水", "丽发小区没水", "水价多少")]
        for number in numbers[:2]:
            await move(conn, services, operator, number, "assignments", department="T06")
        await move(conn, services, liaison, numbers[0], "signatures")
        await move(conn, services, liaison, numbers[1], "returns", reason="not_ours", basis="三定", suggested="T05")
        await conn.execute("UPDATE app_user SET language = 'en' WHERE id = $1", who.id)
    at = await browser(client, pool, services, who)
    ways, seen, broken, named = {"/": ""}, set[str](), [], 0
    while ways:
        path = next(iter(ways))
        source = ways.pop(path)
        seen.add(_SAME.sub("#", path))
        answer = await at.get(path)
        if answer.status >= 400:
            broken.append(f"{answer.status} {path} from {source}")
        found = [answer.headers["Location"]] if "Location" in answer.headers else []
        if answer.content_type == "text/html":
            page = await answer.text()
            named += "Test Water Company" in page
            found += [unescape(link) for link in _LINK.findall(page)]
        for link in found:
            if _SAME.sub("#", link) not in seen and not link.startswith(_OUTSIDE):
                ways.setdefault(link, path)
    assert broken == []
    assert len(seen) > 5
    assert named or role is Role.ADMIN
