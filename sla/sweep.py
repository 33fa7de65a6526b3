"""The ladder climbed: due steps are taken in batches, each once, with their messages in the same transaction.

1. Lock due clocks, passing by what others hold. 2. Work out the steps (pure). 3. Insert the steps: the unique key says
which are new. 4. Advance and latch. 5. Events, orders, queue items and messages of the new steps only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from hotline.base.db import Conn, Pool
from hotline.base.events import Draft
from hotline.base.house import House, Outgoing
from hotline.base.ids import TicketId
from hotline.base.live import tell
from hotline.outbox.store import Message, enqueue
from hotline.said import said
from sla.ladder import Step, ladder, upcoming
from sla.policy import Rule
from sla.store import Q, load_calendar

BATCH = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that is due on a clock."""

    row: asyncpg.Record
    step: Step


async def climb(pool: Pool, house: House, now: datetime) -> int:
    """The sweep; returns how many clocks were due. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await conn.fetch(Q["due_steps"], now, BATCH)
        if rows:
            await _climb(conn, house, rows, now)
    return len(rows)


async def _climb(conn: Conn, house: House, rows: Sequence[asyncpg.Record], now: datetime) -> None:
    calendar = await load_calendar(conn, house.settings.zone, now)
    taken: list[Taken] = []
    ahead = []
    for row in rows:
        rule = Rule(row["base"], row["amount"], row["whose"])
        steps = ladder(rule, row["clock"], row["started_at"], row["due_at"], calendar)
        due, later = upcoming(steps, row["step"], now)
        if row["state"] != "running":
            due, later = (), None
        taken += [Taken(row, step) for step in due]
        place = steps.index(later) if later else 9
        ahead.append((row["id"], later.at if later else None, place, any(s.name == "breach" for s in due)))
    fresh = await conn.fetch(
        Q["add_steps"],
        [t.row["id"] for t in taken],
        [t.step.name for t in taken],
        [t.step.at for t in taken],
        now,
    )
    new = {(row["clock_id"], row["step"]) for row in fresh}
    columns: Sequence[Sequence[object]] = list(zip(*ahead, strict=True))
    await conn.execute(Q["advance"], *[list(column) for column in columns])
    await _effects(conn, house, [t for t in taken if (t.row["id"], t.step.name) in new], now)


async def _effects(conn: Conn, house: House, taken: Sequence[Taken], now: datetime) -> None:
    on_tickets = [t for t in taken if t.row["ticket_id"] is not None]
    for t in (t for t in on_tickets if t.step.name == "queue"):
        await conn.fetchval(Q["queue_item"], t.row["ticket_id"], "overdue", now)
    orders = {}
    for t in (t for t in on_tickets if t.step.name == "order" and t.row["department_id"] is not None):
        orders[t.row["id"]] = await conn.fetchrow(
            Q["insert_order"],
            t.row["ticket_id"],
            t.row["id"],
            t.row["department_id"],
            "",
            t.row["due_at"],
            "system",
            now,
        )
    drafts = []
    for t in on_tickets:
        order = orders.get(t.row["id"])
        detail: dict[str, object] = {"clock": t.row["clock"], "clock_id": t.row["id"], "step": t.step.name}
        if t.row["department_id"] is not None:
            detail["department"] = t.row["department_id"]
        if t.step.name == "order" and order is not None:
            drafts.append(
                Draft(TicketId(t.row["ticket_id"]), "ordered", "system", {**detail, "order": order["id"]})
            )
        else:
            drafts.append(Draft(TicketId(t.row["ticket_id"]), "chased", "system", detail))
    drafts.sort(key=lambda d: d.ticket)
    await house.publish_many(conn, drafts, now)
    await enqueue(conn, house.keys, await _messages(conn, house, on_tickets, now), now)
    if any(t.step.name == "breach" for t in taken):
        await tell(conn, "centre", "ticket")


async def _messages(conn: Conn, house: House, taken: Sequence[Taken], now: datetime) -> list[Message]:
    """Reminders and breaches go to the department's liaison, orders also to the leader of its task force."""
    ours = [
        t for t in taken if t.row["department_id"] is not None and t.step.name in {"chase", "breach", "order"}
    ]
    ids = sorted({t.row["department_id"] for t in ours})
    phones = {leads: await _phones(conn, ids, leads) for leads in (False, True)}
    found = []
    for t in ours:
        for leads in (False, True) if t.step.name == "order" else (False,):
            person = phones[leads].get(t.row["department_id"])
            if person is not None:
                found.append(_message(house, t, person, leads, now))
    return found


async def _phones(conn: Conn, departments: Sequence[int], leads: bool) -> Mapping[int, asyncpg.Record]:
    if not departments:
        return {}
    rows = await conn.fetch(Q["liaison_phones"], list(departments), leads)
    return {row["department_id"]: row for row in rows}


def _message(house: House, t: Taken, person: asyncpg.Record, leads: bool, now: datetime) -> Message:
    language = person["language"]
    name = {"chase": "chase", "breach": "breach", "order": "order"}[t.step.name]
    body = house.texts.say(
        name, language, hotline=house.settings.number, number=t.row["number"], clock=house.texts.say(f"clock_{t.row['clock']}", language),
        due=said(t.row["due_at"], now, house.settings.zone, language),
    )  # fmt: skip
    return Message(
        f"{name}:{t.row['id']}:{person['id']}", "chase" if name != "order" else "order", "sms",
        house.keys.decrypt(person["phone_enc"]), body, ticket_id=t.row["ticket_id"], user_id=person["id"],
        about={"clock": t.row["id"], "leads": leads},
    )  # fmt: skip


async def still_running(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """The guard of reminders: not wanted once the clock stopped."""
    return (
        bool(await conn.fetchval(Q["is_running"], message.about["clock"]))
        if "clock" in message.about
        else True
    )
