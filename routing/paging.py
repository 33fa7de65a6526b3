"""Paging in the database: ladders begin with the dispatch, climb by a sweep, stop at once when acknowledged.

The order of locks is a move's: the ticket before its ladder and its assignment. The sweep waits for no lock at all.

The sweep: 1. Lock due ladders with their tickets, passing by what others hold. 2. End those that need nobody any more. 3. Work out the next
step (pure). 4. Insert the pages: the unique key says which are new. 5. Write the messages of the new ones, one for all
tickets that go to the same person. 6. Advance.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import asyncpg

from hotline.base.db import Conn, Pool
from hotline.base.events import Draft, Event, Subscriber
from hotline.base.house import House, InboundSms, Outgoing
from hotline.base.ids import TicketId
from hotline.base.live import tell
from hotline.base.problem import Problem
from hotline.grams import folded
from hotline.outbox.store import Message, enqueue
from hotline.people.store import as_user
from hotline.said import said
from hotline.tickets import store as tickets
from hotline.work import department as department_moves
from hotline.work.move import Act, Move, Nothing, Who, perform_in
from routing.ladder import STEPS, Page, Person, code_of, next_at, next_pages, step_at
from routing.returns import Q

BATCH = 200
_BUNDLE = 6
_CODE = re.compile(r"^([a-z]{2}[6-9])[\s,，.。!！]*(签收|签|sign)?[\s.。!！]*$")
STARTS = frozenset({"dispatched", "co_handler", "ruled"})
STOPS = frozenset(
    {"signed", "returned", "recalled", "answered", "declined", "transferred", "withdrawn", "merged", "archived", "ruled"}
)  # fmt: skip


async def on_start(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """A department was given a ticket: its ladder begins at once, fresh for each department."""
    fresh = [e for e in events if not e.detail.get("overruled")]
    rows = await tickets.lock_many(conn, [e.ticket for e in fresh])
    left = {int(str(e.detail["assignment"])): e for e in fresh}
    for attempt in range(50):
        if not left:
            return
        todo = list(left.items())
        await conn.fetch(
            Q["start_paging"], [a for a, _ in todo], [e.ticket for _, e in todo],
            [e.detail["department"] for _, e in todo], [code_of(a, attempt) for a, _ in todo],
            [rows[e.ticket].urgency for _, e in todo], now,
        )  # fmt: skip
        known = {r["assignment_id"] for r in await conn.fetch(Q["known_pagings"], list(left))}
        left = {a: e for a, e in left.items() if a not in known}
    for event in fresh:
        await tell(
            conn, f"department:{event.detail['department']}", "ticket", number=rows[event.ticket].number
        )


async def on_stop(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """Signed or over: nobody is paged any more."""
    over = await conn.fetch(Q["over_pagings"], sorted({e.ticket for e in events}))
    await conn.fetch(Q["end_paging"], [row["assignment_id"] for row in over], now, events[0].kind)


async def on_return(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """While a return waits for its ruling nobody is paged; overruled, the ladder goes on where it stood."""
    ids = sorted({e.ticket for e in events})
    await conn.execute(Q["hold_paging"], ids)
    await conn.execute(Q["resume_paging"], ids, now, STEPS)


async def on_corrected(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """Another urgency: the wait is that of the new one, counted from the last page."""
    ids = sorted({e.ticket for e in events if "urgency" in e.detail})
    rows = await conn.fetch(Q["reclassed_pagings"], ids)
    zone = house.settings.zone
    moments = [
        row["next_at"]
        if row["next_at"] is None or row["paged_at"] is None
        else max(now, next_at(row["urgency"], row["paged_at"], zone))
        for row in rows
    ]
    await conn.execute(
        Q["reclass_pagings"], [r["assignment_id"] for r in rows], [r["urgency"] for r in rows], moments
    )


async def page_due(pool: Pool, house: House, now: datetime) -> int:
    """The sweep; returns how many ladders were due. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await conn.fetch(Q["due_pagings"], now, BATCH)
        if rows:
            await _climb(conn, house, rows, now)
    return len(rows)


