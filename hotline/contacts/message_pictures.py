"""The pictures of a message, as the carrier names them; each is kept to be fetched (`hotline/telephony/pictures.py`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.contacts import message_pictures_sql

#: More than any carrier delivers with one message.
MOST = 10
_NUMBER = re.compile(r"\d{1,6}")


def picture_count(fields: Mapping[str, str]) -> int:
    """How many pictures came with a message; 0 where the carrier's field is not a number."""
    said = fields.get("NumMedia", "").strip()
    return min(int(said), MOST) if _NUMBER.fullmatch(said) else 0


def picture_address(fields: Mapping[str, str], place: int) -> str:
    """Where the carrier keeps the picture at this place, counted from 0."""
    return fields.get(f"MediaUrl{place}", "")


async def keep_pictures(conn: Conn, inbound: int, number: int, now: datetime) -> None:
    """So many pictures came with a delivery: each is to be fetched from the carrier."""
    await message_pictures_sql.keep_pictures(conn, inbound, number, now)
