"""Duty disputes (职责争议): opinions of the staffing office and the justice bureau, then the county government; what they confirm
enters the responsibility catalogue, and nothing else does but an import (rulebook §7)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

import asyncpg
from pydantic import Field, StringConstraints, field_validator

from hotline.base.db.connection import Conn, queries
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.text.search_keys import grams
from hotline.people.roles import ADMINS, MANAGERS, OVERSIGHT
from hotline.people.store import audit
from hotline.tickets import store
from routing.actions import Deed, Doing, Form, NoFields
from routing.returns.dispute_states import Opinion, standing
from routing.tables.by_column import read_day

X = queries("routing.returns", "disputes.sql")
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


class DisputeBody(Form):
    """Whose duty is it? The matter as the catalogue would say it, what is in dispute, the ticket it arose from."""

    matter: Short
    question: Words
    ticket: Annotated[str, StringConstraints(max_length=20)] = ""


class OpinionBody(Form):
    """What an office says, on what basis."""

    office: Literal["staffing", "justice"]
    lead: Short
    basis: Words
    co_handlers: list[Short] = Field(default_factory=list)

    _list = field_validator("co_handlers", mode="before")(several)


class ConfirmationBody(Form):
    """What was confirmed, by which document; it enters the catalogue from that day on."""

    lead: Short
    basis: Words
    document: Short
    co_handlers: list[Short] = Field(default_factory=list)
    since: Annotated[str, StringConstraints(max_length=20)] = ""

    _list = field_validator("co_handlers", mode="before")(several)


async def open_dispute(doing: Doing, body: DisputeBody) -> Mapping[str, object]:
    """Ask the two offices; they have three working days."""
    ticket = await store.get(doing.conn, body.ticket) if body.ticket else None
    due_at = await doing.services.working_days(doing.conn, doing.services, doing.now, DAYS)
    made = await doing.conn.fetchval(
        X["open_dispute"],
        body.matter,
        body.question,
        ticket.id if ticket else None,
        doing.user.actor,
        doing.now,
        due_at,
    )
    if made is None:
        raise Illegal("A dispute about this matter is open already.")
    await audit(doing.conn, doing.user.actor, "dispute_opened", doing.now, dispute=made)
    return {"dispute": made, "due_at": due_at}


async def _open(doing: Doing) -> tuple[asyncpg.Record, list[asyncpg.Record], str]:
    """The dispute of a path, locked, with its opinions and where it stands. Raises Missing."""
    row = await doing.conn.fetchrow(X["dispute_locked"], doing.item)
    if row is None:
        raise Missing("There is no such dispute.")
    opinions = await doing.conn.fetch(X["opinions"], [row["id"]])
    return row, opinions, _standing(row, opinions, doing.now)


def _standing(row: asyncpg.Record, opinions: Sequence[asyncpg.Record], now: datetime) -> str:
    said = [Opinion(o["office"], o["lead_id"]) for o in opinions]
    return standing(
        said,
        row["due_at"],
        now,
        confirmed=row["confirmed_at"] is not None,
        withdrawn=row["withdrawn_at"] is not None,
    )


async def give_opinion(doing: Doing, body: OpinionBody) -> Mapping[str, object]:
    """An office's opinion, once; one that comes late is kept too."""
    row, _, stands = await _open(doing)
    if stands in {"confirmed", "withdrawn"}:
        raise Illegal("This dispute is closed.")
    lead = await store.find_department(doing.conn, body.lead, field="lead")
    co = await _codes(doing.conn, body.co_handlers)
    made = await doing.conn.fetchval(
        X["add_opinion"], row["id"], body.office, lead.id, co, body.basis, doing.user.actor, doing.now
    )
    if made is None:
        raise Illegal("This office has given its opinion.")
    await audit(
        doing.conn,
        doing.user.actor,
        "opinion_given",
        doing.now,
        dispute=row["id"],
        office=body.office,
        lead=lead.code,
    )
    _, _, after = await _open(doing)
    return {"dispute": row["id"], "standing": after}