async def _climb(conn: Conn, house: House, rows: Sequence[asyncpg.Record], now: datetime) -> None:
    over = [r for r in rows if r["acknowledged_at"] or r["signed_at"] or r["over_at"]]
    await conn.fetch(Q["end_paging"], [r["assignment_id"] for r in over], now, "over")
    waiting = [r for r in rows if r not in over]
    duty = await _on_duty(conn, house, sorted({r["department_id"] for r in waiting}), now)
    manager = await _manager(conn, house)
    wanted: list[tuple[asyncpg.Record, int, Page]] = []
    ahead: list[tuple[int, int, datetime | None]] = []
    for row in waiting:
        may = step_at(row["step"], row["urgency"], now, house.settings.zone)
        if may > now:
            ahead.append((row["assignment_id"], row["step"], may))
            continue
        step, pages = next_pages(row["step"], row["urgency"], duty.get(row["department_id"], ()), manager)
        wanted += [(row, step, page) for page in pages]
        more = bool(pages) and step + 1 < STEPS
        ahead.append(
            (
                row["assignment_id"],
                step + 1,
                next_at(row["urgency"], now, house.settings.zone) if more else None,
            )
        )
    fresh = await conn.fetch(
        Q["insert_pages"], [r["assignment_id"] for r, _, _ in wanted], [s for _, s, _ in wanted],
        [p.person.user for _, _, p in wanted], [p.channel for _, _, p in wanted], now,
    )  # fmt: skip
    new = {(r["assignment_id"], r["step"], r["user_id"], r["channel"]) for r in fresh}
    sent = [w for w in wanted if (w[0]["assignment_id"], w[1], w[2].person.user, w[2].channel) in new]
    await enqueue(conn, house.keys, _messages(house, sent, now), now)
    await conn.execute(
        Q["advance_pagings"], [a for a, _, _ in ahead], [s for _, s, _ in ahead], [n for _, _, n in ahead]
    )
    if any(step == STEPS - 1 for _, step, _ in sent) or any(n is None for _, _, n in ahead):
        await tell(conn, "centre", "ticket")


async def _on_duty(
    conn: Conn, house: House, departments: Sequence[int], now: datetime
) -> Mapping[int, list[Person]]:
    """Who can be paged now, by department: the roster, or the liaisons where there is none."""
    found: dict[int, list[Person]] = defaultdict(list)
    for row in await conn.fetch(Q["on_duty"], list(departments), now):
        found[row["department_id"]].append(_person(house, row, row["rank"]))
    bare = [d for d in departments if d not in found]
    for row in await conn.fetch(Q["liaisons"], bare):
        found[row["department_id"]].append(_person(house, row, "leader" if row["leads"] else "member"))
    return found


def _person(house: House, row: asyncpg.Record, rank: str) -> Person:
    return Person(row["user_id"], rank, house.keys.decrypt(row["phone_enc"]), row["language"])


async def _manager(conn: Conn, house: House) -> Person | None:
    row = await conn.fetchrow(Q["managers"])
    return _person(house, row, "manager") if row else None


def _messages(house: House, sent: Sequence[tuple[asyncpg.Record, int, Page]], now: datetime) -> list[Message]:
    """One message for each person and channel, for up to six tickets at once; never the person's words or name."""
    groups: dict[tuple[int, str, int], list[tuple[asyncpg.Record, int, Page]]] = defaultdict(list)
    for item in sent:
        groups[item[2].person.user, item[2].channel, item[1]].append(item)
    found = []
    for (user, channel, step), items in groups.items():
        for at in range(0, len(items), _BUNDLE):
            part = items[at : at + _BUNDLE]
            person = part[0][2].person
            body = _words(house, [row for row, _, _ in part], person.language, channel, now)
            found.append(
                Message(
                    f"page:{part[0][0]['assignment_id']}:{step}:{user}:{channel}", "page" if channel == "sms" else "page_voice",
                    "sms" if channel == "sms" else "voice", person.phone, body,
                    ticket_id=part[0][0]["ticket_id"], user_id=user,
                    about={"pages": [row["assignment_id"] for row, _, _ in part], "step": step},
                )
            )  # fmt: skip
    return found


def _words(house: House, rows: Sequence[asyncpg.Record], language: str, channel: str, now: datetime) -> str:
    say, zone = house.texts.say, house.settings.zone
    if channel == "voice":
        return say("page_voice", language, hotline=house.settings.number, count=len(rows),
                   urgency=say(f"urgency_{rows[0]['urgency']}", language))  # fmt: skip
    first = rows[0]
    values = {
        "hotline": house.settings.number, "urgency": say(f"urgency_{first['urgency']}", language),
        "number": first["number"], "place": (first["place"] or say("no_place", language))[:30],
        "category": say(f"category_{first['category']}", language), "code": first["code"],
        "due": said(first["started_at"] + SIGN_WITHIN[first["urgency"]], now, zone, language),
    }  # fmt: skip
    if len(rows) == 1:
        return say("page", language, **values)
    listed = "；".join(f"{r['number']} {r['code']}" for r in rows)
    return say("page_several", language, hotline=house.settings.number, count=len(rows), listed=listed)


