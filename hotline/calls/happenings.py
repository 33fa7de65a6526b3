"""What happens in a call, written down: an event of the call, one of its ticket where it has one, and news to the pages of whoever is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Services
from hotline.calls import calls_sql
from hotline.calls.call import Call
from hotline.ids import UserId

#: Who acts where no user does.
CARRIER, SYSTEM = "carrier", "system"


class Happening(StrEnum):
    """Kinds of `call_event`; the figures of the centre are counted from them."""

    ARRIVED = "arrived"
    QUEUED = "queued"
    KEPT = "kept"
    RUNG = "rung"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    HELD = "held"
    RESUMED = "resumed"
    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"
    DROPPED = "dropped"
    MODE = "mode"
    TRANSFERRED = "transferred"
    TAKEN_OVER = "taken_over"
    WARNED = "warned"
    KEYS = "keys"
    ANNOUNCED = "announced"
    VOICEMAIL = "voicemail"
    MESSAGE_LEFT = "message_left"
    #: The operator's line was lost: the call waits again, at its old place.
    LOST = "lost"
    RESTRICTED = "restricted"
    ENDED = "ended"


#: What of a call stands in its ticket's record too (rulebook §8): what somebody did with it, with its seconds.
_IN_THE_RECORD = frozenset(
    {
        Happening.ANSWERED,
        Happening.HELD,
        Happening.RESUMED,
        Happening.INVITED,
        Happening.JOINED,
        Happening.LEFT,
        Happening.DROPPED,
        Happening.MODE,
        Happening.TRANSFERRED,
        Happening.TAKEN_OVER,
        Happening.WARNED,
        Happening.ANNOUNCED,
        Happening.LOST,
        Happening.ENDED,
    }
)


async def happened(
    conn: Conn,
    services: Services,
    call: Call,
    what: Happening,
    actor: str,
    now: datetime,
    *,
    party: int | None = None,
    **detail: object,
) -> None:
    """Write down what happened in a call; `detail` holds ids, codes and seconds only. `actor`: `user:ID`, `carrier` or `system`."""
    await calls_sql.insert_call_event(conn, call.id, party, what, actor, now, detail)
    if call.ticket_id is not None and what in _IN_THE_RECORD:
        seconds = detail.pop("seconds", 0)
        said = {"call": call.id, "what": what.value, "party": party, "seconds": seconds, **detail}
        await services.publish(conn, Draft(call.ticket_id, "called", actor, said), now)


async def tell_pages(conn: Conn, call: Call, state: str, users: Iterable[UserId | None] = ()) -> None:
    """News of a call to the pages of these users and of its operator; the wall hears that something changed."""
    whose = {user for user in (*users, call.operator_id) if user is not None}
    if whose:
        topics = [f"user:{user}" for user in sorted(whose)]
        rings = {"contact": call.contact_id} if state == "ringing" and call.contact_id is not None else {}
        await notify(conn, topics, LiveKind.CALL, call=call.id, state=state, **rings)
    await notify(conn, "centre", LiveKind.CALL, call=call.id, state=state)


def seconds_between(since: datetime | None, until: datetime) -> int:
    """Whole seconds from one moment to another; 0 where it did not begin. Pure arithmetic."""
    return 0 if since is None else max(0, int((until - since).total_seconds()))
