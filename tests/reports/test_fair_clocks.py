"""Clocks that charged a department with what was not its fault (rulebook §§5–7): nights, urgency, returns, outages of ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.event import RecordedEvent
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from reports.figures.month import Month
from reports.figures.sheet import load_sheet
from reports.findings.claims import untraced
from reports.findings.detection import look_back
from sla.calendar.working_time import Calendar
from sla.ladder.steps import ladder, upcoming
from sla.policy.rules import PolicyRule
from sla.policy.store import load_calendar
from tests.office import events
from tests.reports.story import ZONE, StoryOffice, at, office

MARCH = Month(2026, 3)


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    return await office(conn, services, clock)


async def at_night(o: StoryOffice, *, dispatched: str = "2026-03-04 23:00") -> str:
    o.clock.at = at(dispatched)
    number = await o.opened()
    await o.dispatched(number)
    return number


async def judged(o: StoryOffice) -> tuple[str, int]:
    """The rate of signatures in time, and the findings, once the morning was looked at."""
    o.clock.at = max(o.clock.now(), at("2026-03-05 10:00:05"))
    await o.conn.execute(
        "UPDATE clock SET touched_at = $1 WHERE state = 'running'", o.clock.now()
    )  # the ladder's latch
    await look_back(o.conn, o.services, at("2026-03-05 10:00"), o.clock.now())
    o.clock.at = at("2026-03-06 12:00")
    sheet = await load_sheet(o.conn, MARCH, o.clock.now(), ZONE)
    found = await o.conn.fetchval("SELECT count(*) FROM finding WHERE rule = 'late_sign'")
    return sheet.together["signed_in_time"].shown, found


@pytest.mark.parametrize(
    ("signed", "rate", "found"),
    [
        ("2026-03-05 00:30", "100.0%", 0),
        ("2026-03-05 09:59:59", "100.0%", 0),
        ("2026-03-05 10:00", "100.0%", 0),
        ("2026-03-05 10:00:01", "0.0%", 1),
    ],
)
async def test_the_night_counts_until_ten_in_rate_and_finding_alike(
    o: StoryOffice, signed: str, rate: str, found: int
) -> None:
    number = await at_night(o)
    o.clock.at = at(signed)
    await o.does(o.lamps, number, "signatures")
    assert await judged(o) == (rate, found)


async def test_what_is_still_unsigned_before_ten_is_in_no_rate(o: StoryOffice) -> None:
    await at_night(o)
    o.clock.at = at("2026-03-05 09:00")
    sheet = await load_sheet(o.conn, MARCH, o.clock.now(), ZONE)
    assert sheet.together["signed_in_time"].shown == "—"


async def test_raising_the_urgency_later_takes_no_grace_back(o: StoryOffice) -> None:
    """Signed at 09:30 in the night's grace; two hours later it turns out to be urgent."""
    number = await at_night(o)
    o.clock.at = at("2026-03-05 09:30")
    await o.does(o.lamps, number, "signatures")
    o.clock.at = at("2026-03-05 11:30")
    await o.does(o.operator, number, "corrections", urgency="urgent")
    assert await judged(o) == ("100.0%", 0)


async def test_raising_the_urgency_makes_nobody_late_before_it_was_raised(o: StoryOffice) -> None:
    """Unsigned at 08:30, when it becomes urgent: two hours to speak to the person are long over since the dispatch, and nobody's fault."""
    number = await at_night(o)
    o.clock.at = at("2026-03-05 08:30")
    await o.does(o.lamps, number, "corrections", urgency="urgent")
    excused = await o.conn.fetchval(
        "SELECT excused FROM clock WHERE clock = 'first_contact' AND breached_at IS NOT NULL"
    )
    assert excused == "corrected"
    o.clock.at = at("2026-03-05 09:30")
    await o.does(o.lamps, number, "signatures")
    await o.does(o.lamps, number, "first-contacts", note="已联系", via="visit")
    assert await judged(o) == ("100.0%", 0)
    assert await o.conn.fetchval("SELECT count(*) FROM finding") == 0


