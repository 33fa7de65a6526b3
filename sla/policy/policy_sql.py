"""The queries of policy.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

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

SQL = queries(__package__, "policy.sql")


async def lock_policies(conn: Conn | Pool) -> None:
    """One editor of the policy at a time."""
    await execute(conn, SQL["lock_policies"])


async def version_from(conn: Conn | Pool, effective_at: datetime) -> int | None:
    """The version that begins exactly at a moment."""
    found: int | None = await fetch_value_or_none(conn, SQL["version_from"], effective_at)
    return found


async def new_version(conn: Conn | Pool, effective_at: datetime, now: datetime, made_by: str, note: str) -> int:
    """A version from a moment on."""
    found: int = await fetch_value(conn, SQL["new_version"], effective_at, now, made_by, note)
    return found


async def copy_rules(conn: Conn | Pool, version: int, version_2: int) -> None:
    """A version begins as a copy of the one before."""
    await execute(conn, SQL["copy_rules"], version, version_2)


async def versions_since(conn: Conn | Pool, effective_at: datetime) -> list[int]:
    """The versions that begin at a moment or later."""
    return await fetch_values(conn, SQL["versions_since"], effective_at)


async def put_rule(
    conn: Conn | Pool,
    version: int,
    clock: str,
    category: str,
    urgency: str,
    base: str,
    amount: int | None,
    whose: str,
    warn: int | None,
    pausable: bool,
    basis: str,
) -> None:
    """One rule of a version."""
    await execute(conn, SQL["put_rule"], version, clock, category, urgency, base, amount, whose, warn, pausable, basis)


class PolicyProceduresRow(TypedRow):
    """A row of `procedures`."""

    id: int
    matter: str
    base: str
    amount: int
    basis: str
    from_at: datetime
    until_at: datetime | None


async def procedures(conn: Conn | Pool) -> list[PolicyProceduresRow]:
    """Statutory procedures, those in force first."""
    return await fetch_many(conn, PolicyProceduresRow, SQL["procedures"])


async def add_procedure(conn: Conn | Pool, matter: str, base: str, amount: int, basis: str, now: datetime) -> int:
    """A matter with a statutory time of its own."""
    found: int = await fetch_value(conn, SQL["add_procedure"], matter, base, amount, basis, now)
    return found


async def end_procedure(conn: Conn | Pool, procedure: int, now: datetime) -> int | None:
    """A procedure ends."""
    found: int | None = await fetch_value_or_none(conn, SQL["end_procedure"], procedure, now)
    return found


async def version_at(conn: Conn | Pool, now: datetime) -> int:
    """The policy version in force at a moment."""
    found: int = await fetch_value(conn, SQL["version_at"], now)
    return found


class PolicyRulesRow(TypedRow):
    """A row of `rules`."""

    clock: str
    category: str
    urgency: str
    base: str
    amount: int | None
    whose: str
    warn: int | None
    pausable: bool
    basis: str


async def rules(conn: Conn | Pool, version: int) -> list[PolicyRulesRow]:
    """The rules of a version, as `sla.policy.rules.PolicyRule` has its fields."""
    return await fetch_many(conn, PolicyRulesRow, SQL["rules"], version)


class VersionsRow(TypedRow):
    """A row of `versions`."""

    version: int
    effective_at: datetime
    made_at: datetime
    made_by: str
    note: str


async def versions(conn: Conn | Pool) -> list[VersionsRow]:
    """All policy versions, the latest first."""
    return await fetch_many(conn, VersionsRow, SQL["versions"])


async def procedure(conn: Conn | Pool, matter: str) -> PolicyProceduresRow | None:
    """A statutory procedure in force by its matter."""
    return await fetch_one_or_none(conn, PolicyProceduresRow, SQL["procedure"], matter)


async def set_procedure(
    conn: Conn | Pool, ticket_id: int, procedure_id: int | None, now: datetime, by_actor: str
) -> None:
    """The procedure that a ticket follows from now on; none: the ordinary time again."""
    await execute(conn, SQL["set_procedure"], ticket_id, procedure_id, now, by_actor)
