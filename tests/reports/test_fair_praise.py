"""Praise is given for nothing that was coaxed, returned without ground, or passed to and fro (rulebook §9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Category
from reports.figures.month import Month
from reports.figures.sheet import load_sheet
from reports.findings import judgements
from reports.notice.freeze import draft
from tests.reports.story import ZONE, StoryOffice, at, office

MARCH = Month(2026, 3)


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    return await office(conn, services, clock)


async def praised(o: StoryOffice) -> list[str]:
    o.clock.move(timedelta(seconds=1))
    return [g["ticket"] for g in (await draft(o.conn, o.services, MARCH, o.clock.now())).stored["good"]]


async def shown(o: StoryOffice, *figures: str) -> list[str]:
    o.clock.move(timedelta(seconds=1))
    sheet = await load_sheet(o.conn, MARCH, o.clock.now(), ZONE)
    return [sheet.together[f].shown for f in figures]


async def solved(o: StoryOffice, *, rating: int = 5) -> str:
    number = await o.opened()
    await o.dispatched(number)
    await o.worked(number)
    await o.followed(number, rating=rating)
    return number


async def returned(o: StoryOffice, to: str) -> None:
    """Dispatched, returned, ruled back or on, and done well after all."""
    number = await o.opened()
    await o.dispatched(number)
    await o.does(o.lamps, number, "returns", reason="not our duty", basis="三定方案", suggested="T02")
    await o.does(o.manager, number, "rulings", department=to, reason="目录写明")
    who = o.lamps if to == "T01" else o.water
    await o.does(who, number, "signatures")
    await o.does(who, number, "first-contacts", note="已联系", via="visit")
    await o.replied(number, by=who)
    await o.followed(number, rating=5)


async def test_a_good_matter_is_an_example(o: StoryOffice) -> None:
    number = await solved(o)
    assert await praised(o) == [number]
    assert await shown(o, "satisfied", "solved") == ["100.0%", "100.0%"]


async def test_a_coaxed_rating_is_no_example_and_in_no_rate(o: StoryOffice) -> None:
    number = await solved(o)
    await o.does(o.operator, number, "pressures", what="rating", note="他们让我必须打五分")
    assert await praised(o) == []
    assert await shown(o, "satisfied", "satisfied_broad") == ["—", "—"]


async def test_a_rating_given_again_after_it_was_coaxed_counts(o: StoryOffice) -> None:
    number = await solved(o)
    await o.does(o.operator, number, "pressures", what="rating", note="他们让我必须打五分")
    o.clock.move(timedelta(minutes=5))
    await o.conn.execute(
        "INSERT INTO rating (ticket_id, score, via, at) SELECT id, 2, 'track', $2 FROM ticket WHERE number = $1",
        number,
        o.clock.now(),
    )
    assert await shown(o, "satisfied") == ["0.0%"]


async def test_what_was_judged_not_to_be_coaxed_counts_again(o: StoryOffice) -> None:
    number = await solved(o)
    await o.does(o.operator, number, "pressures", what="rating", note="记不清了")
    finding = await o.conn.fetchval("SELECT id FROM finding WHERE rule = 'coaxed_rating'")
    o.clock.move(timedelta(minutes=5))
    await judgements.drop(o.conn, o.services, o.other, finding, "本人说明并无此事", o.clock.now())
    assert await shown(o, "satisfied") == ["100.0%"]


@pytest.mark.parametrize("to", ["T01", "T02"])
async def test_what_was_returned_is_no_example(o: StoryOffice, to: str) -> None:
    await returned(o, to)
    assert await praised(o) == []


async def test_what_was_done_again_or_excluded_is_no_example(o: StoryOffice) -> None:
    number = await o.opened()
    await o.dispatched(number)
    await o.worked(number)
    await o.followed(number, solved=False)
    await o.replied(number)
    await o.followed(number, rating=5)
    assert await praised(o) == []


async def test_praise_is_neither_solved_nor_satisfied(o: StoryOffice) -> None:
    number = await solved(o)
    await o.does(o.operator, number, "corrections", category=Category.PRAISE.value)
    assert await shown(o, "solved", "satisfied") == ["—", "—"]
    assert await praised(o) == []


async def test_before_the_correction_it_was_a_matter_like_others(o: StoryOffice) -> None:
    """As known before it was corrected, the figures stay as they were."""
    number = await solved(o)
    known = o.clock.now() + timedelta(seconds=1)
    o.clock.at = at("2026-03-20 09:00")
    await o.does(o.operator, number, "corrections", category=Category.PRAISE.value)
    assert (await load_sheet(o.conn, MARCH, known, ZONE)).together["solved"].shown == "100.0%"
