"""The queries of findings.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

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
from hotline.ids import AssignmentId, DepartmentId, TicketId

SQL = queries(__package__, "findings.sql")


class BreachesOfRow(TypedRow):
    """A row of `breaches_of`."""

    id: int
    ticket_id: TicketId | None
    clock: str
    department_id: DepartmentId
    assignment_id: AssignmentId | None
    started_at: datetime
    start_seq: int | None
    stop_seq: int | None
    stopped_at: datetime | None
    due_at: datetime
    name: str
    urgency: str
    breach_seq: int | None


async def breaches_of(
    conn: Conn | Pool, ticket_ids: Collection[int | None], clocks: Collection[str | None]
) -> list[BreachesOfRow]:
    """Breached clocks of departments on some tickets that no finding names yet; excused ones never."""
    return await fetch_many(conn, BreachesOfRow, SQL["breaches_of"], ticket_ids, clocks)


async def breaches_between(
    conn: Conn | Pool, since: datetime, clocks: Collection[str | None], due_at: datetime
) -> list[BreachesOfRow]:
    """The same for all tickets, of clocks that were due in $1 … $3."""
    return await fetch_many(conn, BreachesOfRow, SQL["breaches_between"], since, clocks, due_at)


class InsertFindingsRow(TypedRow):
    """A row of `insert_findings`."""

    id: int
    department_id: DepartmentId
    ticket_id: TicketId | None
    rule: str


async def insert_findings(
    conn: Conn | Pool,
    keys: Collection[str | None],
    rules: Collection[str | None],
    kinds: Collection[str | None],
    measures: Collection[str | None],
    tickets: Collection[int | None],
    clocks: Collection[int | None],
    departments: Collection[int | None],
    seqs: Collection[str | None],
    times: Collection[datetime | None],
    version: int,
    now: datetime,
    appeal_by: datetime,
) -> list[InsertFindingsRow]:
    """Suspected faults, each once."""
    return await fetch_many(
        conn,
        InsertFindingsRow,
        SQL["insert_findings"],
        keys,
        rules,
        kinds,
        measures,
        tickets,
        clocks,
        departments,
        seqs,
        times,
        version,
        now,
        appeal_by,
    )


class FindingsRecordsRow(TypedRow):
    """A row of `records`."""

    ticket_id: TicketId
    seq: int
    at: datetime
    kind: str
    actor: str
    detail: str


async def records(
    conn: Conn | Pool, ticket_ids: Collection[int | None], kinds: Collection[str | None]
) -> list[FindingsRecordsRow]:
    """The record of some tickets, for the rules."""
    return await fetch_many(conn, FindingsRecordsRow, SQL["records"], ticket_ids, kinds)


class StandsRow(TypedRow):
    """A row of `stands`."""

    ticket_id: TicketId
    grams: list[str]
    matter: str
    lead_id: int
    since: date
    until: date | None


async def stands(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[StandsRow]:
    """Catalogue lines that share words with some tickets, with both words: which matter stood under whom, since and until when."""
    return await fetch_many(conn, StandsRow, SQL["stands"], ticket_ids)


class FindingsNamesRow(TypedRow):
    """A row of `names`."""

    id: int
    code: str
    name: str


async def names(conn: Conn | Pool, idents: Collection[int | None]) -> list[FindingsNamesRow]:
    """Departments by id."""
    return await fetch_many(conn, FindingsNamesRow, SQL["names"], idents)


class ReachedLeadersRow(TypedRow):
    """A row of `reached_leaders`."""

    department_id: DepartmentId
    at: datetime


async def reached_leaders(
    conn: Conn | Pool, starts_at: datetime, until: datetime, unanswered: int
) -> list[ReachedLeadersRow]:
    """Departments whose ladders reached the leader in $1 … $2, after a page that had left us and that nobody answered: the last of them."""
    return await fetch_many(conn, ReachedLeadersRow, SQL["reached_leaders"], starts_at, until, unanswered)


class UnsignedRulingsRow(TypedRow):
    """A row of `unsigned_rulings`."""

    ticket_id: TicketId
    department_id: DepartmentId
    ruled_at: datetime
    seq: int


async def unsigned_rulings(conn: Conn | Pool, until: datetime) -> list[UnsignedRulingsRow]:
    """Rulings before $1 whose department has not signed for the ticket, that no finding names yet."""
    return await fetch_many(conn, UnsignedRulingsRow, SQL["unsigned_rulings"], until)


class DefiedRow(TypedRow):
    """A row of `defied`."""

    id: int
    ticket_id: TicketId
    department_id: DepartmentId
    issued_at: datetime
    due_at: datetime
    name: str
    seq: int | None


async def defied(conn: Conn | Pool, until: datetime) -> list[DefiedRow]:
    """Orders issued by $1 whose ticket is still owed by the department and overdue, that no finding names yet."""
    return await fetch_many(conn, DefiedRow, SQL["defied"], until)


async def drop_left_out(conn: Conn | Pool, now: datetime) -> list[int]:
    """A suspicion falls where another way out took its fact: the ticket excluded, the clock excused, the dispatch recalled as wrong."""
    return await fetch_values(conn, SQL["drop_left_out"], now)


async def way_out(conn: Conn | Pool, ident: int, now: datetime) -> str | None:
    """How a fact was taken out already, by another way than a judgement."""
    found: str | None = await fetch_value_or_none(conn, SQL["way_out"], ident, now)
    return found


class FindingRow(TypedRow):
    """A row of `finding`."""

    id: int
    key: str
    rule: str
    rule_version: int
    kind: str
    measure: str
    ticket_id: TicketId | None
    clock_id: int | None
    department_id: DepartmentId
    seqs: list[int]
    at: datetime
    found_at: datetime
    appeal_by: datetime
    state: str
    judged_by: int | None
    judged_at: datetime | None
    judgement: str
    number: str | None
    code: str
    department_name: str
    appealed_by: int | None
    appeal: str | None
    appealed_at: datetime | None
    decided_at: datetime | None


async def finding(conn: Conn | Pool, ident: int) -> FindingRow | None:
    """One finding with its appeal, locked."""
    return await fetch_one_or_none(conn, FindingRow, SQL["finding"], ident)


class FindingsRow(TypedRow):
    """A row of `findings`."""

    id: int
    key: str
    rule: str
    rule_version: int
    kind: str
    measure: str
    ticket_id: TicketId | None
    clock_id: int | None
    department_id: DepartmentId
    seqs: list[int]
    at: datetime
    found_at: datetime
    appeal_by: datetime
    state: str
    judged_by: int | None
    judged_at: datetime | None
    judgement: str
    number: str | None
    code: str
    department_name: str
    name_en: str
    appeal: str | None
    appealed_at: datetime | None
    upheld: bool | None
    decided_at: datetime | None
    decision: str | None
    judge: str | None
    decider: str | None
    left_out: str | None
    due_at: datetime | None
    done_at: datetime | None


async def findings(
    conn: Conn | Pool,
    department_id: int | None,
    state: str | None,
    before: int | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    department: str | None,
    ticket_id: int | None,
    limit: int,
) -> list[FindingsRow]:
    """Findings, newest first: of a department, in a state, of faults in $4 … $5, before an id."""
    return await fetch_many(
        conn,
        FindingsRow,
        SQL["findings"],
        department_id,
        state,
        before,
        starts_at,
        ends_at,
        department,
        ticket_id,
        limit,
    )


class ConfirmedOfRow(TypedRow):
    """A row of `confirmed_of`."""

    id: int
    ticket_id: TicketId | None
    rule: str
    kind: str
    code: str
    seqs: list[int]
    at: datetime


async def confirmed_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ConfirmedOfRow]:
    """The confirmed findings of some tickets that no way out took."""
    return await fetch_many(conn, ConfirmedOfRow, SQL["confirmed_of"], ticket_ids)


async def judge(conn: Conn | Pool, ident: int, state: str, judged_by: int, now: datetime, judgement: str) -> None:
    """A named person confirms or drops a suspicion, or an upheld appeal ends it."""
    await execute(conn, SQL["judge"], ident, state, judged_by, now, judgement)


async def insert_appeal(conn: Conn | Pool, finding_id: int, reason: str, by_id: int, now: datetime) -> None:
    """The department's word against it."""
    await execute(conn, SQL["insert_appeal"], finding_id, reason, by_id, now)


async def decide_appeal(
    conn: Conn | Pool, finding_id: int, upheld: bool, decided_by: int, now: datetime, decision: str
) -> None:
    """Upheld or rejected."""
    await execute(conn, SQL["decide_appeal"], finding_id, upheld, decided_by, now, decision)


async def involved(conn: Conn | Pool, ticket_id: int, user_id: int, actor: str) -> bool:
    """Whether a user owned a ticket or acted on it; reading, revealing and judging are not acting."""
    found: bool = await fetch_value(conn, SQL["involved"], ticket_id, user_id, actor)
    return found
