"""Users in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg

from hotline.base.db.connection import Conn, queries
from hotline.base.http.problem import BadField
from hotline.ids import DepartmentId, UserId
from hotline.people.departments import find_department
from hotline.people.user import User, is_fit, tidy
from hotline.ticket import Role

Q = queries("hotline.people")


def as_user(row: asyncpg.Record) -> User:
    """A user row as a value."""
    return User(
        UserId(row["id"]),
        row["name"],
        row["shown_name"],
        Role(row["role"]),
        DepartmentId(row["department_id"]) if row["department_id"] is not None else None,
        row["leads"],
        row["language"],
    )


async def add_user(
    conn: Conn,
    name: str,
    role: str,
    now: datetime,
    *,
    department: str | None = None,
    leads: bool = False,
    password_hash: str | None = None,
    shown: str = "",
    by: str = "system",
) -> User:
    """Make a user. Raises BadField: a name taken or unfit, an unknown role, a liaison without a department."""
    name = tidy(name)
    if not is_fit(name):
        raise BadField("A name has 2 to 40 letters or digits.", field="name")
    if role not in set(Role):
        raise BadField("There is no role %(role)s.", field="role", role=role)
    if (role == Role.LIAISON) != bool(department):
        raise BadField("A liaison, and only a liaison, has a department.", field="department")
    if leads and role != Role.LIAISON:
        raise BadField("Only a liaison leads a department's task force.", field="leads")
    if await conn.fetchrow(Q["user_for_login"], name):
        raise BadField("The name %(name)s is taken.", field="name", name=name)
    found = await find_department(conn, department) if department else None
    row = await conn.fetchrow(
        Q["insert_user"], name, shown or name, role, found.id if found else None, leads, password_hash, now
    )
    assert row is not None
    await audit(conn, by, "user_added", now, user=row["id"], role=role)
    return as_user(row)


async def audit(conn: Conn, actor: str, kind: str, now: datetime, **detail: Any) -> None:
    """Record an administrative act."""
    await conn.execute(Q["write_audit"], now, actor, kind, detail)
