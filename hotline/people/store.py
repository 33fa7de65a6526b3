"""Users in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.ids import DepartmentId, UserId
from hotline.people import people_sql
from hotline.people.departments import find_department
from hotline.people.user import User, is_fit, tidy
from hotline.ticket import Role

#: So long a password works that was given; its first use ends it.
GIVEN_FOR = timedelta(hours=24)


class UserColumns(Protocol):
    """A row that has the columns of a user."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def shown_name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def department_id(self) -> int | None: ...
    @property
    def leads(self) -> bool: ...
    @property
    def language(self) -> str: ...


def as_user(row: UserColumns) -> User:
    """A user row as a value."""
    return User(
        UserId(row.id),
        row.name,
        row.shown_name,
        Role(row.role),
        DepartmentId(row.department_id) if row.department_id is not None else None,
        row.leads,
        row.language,
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
    if await people_sql.user_for_login(conn, name):
        raise BadField("The name %(name)s is taken.", field="name", name=name)
    found = await find_department(conn, department) if department else None
    row = await people_sql.insert_user(
        conn, name, shown or name, role, found.id if found else None, leads, password_hash, now
    )
    assert row is not None
    if password_hash is not None:
        await people_sql.give_password(conn, row.id, password_hash, now + GIVEN_FOR)
    await audit(conn, by, "user_added", now, user=row.id, role=role)
    return as_user(row)


async def audit(conn: Conn, actor: str, kind: str, now: datetime, **detail: Any) -> None:
    """Record an administrative act."""
    await people_sql.write_audit(conn, now, actor, kind, detail)