async def _codes(conn: Conn, named: Sequence[str]) -> list[str]:
    return [(await store.find_department(conn, n, field="co_handlers")).code for n in named]


async def confirm(doing: Doing, body: ConfirmationBody) -> Mapping[str, object]:
    """What the offices agree on, or the county government decided, enters the catalogue.

    Raises Illegal while opinions are awaited, and where the offices agree on another lead.
    """
    row, opinions, stands = await _open(doing)
    if stands in {"confirmed", "withdrawn"}:
        raise Illegal("This dispute is closed.")
    if stands == "opinions":
        raise Illegal("Both offices are asked first; their time is not over.")
    lead = await store.find_department(doing.conn, body.lead, field="lead")
    if stands == "agreed" and lead.id != opinions[0]["lead_id"]:
        raise Illegal("Both offices name another department; only what they confirm enters the catalogue.")
    since = read_day(body.since, "since") if body.since else doing.now.astimezone(doing.services.settings.zone).date()
    co = await _codes(doing.conn, body.co_handlers)
    how = "offices" if stands == "agreed" else "government"
    basis = f"{body.basis}（{body.document}）"
    line = await put_line(doing.conn, row["matter"], lead.id, co, basis, since)
    await doing.conn.execute(
        X["confirm_dispute"], row["id"], doing.now, doing.user.actor, how, lead.id, body.document, line
    )
    await audit(
        doing.conn,
        doing.user.actor,
        "dispute_confirmed",
        doing.now,
        dispute=row["id"],
        lead=lead.code,
        how=how,
        line=line,
    )
    return {"dispute": row["id"], "standing": "confirmed", "how": how, "catalogue": line}


async def put_line(conn: Conn, matter: str, lead: int, co: Sequence[str], basis: str, since: date) -> int:
    """A line of the catalogue from a day on; the one before held until then. Raises BadField (older than that one)."""
    before = await conn.fetchval(X["line_since"], matter)
    if before is not None and since < before:
        raise BadField(
            "since: the line in force holds since %(before)s, later than %(since)s.",
            field="since",
            before=str(before),
            since=str(since),
        )
    await conn.execute(X["end_line"], matter, since)
    return int(await conn.fetchval(X["add_line"], matter, grams(matter), lead, list(co), basis, since))


async def withdraw(doing: Doing, body: NoFields) -> Mapping[str, object]:
    """The departments came to terms, or it was opened by mistake."""
    row, _, stands = await _open(doing)
    if stands in {"confirmed", "withdrawn"}:
        raise Illegal("This dispute is closed.")
    await doing.conn.execute(X["withdraw_dispute"], row["id"], doing.now, doing.user.actor)
    await audit(doing.conn, doing.user.actor, "dispute_withdrawn", doing.now, dispute=row["id"])
    return {"dispute": row["id"], "standing": "withdrawn"}


async def listed(conn: Conn, now: datetime, only: int | None = None) -> list[dict[str, Any]]:
    """Disputes with their opinions and where they stand: the open ones first, then the latest."""
    rows = await conn.fetch(X["disputes"], only)
    opinions: dict[int, list[asyncpg.Record]] = defaultdict(list)
    for opinion in await conn.fetch(X["opinions"], [r["id"] for r in rows]):
        opinions[opinion["dispute_id"]].append(opinion)
    return [
        {
            **dict(r),
            "standing": _standing(r, opinions[r["id"]], now),
            "opinions": [dict(o) for o in opinions[r["id"]]],
        }
        for r in rows
    ]


def _deed(path: str, body: type[Form], perform: Any, summary: str) -> Deed:
    return Deed(
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


DEEDS = (
    _deed("disputes", DisputeBody, open_dispute, "Open a duty dispute"),
    _deed("disputes/{dispute}/opinions", OpinionBody, give_opinion, "An office's opinion"),
    _deed("disputes/{dispute}/confirmations", ConfirmationBody, confirm, "What was confirmed enters the catalogue"),
    _deed("disputes/{dispute}/withdrawals", NoFields, withdraw, "Close a dispute without a decision"),
)
