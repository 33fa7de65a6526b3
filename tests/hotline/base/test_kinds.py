"""Kinds of events: each has its words, and one that nobody knows is refused aloud before anything is recorded."""

from __future__ import annotations

import pytest

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.i18n import load_catalogue
from hotline.base.kinds import EVENT_KINDS, UnknownKind, event_kind
from hotline.base.services import Services
from main import PACKAGES
from tests.office import events, ticket


async def test_an_unknown_kind_is_recorded_nowhere(conn: Conn, services: Services) -> None:
    opened = await ticket(conn, services)
    before = await events(conn, opened.number)
    known = Draft(opened.ticket, "added", "system", {"words": "0"})
    invented = Draft(opened.ticket, "invented", "system", {})  # type: ignore[arg-type]
    with pytest.raises(UnknownKind, match="invented"):
        await services.publish_many(conn, [known, invented], services.clock.now())
    assert await events(conn, opened.number) == before


def test_a_name_that_is_no_kind() -> None:
    assert event_kind("withdrawn") == "withdrawn"
    with pytest.raises(UnknownKind, match="invented"):
        event_kind("invented")


def test_each_kind_has_its_words() -> None:
    catalogue = load_catalogue(PACKAGES)
    assert [kind for kind in sorted(EVENT_KINDS) if catalogue.word(kind, "zh", "event") == kind] == []
