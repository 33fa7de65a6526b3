"""The view of a ticket: one JSON shape for the API and the pages, reduced to what the user may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.services import PartReader, Services
from hotline.base.text.department_masking import for_department, of_department
from hotline.base.text.phones import masked
from hotline.contacts import contacts_sql
from hotline.moves import department_sql, moves_sql
from hotline.people.departments import departments_by_id, line_of
from hotline.people.persons import load_person
from hotline.people.user import User
from hotline.ticket import Role, Ticket
from hotline.tickets import listing, replies_sql, store, tickets_sql
from hotline.tickets.cut import cut
from hotline.tickets.partings import as_left, partings
from hotline.tickets.redactions import for_handlers, hidden_files, redaction_of
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.protection import is_hidden, named_by


def brief_view(row: listing.ListedTicketRow, user: User) -> dict[str, Any]:
    """A row of a list, as the user may read it."""
    found = {
        "number": row.number,
        "state": row.state,
        "channel": row.channel,
        "category": row.category,
        "urgency": row.urgency,
        "confidential": row.confidential,
        "owner": row.owner_name,
        "owner_name": row.owner_shown,
        "department": row.department_code,
        "department_name": row.department_name,
        "text": row.text or "",
        "place": row.place or "",
        "received_at": row.received_at,
        "ended_at": row.ended_at,
        "filed_at": row.filed_at,
    }
    return for_department(found) if of_department(user) else found


async def record_showing(conn: Conn, services: Services, user: User, ticket: Ticket, now: datetime) -> None:
    """Record the event that a confidential ticket was shown to this user."""
    if ticket.confidential:
        await services.publish(conn, Draft(ticket.id, "shown", user.actor, {}), now)


async def horizon(conn: Conn, user: User, ticket: Ticket) -> datetime | None:
    """Up to when a former department reads a ticket; None where nothing is hidden."""
    if user.role is not Role.LIAISON:
        return None
    row = await tickets_sql.horizon(conn, ticket.id, user.department_id)
    return row.ended_at if row is not None and not row.open else None


async def full_view(conn: Conn, services: Services, user: User, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Everything of one ticket that the user may see."""
    then = (await partings(conn, user, [ticket.id])).get(ticket.id)
    ticket, until = as_left(ticket, then), then.at if then else None
    own = await line_of(conn, user)
    words = (
        (await store.words(conn, [ticket.id])).get(ticket.id) if own is None else await for_handlers(conn, ticket.id)
    )
    kept_back = await hidden_files(conn, ticket.id, own) if own is not None else frozenset()
    names = await people_of(conn, [ticket.owner_id])
    assignments = [
        assigned(services, row)
        for row in await tickets_sql.assignments(conn, [ticket.id])
        if until is None or row.assigned_at <= until
    ]
    departments = await departments_by_id(conn, [ticket.department_id] if ticket.department_id else [])
    department = departments.get(ticket.department_id) if ticket.department_id else None
    related = await tickets_sql.related(conn, ticket.id, ticket.parent_id, ticket.after_id)
    found: dict[str, Any] = {
        "number": ticket.number,
        "state": ticket.state,
        "channel": ticket.channel,
        "category": ticket.category,
        "urgency": ticket.urgency,
        "confidential": ticket.confidential,
        "owner": names[ticket.owner_id].name,
        "owner_name": names[ticket.owner_id].shown_name,
        "department": department.code if department else None,
        "department_name": department.name if department else None,
        "text": words.text if words else "",
        "place": (then.place if then else words.place) if words else "",
        "received_at": ticket.received_at,
        "ended_at": ticket.ended_at,
        "filed_at": ticket.filed_at,
        "duties": [
            {"duty": d.duty, "state": d.state, "seq": d.seq, "closed_at": d.closed_at}
            for d in (await store.duties(conn, [ticket.id]))[ticket.id]
        ],
        "clocks": [asdict(clock) for clock in (await services.hooks.clocks(conn, [ticket.id], now)).get(ticket.id, ())],
        "assignments": assignments,
        "replies": [_reply(own, row) for row in await replies_sql.replies(conn, ticket.id) if _before(row, until)],
        "attachments": [
            row.as_dict()
            for row in await moves_sql.attachments(conn, ticket.id)
            if _before(row, until) and row.id not in kept_back
        ],
        "related": [{"number": row.number, "how": row.how} for row in related],
    }
    found["co_requests"] = [_request(row) for row in await department_sql.co_requests(conn, ticket.id)]
    if user.department_id is not None:
        rows = await department_sql.proposals(conn, ticket.id, user.department_id)
        found["proposals"] = [_proposal(row) for row in rows]
    if user.role is not Role.LIAISON:
        found |= await _centre_only(conn, services, ticket)
    for section in services.sections:
        found[section.name] = (await section.load(conn, [ticket.id], now)).get(ticket.id, found.get(section.name, []))
    if until is not None:
        found = cut(found, until, ticket.state)
        found |= {"department": department.code, "department_name": department.name} if department else {}
    if (reader := await reader_of(conn, user, ticket)) is not None:
        found |= {section.name: section.as_read_by(reader, found[section.name]) for section in services.sections}
    return for_department(found) if of_department(user) else found


