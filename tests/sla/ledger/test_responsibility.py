"""The parts of a ticket's life add up to the whole, whatever happens to it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from sla.ledger.responsibility import Interval, LedgerEvent, intervals, total_time
from tests.doors import token
from tests.office import department, move, on_shift, ticket, user

AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
H = timedelta(hours=1)
CODES = {1: "D01", 2: "D02"}


def told(*what: tuple[float, str] | tuple[float, str, dict[str, Any]]) -> list[LedgerEvent]:
    return [LedgerEvent(AT + hour * H, kind, *(rest or ({},))) for hour, kind, *rest in what]  # type: ignore[arg-type]


def held(*what: Any, until: float = 100) -> list[tuple[str, float]]:
    found = intervals(told(*what), CODES, AT + until * H)
    tiles(found, AT, max(AT, found[-1].to_at) if found else AT)
    return [(i.party, i.seconds / 3600) for i in found]


def tiles(found: list[Interval], start: datetime, end: datetime) -> None:
    """No gap, no overlap, neighbours differ, and the parts are the whole."""
    if not found:
        assert start >= end
        return
    assert (found[0].from_at, found[-1].to_at) == (start, end)
    for before, after in itertools.pairwise(found):
        assert before.to_at == after.from_at
        assert before.party != after.party
    assert all(i.from_at < i.to_at for i in found)
    assert total_time(found) == (end - start).total_seconds()


GIVEN = {"department": 1, "assignment": 7}
LEGAL: dict[str, tuple[str, ...]] = {
    "received": ("dispatched", "answered", "declined", "transferred", "withdrawn", "merged", "shown"),
    "dispatched": ("signed", "returned", "recalled", "paused", "long_term", "co_handler", "transferred", "withdrawn"),
    "signed": ("replied", "returned", "recalled", "paused", "long_term", "first_contact", "withdrawn"),
    "co_handler": ("signed", "returned", "paused"),
    "first_contact": ("replied", "paused", "returned"),
    "paused": ("resumed", "set_aside", "replied", "returned", "shown", "long_term"),
    "set_aside": ("resumed", "withdrawn"),
    "long_term": ("resumed", "replied"),
    "resumed": ("replied", "paused", "returned"),
    "returned": ("ruled", "declined"),
    "ruled": ("signed", "returned", "paused"),
    "replied": ("told", "sent_back", "withdrawn"),
    "sent_back": ("replied", "paused"),
    "told": ("followed_up", "reworked"),
    "reworked": ("replied", "paused"),
    "recalled": ("dispatched", "answered"),
    "followed_up": ("archived", "reworked"),
    "shown": ("shown",),
    **dict.fromkeys(("answered", "declined", "transferred", "withdrawn", "merged"), ("archived",)),
    "archived": (),
}


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[LedgerEvent], datetime]:
    """Any legal sequence of moves, at any moments, some at the same one."""
    kind, at = "received", AT
    found = [LedgerEvent(at, kind, {})]
    for _ in range(draw(st.integers(0, 25))):
        if not LEGAL[kind]:
            break
        kind = draw(st.sampled_from(LEGAL[kind]))
        at += timedelta(microseconds=draw(st.sampled_from([0, 1, 999_999, 3_600_000_000, 86_400_000_007])))
        detail: dict[str, Any] = {"department": draw(st.sampled_from([1, 2]))}
        if kind == "paused":
            detail = {
                "until": (at + draw(st.integers(0, 9)) * 12 * H).isoformat(),
                "reason": draw(st.sampled_from(["person", "consultation"])),
            }
        elif kind == "long_term":
            detail |= {"end": (at + draw(st.integers(1, 30)) * 24 * H).isoformat()}
        elif kind == "resumed" and draw(st.booleans()):
            detail = {"why": "ended"}
        found.append(LedgerEvent(at, kind, detail))
    return found, at + timedelta(microseconds=draw(st.integers(0, 10**12)))


@given(lives())
def test_the_parts_add_up_to_the_whole(life: tuple[list[LedgerEvent], datetime]) -> None:
    recorded, until = life
    last = recorded[-1]
    end = last.at if last.kind == "archived" else until
    tiles(intervals(recorded, CODES, until), AT, end)


def naive(recorded: list[LedgerEvent], at: datetime) -> str:
    """Who has the ticket at a moment: the latest wait while it lasts, else who was given it last."""
    holder, wait, until = "owner", "", AT
    for h in (h for h in recorded if h.at <= at):
        if h.kind in {"dispatched", "ruled", "sent_back", "reworked"} or (
            h.kind == "resumed" and "department" in h.detail
        ):
            holder, wait = f"department:{CODES[h.detail['department']]}", ""
        elif h.kind in {
            "received",
            "recalled",
            "returned",
            "replied",
            "told",
            "followed_up",
            "answered",
            "declined",
            "withdrawn",
            "merged",
        }:
            holder, wait = "owner", ""
        elif h.kind == "transferred":
            holder, wait = "outside", ""
        elif h.kind == "paused":
            wait, until = h.detail["reason"], datetime.fromisoformat(h.detail["until"])
        elif h.kind == "set_aside":
            wait, until = "person", datetime.max.replace(tzinfo=UTC)
        elif h.kind == "long_term":
            wait, until = "consultation", datetime.fromisoformat(h.detail["end"])
        elif h.kind == "resumed":
            wait = ""
    return wait if wait and at < until else holder


@given(lives(), st.lists(st.integers(0, 10**13), max_size=20))
def test_each_moment_is_whose_it_was(life: tuple[list[LedgerEvent], datetime], offsets: list[int]) -> None:
    """Waiting for the person, for the consultation, for an outside body: each to its own, to the microsecond."""
    recorded, until = life
    found = intervals(recorded, CODES, until)
    edges = [moment for i in found for moment in (i.from_at, i.to_at - timedelta(microseconds=1))]
    for at in [*edges, *(AT + timedelta(microseconds=o) for o in offsets)]:
        whose = [i.party for i in found if i.from_at <= at < i.to_at]
        assert whose == [naive(recorded, at)] or (not whose and (not found or at >= found[-1].to_at))


@given(lives(), st.integers(0, 10**12))
def test_read_up_to_an_earlier_moment_it_is_the_beginning_of_the_same(
    life: tuple[list[LedgerEvent], datetime], back: int
) -> None:
    recorded, until = life
    cut = max(AT, until - timedelta(microseconds=back))
    full = intervals(recorded, CODES, until)
    early = intervals(recorded, CODES, cut)
    end = recorded[-1].at if recorded[-1].kind == "archived" else until
    tiles(early, AT, min(cut, end))
    assert early[:-1] == full[: max(0, len(early) - 1)]


def test_the_way_of_a_matter() -> None:
    assert held(
        (0, "received"),
        (1, "dispatched", GIVEN),
        (2, "signed", GIVEN),
        (5, "returned", GIVEN),
        (6, "ruled", {"department": 2}),
        (7, "co_handler", GIVEN),
        (9, "replied"),
        (10, "sent_back", {"department": 2}),
        (11, "replied"),
        (12, "told"),
        (13, "reworked", {"department": 2}),
        (20, "replied"),
        (21, "told"),
        (22, "followed_up"),
        (30, "archived", {"state": "archived"}),
        (40, "added"),
    ) == [
        ("owner", 1),
        ("department:D01", 4),
        ("owner", 1),
        ("department:D02", 3),
        ("owner", 1),
        ("department:D02", 1),
        ("owner", 2),
        ("department:D02", 7),
        ("owner", 10),
    ]


def test_a_pause_gives_back_at_its_end_whenever_that_is_recorded() -> None:
    pause = {"until": (AT + 10 * H).isoformat(), "reason": "person"}
    begin = [(0, "received"), (1, "dispatched", GIVEN), (2, "paused", pause)]
    assert held(*begin, until=8) == [("owner", 1), ("department:D01", 1), ("person", 6)]
    assert held(*begin, until=12) == [
        ("owner", 1),
        ("department:D01", 1),
        ("person", 8),
        ("department:D01", 2),
    ]
    late = [*begin, (11, "resumed", {"why": "ended"})]
    assert held(*late, until=12) == [
        ("owner", 1),
        ("department:D01", 1),
        ("person", 8),
        ("department:D01", 2),
    ]
    early = [*begin, (4, "resumed", {"why": "heard", **GIVEN})]
    assert held(*early, until=12) == [
        ("owner", 1),
        ("department:D01", 1),
        ("person", 2),
        ("department:D01", 8),
    ]


def test_set_aside_long_term_consultation_outside_and_merged() -> None:
    begin = [(0, "received"), (1, "dispatched", GIVEN)]
    consult = {"until": (AT + 9 * H).isoformat(), "reason": "consultation"}
    assert held(*begin, (2, "set_aside"), (5, "resumed", GIVEN), until=6)[2:] == [
        ("person", 3),
        ("department:D01", 1),
    ]
    assert held(*begin, (2, "long_term"), (5, "replied"), until=6)[2:] == [("consultation", 3), ("owner", 1)]
    assert held(*begin, (2, "paused", consult), until=6)[2:] == [("consultation", 4)]
    assert held(*begin, (2, "transferred"), (5, "archived"), until=9) == [
        ("owner", 1),
        ("department:D01", 1),
        ("outside", 3),
    ]
    assert held((0, "received"), (3, "merged", {"parent": 9}), (4, "archived"), until=9) == [("owner", 4)]


@pytest.mark.parametrize(("us", "seconds"), [(3_600_000_000, 3600), (1, 0.000001), (86_400_123_456, 86400.123456)])
def test_seconds_are_exact(us: int, seconds: float) -> None:
    found = Interval("owner", AT, AT + timedelta(microseconds=us)).seconds
    assert found == seconds
    assert isinstance(found, int) == (us % 1_000_000 == 0)


async def test_the_parts_of_a_ticket_over_http(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """Through the use cases: the items tile from received to now, and name the parties as the contract does."""
    start = clock.now()
    async with pool.acquire() as conn, conn.transaction():
        departments = [await department(conn, code, f"测试{code}") for code in ("T05", "T06")]
        operator, manager = await user(conn, Role.OPERATOR), await user(conn, Role.MANAGER)
        one, other = [await user(conn, Role.LIAISON, department=d) for d in departments]
        await on_shift(conn, operator, start)
        number = (await ticket(conn, services)).number
        story: list[tuple[Any, str, dict[str, Any]]] = [
            (operator, "assignments", {"department": "T05"}),
            (one, "returns", {"reason": "not_ours", "basis": "三定", "suggested": "T06"}),
            (manager, "rulings", {"department": "T06", "reason": "职责"}),
            (other, "signatures", {}),
            (operator, "pauses", {"until": "2026-03-06", "reason": "等来电人"}),
            (operator, "resumptions", {}),
            (other, "replies", {"outcome": "solved", "public": "好了"}),
        ]
        for who, noun, fields in story:
            clock.move(H)
            await move(conn, services, who, number, noun, **fields)
    clock.move(H / 2)
    path = f"/api/v1/tickets/{number}"
    header = await token(pool, services, operator)
    items = (await (await client.get(f"{path}/responsibility", headers=header)).json())["items"]
    assert [(i["party"], i["seconds"]) for i in items] == [
        ("owner", 3600),
        ("department:T05", 3600),
        ("owner", 3600),
        ("department:T06", 7200),
        ("person", 3600),
        ("department:T06", 3600),
        ("owner", 1800),
    ]
    moments = [datetime.fromisoformat(i[end]) for i in items for end in ("from", "to")]
    assert moments[::2] == [start, *moments[1:-1:2]]
    assert moments[-1] == clock.now()
    former = await token(pool, services, one)
    seen = (await (await client.get(f"{path}/responsibility", headers=former)).json())["items"]
    assert [i["party"] for i in seen] == ["owner", "department:T05", "owner"]
    shown = (await (await client.get(path, headers=former)).json())["responsibility"]
    assert [(i["party"], i["seconds"]) for i in shown] == [
        ("owner", 3600),
        ("department:T05", 3600),
        ("owner", 3600),
        ("department:T06", None),
    ]
