"""Departments in the database: found by code or name, merged into one another, each with its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.ids import DepartmentId
from hotline.people import departments_sql
from hotline.people.user import User
from hotline.ticket import Role


@dataclass(frozen=True, slots=True)
class Department:
    """A department as the moves know it."""

    id: DepartmentId
    code: str
    name: str
    name_en: str
    kind: str

    def named(self, language: str) -> str:
        """Its name in a language, where it has one."""
        return self.name_en if self.name_en and language == "en" else self.name


async def find_department(conn: Conn, named: str, *, field: str = "department") -> Department:
    """A department in force by code or exact name. Raises BadField naming `field`."""
    row = await departments_sql.find_department(conn, named.strip())
    if row is None:
        raise BadField("There is no department %(named)s.", field=field, named=named)
    return Department(DepartmentId(row.id), row.code, row.name, row.name_en, row.kind)


async def departments_by_id(conn: Conn, ids: Sequence[int]) -> dict[DepartmentId, Department]:
    """Departments by id, whether still in force or not."""
    rows = await departments_sql.department_ids(conn, list(ids))
    return {DepartmentId(r.id): Department(DepartmentId(r.id), r.code, r.name, r.name_en, r.kind) for r in rows}


async def line_of(conn: Conn, user: User) -> frozenset[int] | None:
    """A liaison's department with those that were merged into it: what was theirs is its people's. None for all others."""
    if user.role is not Role.LIAISON:
        return None
    return frozenset(await departments_sql.department_line(conn, user.department_id))


async def in_force(conn: Conn) -> Sequence[departments_sql.DepartmentsDepartmentsRow]:
    """The departments in force, by code: with names, kind, duties, territory and aliases."""
    return await departments_sql.departments(conn)


async def known_units(conn: Conn) -> Sequence[departments_sql.UnitNamesRow]:
    """The names of all departments that are in force, or were merged into one."""
    return await departments_sql.unit_names(conn)


async def takes_tipoffs(conn: Conn, department: int) -> bool:
    """Whether a department takes tipoffs about officials itself (rulebook §8)."""
    return bool(await departments_sql.takes_tipoffs(conn, department))


async def ensure_department(conn: Conn, named: str, code: str) -> DepartmentId:
    """The department in force with this code or name; one that is unknown is made, with `code`."""
    row = await departments_sql.find_department(conn, named)
    return DepartmentId(row.id if row is not None else await departments_sql.add_past_department(conn, code, named))


async def keep_review(conn: Conn, department: int | None, on: bool) -> None:
    """Whether a department's leader reads its replies before the centre does."""
    await departments_sql.set_review(conn, department, on)