async def reader_of(conn: Conn, user: User, ticket: Ticket) -> PartReader | None:
    """The reader by which a ticket's view is reduced for a liaison; None for everybody else, who sees all of it."""
    if user.role is not Role.LIAISON or user.department_id is None:
        return None
    if await is_hidden(conn, ticket.id, user.department_id):
        return PartReader.NAMED
    own = await store.open_assignment(conn, ticket.id, user.department_id)
    if own is None:
        return PartReader.FORMER
    return PartReader.LEAD if own.part == "lead" else PartReader.CO_HANDLER


def _before(row: moves_sql.AttachmentsRow | replies_sql.RepliesRow, until: datetime | None) -> bool:
    at = row.at if isinstance(row, moves_sql.AttachmentsRow) else row.submitted_at
    return until is None or at <= until


async def _person(conn: Conn, services: Services, ticket: Ticket) -> dict[str, Any] | None:
    person = await load_person(conn, services.keys, ticket.person_id)
    if person is None:
        return None
    return {
        "phone": masked(person.number),
        "line": person.line,
        "language": person.language,
        "flags": list(person.flags),
        "opted_out": person.opted_out,
        "named": bool(person.name),
        "self_answering": await contacts_sql.self_answering_since(conn, ticket.person_id),
    }


async def _centre_only(conn: Conn, services: Services, ticket: Ticket) -> dict[str, Any]:
    """What only the centre is shown of a ticket."""
    return await _as_tipoff(conn, ticket) | {
        "redaction": await redaction_of(conn, ticket.id),
        "hidden_from": [r.as_dict() for r in await tickets_sql.named_units(conn, ticket.id)],
        "person": await _person(conn, services, ticket),
        "owners": [
            {"name": r.shown_name, "how": r.how, "from": r.from_at, "to": r.to_at}
            for r in await moves_sql.ownerships(conn, ticket.id)
        ],
        "hand_over": next(
            (
                {"id": r.id, "to": r.to_id, "to_name": r.to_name, "asked_at": r.asked_at}
                for r in await moves_sql.open_hand_over(conn, ticket.id)
            ),
            None,
        ),
        "concerned": ticket.concerned_id is not None,
        "joined": [r.as_dict() for r in await contacts_sql.joined(conn, ticket.id)],
        "report_backs": [
            {"id": r.id, "via": r.via, "text": r.text, "at": r.at, "told_at": r.told_at, "failed_at": r.failed_at}
            for r in await moves_sql.report_backs(conn, ticket.id)
        ],
        "follow_ups": [
            {"at": r.at, "reached": r.reached, "solved": r.solved, "rating": r.rating}
            for r in await moves_sql.follow_ups(conn, ticket.id)
        ],
        "ratings": [r.as_dict() for r in await tickets_sql.ratings(conn, ticket.id)],
        "messages": [r.as_dict() for r in await tickets_sql.messages(conn, ticket.id)],
    }


