"""Freezing a notice: the centre proposes, a leader approves, then content, rule version, hash and seal are fixed.

A correction is a notice of its own that amends the first; both stay.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import asyncpg
import orjson
from pydantic import ValidationError

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from hotline.people.store import audit
from hotline.people.user import User
from reports.figures.month import Month, begun
from reports.notice import notice_sql
from reports.notice.content import load_content
from reports.notice.form import FORM, NoticeContent, as_content, canonical, text_of
from reports.notice.hearing import refuse_unheard
from reports.notice.record_check import record_faults, refuse_untrue
from reports.notice.store import rules_of, rules_on


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is read: a draft made now (no id), a proposal, or what a leader approved. `hash`: SHA-256 of the content.

    `stored` is the content as it is frozen, which programs are given; `content` is the same as this program reads it.
    """

    month: Month
    stored: Mapping[str, Any]
    hash: bytes
    rules: int
    as_of: datetime
    id: int | None = None
    amends: int | None = None
    reason: str = ""
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    approved_by: int | None = None
    approved_at: datetime | None = None

    @property
    def content(self) -> NoticeContent:
        """The content, name by name. Raises pydantic's ValidationError where what is stored is not of our form."""
        return as_content(self.stored)

    @property
    def state(self) -> str:
        """draft, proposed or approved."""
        if self.id is None:
            return "draft"
        return "approved" if self.approved_at is not None else "proposed"


def _of(row: notice_sql.LatestApprovedRow) -> Notice:
    return Notice(
        Month(row.month.year, row.month.month),
        orjson.loads(row.content),
        row.hash,
        row.rule_version,
        row.as_of,
        row.id,
        row.amends,
        row.reason,
        row.proposed_by,
        row.proposed_at,
        row.approved_by,
        row.approved_at,
    )


async def draft(conn: Conn, services: Services, month: Month, now: datetime) -> Notice:
    """The notice of a month as it would be proposed now."""
    begun(month, now, services.settings.zone)
    rules = await rules_on(conn, month.first)
    text = canonical(await load_content(conn, month, rules, now, services.settings.zone))
    return Notice(month, orjson.loads(text), sha256(text.encode()).digest(), rules.version, now)


async def approved(conn: Conn, month: Month) -> Notice | None:
    """The notice of a month that holds, or None."""
    row = await notice_sql.latest_approved(conn, month.first)
    return _of(row) if row is not None else None


async def proposed(conn: Conn, month: Month) -> Notice | None:
    """The proposal of a month that waits for the leader, or None."""
    row = await notice_sql.proposed(conn, month.first)
    return _of(row) if row is not None else None


async def held_notice(conn: Conn, services: Services, month: Month, now: datetime) -> Notice:
    """What there is of a month: the approved notice, else the proposal, else a draft made now."""
    return await approved(conn, month) or await proposed(conn, month) or await draft(conn, services, month, now)


async def propose(conn: Conn, services: Services, user: User, month: Month, reason: str, now: datetime) -> int:
    """Propose the notice of a month that is over; a proposal before it gives way. After approval only with a reason, as an amendment.

    Raises Illegal while a department may be heard or an appeal waits, and where the record does not hold.
    """
    if month.ends_at(services.settings.zone) > now:
        raise Illegal("%(month)s is not over yet.", month=str(month))
    standing, waiting = await approved(conn, month), await proposed(conn, month)
    if standing is not None and not reason:
        raise Illegal(
            "The notice of %(month)s was approved and is frozen. A correction is an amendment: give its reason.",
            month=str(month),
        )
    await refuse_unheard(conn, services, month, now)
    await refuse_untrue(conn, services, month, now)
    if waiting is not None:
        await notice_sql.withdraw(conn, waiting.id, now)
    made = await draft(conn, services, month, now)
    text = text_of(made.stored)
    try:
        async with conn.transaction():
            ident = await notice_sql.insert_notice(
                conn,
                month.first,
                standing.id if standing else None,
                reason,
                made.rules,
                made.as_of,
                text,
                sha256(text.encode()).digest(),
                user.id,
                now,
            )
    except asyncpg.UniqueViolationError as error:
        raise Illegal("Somebody else proposed this notice just now.") from error
    await audit(conn, user.actor, "notice_proposed", now, month=str(month), notice=ident)
    return int(ident)


async def approve(conn: Conn, services: Services, user: User, month: Month, now: datetime, read: str = "") -> Notice:
    """A leader approves the proposal: content, rule version and hash are sealed and never change again.

    `read`: the hash of what the leader read. Raises Illegal where that is not what waits, where the record does not hold, and where the
    rows give another content by now.
    """
    row = await _waiting(conn, month, read)
    if sha256(row.content.encode()).digest() != row.hash:
        raise Illegal("The proposal of %(month)s was changed after it was made. Propose it again.", month=str(month))
    await refuse_untrue(conn, services, month, now)
    changed = await _made_again(conn, services, row)
    if changed:
        raise Illegal(
            "What was proposed does not come out of the rows any more: %(where)s. Propose it again.",
            where="; ".join(changed[:3]),
        )
    seal = seal_of(services, row, user.id, now)
    await notice_sql.approve(conn, row.id, user.id, now, seal)
    await audit(conn, user.actor, "notice_approved", now, month=str(month), notice=row.id, hash=row.hash.hex())
    found = await approved(conn, month)
    assert found is not None
    return found


