"""Duty disputes (职责争议): opinions of the staffing office and the justice bureau, then the county government; what they confirm
enters the responsibility catalogue, and nothing else does but an import (rulebook §7)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.text.search_keys import grams
from hotline.people.actions import Action, ActionContext, Fields, NoFields
from hotline.people.departments import find_department
from hotline.people.roles import ADMINS, MANAGERS, OVERSIGHT
from hotline.people.store import audit
from hotline.tickets import store
from routing.returns import disputes_sql
from routing.returns.dispute_states import Opinion, standing
from routing.tables.by_column import read_day

DAYS = 3
DECIDERS = MANAGERS | ADMINS
READERS = OVERSIGHT | ADMINS
_WHO = "a manager or an administrator"
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


#: What stands between the entries of one text.
_APART = re.compile(r"[,，、;；\r\n]+")


def several(value: object) -> object:
    """Departments, names or words as a list, or as one text with commas or a line each."""
    if isinstance(value, str):
        return [v.strip() for v in _APART.split(value) if v.strip()]
    return value


class DisputeBody(Fields):
    """Whose duty is it? The matter as the catalogue would say it, what is in dispute, the ticket it arose from."""

    matter: Short
    question: Words
    ticket: Annotated[str, StringConstraints(max_length=20)] = ""


class OpinionBody(Fields):
    """What an office says, on what basis."""

    office: Literal["staffing", "justice"]
    lead: Short
    basis: Words
    co_handlers: list[Short] = Field(default_factory=list)

    _list = field_validator("co_handlers", mode="before")(several)


class ConfirmationBody(Fields):
    """What was confirmed, by which document; it enters the catalogue from that day on."""

    lead: Short
    basis: Words
    document: Short
    co_handlers: list[Short] = Field(default_factory=list)
    since: Annotated[str, StringConstraints(max_length=20)] = ""

    _list = field_validator("co_handlers", mode="before")(several)


async def open_dispute(context: ActionContext, body: DisputeBody) -> Mapping[str, object]:
    """Ask the two offices; they have three working days."""
    ticket = await store.get(context.conn, body.ticket) if body.ticket else None
    due_at = await context.services.hooks.working_days(context.conn, context.services, context.now, DAYS)
    made = await disputes_sql.open_dispute(
        context.conn,
        body.matter,
        body.question,
        ticket.id if ticket else None,
        context.user.actor,
        context.now,
        due_at,
    )
    if made is None:
        raise Illegal("A dispute about this matter is open already.")
    await audit(context.conn, context.user.actor, "dispute_opened", context.now, dispute=made)
    return {"dispute": made, "due_at": due_at}


async def _open(
    context: ActionContext,
) -> tuple[disputes_sql.DisputeLockedRow, list[disputes_sql.OpinionsRow], str]:
    """The dispute of a path, locked, with its opinions and where it stands. Raises Missing."""
    row = await disputes_sql.dispute_locked(context.conn, context.item)
    if row is None:
        raise Missing("There is no such dispute.")
    opinions = await disputes_sql.opinions(context.conn, [row.id])
    return row, opinions, _standing(row, opinions, context.now)


def _standing(
    row: disputes_sql.DisputeLockedRow | disputes_sql.DisputesRow,
    opinions: Sequence[disputes_sql.OpinionsRow],
    now: datetime,
) -> str:
    said = [Opinion(o.office, o.lead_id) for o in opinions]
    return standing(
        said,
        row.due_at,
        now,
        confirmed=row.confirmed_at is not None,
        withdrawn=row.withdrawn_at is not None,
    )


async def give_opinion(context: ActionContext, body: OpinionBody) -> Mapping[str, object]:
    """An office's opinion, once; one that comes late is kept too."""
    row, _, stands = await _open(context)
    if stands in {"confirmed", "withdrawn"}:
        raise Illegal("This dispute is closed.")
    lead = await find_department(context.conn, body.lead, field="lead")
    co = await _codes(context.conn, body.co_handlers)
    made = await disputes_sql.add_opinion(
        context.conn, row.id, body.office, lead.id, co, body.basis, context.user.actor, context.now
    )
    if made is None:
        raise Illegal("This office has given its opinion.")
    await audit(
        context.conn,
        context.user.actor,
        "opinion_given",
        context.now,
        dispute=row.id,
        office=body.office,
        lead=lead.code,
    )
    _, _, after = await _open(context)
    return {"dispute": row.id, "standing": after}


