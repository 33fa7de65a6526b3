"""The queries of departments.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)

SQL = queries(__package__, "departments.sql")


class DepartmentsDepartmentRow(TypedRow):
    """A row of `department`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    duties: list[str]
    territory: str
    superior_id: int | None
    phone_enc: bytes | None
    valid_from: date | None
    valid_to: date | None
    leader_reviews: bool
    aliases: list[str]
    discipline: bool
    into_id: int | None


async def department(conn: Conn | Pool, item: int | None) -> DepartmentsDepartmentRow | None:
    """One department, in force or not, locked."""
    return await fetch_one_or_none(conn, DepartmentsDepartmentRow, SQL["department"], item)


class DirectoryRow(TypedRow):
    """A row of `directory`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    duties: list[str]
    territory: str
    superior_id: int | None
    phone_enc: bytes | None
    valid_from: date | None
    valid_to: date | None
    leader_reviews: bool
    aliases: list[str]
    discipline: bool
    into_id: int | None
    superior: str | None
    into_code: str | None
    into_name: str | None
    people: int
    open: int


async def directory(conn: Conn | Pool) -> list[DirectoryRow]:
    """All departments, those in force first, with their superior, their people and what is open with them."""
    return await fetch_many(conn, DirectoryRow, SQL["directory"])


async def set_names_aside(conn: Conn | Pool, codes: Collection[str | None]) -> None:
    """Departments that a table names anew hold no name meanwhile, so that two may swap theirs."""
    await execute(conn, SQL["set_names_aside"], codes)


async def add_department(
    conn: Conn | Pool,
    body_code: str,
    body_name: str,
    name_en: str,
    group: str,
    duties: Collection[str | None],
    territory: str,
    superior_id: int | None,
    leader_reviews: bool,
    aliases: Collection[str | None],
    discipline: bool,
    valid_from: date,
) -> int | None:
    """A new department."""
    found: int | None = await fetch_value_or_none(
        conn,
        SQL["add_department"],
        body_code,
        body_name,
        name_en,
        group,
        duties,
        territory,
        superior_id,
        leader_reviews,
        aliases,
        discipline,
        valid_from,
    )
    return found


async def change_department(
    conn: Conn | Pool,
    ident: int,
    name: str,
    name_en: str,
    kind: str,
    duties: Collection[str | None],
    territory: str,
    superior_id: int,
    leader_reviews: bool,
    aliases: Collection[str | None],
    discipline: bool,
) -> None:
    """A department renamed or otherwise changed; it keeps its tickets."""
    await execute(
        conn,
        SQL["change_department"],
        ident,
        name,
        name_en,
        kind,
        duties,
        territory,
        superior_id,
        leader_reviews,
        aliases,
        discipline,
    )


async def end_department(conn: Conn | Pool, ident: int, valid_to: date, into_id: int | None) -> None:
    """A department is no longer in force; `into_id`: the one that goes on in its place."""
    await execute(conn, SQL["end_department"], ident, valid_to, into_id)


async def move_people(conn: Conn | Pool, department_id: int, department_id_2: int) -> None:
    """The people of a department go to another."""
    await execute(conn, SQL["move_people"], department_id, department_id_2)


async def name_taken(conn: Conn | Pool, name: str, own: int) -> str | None:
    """Whether another department in force has this name."""
    found: str | None = await fetch_value_or_none(conn, SQL["name_taken"], name, own)
    return found


async def led_tickets(conn: Conn | Pool, department_id: int) -> list[str]:
    """The tickets that a department leads now and that can move: dispatched to it or signed for."""
    return await fetch_values(conn, SQL["led_tickets"], department_id)


async def hidden_led(conn: Conn | Pool, into: int) -> list[str]:
    """Tipoffs, dispatched or signed for, that a department or one merged into it leads and nobody there sees: they name one of these."""
    return await fetch_values(conn, SQL["hidden_led"], into)


class FindDepartmentRow(TypedRow):
    """A row of `find_department`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    leader_reviews: bool


async def find_department(conn: Conn | Pool, named: str) -> FindDepartmentRow | None:
    """A department in force by code or exact name."""
    return await fetch_one_or_none(conn, FindDepartmentRow, SQL["find_department"], named)


class DepartmentIdsRow(TypedRow):
    """A row of `department_ids`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str


async def department_ids(conn: Conn | Pool, idents: Collection[int | None]) -> list[DepartmentIdsRow]:
    """Departments by id."""
    return await fetch_many(conn, DepartmentIdsRow, SQL["department_ids"], idents)


async def department_line(conn: Conn | Pool, department_id: int | None) -> list[int]:
    """A department with those that were merged into it, and into those."""
    found: list[int] = await fetch_value(conn, SQL["department_line"], department_id)
    return found


class DepartmentsDepartmentsRow(TypedRow):
    """A row of `departments`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    duties: list[str]
    territory: str
    superior_id: int | None
    aliases: list[str]


async def departments(conn: Conn | Pool) -> list[DepartmentsDepartmentsRow]:
    """The directory in force."""
    return await fetch_many(conn, DepartmentsDepartmentsRow, SQL["departments"])


async def put_department(
    conn: Conn | Pool,
    code: str,
    name: str,
    name_en: str,
    group: str,
    duties: Collection[str | None],
    territory: str,
    phone_enc: bytes | None,
    valid_from: date,
    aliases: Collection[str | None],
    discipline: bool,
) -> None:
    """A department, new or brought up to date."""
    await execute(
        conn,
        SQL["put_department"],
        code,
        name,
        name_en,
        group,
        duties,
        territory,
        phone_enc,
        valid_from,
        aliases,
        discipline,
    )


async def set_superior(conn: Conn | Pool, code: str, superior: str) -> None:
    """Which body stands above."""
    await execute(conn, SQL["set_superior"], code, superior)


class UnitNamesRow(TypedRow):
    """A row of `unit_names`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    aliases: list[str]
    into_id: int | None


async def unit_names(conn: Conn | Pool) -> list[UnitNamesRow]:
    """Under which names all departments are known that are in force, or were merged into one."""
    return await fetch_many(conn, UnitNamesRow, SQL["unit_names"])


async def takes_tipoffs(conn: Conn | Pool, department: int) -> bool | None:
    """Whether a department takes tipoffs about officials itself."""
    found: bool | None = await fetch_value_or_none(conn, SQL["takes_tipoffs"], department)
    return found


async def set_review(conn: Conn | Pool, department: int | None, leader_reviews: bool) -> None:
    """Whether the leader reads replies before they go to the centre."""
    await execute(conn, SQL["set_review"], department, leader_reviews)


async def add_past_department(conn: Conn | Pool, code: str, named: str) -> int:
    """A department that is known by its name only."""
    found: int = await fetch_value(conn, SQL["add_past_department"], code, named)
    return found
