"""A ticket's words as departments read them where the centre redacted it (rulebook §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.base.db.connection import Conn
from hotline.ids import TicketId
from hotline.tickets import tickets_sql
from hotline.tickets.store import TicketWords
from hotline.tickets.tipoffs import tipoffs_sql


async def for_handlers(conn: Conn, ticket: TicketId) -> TicketWords | None:
    """What departments read of the matter: the redacted words, else the person's own; None where they were erased."""
    row = await tipoffs_sql.handler_words(conn, ticket)
    return TicketWords(row.text, row.place) if row is not None else None


async def redaction_of(conn: Conn, ticket: TicketId) -> dict[str, Any] | None:
    """The redaction of the matter, for the centre, or None."""
    row = await tipoffs_sql.redaction(conn, ticket)
    return row.as_dict() if row is not None else None


async def notes_of(
    conn: Conn, ticket: TicketId, rows: Sequence[tickets_sql.NotesRow], line: frozenset[int]
) -> Mapping[int, str]:
    """The words of events as a department reads them: additions redacted, or left out while the centre has not read them.

    A department's own additions (`line`: it and those merged into it) are its own to read.
    """
    notes = {row.seq: row.text for row in rows}
    redacted = {row.seq: row.text for row in await tipoffs_sql.redactions(conn, ticket)}
    if not redacted:
        return notes
    own = set(await tipoffs_sql.own_additions(conn, ticket, sorted(line)))
    return {
        row.seq: redacted.get(row.seq, "") if row.kind == "addition" and row.seq not in own else row.text
        for row in rows
    }


async def hidden_files(conn: Conn, ticket: TicketId, line: frozenset[int]) -> frozenset[int]:
    """The files that departments do not see, because the ticket was redacted without them; their own stay theirs."""
    return frozenset(await tipoffs_sql.hidden_files(conn, ticket, sorted(line)))
