"""Making the agenda of a consultation: its day, its matters, its documents; a confidential matter in it is recorded as
exported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import BadField
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.ids import TicketId
from reports.consult import agenda
from reports.consult.days import days, on_or_after
from reports.consult.dossier import Dossier, known_names, load_dossiers, standing
from reports.notice.document import DocumentWords
from reports.notice.documents import docx, html, pdf
from reports.notice.rules import Rules
from reports.notice.store import rules_on
from sla.policy.store import load_calendar

KINDS = ("html", "docx", "pdf")
_FIRST, _LAST = date(2000, 1, 1), date(2199, 1, 1)


def read_day(text: str) -> date:
    """`2026-03-18` as a day. Raises BadField."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadField(
            "%(text)s is not a date: write it like 2026-03-18.", field="date", text=repr(text[:20])
        ) from error
    if not _FIRST <= day <= _LAST:
        raise BadField("%(text)s is not a date: write it like 2026-03-18.", field="date", text=repr(text[:20]))
    return day


async def _known(conn: Conn, services: Services, day: date) -> tuple[Rules, Callable[[date], bool]]:
    calendar = await load_calendar(
        conn, services.settings.zone, datetime.combine(day, time(12), services.settings.zone)
    )
    return await rules_on(conn, day), calendar.is_working_day


async def meeting_on_or_after(conn: Conn, services: Services, day: date) -> date:
    """The first consultation on this day or later."""
    rules, is_working = await _known(conn, services, day)
    return on_or_after(day, rules, is_working)


async def meetings(conn: Conn, services: Services, today: date, *, back: int = 4, ahead: int = 6) -> list[date]:
    """The last and the coming consultations, oldest first."""
    rules, is_working = await _known(conn, services, today)
    first = today - timedelta(days=rules.every_days * back)
    return days(first, back + ahead, rules, is_working)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of a consultation, as it stands now."""

    day: date
    dossiers: Sequence[Dossier]
    made_at: datetime


async def make(
    conn: Conn, services: Services, day: date, actor: str, now: datetime, *, kind: EventKind = "exported"
) -> Agenda:
    """The agenda of the consultation of a day. That confidential matters are exported (or `shown`) in it is an event of theirs."""
    rows = await standing(conn, day, services.settings.zone)
    drafts = [
        Draft(TicketId(r.ticket_id), kind, actor, {"document": "agenda", "day": day.isoformat()})
        for r in rows
        if r.confidential
    ]
    await services.publish_many(conn, sorted(drafts, key=lambda d: d.ticket), now)
    return Agenda(day, await load_dossiers(conn, rows, now, await known_names(conn, services, rows)), now)


def documents(made: Agenda, words: DocumentWords, kinds: Sequence[str]) -> dict[str, bytes]:
    """The agenda as documents. Slow: call it in a thread."""
    name, found = agenda.title(made.day, words), agenda.parts(made.day, made.dossiers, words)
    stamp = [words.say("Made on %(at)s from the record.", at=words.at(made.made_at.isoformat()))]
    text = html("reports/notice_document.html", words, title=name, stamp=stamp, mark="", parts=found)
    makers: dict[str, Callable[[], bytes]] = {
        "html": text.encode,
        "docx": partial(docx, name, stamp, found, made.made_at),
        "pdf": partial(pdf, text),
    }
    return {kind: makers[kind]() for kind in kinds}
