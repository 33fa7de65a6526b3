"""The monthly surprise page (rulebook §6): once a month each department is paged as if for a ticket, and it is published.

1. On the first of the month a moment is drawn for each department, by day or night, and told to nobody. 2. At that moment the
person on duty is paged with a code, by SMS and a call. 3. The code sent back, or the key, within the wait of an urgent page is an
answer in time; later it is late; none within a day is silence, unless it never left us; nobody to page is "nobody". Reports read the rows.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.timers import monthly
from hotline.base.services import InboundSms, Outgoing, Services
from hotline.outbox.store import Message, enqueue
from routing.alerts import paging_sql, surprise_pages_sql
from routing.alerts.answer_words import codes_in
from routing.alerts.ladder import CODES, WAITS, code_of
from routing.alerts.paging import people_on_duty

KIND, VOICE = "surprise", "surprise_voice"
IN_TIME = WAITS["urgent"]
_SILENT = timedelta(days=1)
FIRSTS = monthly(1, time(0, 10))
Result = Literal["answered", "late", "silent", "nobody", "not_sent", "waiting"]


def result_of(row: surprise_pages_sql.ResultsRow, now: datetime) -> Result:
    """What became of a surprise page that went out. Exactly at the end of the wait is in time. Pure."""
    if row.user_id is None:
        return "nobody"
    if row.answered_at is not None:
        return "answered" if row.answered_at - row.paged_at <= IN_TIME else "late"
    if now - row.paged_at <= _SILENT:
        return "waiting"
    return "silent" if row.left_us else "not_sent"


async def plan(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """Draw a moment of the month for each department; a month that is over is not made up for."""
    zone = services.settings.zone
    month = due_at.astimezone(zone).date().replace(day=1)
    end = datetime.combine((month + timedelta(days=32)).replace(day=1), time(), zone) - timedelta(hours=1)
    if now >= end:
        return
    departments = await surprise_pages_sql.departments(conn)
    span = int((end - now).total_seconds())
    moments = [now + timedelta(seconds=secrets.randbelow(span)) for _ in departments]
    await surprise_pages_sql.plan(conn, departments, month, moments)


async def page_due(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: page who is on duty where the moment has come; returns how many. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await surprise_pages_sql.due(conn, now)
        if not rows:
            return 0
        duty = await people_on_duty(conn, services, sorted({r.department_id for r in rows}), now)
        messages = []
        for row in rows:
            person = next(iter(duty.get(row.department_id, ())), None)
            code = code_of(secrets.randbelow(CODES))
            await surprise_pages_sql.paged(conn, row.id, person.user if person else None, now, code)
            if person is None:
                continue
            for channel, kind in (("sms", KIND), ("voice", VOICE)):
                words = services.texts.say(kind, person.language, hotline=services.settings.number, code=code)
                messages.append(
                    Message(
                        f"surprise:{row.id}:{channel}",
                        kind,
                        "sms" if channel == "sms" else "voice",
                        person.phone,
                        words,
                        user_id=person.user,
                        about={"surprise": row.id},
                    )
                )
        await enqueue(conn, services.keys, messages, now)
    return len(rows)


async def claim(conn: Conn, services: Services, sms: InboundSms, now: datetime) -> bool:
    """The code of a surprise page, sent back by whom it paged."""
    codes = codes_in(sms.text)
    if not codes or not sms.sender.number:
        return False
    user = await paging_sql.user_of_phone(conn, services.keys.hash(sms.sender.number))
    if user is None:
        return False
    found = [await surprise_pages_sql.answered(conn, user.id, code, now, "sms", now - _SILENT) for code in codes]
    if not any(found):
        return False
    body = services.texts.say("surprise_thanks", user.language, hotline=services.settings.number)
    message = Message(f"answer:{sms.inbound_id}", "answer", "sms", sms.sender.number, body, user_id=user.id)
    await enqueue(conn, services.keys, [message], now)
    return True


async def on_key(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """The receipt hook of the call: its key was pressed."""
    if state == "acknowledged":
        await surprise_pages_sql.answered_by_key(conn, message.about["surprise"], now, now - _SILENT)


async def still_wanted(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """The guard: nothing is sent that was answered, or whose time to answer has run out before it left."""
    return bool(await surprise_pages_sql.wanted(conn, message.about["surprise"], now - IN_TIME))


async def results(conn: Conn, month: date, now: datetime, department: int | None = None) -> list[dict[str, Any]]:
    """The surprise pages of a month that were sent, by department; future ones are not shown."""
    rows: list[surprise_pages_sql.ResultsRow] = await surprise_pages_sql.results(conn, month, department)
    return [
        {
            "department": r.department,
            "department_name": r.name,
            "department_name_en": r.name_en,
            "person": r.shown_name,
            "paged_at": r.paged_at,
            "answered_at": r.answered_at,
            "how": r.how,
            "result": result_of(r, now),
        }
        for r in rows
    ]