#: Shown in the page; the clock itself is kept above, by policy.
SIGN_WITHIN = {
    "critical": timedelta(minutes=15),
    "urgent": timedelta(minutes=30),
    "normal": timedelta(hours=2),
}


async def still_wanted(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """The guard: nothing is paged that was acknowledged, signed, returned or ended, or that went on to a later step."""
    return bool(await conn.fetchval(Q["wanted_pages"], message.about["pages"], message.about["step"]))


async def acknowledge(conn: Conn, house: House, assignment: int, actor: str, how: str, now: datetime) -> bool:
    """Acknowledged: the ladder stops at once. False where it was before. Signs nothing.

    The ticket is locked first, as every move does; the other way round a signature at the same moment deadlocks.
    """
    await _lock_tickets(conn, [assignment])
    row = await conn.fetchrow(Q["assignment"], assignment)
    assert row is not None, assignment
    if row["acknowledged_at"] is not None or row["ended_at"] is not None:
        return False
    await conn.execute(tickets.Q["acknowledge_assignment"], assignment, now, actor)
    await conn.fetch(Q["end_paging"], [assignment], now, how)
    detail = {"department": row["department_id"], "assignment": assignment, "how": how}
    await house.publish(conn, Draft(TicketId(row["ticket_id"]), "acknowledged", actor, detail), now)
    return True


async def _lock_tickets(conn: Conn, assignments: Sequence[int]) -> None:
    rows = await conn.fetch(Q["tickets_of_assignments"], list(assignments))
    await tickets.lock_many(conn, [TicketId(row["ticket_id"]) for row in rows])


async def on_key(conn: Conn, house: House, message: Outgoing, state: str, now: datetime) -> None:
    """The receipt hook of voice pages: a key was pressed."""
    if state == "acknowledged":
        await _lock_tickets(conn, message.about["pages"])
        for assignment in message.about["pages"]:
            await acknowledge(conn, house, assignment, f"user:{message.user_id}", "key", now)


async def claim(conn: Conn, house: House, sms: InboundSms, now: datetime) -> bool:
    """A reply code by SMS, either case, with 签收 to sign as well. Only from a phone that is known here."""
    match = _CODE.match(folded(sms.text).strip())
    if match is None or not sms.sender.number:
        return False
    row = await conn.fetchrow(Q["user_of_phone"], house.keys.hash(sms.sender.number))
    if row is None:
        return False
    user, code = as_user(row), match[1].upper()
    found = await conn.fetchrow(Q["paging_by_code"], user.id, code, user.department_id)
    name, values = "page_unknown", {"code": code, "number": ""}
    if found is not None:
        values["number"] = found["number"]
        await acknowledge(conn, house, found["assignment_id"], user.actor, "sms", now)
        name = "page_acknowledged"
        if match[2]:
            name = await _sign(conn, house, row, found["number"], now)
    body = house.texts.say(name, user.language, hotline=house.settings.number, **values)
    message = Message(f"answer:{sms.inbound_id}", "answer", "sms", sms.sender.number, body, user_id=user.id)
    await enqueue(conn, house.keys, [message], now)
    return True


async def _sign(conn: Conn, house: House, user: asyncpg.Record, number: str, now: datetime) -> str:
    """`码+签收`: sign as the web would; what speaks against it leaves the acknowledgement standing."""
    sign = next(m for m in department_moves.MOVES if m.noun == "signatures")
    try:
        async with conn.transaction():
            await perform_in(conn, house, sign, as_user(user), number, {}, now)
    except Problem:
        return "page_acknowledged"
    return "page_signed"


async def acknowledged_on_web(act: Act, body: Nothing) -> Mapping[str, object]:
    """Acknowledge the page of one's department on the web."""
    own = await act.own_assignment()
    fresh = await acknowledge(act.conn, act.house, own.id, act.user.actor, "web", act.now)
    return {"assignment": own.id, "acknowledged": True, "fresh": fresh}


MOVES = (Move("acknowledgements", Nothing, Who.ASSIGNED, acknowledged_on_web, "Acknowledge the page"),)
SUBSCRIBERS = (
    Subscriber("paging stops", STOPS, on_stop),
    Subscriber("paging waits", frozenset({"returned", "ruled"}), on_return),
    Subscriber("paging hurries", frozenset({"corrected"}), on_corrected),
    Subscriber("paging starts", STARTS, on_start),
)
