"""docs/states.md is what the program does: it is made anew and compared, and held against lives that were really lived."""

from __future__ import annotations

import re

import orjson

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.event import RecordedEvent
from hotline.base.services import Services
from hotline.moves.table import nouns
from hotline.record.life import Life, lived_on
from hotline.ticket import OTHER_ENDS, Role, State
from sla.clocks.table import KINDS
from sla.clocks.table import LISTED as CLOCKS
from tests import office
from tests.sla.wandering import CODES, wander
from tools.states import PAGE, STEPS, clocks, edges, page


def test_the_page_is_what_the_command_makes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"


def test_every_move_and_every_state_stands_in_it() -> None:
    text = PAGE.read_text("utf-8")
    assert set(STEPS) <= set(nouns())
    assert [noun for noun in nouns() if f"| `{noun}`" not in text] == []
    assert [state for state in State if not re.search(rf"^  {state} : {state} [\u4e00-\u9fff]", text, re.M)] == []
    rows = [line for line in text.split("\n") if line.startswith("| `") and line.count("|") == 5]
    assert len(rows) == len(nouns())
    assert [row for row in rows if not row.split("|")[3].strip()] == [], "of each it is said who may"
    reached = {to for _, to in edges()}
    assert {s for s in State if s not in reached} == {State.RECEIVED, State.IN_CONSULTATION} - reached
    assert {end for end in OTHER_ENDS if f"  {end} --> [*] : filings" not in text} == set()


def test_every_clock_of_a_ticket_has_a_start_and_a_stop() -> None:
    found = clocks()
    assert [clock for clock in CLOCKS if not found[clock]] == ["call_back"]
    assert [clock for clock, parts in found.items() if parts and not (parts["starts"] and parts["stops"])] == []
    named = {
        event.split(":")[0].split(" ")[0] for parts in found.values() for events in parts.values() for event in events
    }
    assert named <= KINDS


async def test_no_ticket_goes_a_way_that_the_picture_lacks(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        people = [await office.user(conn, Role.OPERATOR), await office.user(conn, Role.MANAGER)]
        for code in CODES:
            bureau = await office.department(conn, code, f"测试{code}")
            people.append(await office.user(conn, Role.LIAISON, department=bureau))
        people.append(await office.user(conn, Role.ADMIN))
        await office.on_shift(conn, people[0], clock.now())
    for seed in range(12):
        await wander(pool, services, clock, people, seed, 50)
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT ticket_id, seq, at, kind, actor, detail FROM ticket_event ORDER BY ticket_id, seq"
        )
    known, gone = edges(), set()
    lives: dict[int, Life] = {}
    for row in rows:
        life = lives.setdefault(row["ticket_id"], Life())
        before = life.row.get("state")
        event = RecordedEvent(row["seq"], row["at"], row["kind"], row["actor"], orjson.loads(row["detail"]))
        lived_on(life, event)
        if before is not None and State(before) is not State(life.row["state"]):
            gone.add((State(before), State(life.row["state"]), row["kind"]))
    assert [one for one in gone if one[:2] not in known] == []
    assert len({one[:2] for one in gone}) >= 15, gone
