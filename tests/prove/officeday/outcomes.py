"""What came of an SMS and of a call, in the words of the tables: read from the database, never from the program's own readers."""

from __future__ import annotations

import asyncpg

from tests.prove.officeday.town import Town

_SMS = """
SELECT i.id, i.processed_at, c.id AS contact, c.outcome, c.code, c.ticket_id, t.number, p.contact_id AS part, x.opted_out_at,
  EXISTS (SELECT 1 FROM protection r WHERE r.ticket_id = t.id AND r.lifted_at IS NULL) AS tipoff
FROM inbound i LEFT JOIN contact c ON c.inbound_id = i.id LEFT JOIN ticket t ON t.id = c.ticket_id
LEFT JOIN contact_part p ON p.inbound_id = i.id LEFT JOIN person x ON x.id = c.person_id
WHERE i.sid = $1 AND i.kind = 'sms'
"""
_RATING = "SELECT score, confirmed FROM rating WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1"
_CALL = """
SELECT c.id, c.outcome, c.code, c.ended_at, t.number, b.id AS owed, b.reason,
  (SELECT count(*) FROM clock k WHERE k.call_back_id = b.id AND k.state = 'running') AS clocks
FROM contact c LEFT JOIN ticket t ON t.id = c.ticket_id LEFT JOIN call_back b ON b.contact_id = c.id AND b.done_at IS NULL
WHERE c.call_sid = $1
"""
_PAGES = "SELECT t.number, a.acknowledged_at, a.signed_at FROM assignment a JOIN ticket t ON t.id = a.ticket_id WHERE a.ended_at IS NULL"
#: How many messages each outcome sends to the phone that wrote.
SILENT = frozenset({"thanks", "part", "auto"})


async def of_sms(town: Town, sid: str, said: list[str]) -> str:
    """What came of an SMS; `said`: what the phone was answered in this minute."""
    row = await town.conn.fetchrow(_SMS, sid)
    assert row is not None, f"{sid} was never kept"
    if row["processed_at"] is None:
        return "unprocessed"
    if row["part"] is not None:
        return "part" if row["contact"] is None else "part and contact"
    named = {number: who for who, number in town.numbers.items()}
    about = named.get(row["number"] or "", "?")
    match row["outcome"]:
        case None:
            return "lost" if row["contact"] is None else "endless"
        case "ticket":
            return "ticket tipoff" if row["tipoff"] else "ticket"
        case "addition":
            return f"addition {about}" if said else f"thanks {about}"
        case "status":
            return f"status {about if row['number'] else 'unknown'}"
        case "rating":
            return await _rating(town, row, about)
        case "stop":
            return "stop" if row["opted_out_at"] is not None else "stop without effect"
        case "help":
            started = any("恢复短信" in body or "on again" in body for body in said)
            return "start" if started and row["opted_out_at"] is None else "help"
        case "no_action":
            return {"silent": "empty", "automatic": "auto"}.get(row["code"], f"no_action {row['code']}")
        case outcome:
            return str(outcome)


async def _rating(town: Town, row: asyncpg.Record, about: str) -> str:
    if row["ticket_id"] is None:
        return "rating refused"
    found = await town.conn.fetchrow(_RATING, row["ticket_id"])
    assert found is not None
    return f"rating {about} {found['score']}{'' if found['confirmed'] else ' asked'}"


async def pages(town: Town) -> dict[str, str]:
    """Of each ticket that is with a department, by number: waiting, acknowledged or signed."""
    return {
        r["number"]: "sign" if r["signed_at"] else "ack" if r["acknowledged_at"] else "waits"
        for r in await town.conn.fetch(_PAGES)
    }


async def of_call(town: Town, sid: str) -> str:
    """What came of a call: its end, and whether a call is owed, whose clock runs."""
    row = await town.conn.fetchrow(_CALL, sid)
    if row is None:
        return "lost"
    if row["owed"] is not None and row["clocks"] != 1:
        return f"owed without its clock ({row['clocks']})"
    named = {number: who for who, number in town.numbers.items()}
    match row["outcome"]:
        case None:
            return f"owed {row['reason']}" if row["owed"] else "endless"
        case "no_action":
            return f"no_action {row['code']}{' owed' if row['owed'] else ''}"
        case "call_back" if row["reason"] in {"missed", "voicemail", "unended"}:
            return f"owed {row['reason']}"
        case "addition":
            return f"addition {named.get(row['number'] or '', '?')}"
        case outcome:
            return f"{outcome}{' owed' if row['owed'] else ''}"
