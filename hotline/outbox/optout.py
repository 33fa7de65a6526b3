"""Opt-outs kept by the carrier: it refuses messages to these people with an error, and we note it (rulebook §8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.outbox.store import Q

#: The recipient opted out.
OPTED_OUT = "21610"


async def opted_out_at_carrier(conn: Conn, messages: Sequence[int], now: datetime) -> None:
    """The recipients of these messages want no SMS, as if they had told us: from now on they are called."""
    if messages:
        await conn.execute(Q["opt_out_recipients"], list(messages), now)