async def _waiting(conn: Conn, month: Month, read: str) -> notice_sql.LatestApprovedRow:
    """The proposal that waits, locked. Raises Illegal where there is none, or another than was read."""
    row = await notice_sql.proposed(conn, month.first)
    if row is None:
        raise Illegal("No proposal of %(month)s waits for approval.", month=str(month))
    if read and read != row.hash.hex():
        raise Illegal("The proposal of %(month)s was made anew since you read it. Read it again.", month=str(month))
    return row


async def send_back(conn: Conn, user: User, month: Month, reason: str, now: datetime, read: str = "") -> None:
    """A leader sends the proposal back to the centre, with the reason. Raises Illegal where none waits."""
    row = await _waiting(conn, month, read)
    await notice_sql.send_back(conn, row.id, now, user.actor, reason)
    await audit(conn, user.actor, "notice_sent_back", now, month=str(month), notice=row.id)


def seal_of(services: Services, row: notice_sql.LatestApprovedRow, by: int, at: datetime) -> bytes:
    """An HMAC with a key outside the database over what was approved, by whom and when."""
    said = "\n".join(
        [
            "notice",
            str(row.id),
            row.month.isoformat(),
            str(row.rule_version),
            row.as_of.astimezone(UTC).isoformat(),
            row.hash.hex(),
            str(row.amends),
            row.reason,
            str(by),
            at.astimezone(UTC).isoformat(),
        ]
    )
    return hmac.digest(services.keys.seal, said.encode(), "sha256")


async def verify(conn: Conn, services: Services, month: Month, now: datetime) -> list[str]:
    """What does not hold of the approved notice of a month, a line each; nothing where all does. Raises Missing.

    1. The content has its hash. 2. The seal is ours. 3. The record of its tickets holds: where not, ticket, event and both values are
    said. 4. Made again from the rows, by its rules and at its moment, it is the same.
    """
    row = await notice_sql.latest_approved(conn, month.first)
    if row is None:
        raise Missing("There is no approved notice of %(month)s.", month=str(month))
    found = []
    if sha256(row.content.encode()).digest() != row.hash:
        found.append("the stored content does not have its hash")
    assert row.seal is not None, "an approved notice is sealed"
    assert row.approved_by is not None, "by somebody"
    assert row.approved_at is not None, "at a moment"
    if not hmac.compare_digest(row.seal, seal_of(services, row, row.approved_by, row.approved_at)):
        found.append("the seal is not that of the approval")
    found += await record_faults(conn, services, month, now)
    return [*found, *await _made_again(conn, services, row)]


async def _made_again(conn: Conn, services: Services, row: notice_sql.LatestApprovedRow) -> list[str]:
    """Where the content made again from the rows differs from what is stored, a line each."""
    stored = orjson.loads(row.content)
    if stored.get("form") != FORM:
        return [f"made by form {stored.get('form')} of an earlier program: it cannot be made again"]
    rules = await rules_of(conn, row.rule_version)
    month = Month(row.month.year, row.month.month)
    try:
        again = as_content(stored)
    except ValidationError as error:
        return [f"the stored content is not of its form: {_place(error)}"]
    made = await load_content(conn, month, rules, row.as_of, services.settings.zone, again=again)
    return differences(stored, orjson.loads(canonical(made)))


def _place(error: ValidationError) -> str:
    """Where in a content the first thing stands that is not of its form."""
    return ".".join(str(part) for part in error.errors()[0]["loc"])


def differences(stored: Any, made: Any, path: str = "") -> list[str]:
    """Where two contents differ: the place, what stands and what comes out now."""
    if isinstance(stored, dict) and isinstance(made, dict):
        return [
            line
            for key in sorted({*stored, *made})
            for line in differences(stored.get(key), made.get(key), f"{path}.{key}" if path else key)
        ]
    if isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        return [
            line
            for place, (a, b) in enumerate(zip(stored, made, strict=True))
            for line in differences(a, b, f"{path}[{_who(a, place)}]")
        ]
    return [] if stored == made else [f"{path}: {_short(stored)} stands, {_short(made)} comes out"]


def _who(item: Any, place: int) -> str:
    """How an item of a list is named: by its code or name, else by its place."""
    return (
        str(item.get("code") or item.get("group") or item.get("name") or place)
        if isinstance(item, dict)
        else str(place)
    )


def _short(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"
