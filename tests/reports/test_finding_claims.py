"""Findings of what is claimed and not borne out, one by one: what they find, what they leave, what they cite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.event import RecordedEvent
from hotline.base.services import Services
from hotline.moves import relays
from hotline.ticket import Role
from reports.findings.detection import sweep_findings
from reports.findings.rules import SuspectedFault
from reports.findings.table import KINDS, found_in
from tests.office import user
from tests.reports.story import ZONE, StoryOffice, at, office
from tests.reports.test_finding_rules import A, B, never, record, replied, ruled, rules

CALLER = ("received", {"person": 7})
GIVEN = ("dispatched", {"department": A, "assignment": 1})


def claimed_in(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    return found_in(events, never, ZONE)


def contact(via: str = "call", part: int = 1, **more: object) -> tuple[str, dict[str, object]]:
    return "first_contact", {"department": A, "assignment": part, "via": via, "reached": True, **more}


def call(part: int = 1, status: str = "completed", seconds: int = 60) -> tuple[str, dict[str, object]]:
    return "relay_ended", {"department": A, "assignment": part, "status": status, "seconds": seconds}


@pytest.mark.parametrize("via", ["call", "relay"])
def test_a_contact_by_telephone_without_a_trace(via: str) -> None:
    assert rules(claimed_in(record(CALLER, GIVEN, contact(via)))) == [("sham_reply", A, (2, 3))]
    short = (
        "relay_ended",
        {"department": A, "assignment": 1, "status": "completed", "seconds": 9, "reached": False},
    )
    for before in (call(status="no-answer", seconds=0), call(seconds=0), call(part=2), short):
        assert rules(claimed_in(record(CALLER, GIVEN, before, contact(via)))) == [("sham_reply", A, (2, 4))]
    assert rules(claimed_in(record(CALLER, GIVEN, contact(via), call()))) == [("sham_reply", A, (2, 3))]


def test_what_is_no_untraced_contact() -> None:
    assert claimed_in(record(CALLER, GIVEN, call(), contact("relay"))) == []
    assert claimed_in(record(CALLER, GIVEN, call(), contact("call"))) == []
    keyed = (
        "relay_ended",
        {"department": A, "assignment": 1, "status": "completed", "seconds": 9, "reached": True},
    )
    said = "relay_said", {"department": A, "assignment": 1}
    for before in (keyed, said):
        assert claimed_in(record(CALLER, GIVEN, before, contact("relay"))) == []
    assert claimed_in(record(CALLER, GIVEN, contact("visit"))) == []
    assert claimed_in(record(CALLER, GIVEN, contact("call", reached=False))) == []
    assert claimed_in(record(("received", {"person": None}), GIVEN, contact("call"))) == []  # nobody can be called
    later = record(CALLER, GIVEN, call(), contact("relay"), contact("call"))
    assert claimed_in(later) == []  # the first claim of a part counts


def rated(score: int) -> tuple[str, dict[str, object]]:
    return "rated", {"score": score}


def pressed(what: str) -> tuple[str, dict[str, object]]:
    return "pressed", {"what": what}


def test_a_rating_or_withdrawal_that_was_pressed_for() -> None:
    assert rules(claimed_in(record(GIVEN, replied(), rated(5), pressed("rating")))) == [("coaxed_rating", A, (3, 4))]
    by_call = record(GIVEN, replied(), ("followed_up", {"rating": 4}), pressed("rating"))
    assert rules(claimed_in(by_call)) == [("coaxed_rating", A, (3, 4))]
    assert rules(claimed_in(record(GIVEN, ("withdrawn", {}), pressed("withdrawal")))) == [("coaxed_rating", A, (2, 3))]
    moved = record(GIVEN, ("ruled", {"department": B}), ("withdrawn", {}), pressed("withdrawal"))
    assert rules(claimed_in(moved)) == [("coaxed_rating", B, (3, 4))]


def test_a_word_of_the_person_alone_is_no_coaxed_rating() -> None:
    assert claimed_in(record(GIVEN, replied(), rated(5))) == []  # nobody says so
    assert claimed_in(record(GIVEN, replied(), pressed("rating"))) == []  # there is none
    assert claimed_in(record(GIVEN, replied(), rated(3), pressed("rating"))) == []  # not a good one
    assert claimed_in(record(GIVEN, replied(), rated(5), rated(2), pressed("rating"))) == []  # it did not stand
    assert claimed_in(record(GIVEN, replied(), rated(5), pressed("withdrawal"))) == []
    assert claimed_in(record(GIVEN, pressed("withdrawal"), ("withdrawn", {}))) == []  # said before
    assert claimed_in(record(("withdrawn", {}), pressed("withdrawal"))) == []  # no department had it


def test_a_ruling_is_not_followed_by_a_reply_that_it_is_not_ours() -> None:
    named = ruled(1, A, overruled=True)
    assert rules(claimed_in(record(GIVEN, named, replied("not_ours")))) == [("defied_order", A, (2, 3))]
    assert claimed_in(record(GIVEN, named, replied("explained"))) == []
    assert claimed_in(record(GIVEN, replied("not_ours"))) == []  # nothing was ruled
    assert claimed_in(record(GIVEN, named, replied("not_ours", B))) == []
    elsewhere = record(GIVEN, named, ("recalled", {}), ("dispatched", {"department": A}), replied("not_ours"))
    assert claimed_in(elsewhere) == []  # the centre gave it anew
    assert claimed_in(record(GIVEN, named, replied(), replied("not_ours"))) == []  # it was followed first


steps = st.lists(
    st.sampled_from(
        [
            CALLER,
            GIVEN,
            contact(),
            contact("relay"),
            contact("visit"),
            call(),
            call(part=2),
            rated(5),
            rated(1),
            pressed("rating"),
            pressed("withdrawal"),
            ("withdrawn", {}),
            replied(),
            replied("not_ours"),
            ruled(1, A, overruled=True),
            ("recalled", {}),
            ("follow_up_tried", {"rating": None}),
            ("followed_up", {"rating": 5}),
        ]
    ),
    max_size=20,
)


@given(steps)
def test_what_is_found_stays_found(story: list[tuple[str, dict[str, object]]]) -> None:
    events = record(*story)
    before: set[str] = set()
    for n in range(len(events) + 1):
        found = claimed_in(events[:n])
        keys = {f.key for f in found}
        assert before <= keys
        assert {s for f in found for s in f.seqs} <= {e.seq for e in events[:n]}
        assert {f.rule for f in found} <= set(KINDS)
        before = keys


@pytest.fixture
async def o(pool: Pool, services: Services, clock: MovingClock) -> StoryOffice:
    async with pool.acquire() as conn:
        return await office(conn, services, clock)


async def found(pool: Pool) -> list[tuple[str, str]]:
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT f.rule, t.number FROM finding f LEFT JOIN ticket t ON t.id = f.ticket_id ORDER BY f.id"
        )
    return [(r["rule"], r["number"]) for r in rows]


async def test_the_findings_arise_with_their_events(pool: Pool, o: StoryOffice) -> None:
    async with pool.acquire() as conn, conn.transaction():
        story = o.over(conn)
        caller = await user(
            conn, Role.LIAISON, department=o.lamps.department_id, phone="+8613911110001", services=o.services
        )
        claimed, traced, visited, coaxed, gone = [await story.opened() for _ in range(5)]
        for number in (claimed, traced, visited, coaxed, gone):
            await story.dispatched(number)
            await story.does(o.lamps, number, "signatures")
        await story.does(o.lamps, claimed, "first-contacts", note="电话联系过了", via="call")
        await story.does(o.lamps, visited, "first-contacts", note="上门见过了", via="visit")
        await story.does(caller, traced, "relays")
        relay = await conn.fetchval("SELECT max(id) FROM relay_call")
        assert await relays.put_through(conn, o.services, relay, "CA1", o.clock.now()) is not None
        assert await relays.call_ended(conn, o.services, relay, "CA1", "completed", 42, o.clock.now())
        assert await found(pool) == []  # nothing is committed yet
        await story.replied(coaxed)
        await story.followed(coaxed, rating=5)
        await story.does(o.operator, coaxed, "pressures", what="rating", note="他们让我打五分")
        await story.does(o.operator, gone, "withdrawals", note="来电撤回")
        await story.does(o.operator, gone, "pressures", what="withdrawal", note="不撤就不给办")
        await story.does(o.operator, visited, "pressures", what="rating", note="听说会要好评")
    assert await found(pool) == [("sham_reply", claimed), ("coaxed_rating", coaxed), ("coaxed_rating", gone)]


async def test_a_ruling_that_nobody_signs_for_in_three_working_days(pool: Pool, o: StoryOffice) -> None:
    async with pool.acquire() as conn, conn.transaction():
        story = o.over(conn)
        unsigned, signed = [await story.opened() for _ in range(2)]
        for number in (unsigned, signed):
            await story.dispatched(number)
            await story.does(o.lamps, number, "returns", reason="not_ours", basis="三定方案", suggested="T02")
            await story.does(o.manager, number, "rulings", department="T02", reason="供水公司的管线")
        await story.does(o.water, signed, "signatures")
    o.clock.at = at("2026-03-09 17:00")  # the third working day after Wednesday the 4th ends
    await sweep_findings(pool, o.services, o.clock.now())
    assert "defied_order" not in [rule for rule, _ in await found(pool)]
    o.clock.move(timedelta(seconds=1))
    for _ in range(2):
        await sweep_findings(pool, o.services, o.clock.now())
    assert [f for f in await found(pool) if f[0] == "defied_order"] == [("defied_order", unsigned)]
    async with pool.acquire() as conn:
        row = await conn.fetchrow(
            "SELECT e.kind, d.code FROM finding f JOIN ticket_event e ON e.ticket_id = f.ticket_id AND e.seq = f.seqs[1]"
            " JOIN department d ON d.id = f.department_id WHERE f.rule = 'defied_order'"
        )
    assert row is not None
    assert tuple(row) == ("ruled", "T02")


async def test_a_co_handlers_late_part_is_its_own_fault(pool: Pool, o: StoryOffice) -> None:
    """The lead replied in time; the co-handler did not: a late reply of the co-handler's, and none of the lead's."""
    async with pool.acquire() as conn, conn.transaction():
        story = o.over(conn)
        number = await story.opened()
        await story.dispatched(number)
        await story.does(o.operator, number, "co-handlers", department="T02")
        await story.does(o.lamps, number, "signatures")
        await story.does(o.water, number, "signatures")
        due = await conn.fetch(
            "SELECT c.department_id, c.due_at FROM clock c WHERE c.clock = 'resolve' ORDER BY c.due_at"
        )
        assert [r["department_id"] for r in due] == [o.water.department_id, o.lamps.department_id]
        o.clock.at = due[0]["due_at"] + timedelta(minutes=1)
        await story.does(o.water, number, "replies", outcome="solved", public="水管已关")
        await story.does(o.lamps, number, "replies", outcome="solved", public="路灯已修好")
    async with pool.acquire() as conn:
        late = await conn.fetch("SELECT department_id FROM finding WHERE rule = 'late_reply'")
    assert [r["department_id"] for r in late] == [o.water.department_id]
