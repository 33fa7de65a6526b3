"""Who may hear a recording, and that each hearing is on record (rulebook §8).

Its operator and the supervisors in it, the owner of its ticket and who acts for them, managers, and who inspects it; a message that is still owed a call
every operator. No department, whatever the ticket: its sound names people and numbers that no redaction takes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.moves.move import Who, may
from hotline.people.store import audit
from hotline.people.user import User
from hotline.recordings import plays_sql, recordings_sql
from hotline.recordings.transcripts import transcripts_sql
from hotline.ticket import Role
from hotline.tickets import store as tickets

#: So long after a press of play its sound may still be fetched; a pause is as long as one likes, within.
_FETCHED_WITHIN = timedelta(hours=6)


async def may_hear(conn: Conn, user: User, call_id: int) -> bool:
    """Whether this user may hear the recordings of a call."""
    if user.role is Role.MANAGER:
        return True
    if not user.in_centre:
        return False
    if await recordings_sql.speaks_in(conn, call_id, user.id):
        return True
    grounds = await plays_sql.hearing_grounds(conn, call_id, user.id)
    if grounds.inspects or grounds.owed:
        return True
    for row in await plays_sql.tickets_of_call(conn, call_id):
        if await may(conn, Who.CENTRE, user, await tickets.get(conn, row.number)):
            return True
    return False


async def audible(conn: Conn, user: User, recording: int | None) -> recordings_sql.RecordingRow:
    """A recording that this user may hear. Raises Missing (there is none), Forbidden, Illegal (its time was over, it is erased)."""
    row = await recordings_sql.recording(conn, recording) if recording is not None else None
    if row is None:
        raise Missing("There is no recording %(recording)s.", recording=recording if recording is not None else "")
    if not await may_hear(conn, user, row.call_id):
        raise Forbidden(
            "Only its operator, the owner of its ticket, managers and whoever inspects it may hear this recording."
        )
    if row.key_enc is None:
        raise Illegal("This recording was erased when its time was over.")
    return row


async def press_play(
    conn: Conn, services: Services, user: User, recording: int, now: datetime
) -> tuple[recordings_sql.RecordingRow, int]:
    """Somebody listens: a line, an entry in the audit, an event of each ticket of the call; the recording, and the number by which its
    sound is fetched.

    Raises what `audible` does.
    """
    row = await audible(conn, user, recording)
    found = [TicketId(ticket.id) for ticket in await plays_sql.tickets_of_call(conn, row.call_id)]
    await services.publish_many(conn, _events(found, user, row.id), now)
    made = await plays_sql.insert_play(conn, row.id, user.id, now)
    await audit(conn, user.actor, "recording_played", now, recording=row.id, call=row.call_id)
    return row, made


async def read_words(conn: Conn, user: User, recording: int, now: datetime) -> list[transcripts_sql.TranscriptLineRow]:
    """The words of a recording that this user may hear; that they were read stands in the audit."""
    found = await transcripts_sql.lines(conn, recording)
    if found:
        await audit(conn, user.actor, "transcript_read", now, recording=recording)
    return found


def _events(found: Sequence[TicketId], user: User, recording: int) -> list[Draft]:
    return [Draft(ticket, "recording_played", user.actor, {"recording": recording}) for ticket in found]


async def pressed(conn: Conn, user: User, recording: int, play: int, now: datetime) -> None:
    """Raises Forbidden where this user did not press play within the last hours."""
    at = await plays_sql.play_of(conn, play, recording, user.id)
    if at is None or now - at > _FETCHED_WITHIN:
        raise Forbidden("Press play first: each hearing of a recording is on record.")
