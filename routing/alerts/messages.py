"""The messages of the paging ladder: their words, several tickets of one person in one message, and their send guard.

A page holds number, place, category, due and reply code; never the person's words or name, and no place where the ticket
is confidential (rulebook §§6, 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.services import Outgoing, Services, by_ticket, departments_read
from hotline.base.text.masking import masked_words
from hotline.base.text.spoken_time import spoken_time
from hotline.ids import TicketId
from hotline.outbox.store import Message
from routing.alerts import paging_sql
from routing.alerts.ladder import Page

_BUNDLE = 6
_SMS, _VOICE = "page", "page_voice"
_GRAVITY = ("critical", "urgent", "normal")


@dataclass(frozen=True, slots=True)
class SentPage:
    """A page that is new: its ladder's row, the step, whom and how."""

    row: paging_sql.DuePagingsRow
    step: int
    page: Page


def bundles(sent: Sequence[SentPage]) -> list[list[SentPage]]:
    """What goes together: the pages of one person and channel, up to six at once, the gravest first. Pure."""
    groups: dict[tuple[int, str], list[SentPage]] = defaultdict(list)
    for one in sorted(sent, key=lambda s: _GRAVITY.index(s.row.urgency)):
        groups[one.page.person.user, one.page.channel].append(one)
    return [group[at : at + _BUNDLE] for group in groups.values() for at in range(0, len(group), _BUNDLE)]


def message_of(services: Services, part: Sequence[SentPage], dues: Mapping[int, datetime], now: datetime) -> Message:
    """One message for the tickets of `part`, all of one person and channel.

    `about` carries what the words are made of, so that the guard says only what is still wanted when it leaves.
    """
    first = part[0]
    person, channel = first.page.person, first.page.channel
    say, language = services.texts.say, person.language
    values = [_values(services, one.row, dues, language, now) for one in part]
    about: dict[str, Any] = {
        "pages": [one.row.assignment_id for one in part],
        "steps": [one.step for one in part],
        "urgencies": [value["urgency"] for value in values],
    }
    if channel == "voice":
        about["frame"] = say(
            "page_voice", language, hotline=services.settings.number, count="{count}", urgency="{urgency}"
        )
    else:
        about["frame"] = say(
            "page_several", language, hotline=services.settings.number, count="{count}", listed="{listed}"
        )
        about["lines"] = [say("page_line", language, **value) for value in values]
        about["alone"] = [say("page", language, hotline=services.settings.number, **value) for value in values]
    return Message(
        f"page:{first.row.assignment_id}:{first.step}:{person.user}:{channel}",
        _VOICE if channel == "voice" else _SMS,
        "voice" if channel == "voice" else "sms",
        person.phone,
        words(about, about["pages"]),
        ticket_id=first.row.ticket_id,
        user_id=person.user,
        about=about,
    )


def _values(
    services: Services, row: paging_sql.DuePagingsRow, dues: Mapping[int, datetime], language: str, now: datetime
) -> dict[str, str]:
    """What is filled into the words of a page; a confidential ticket names no place."""
    say = services.texts.say
    place = (
        say("place_kept", language) if row.confidential else masked_words(row.place or "") or say("no_place", language)
    )
    due_at = dues.get(row.assignment_id)
    due = say("page_due", language, due=spoken_time(due_at, now, services.settings.zone, language)) if due_at else ""
    return {
        "urgency": say(f"urgency_{row.urgency}", language),
        "number": row.number,
        "place": " ".join(place.split())[:30],
        "category": say(f"category_{row.category}", language),
        "code": row.code,
        "due": due,
    }


def words(about: Mapping[str, Any], wanted: Sequence[int]) -> str:
    """The words of a message for those of its tickets that are still wanted (at least one). Pure."""
    places = [i for i, assignment in enumerate(about["pages"]) if assignment in set(wanted)]
    if "lines" not in about:
        gravest = about["urgencies"][places[0]]
        return str(about["frame"]).replace("{count}", str(len(places))).replace("{urgency}", gravest)
    if len(places) == 1:
        return str(about["alone"][places[0]])
    listed = "；".join(about["lines"][i] for i in places)
    return str(about["frame"]).replace("{count}", str(len(places))).replace("{listed}", listed)


async def still_wanted(conn: Conn, message: Outgoing, now: datetime) -> bool | str:
    """The guard: nothing is paged that was acknowledged, signed, returned or ended, or that went on to a later step.

    Of several tickets in one message only those still wanted are named: then the words as they must be now.
    """
    about = message.about
    wanted = await paging_sql.wanted_pages(conn, about["pages"], about["steps"])
    if not wanted:
        return False
    return True if len(wanted) == len(about["pages"]) else words(about, wanted)


#: What departments read of it.
READ = departments_read(
    "step", "channel", "at", "person", "department", "department_name", "message", "by_itself", "how"
)


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The pages of tickets: who was paged how and when, what became of the message, how the ladder ended."""
    rows = await paging_sql.pages_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "step": row.step,
            "channel": row.channel,
            "at": row.at,
            "person": row.shown_name,
            "department": row.department,
            "department_name": row.department_name,
            "message": row.message,
            "by_itself": row.by_itself,
            "how": row.how,
        },
    )
