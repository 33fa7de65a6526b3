"""What departments read of a ticket's sections is said with each section; what is not said is not shown (rulebook §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from hotline.api.ticket_view import full_view, reader_of
from hotline.base.db.connection import Conn
from hotline.base.services import PartReader, Section, Services
from hotline.ids import TicketId
from hotline.people.user import User
from hotline.ticket import Role
from hotline.tickets import store
from hotline.tickets.tipoffs.protection import protect
from main import PROGRAM
from tests.office import Office, department, ticket, user

SECTIONS = {section.name: section for section in PROGRAM.sections}
#: A field that no section says anything about.
UNSAID = "said_nowhere"


async def _nothing(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    return {}


@pytest.mark.parametrize("reader", PartReader)
def test_what_says_nothing_is_shown_to_nobody(reader: PartReader) -> None:
    silent = Section("silent", _nothing)
    assert silent.as_read_by(reader, [{"id": 1}]) == []
    assert silent.as_read_by(reader, {"id": 1}) == []


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_each_section_says_what_departments_read_and_a_named_unit_reads_nothing(name: str) -> None:
    section = SECTIONS[name]
    assert PartReader.LEAD in section.departments, "say which fields the lead department reads; none may be said too"
    for reader in PartReader:
        assert section.departments.get(reader, frozenset()) <= section.departments[PartReader.LEAD]
    assert PartReader.NAMED not in section.departments


def planted(section: Section) -> Section:
    """The same section with a field more in each of its rows, and with a row where it has none."""

    async def load(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
        found = await section.load(conn, ids, now)
        return {i: _with_more(found.get(i)) for i in ids}

    return replace(section, load=load)


def _with_more(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {**found, UNSAID: "x"}
    return [{**row, UNSAID: "x"} for row in found or [{}]]


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) else list(value)


class County(Office):
    """A ticket that the lamps returned, that the water works lead now, with a co-handler; something in every part of it."""

    async def play(self) -> str:
        await self.fill()
        roads = await department(self.conn, "T07", "测试公路段")
        self.helper = await user(self.conn, Role.LIAISON, department=roads)
        number = (await ticket(self.conn, self.services, "路灯坏了")).number
        await self.do(self.operator, number, "assignments", department="T05")
        await self.do(self.manager, number, "supervise-orders", reason="请抓紧")
        await self.do(self.liaison, number, "returns", reason="not_ours", basis="不归我们", suggested="T06")
        await self.do(self.manager, number, "rulings", department="T06", reason="按目录")
        await self.do(self.operator, number, "co-handlers", department="T07")
        await self.do(self.manager, number, "holds", reason="诉讼")
        return number


@pytest.fixture
async def county(conn: Conn, services: Services) -> tuple[County, str]:
    made = County(conn, services)
    return made, await made.play()


async def read(county: County, who: User, number: str) -> dict[str, Any]:
    sections = tuple(planted(section) for section in county.services.sections)
    found = await store.get(county.conn, number)
    return await full_view(
        county.conn, replace(county.services, sections=sections), who, found, county.services.clock.now()
    )


async def test_every_department_is_shown_what_is_said_and_no_more(county: tuple[County, str]) -> None:
    made, number = county
    there = await store.get(made.conn, number)
    readers = {PartReader.LEAD: made.stranger, PartReader.CO_HANDLER: made.helper, PartReader.FORMER: made.liaison}
    everything = await read(made, made.manager, number)
    assert all(UNSAID in row for name in SECTIONS for row in _rows(everything[name]))
    for reader, who in readers.items():
        assert await reader_of(made.conn, who, there) is reader
        found = await read(made, who, number)
        for name, section in SECTIONS.items():
            said = section.departments.get(reader, frozenset())
            assert all(set(row) <= said for row in _rows(found[name])), (name, reader)
    assert await reader_of(made.conn, made.manager, there) is None


async def test_what_is_said_of_a_section_is_what_it_loads(county: tuple[County, str]) -> None:
    made, number = county
    found = await read(made, made.manager, number)
    filled = {name: [row for row in _rows(found[name]) if set(row) != {UNSAID}] for name in SECTIONS}
    assert {"returns", "transfers", "orders", "holds", "whole"} <= {name for name, rows in filled.items() if rows}
    for name, rows in filled.items():
        for row in rows:
            assert set(row) - {UNSAID} == SECTIONS[name].departments[PartReader.LEAD], name


async def test_a_unit_that_a_tipoff_names_reads_nothing_though_it_had_a_part(county: tuple[County, str]) -> None:
    made, number = county
    there = await store.get(made.conn, number)
    await made.conn.execute(
        "INSERT INTO named_unit (ticket_id, department_id, by_actor, at) VALUES ($1, $2, 'system', $3)",
        there.id,
        made.lamps,
        made.services.clock.now(),
    )
    await protect(made.conn, {there.id: "desk"}, made.services.clock.now())
    assert await reader_of(made.conn, made.liaison, there) is PartReader.NAMED
    found = await read(made, made.liaison, number)
    assert [name for name in SECTIONS if found[name]] == []
