"""Judgement of findings: the department appeals, somebody not involved decides and confirms (rulebook §§7, 11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.base.text.spoken_time import SpokenTime
from hotline.ids import TicketId
from hotline.people.departments import line_of
from hotline.people.user import User
from hotline.tickets.tipoffs.protection import is_hidden
from reports.findings import findings_sql


async def _finding(conn: Conn, user: User, ident: int) -> findings_sql.FindingRow:
    """The finding, locked. Raises Missing where it is unknown, or another department's."""
    row = await findings_sql.finding(conn, ident)
    line = await line_of(conn, user)
    hidden = line is not None and row is not None and await is_hidden(conn, row.ticket_id, user.department_id)
    if row is None or hidden or (line is not None and row.department_id not in line):
        raise Missing("There is no finding %(id)s.", id=ident)
    return row


async def _uninvolved(conn: Conn, user: User, row: findings_sql.FindingRow) -> None:
    """Raises Forbidden: who owned the ticket or acted on it does not judge."""
    ticket = row.ticket_id
    if ticket is not None and await findings_sql.involved(conn, ticket, user.id, user.actor):
        raise Forbidden("You had a part in ticket %(number)s: somebody else judges.", number=row.number)


async def _standing(conn: Conn, ident: int, now: datetime) -> None:
    """Raises Illegal where another way out took the fact: excluded, excused, recalled."""
    how = await findings_sql.way_out(conn, ident, now)
    if how is not None:
        raise Illegal("The fact of finding %(id)s does not stand any more: %(how)s.", id=ident, how=how)


async def _unappealed(conn: Conn, user: User, ident: int) -> findings_sql.FindingRow:
    """The suspected finding, for one who may judge it. Raises Illegal where it was judged, or an appeal waits."""
    row = await _finding(conn, user, ident)
    await _uninvolved(conn, user, row)
    if row.state != "suspected":
        raise Illegal("Finding %(id)s was judged already.", id=ident)
    if row.appealed_at is not None:
        raise Illegal("An appeal waits for its decision.")
    return row


async def _record(
    conn: Conn,
    services: Services,
    user: User,
    row: findings_sql.FindingRow,
    kind: EventKind,
    now: datetime,
    **detail: object,
) -> None:
    """That it was judged or appealed belongs to the ticket's record."""
    if row.ticket_id is not None:
        values = {
            "finding": row.id,
            "rule": row.rule,
            "department": row.department_id,
            "kind": row.kind,
            "measure": row.measure,
            "clock": row.clock_id,
            "seqs": list(row.seqs),
            "fault_at": row.at,
            **detail,
        }
        await services.publish(conn, Draft(TicketId(row.ticket_id), kind, user.actor, values), now)


async def confirm(
    conn: Conn, services: Services, user: User, ident: int, reason: str, now: datetime
) -> Mapping[str, object]:
    """Confirm a suspected finding, after the department appealed or let its three working days pass."""
    row = await _unappealed(conn, user, ident)
    await _standing(conn, ident, now)
    if now <= row.appeal_by:
        raise Illegal(
            "The department may be heard until %(at)s.", at=SpokenTime(row.appeal_by, now, services.settings.zone)
        )
    await _judge(conn, services, user, row, "confirmed", reason, now)
    return {"id": ident, "state": "confirmed"}


async def drop(
    conn: Conn, services: Services, user: User, ident: int, reason: str, now: datetime
) -> Mapping[str, object]:
    """Drop a suspicion, with the reason; it stays on record."""
    row = await _unappealed(conn, user, ident)
    await _judge(conn, services, user, row, "dropped", reason, now)
    return {"id": ident, "state": "dropped"}


async def appeal(
    conn: Conn, services: Services, user: User, ident: int, reason: str, now: datetime
) -> Mapping[str, object]:
    """The department's word against it: once, within three working days (at the close of the last is in time)."""
    row = await _finding(conn, user, ident)
    if row.state != "suspected":
        raise Illegal("Finding %(id)s was judged already.", id=ident)
    if row.appealed_at is not None:
        raise Illegal("Your department appealed already; one appeal is heard.")
    if now > row.appeal_by:
        raise Illegal(
            "It is too late to appeal: the last moment was %(at)s.",
            at=SpokenTime(row.appeal_by, now, services.settings.zone),
        )
    await findings_sql.insert_appeal(conn, ident, reason, user.id, now)
    await _record(conn, services, user, row, "finding_appealed", now)
    return {"id": ident, "state": row.state, "appealed_at": now}


async def decide(
    conn: Conn, services: Services, user: User, ident: int, upheld: bool, reason: str, now: datetime
) -> Mapping[str, object]:
    """Uphold an appeal (the finding falls, the figures change) or reject it: then the finding is confirmed."""
    row = await _finding(conn, user, ident)
    await _uninvolved(conn, user, row)
    if row.appealed_at is None:
        raise Illegal("Nobody appealed against finding %(id)s.", id=ident)
    if row.decided_at is not None:
        raise Illegal("This appeal was decided already.")
    if row.state != "suspected":
        raise Illegal("Finding %(id)s was judged already.", id=ident)
    await _standing(conn, ident, now)
    await findings_sql.decide_appeal(conn, ident, upheld, user.id, now, reason)
    await _judge(conn, services, user, row, "upheld" if upheld else "confirmed", reason, now)
    return {"id": ident, "state": "upheld" if upheld else "confirmed", "upheld": upheld}


async def _judge(
    conn: Conn, services: Services, user: User, row: findings_sql.FindingRow, state: str, reason: str, now: datetime
) -> None:
    await findings_sql.judge(conn, row.id, state, user.id, now, reason)
    await _record(conn, services, user, row, "finding_judged", now, verdict=state)