async def _codes(conn: Conn, named: Sequence[str]) -> list[str]:
    return [(await find_department(conn, n, field="co_handlers")).code for n in named]


async def confirm(context: ActionContext, body: ConfirmationBody) -> Mapping[str, object]:
    """What the offices agree on, or the county government decided, enters the catalogue.

    Raises Illegal while opinions are awaited, and where the offices agree on another lead.
    """
    row, opinions, stands = await _open(context)
    if stands in {"confirmed", "withdrawn"}:
        raise Illegal("This dispute is closed.")
    if stands == "opinions":
        raise Illegal("Both offices are asked first; their time is not over.")
    lead = await find_department(context.conn, body.lead, field="lead")
    if stands == "agreed" and lead.id != opinions[0].lead_id:
        raise Illegal("Both offices name another department; only what they confirm enters the catalogue.")
    since = (
        read_day(body.since, "since") if body.since else context.now.astimezone(context.services.settings.zone).date()
    )
    co = await _codes(context.conn, body.co_handlers)
    how = "offices" if stands == "agreed" else "government"
    basis = f"{body.basis}（{body.document}）"
    line = await put_line(context.conn, row.matter, lead.id, co, basis, since)
    await disputes_sql.confirm_dispute(
        context.conn, row.id, context.now, context.user.actor, how, lead.id, body.document, line
    )
    await audit(
        context.conn,
        context.user.actor,
        "dispute_confirmed",
        context.now,
        dispute=row.id,
        lead=lead.code,
        how=how,
        line=line,
    )
    return {"dispute": row.id, "standing": "confirmed", "how": how, "catalogue": line}


async def put_line(conn: Conn, matter: str, lead: int, co: Sequence[str], basis: str, since: date) -> int:
    """A line of the catalogue from a day on; the one before held until then. Raises BadField (older than that one)."""
    before = await disputes_sql.line_since(conn, matter)
    if before is not None and since < before:
        raise BadField(
            "since: the line in force holds since %(before)s, later than %(since)s.",
            field="since",
            before=str(before),
            since=str(since),
        )
    await disputes_sql.end_line(conn, matter, since)
    return int(await disputes_sql.add_line(conn, matter, grams(matter), lead, list(co), basis, since))


async def withdraw(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """The departments came to terms, or it was opened by mistake."""
    row, _, stands = await _open(context)
    if stands in {"confirmed", "withdrawn"}:
        raise Illegal("This dispute is closed.")
    await disputes_sql.withdraw_dispute(context.conn, row.id, context.now, context.user.actor)
    await audit(context.conn, context.user.actor, "dispute_withdrawn", context.now, dispute=row.id)
    return {"dispute": row.id, "standing": "withdrawn"}


@dataclass(frozen=True, slots=True)
class ListedDispute:
    """A dispute with the offices' opinions and where it stands."""

    row: disputes_sql.DisputesRow
    standing: str
    opinions: list[disputes_sql.OpinionsRow]


async def listed(conn: Conn, now: datetime, only: int | None = None) -> list[ListedDispute]:
    """Disputes with their opinions and where they stand: the open ones first, then the latest."""
    rows = await disputes_sql.disputes(conn, only)
    opinions: dict[int, list[disputes_sql.OpinionsRow]] = defaultdict(list)
    for opinion in await disputes_sql.opinions(conn, [r.id for r in rows]):
        opinions[opinion.dispute_id].append(opinion)
    return [ListedDispute(r, _standing(r, opinions[r.id], now), opinions[r.id]) for r in rows]


def _action(path: str, body: type[Fields], perform: Any, summary: str) -> Action:
    return Action(
        path=path,
        page=f"/centre/{path}",
        back="/centre/disputes",
        body=body,
        perform=perform,
        summary=summary,
        roles=DECIDERS,
        rule=_WHO,
        tag="disputes",
    )


ACTIONS = (
    _action("disputes", DisputeBody, open_dispute, "Open a duty dispute"),
    _action("disputes/{dispute}/opinions", OpinionBody, give_opinion, "An office's opinion"),
    _action("disputes/{dispute}/confirmations", ConfirmationBody, confirm, "What was confirmed enters the catalogue"),
    _action("disputes/{dispute}/withdrawals", NoFields, withdraw, "Close a dispute without a decision"),
)