async def _as_tipoff(conn: Conn, ticket: Ticket) -> dict[str, Any]:
    """Whether it is treated as a tipoff, why and since when; which units it may name beside those it is hidden from."""
    row = await tipoffs_sql.protected(conn, ticket.id)
    if row is None:
        return {"protected": None, "may_name": [], "leaders": []}
    found = await named_by(conn, ticket.id)
    near = await departments_by_id(conn, sorted(found.possible))
    return {
        "protected": {"why": row.why, "since": row.from_at},
        "may_name": [{"code": unit.code, "name": unit.name} for unit in near.values()],
        "leaders": list(found.leaders),
    }


def assigned(services: Services, row: tickets_sql.TicketsAssignmentsRow) -> dict[str, Any]:
    """An assignment as it is shown."""
    return {
        "id": row.id,
        "department": row.code,
        "department_name": row.name,
        "part": row.part,
        "assigned_at": row.assigned_at,
        "acknowledged_at": row.acknowledged_at,
        "signed_at": row.signed_at,
        "handler": services.keys.decrypt(row.handler_enc) if row.handler_enc else None,
        "contacted_at": row.contacted_at,
        "safe_at": row.safe_at,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
    }


def _reply(line: frozenset[int] | None, row: replies_sql.RepliesRow) -> dict[str, Any]:
    """A reply; its internal part is for the centre and for the department that wrote it, or goes on in its place (`line`)."""
    own = line is None or row.department_id in line
    return {
        "id": row.id,
        "outcome": row.outcome,
        "public": row.public_text,
        "internal": row.internal_text if own else "",
        "submitted_at": row.submitted_at,
        "accepted_at": row.accepted_at,
        "sent_back_at": row.sent_back_at,
        "reason": row.reason,
    }


def _request(row: department_sql.CoRequestsRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "department": row.code,
        "department_name": row.name,
        "reason": row.reason,
        "asked_at": row.asked_at,
        "granted": row.granted,
        "decided_at": row.decided_at,
        "decision": row.decision,
    }


def _proposal(row: department_sql.ProposalsRow) -> dict[str, Any]:
    """A reply that waits, or waited, for the department's own leader."""
    return {
        "id": row.id,
        "outcome": row.outcome,
        "public": row.public_text,
        "internal": row.internal_text,
        "by": row.by_name,
        "at": row.proposed_at,
        "accepted": row.accepted,
        "decided_at": row.decided_at,
        "reason": row.reason,
    }


async def brief_views(conn: Conn, user: User, rows: Sequence[listing.ListedTicketRow]) -> list[dict[str, Any]]:
    """Rows of a list as the user may see them: a former department sees each as it was when its part ended."""
    found = [brief_view(row, user) for row in rows]
    if user.role is not Role.LIAISON:
        return found
    left = await partings(conn, user, [row.id for row in rows])
    for shown, row in zip(found, rows, strict=True):
        if (then := left.get(row.id)) is not None:
            shown |= for_department(then.shown(secret=shown["confidential"]))
            shown["department"], shown["department_name"] = then.code, then.name
            shown["owner"], shown["owner_name"] = then.owner_name, then.owner_shown
            for name in ("ended_at", "filed_at"):
                if shown[name] is not None and shown[name] > then.at:
                    shown[name] = None
    return found


async def people_of(conn: Conn, ids: list[Any]) -> dict[int, tickets_sql.UserNamesRow]:
    """The names of users by their ids."""
    return {row.id: row for row in await tickets_sql.user_names(conn, ids)}
