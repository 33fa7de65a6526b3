"""`user add` and `token add`: what they refuse, and that a token is of the department that was named."""

from __future__ import annotations

from argparse import Namespace

import pytest

from hotline.base.command import CommandError, Runtime
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.commands import add, add_token
from tests import office


def named(role: str, department: str | None = None, *, leads: bool = False) -> Namespace:
    return Namespace(name="chen", role=role, department=department, leads=leads, read_only=False, days=None)


async def test_a_token_is_not_given_for_another_department(
    pool: Pool, services: Services, dsn: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runtime = Runtime(services=services, pool=pool, dsn=dsn)
    async with pool.acquire() as conn:
        await office.department(conn, "T61", "测试供水公司")
        await office.department(conn, "T20", "测试司法局")
    assert await add_token(named("liaison", "T61"), runtime) == 0
    assert await add_token(named("liaison", "测试供水公司"), runtime) == 0
    assert await add_token(named("liaison"), runtime) == 0
    assert len(set(capsys.readouterr().out.split())) == 3
    with pytest.raises(CommandError, match="not a user of 测试司法局"):
        await add_token(named("liaison", "T20"), runtime)
    with pytest.raises(CommandError, match="role liaison"):
        await add_token(named("operator"), runtime)


async def test_only_a_liaison_leads(pool: Pool, services: Services, dsn: str) -> None:
    with pytest.raises(CommandError, match="Only a liaison leads"):
        await add(named("operator", leads=True), Runtime(services=services, pool=pool, dsn=dsn))
