"""A channel that stands in `Channel` stands everywhere: in the database, on the form, in tables that are read, in the notice."""

from __future__ import annotations

import re

from hotline.base.db.connection import Conn
from hotline.base.i18n import catalogue_of
from hotline.ticket import BY_HAND, Channel
from reports.figures.measures import INTAKE
from reports.imports.words import CHANNELS


async def test_the_database_takes_exactly_the_channels(conn: Conn) -> None:
    check = await conn.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'ticket'::regclass AND conname = 'ticket_channel_check'"
    )
    assert set(re.findall(r"'(\w+)'::text", check)) == set(Channel)


def test_each_channel_is_counted_and_read_by_its_word() -> None:
    assert {f"channel_{channel}" for channel in Channel} <= {line.name for line in INTAKE}
    words = catalogue_of(("hotline",))
    assert {words.word(channel, "zh", "channel"): channel for channel in Channel}.items() <= CHANNELS.items()


def test_what_is_entered_by_hand_are_channels() -> None:
    assert set(BY_HAND) <= set(Channel)
    assert BY_HAND[0] is Channel.CALL  # the form begins with it
