"""What a carrier refuses is told to the use case: the next operator is rung, the party has left, the call is owed."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.calls.call_rows import held, parties_of
from hotline.calls.carrier import CallCommand, CommandKind
from hotline.calls.endings import caller_left, operator_lost, unreached, voicemail_left
from hotline.calls.parties import left
from hotline.calls.rings import miss

#: The operator's line could not be rung: a break with this reason.
NO_LINE = "no_line"


async def on_refused(conn: Conn, services: Services, command: CallCommand, now: datetime) -> None:
    """The carrier never carries this command out: what follows for the call."""
    call_id = command.call.id
    match command.kind:
        case CommandKind.RING:
            await miss(conn, services, call_id, now, NO_LINE)
        case CommandKind.CONNECT:
            await operator_lost(conn, services, call_id, now)
        case CommandKind.CALL_OUT:
            await unreached(conn, services, call_id, now)
        case CommandKind.INVITE | CommandKind.TRANSFER:
            await _never_came(conn, services, command, now)
        case CommandKind.VOICEMAIL:
            await voicemail_left(conn, services, call_id, None, now)
        case CommandKind.SAY if command.detail.get("end"):
            await caller_left(conn, services, call_id, now)
        case CommandKind.HANG_UP:
            await caller_left(conn, services, call_id, now)
        case CommandKind.UNRING | CommandKind.AUDIENCE | CommandKind.DROP | CommandKind.KEYS | CommandKind.SAY:
            pass
        case _:
            assert_never(command.kind)


async def _never_came(conn: Conn, services: Services, command: CallCommand, now: datetime) -> None:
    """Somebody who was asked cannot be called."""
    await held(conn, command.call.id)
    asked = [p.id for p in await parties_of(conn, command.call.id) if p.is_asked and p.joined_at is None]
    if command.party_id in asked:
        await left(conn, services, command.party_id, now)
