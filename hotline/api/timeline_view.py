"""The record of a ticket as it is shown: events with their words and the names of who acted, reduced to what the user may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hotline.api.ticket_view import horizon, people_of
from hotline.base.db.connection import Conn
from hotline.base.text.department_masking import for_department, of_department
from hotline.people.departments import line_of
from hotline.people.user import User
from hotline.ticket import Ticket
from hotline.tickets import store, tickets_sql
from hotline.tickets.redactions import notes_of


async def timeline(
    conn: Conn, user: User, ticket: Ticket, after: int = 0, limit: int = 500, but: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The record, oldest first, with the words that belong to it and the names of who acted; `but`: kinds left out."""
    until = await horizon(conn, user, ticket)
    rows = await tickets_sql.timeline(conn, ticket.id, after, limit, list(but))
    found, line = await tickets_sql.notes(conn, ticket.id), await line_of(conn, user)
    inside = {row.seq: row.text for row in found if row.kind == store.INTERNAL}
    found = [row for row in found if row.kind != store.INTERNAL]
    notes: Mapping[int, str] = (
        {row.seq: row.text for row in found} if line is None else await notes_of(conn, ticket.id, found, line)
    )
    actors = {int(r.actor[5:]) for r in rows if r.actor.startswith("user:")}
    people = await people_of(conn, list(actors))
    items = [
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "actor": row.actor,
            "actor_name": _named(row.actor, people),
            "detail": orjson.loads(row.detail),
            "hash": row.hash.hex(),
            "note": _said(row, notes, inside, line),
        }
        for row in rows
        if (until is None or row.at <= until) and _may_read(row, line)
    ]
    return for_department(items) if of_department(user) else items


#: What is judged of a department is its own, and the centre's: another one that has a part in the ticket reads nothing of it.
_JUDGING = frozenset(
    {"finding_appealed", "finding_judged", "criticism_proposed", "exclusion_asked", "exclusion_decided"}
)


def _may_read(row: tickets_sql.TimelineRow, line: frozenset[int] | None) -> bool:
    """Whether an event is shown; `line`: the departments of a liaison, None for the centre (rulebook §11)."""
    return line is None or row.kind not in _JUDGING or orjson.loads(row.detail).get("department") in line


def _said(
    row: tickets_sql.TimelineRow, notes: Mapping[int, str], inside: Mapping[int, str], line: frozenset[int] | None
) -> str:
    """The words of an event; its internal ones are for the centre and the department that wrote them (`line`)."""
    said = [notes.get(row.seq, "")]
    if row.seq in inside and (line is None or orjson.loads(row.detail).get("department") in line):
        said.append(inside[row.seq])
    return "\n".join(word for word in said if word)


async def timeline_items(conn: Conn, user: User, ticket: Ticket) -> list[dict[str, Any]]:
    """The record as pages show it: what was done, not who looked (`/admin/showings` has that)."""
    return await timeline(conn, user, ticket, limit=5000, but=("shown",))


def _named(actor: str, people: Mapping[int, tickets_sql.UserNamesRow]) -> str:
    found = people.get(int(actor[5:])) if actor.startswith("user:") else None
    return str(found.shown_name) if found else actor
