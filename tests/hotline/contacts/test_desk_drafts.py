"""Forms that are typed: kept for their user, newer words over older ones with both kept, gone with their purpose or after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.contacts import desk_drafts
from hotline.moves import contact_ends
from hotline.people.user import User
from hotline.retention.erasure import DRAFTS_FOR, erase_drafts
from hotline.ticket import Role
from tests import office

S = timedelta(seconds=1)
WORDS = {"text": "人民路路灯坏了", "category": "help"}


async def _contact(conn: Conn, who: User, now: datetime) -> int:
    query = "INSERT INTO contact (channel, operator_id, at, taken_at) VALUES ('call', $1, $2, $2) RETURNING id"
    return int(await conn.fetchval(query, who.id, now))


async def test_words_are_kept_for_their_user_alone(conn: Conn, services: Services, clock: MovingClock) -> None:
    one, other = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.OPERATOR)
    keys, now = services.keys, clock.now()
    first = await desk_drafts.save(conn, keys, one.id, "tab-1", 0, WORDS, now)
    second = await desk_drafts.save(
        conn, keys, one.id, "tab-1", first.version, {**WORDS, "text": "人民路路灯坏了，三天"}, now
    )
    assert (first.version, second.version, second.replaced) == (1, 2, None)
    assert (await desk_drafts.draft_of(conn, keys, one.id, "tab-1")).words["text"] == "人民路路灯坏了，三天"
    assert (await desk_drafts.draft_of(conn, keys, other.id, "tab-1")).version == 0
    assert await conn.fetchval("SELECT position('路灯' IN encode(words_enc, 'escape')) FROM desk_draft") == 0


async def test_newer_words_of_another_tab_keep_the_older_ones(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    who, keys, now = await office.user(conn, Role.OPERATOR), services.keys, clock.now()
    await desk_drafts.save(conn, keys, who.id, "tab-1", 0, WORDS, now)
    late = await desk_drafts.save(conn, keys, who.id, "tab-1", 0, {"text": "停水"}, now)
    assert (late.version, late.replaced) == (2, WORDS)
    kept = await desk_drafts.draft_of(conn, keys, who.id, "tab-1")
    assert (kept.words, kept.replaced) == ({"text": "停水"}, WORDS)
    more = await desk_drafts.save(conn, keys, who.id, "tab-1", 1, {"text": "停水两天了"}, now)
    assert more.replaced is None  # all that was written elsewhere stands in it


async def test_what_was_sent_elsewhere_is_kept_again_only_when_asked(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    who, keys, now = await office.user(conn, Role.OPERATOR), services.keys, clock.now()
    await desk_drafts.save(conn, keys, who.id, "tab-1", 0, WORDS, now)
    await desk_drafts.drop(conn, who.id, "tab-1")
    assert (await desk_drafts.save(conn, keys, who.id, "tab-1", 1, WORDS, now)).gone
    assert await desk_drafts.unfinished(conn, keys, who.id) == []
    assert not (await desk_drafts.save(conn, keys, who.id, "tab-1", 0, WORDS, now, again=True)).gone
    assert [u.text for u in await desk_drafts.unfinished(conn, keys, who.id)] == ["人民路路灯坏了"]


@pytest.mark.parametrize(
    "place", ["", "tab-", "tab-A", "contact-x", "contact-999999", "call-back-1", "ticket-1", "contact-1 "]
)
async def test_there_are_no_other_forms(conn: Conn, services: Services, clock: MovingClock, place: str) -> None:
    who = await office.user(conn, Role.OPERATOR)
    with pytest.raises(BadField):
        await desk_drafts.save(conn, services.keys, who.id, place, 0, WORDS, clock.now())


async def test_a_contact_that_ends_takes_its_words_along(conn: Conn, services: Services, clock: MovingClock) -> None:
    who, now = await office.user(conn, Role.OPERATOR), clock.now()
    contact, other = await _contact(conn, who, now), await _contact(conn, who, now)
    for ident in (contact, other):
        await desk_drafts.save(conn, services.keys, who.id, f"contact-{ident}", 0, WORDS, now)
    await contact_ends.end(conn, services, who, contact, contact_ends.End(code="misdialled"), now)
    assert [u.contact for u in await desk_drafts.unfinished(conn, services.keys, who.id)] == [other]


@pytest.mark.parametrize(("late", "left"), [(-S, 1), (0 * S, 0), (S, 0)])
async def test_a_form_is_kept_for_a_day_at_most(
    pool: Pool, services: Services, clock: MovingClock, late: timedelta, left: int
) -> None:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
        await desk_drafts.save(conn, services.keys, who.id, "tab-1", 0, WORDS, clock.now())
    assert await erase_drafts(pool, services, clock.now() + DRAFTS_FOR + late) == 1 - left
    assert await erase_drafts(pool, services, clock.now() + DRAFTS_FOR + late) == 0
    assert await pool.fetchval("SELECT count(*) FROM desk_draft") == left