async def test_what_the_higher_urgency_left_time_for_is_owed(o: StoryOffice) -> None:
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(minutes=10))
    await o.does(o.operator, number, "corrections", urgency="urgent")  # to be signed 30 minutes after the dispatch
    o.clock.move(timedelta(minutes=20, seconds=1))
    await o.does(o.lamps, number, "signatures")
    o.clock.move(timedelta(hours=3))
    assert (await judged(o))[0] == "0.0%"


@pytest.mark.parametrize(("facts", "found"), [("", 1), ("现场发现是燃气管线", 0)])
async def test_new_facts_given_with_a_late_return_make_it_no_late_return(
    o: StoryOffice, facts: str, found: int
) -> None:
    number = await o.opened()
    await o.dispatched(number)
    o.clock.at = at("2026-03-05 17:00:01")
    more = {"facts": facts} if facts else {}
    await o.does(o.lamps, number, "returns", reason="not our duty", basis="三定方案", suggested="T02", **more)
    assert await o.conn.fetchval("SELECT count(*) FROM finding WHERE rule = 'late_return'") == found


def test_a_first_contact_whose_way_was_not_asked_is_no_sham() -> None:
    """Events of older programs may not say how: what cannot be known is no fault."""
    told: list[tuple[EventKind, dict[str, object]]] = [
        ("received", {"person": 7}),
        ("dispatched", {"assignment": 1, "department": 5}),
        ("first_contact", {"assignment": 1, "department": 5}),
    ]
    said = [
        RecordedEvent(n, at("2026-03-04 10:00"), kind, "user:1", detail) for n, (kind, detail) in enumerate(told, 1)
    ]
    assert untraced(said) == []


@pytest.fixture
async def calendar(conn: Conn) -> Calendar:
    return await load_calendar(conn, ZONE, at("2026-03-04 12:00"))


async def test_after_an_outage_of_ours_nobody_is_proposed_for_criticism_at_once(calendar: Calendar) -> None:
    """Due on 4 March; we are back on 16 March. Ordered and queued then, proposed only on the fourth working day after."""
    rule = PolicyRule("working_days", 10, "department", 1)
    steps = ladder(rule, "resolve", at("2026-02-10 10:00"), at("2026-03-04 17:00"), calendar)
    due, later = upcoming(steps, 1, at("2026-03-16 09:00"), None, calendar)
    assert [s.name for s in due] == ["breach", "order", "queue"]
    assert later is not None
    assert (later.name, later.at) == ("criticise", at("2026-03-20 17:00"))
    ordered = at("2026-03-16 09:00")
    for moment, names in (("2026-03-20 16:59:59", []), ("2026-03-20 17:00", ["criticise"])):
        due, _ = upcoming(steps, 4, at(moment), ordered, calendar)
        assert [s.name for s in due] == names


async def test_with_us_there_all_the_time_the_ladder_is_as_it_was(calendar: Calendar) -> None:
    rule = PolicyRule("working_days", 10, "department", 1)
    steps = ladder(rule, "resolve", at("2026-02-10 10:00"), at("2026-03-04 17:00"), calendar)
    due, _ = upcoming(steps, 4, at("2026-03-11 17:00"), at("2026-03-05 17:00:04"), calendar)
    assert [s.name for s in due] == ["criticise"]


async def test_a_recall_is_on_record_and_excuses_what_it_ended(o: StoryOffice) -> None:
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=2, seconds=1))
    await o.does(o.lamps, number, "signatures")
    await o.does(o.manager, number, "recalls", reason="派错了")
    assert "recalled" in await events(o.conn, number)
    rows = await o.conn.fetch("SELECT excused, excused_at FROM clock WHERE whose = 'department'")
    assert {(r["excused"], r["excused_at"]) for r in rows} == {("recalled", o.clock.now())}
