"""Calls as programs and pages see them: a list, and one call with its people and what happened in it. Numbers are masked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.services import Services
from hotline.base.text.phones import masked
from hotline.calls import calls_sql, parties_sql
from hotline.calls.call import CarrierName
from hotline.calls.call_rows import as_call, see
from hotline.calls.carrier import Ability, able
from hotline.people.user import User
from hotline.ticket import Role


class CallsQuery(BaseModel):
    """Paging by id, the newest first; `open`: only those that go on."""

    model_config = ConfigDict(extra="ignore")
    open: bool = False
    cursor: int | None = Field(None, ge=1, le=2**53)
    limit: int = Field(100, ge=1, le=500)


class CallItem(BaseModel):
    """A call. `phone`: masked. `rings_at`: whose line rings, until when. Times UTC."""

    id: int
    direction: str
    carrier: str
    state: str
    contact: int | None
    call_back: int | None
    ticket: str | None
    operator: str | None
    phone: str
    skill: str | None
    arrived_at: datetime
    queued_at: datetime | None
    kept_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None
    ringing: int | None
    rings_until: datetime | None


class CallList(BaseModel):
    """Calls; `next_cursor` asks for the next page and is None on the last."""

    items: list[CallItem]
    next_cursor: str | None


class PartyItem(BaseModel):
    """Somebody in a call. Times UTC."""

    id: int
    kind: str
    user: int | None
    department: int | None
    emergency: str | None
    mode: str
    invited_at: datetime
    joined_at: datetime | None
    held_at: datetime | None
    left_at: datetime | None


class CallEventItem(BaseModel):
    """What happened in a call: kind, who, when (UTC), and its ids and seconds."""

    kind: str
    party: int | None
    actor: str
    at: datetime
    detail: dict[str, Any]


class CallAnswer(CallItem):
    """A call with its people, what happened in it, and what its line can do."""

    parties: list[PartyItem]
    events: list[CallEventItem]
    abilities: list[str]


async def listed(conn: Conn, services: Services, user: User, asked: CallsQuery) -> Mapping[str, object]:
    """The calls that a user may see, the newest first."""
    whose = None if user.role is Role.MANAGER else user.id
    rows = await calls_sql.calls_seen(conn, whose, asked.open, asked.cursor, None, asked.limit)
    cursor = str(rows[-1].id) if len(rows) == asked.limit else None
    return {"items": [_item(services, row) for row in rows], "next_cursor": cursor}


async def detail(conn: Conn, services: Services, user: User, call_id: int) -> Mapping[str, object]:
    """One call. Raises Missing where it does not exist for this user. A liaison sees who is in it, not what happened before."""
    row = await calls_sql.call_by_id(conn, call_id)
    if row is None:
        raise Missing("There is no call %(item)s.", item=call_id)
    await see(conn, user, as_call(row))
    (found,) = await calls_sql.calls_seen(conn, None, False, None, call_id, 1)
    people = [
        {
            "id": p.id,
            "kind": p.kind,
            "user": p.user_id,
            "department": p.department_id,
            "emergency": p.emergency,
            "mode": p.mode,
            "invited_at": p.invited_at,
            "joined_at": p.joined_at,
            "held_at": p.held_at,
            "left_at": p.left_at,
        }
        for p in await parties_sql.parties_of(conn, call_id)
    ]
    events = [
        {"kind": e.kind, "party": e.party_id, "actor": e.actor, "at": e.at, "detail": e.detail}
        for e in (await calls_sql.events_of_call(conn, call_id) if user.in_centre else [])
    ]
    carrier = CarrierName(row.carrier)
    return {
        **_item(services, found),
        "parties": people,
        "events": events,
        "abilities": [ability.value for ability in Ability if able(services, carrier, ability)],
    }


def _item(services: Services, row: calls_sql.CallsSeenRow) -> dict[str, object]:
    return {
        "id": row.id,
        "direction": row.direction,
        "carrier": row.carrier,
        "state": row.state,
        "contact": row.contact_id,
        "call_back": row.call_back_id,
        "ticket": row.ticket,
        "operator": row.operator,
        "phone": masked(services.keys.decrypt(row.phone_enc)) if row.phone_enc else "",
        "skill": row.skill,
        "arrived_at": row.arrived_at,
        "queued_at": row.queued_at,
        "kept_at": row.kept_at,
        "answered_at": row.answered_at,
        "ended_at": row.ended_at,
        "ended_why": row.ended_why,
        "ringing": row.ringing,
        "rings_until": row.until,
    }
