"""The figures of a month: what a story gives, by hand; and the arithmetic of a figure."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.ticket import Urgency
from reports.figures.figure import Figure, FigureUnit, Tally, add_up, change_shown, percent
from reports.figures.measures import LINES
from reports.figures.month import Month, begun, month_of, read_month
from reports.figures.sheet import load_sheet
from reports.figures.tallies import FACTS, block_of, period_of, tickets_behind
from sla.ledger.responsibility import total_time
from sla.ledger.ticket_ledgers import load_intervals
from tests.reports.story import ZONE, at, lived, office

MARCH = Month(2026, 3)


async def test_a_month_by_hand(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    await lived(o)
    sheet = await load_sheet(conn, MARCH, at("2026-04-01 00:00"), ZONE)
    ids = {d.code: d.id for d in sheet.departments}
    lamps, water = sheet.of[ids["T01"]], sheet.of[ids["T02"]]
    shown = {name: (f.numerator, f.denominator) for name, f in lamps.items()}
    assert shown["dispatched"] == (4, None)
    assert shown["signed_in_time"] == (3, 4)  # good, away (returned), kept; not the late one
    assert shown["replied_in_time"] == (2, 3)  # good, kept; the late one late; the one ruled away in neither
    assert shown["solved"] == (2, 3)
    assert shown["satisfied"] == (1, 2)
    assert shown["satisfied_broad"] == (2, 2)
    assert shown["returns"] == (2, None)
    assert shown["overruled"] == (1, None)
    assert shown["reworks"] == (1, 3)
    assert shown["backlog"] == (1, None)  # the one that is done again
    assert (water["dispatched"].numerator, water["satisfied"].shown) == (1, "0.0%")
    assert water["first_contact_in_time"].shown == "—"
    centre = {name: (f.numerator, f.denominator) for name, f in sheet.centre.items()}
    assert centre["received"] == (5, None)
    assert centre["dispatch_right_first_time"] == (3, 4)
    assert centre["first_call_resolution"] == (1, 4)
    assert centre["ended_answered"] == (1, None)
    assert sheet.intake["channel_sms"].numerator == 1
    assert sheet.intake["category_inquiry"].numerator == 2
    assert sheet.together["dispatched"].numerator == 5


async def test_the_tickets_behind_are_those_counted(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    numbers = await lived(o)
    as_of = at("2026-04-01 00:00")
    sheet, span = await load_sheet(conn, MARCH, as_of, ZONE), period_of(MARCH, as_of, ZONE)
    for department in sheet.departments:
        for figure in sheet.of[department.id].values():
            if LINES[figure.name].how in {"ratio", "seconds"}:
                continue
            hits = (await tickets_behind(conn, span, figure.measure, department=department.id, hit=True)).facts
            all_of = (await tickets_behind(conn, span, figure.measure, department=department.id)).facts
            want = len(all_of) if LINES[figure.name].how == "count" else len(hits)
            assert (figure.numerator, figure.denominator) == (
                want,
                len(all_of) if figure.unit is FigureUnit.RATE else None,
            ), figure.name
    ids = {d.code: d.id for d in sheet.departments}
    missed = (await tickets_behind(conn, span, "resolve", department=ids["T01"], hit=False)).facts
    assert [f.number for f in missed] == [numbers["late"]]
    kind = await conn.fetchval(
        "SELECT e.kind FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id WHERE t.number = $1 AND e.seq = $2",
        missed[0].number,
        missed[0].seq,
    )
    assert kind == "replied"


async def test_pages_of_tickets_behind_a_figure(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    await lived(o)
    span = period_of(MARCH, at("2026-04-01 00:00"), ZONE)
    seen, cursor = [], ""
    while True:
        found = await tickets_behind(conn, span, "received", cursor=cursor, limit=2)
        seen += [f.number for f in found.facts]
        if found.next_cursor is None:
            break
        cursor = found.next_cursor
    assert len(seen) == len(set(seen)) == 5
    with pytest.raises(BadField):
        await tickets_behind(conn, span, "received", cursor="x")


async def test_time_held_is_the_ledgers(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    await lived(o)
    end = at("2026-04-01 00:00")
    sheet = await load_sheet(conn, MARCH, end, ZONE)
    parts = []
    for row in await conn.fetch("SELECT id FROM ticket"):
        parts += await load_intervals(conn, row["id"], end)
    ours = sum(f["held"].numerator for f in sheet.of.values()) + sheet.centre["centre_held"].numerator
    assert ours == pytest.approx(total_time(parts), abs=3)


async def test_what_came_after_changes_nothing(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    numbers = await lived(o)
    as_of = at("2026-04-01 08:00")
    before = await load_sheet(conn, MARCH, as_of, ZONE)
    clock.at = at("2026-04-02 10:00")
    await o.replied(numbers["kept"])
    await o.followed(numbers["kept"], rating=5)
    await o.does(o.manager, numbers["away"], "corrections", category="complaint", place="东街")
    await o.does(o.operator, numbers["late"], "reworks", reason="又坏了")
    after = await load_sheet(conn, MARCH, as_of, ZONE)
    assert after == before


async def test_due_exactly_and_at_the_edge_of_the_month(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock, "2026-03-31 23:29")
    numbers = [await o.opened(urgency=Urgency.URGENT) for _ in range(3)]
    for number in numbers:
        await o.dispatched(number)  # due to be signed at 23:59
    due = await conn.fetchval("SELECT max(due_at) FROM clock WHERE clock = 'sign'")
    for number, moment in zip(numbers, (due - timedelta(seconds=1), due, due + timedelta(seconds=1)), strict=True):
        clock.at = moment
        await o.does(o.lamps, number, "signatures")
    lamps = (await load_sheet(conn, MARCH, at("2026-04-02 00:00"), ZONE)).together["signed_in_time"]
    april = (await load_sheet(conn, Month(2026, 4), at("2026-04-02 00:00"), ZONE)).together["signed_in_time"]
    assert ((lamps.numerator, lamps.denominator), april.shown) == ((2, 3), "—")


async def test_every_block_can_be_prepared_and_every_measure_is_listed(conn: Conn) -> None:
    for sql in FACTS.values():
        await conn.prepare(sql)
    for line in LINES.values():
        if line.how != "seconds":
            assert f"'{block_of(line.measure)}'" in FACTS[block_of(line.measure)] or block_of(line.measure) in FACTS


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_rate_is_shown_truly(part: int, rest: int) -> None:
    shown = percent(part, part + rest)
    if part + rest == 0:
        assert shown == "—"
        return
    value = float(shown.rstrip("%"))
    assert (shown == "100.0%") == (rest == 0)
    assert (shown == "0.0%") == (part == 0)
    assert abs(value - 100 * part / (part + rest)) <= 0.1


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.builds(Tally, st.integers(0, 9), st.integers(0, 9)))))
def test_tallies_add_up(parts: list[dict[str, Tally]]) -> None:
    total = add_up(parts)
    for key in "abc":
        assert total.get(key, Tally()) == Tally(
            sum(p[key].hits for p in parts if key in p), sum(p[key].n for p in parts if key in p)
        )


def test_changes() -> None:
    def rate(part: int, of: int) -> Figure:
        return Figure("x", FigureUnit.RATE, part, of, "x")

    assert change_shown(rate(3, 4), rate(1, 2)) == "+25.0"
    assert change_shown(rate(1, 2), rate(3, 4)) == "−25.0"
    assert change_shown(rate(1, 2), rate(2, 4)) == "±0"
    assert change_shown(rate(1, 2), rate(0, 0)) == ""
    assert (
        change_shown(Figure("x", FigureUnit.COUNT, 5, None, "x"), Figure("x", FigureUnit.COUNT, 7, None, "x")) == "−2"
    )


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "26-03", "2026-3", "2026-03-01", "１９-03", "9999-01", "März"]
)
def test_bad_months_are_refused(text: str) -> None:
    with pytest.raises(BadField, match="month"):
        read_month(text)


@given(st.integers(2000, 2190), st.integers(1, 12), st.integers(-100, 100))
def test_months_count_on_and_back(year: int, number: int, far: int) -> None:
    month = Month(year, number)
    assert month.plus(far).plus(-far) == month
    assert month_of(month.starts_at(ZONE), ZONE) == month
    assert month_of(month.ends_at(ZONE) - timedelta(microseconds=1), ZONE) == month
    assert month.starts_at(ZONE).astimezone(UTC).minute == 0


def test_the_future_has_no_figures() -> None:
    with pytest.raises(BadField, match="begun"):
        begun(Month(2026, 4), at("2026-03-31 23:59"), ZONE)
    assert begun(Month(2026, 4), at("2026-04-01 00:00"), ZONE) == Month(2026, 4)
