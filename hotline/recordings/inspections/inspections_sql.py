"""The queries of inspections.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import DepartmentId, TicketId, UserId

SQL = queries(__package__, "inspections.sql")


class InspectionFormRow(TypedRow):
    """A row of `newest_form`."""

    kind: str
    version: int
    criteria: Any
    made_by: int
    made_at: datetime


async def newest_form(conn: Conn | Pool, kind: str) -> InspectionFormRow:
    """The form in force for calls or replies."""
    return await fetch_one(conn, InspectionFormRow, SQL["newest_form"], kind)


async def form(conn: Conn | Pool, kind: str, version: int) -> InspectionFormRow:
    """A form by its version."""
    return await fetch_one(conn, InspectionFormRow, SQL["form"], kind, version)


async def insert_form(
    conn: Conn | Pool, kind: str, version: int, criteria: object, made_by: int, now: datetime
) -> int | None:
    """The next version of a form, unless somebody else made it meanwhile."""
    found: int | None = await fetch_value_or_none(conn, SQL["insert_form"], kind, version, criteria, made_by, now)
    return found


class CallCandidatesRow(TypedRow):
    """A row of `call_candidates`."""

    id: int
    subject: int
    new: bool
    tipoff: bool
    low_rating: bool
    silence_ms: int


async def call_candidates(
    conn: Conn | Pool, since: datetime, until: datetime, new_since: datetime
) -> list[CallCandidatesRow]:
    """Calls of a time that were talked and recorded, with what says why one would look at them; `new_since`: who came later is new."""
    return await fetch_many(conn, CallCandidatesRow, SQL["call_candidates"], since, until, new_since)


class ReplyCandidatesRow(TypedRow):
    """A row of `reply_candidates`."""

    id: int
    subject: int
    tipoff: bool
    low_rating: bool


async def reply_candidates(conn: Conn | Pool, since: datetime, until: datetime) -> list[ReplyCandidatesRow]:
    """Replies of a time that the centre accepted, with what says why one would look at them; not by a unit from which the ticket is hidden."""
    return await fetch_many(conn, ReplyCandidatesRow, SQL["reply_candidates"], since, until)


async def insert_sample(
    conn: Conn | Pool,
    kind: str,
    week: date,
    form_version: int,
    seed: str,
    per_subject: int,
    candidates: object,
    drawn_by: str,
    now: datetime,
) -> int | None:
    """A week's sample, once."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["insert_sample"], kind, week, form_version, seed, per_subject, candidates, drawn_by, now
    )
    return found


async def insert_items(
    conn: Conn | Pool,
    sample_id: int,
    places: Collection[int | None],
    calls: Collection[int | None],
    replies: Collection[int | None],
    users: Collection[int | None],
    departments: Collection[int | None],
    strata: Collection[str | None],
    inspectors: Collection[int | None],
) -> None:
    """What was drawn."""
    await execute(conn, SQL["insert_items"], sample_id, places, calls, replies, users, departments, strata, inspectors)


class SamplesRow(TypedRow):
    """A row of `samples`."""

    id: int
    kind: str
    week: date
    form_version: int
    seed: str
    per_subject: int
    drawn_by: str
    drawn_at: datetime
    candidates: int
    drawn: int
    settled: int
    objections: int


async def samples(conn: Conn | Pool, before: int | None, limit: int) -> list[SamplesRow]:
    """Samples, newest first, with how far they are."""
    return await fetch_many(conn, SamplesRow, SQL["samples"], before, limit)


class InspectionSampleRow(TypedRow):
    """A row of `sample`."""

    id: int
    kind: str
    week: date
    form_version: int
    seed: str
    per_subject: int
    candidates: Any
    drawn_by: str
    drawn_at: datetime


async def sample(conn: Conn | Pool, sample_id: int) -> InspectionSampleRow | None:
    """A sample with the candidates from which it was drawn."""
    return await fetch_one_or_none(conn, InspectionSampleRow, SQL["sample"], sample_id)


class InspectionItemRow(TypedRow):
    """A row of `items`."""

    id: int
    sample_id: int
    call_id: int | None
    reply_id: int | None
    user_id: UserId | None
    department_id: DepartmentId | None
    stratum: str
    inspectors: int
    settled_at: datetime | None
    object_until: datetime | None
    score: int | None
    operator_name: str | None
    department_name: str | None
    department_name_en: str | None
    number: str | None
    ticket_id: TicketId | None
    kind: str
    week: date
    form_version: int
    inspected: int
    objected_at: datetime | None
    upheld: bool | None


async def items(conn: Conn | Pool, item_ids: Collection[int | None]) -> list[InspectionItemRow]:
    """Things that were drawn, in the order of the ids."""
    return await fetch_many(conn, InspectionItemRow, SQL["items"], item_ids)


async def drawn(conn: Conn | Pool, sample_id: int) -> list[int]:
    """What was drawn into a sample, in the order of the drawing."""
    return await fetch_values(conn, SQL["drawn"], sample_id)


class LockItemRow(TypedRow):
    """A row of `lock_item`."""

    id: int


async def lock_item(conn: Conn | Pool, item_id: int) -> LockItemRow | None:
    """Something that was drawn, locked."""
    return await fetch_one_or_none(conn, LockItemRow, SQL["lock_item"], item_id)


async def results_of(
    conn: Conn | Pool, user_id: int | None, departments: Collection[int | None], before: int | None, limit: int
) -> list[int]:
    """What was found of an operator's calls, or of the replies of departments, newest first; nothing of a ticket that is hidden from them."""
    return await fetch_values(conn, SQL["results_of"], user_id, departments, before, limit)


async def to_inspect(conn: Conn | Pool, inspector_id: int, limit: int) -> list[int]:
    """What waits for an inspector who is not inspected by it and has not inspected it, the oldest sample first."""
    return await fetch_values(conn, SQL["to_inspect"], inspector_id, limit)


async def is_drawn(conn: Conn | Pool, kind: str, week: date) -> bool:
    """Whether a week's sample was drawn."""
    found: bool = await fetch_value(conn, SQL["is_drawn"], kind, week)
    return found
