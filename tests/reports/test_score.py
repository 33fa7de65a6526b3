"""Scores and places: weights, reweighting, deductions, floors; nobody is criticised by one rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.db.connection import Conn
from reports.figures.figure import Figure, Tally
from reports.figures.measures import DEPARTMENT, figures
from reports.notice.rules import Rules, as_rules
from reports.notice.score import Fault, Score, deduction, last_of, names_it, places, score, weighed_score

RULES = Rules(
    1,
    {
        "signed_in_time": 15,
        "replied_in_time": 30,
        "first_contact_in_time": 15,
        "solved": 20,
        "satisfied": 15,
        "record": 5,
    },
    {"inactive": 1, "buck_passing": 2, "not_acting": 3},
    20,
    5,
    20,
    80,
    0.1,
    0.05,
    3,
    ("法院", "纪委"),
    date(2026, 1, 7),
    14,
)


def made(dispatched: int, **rates: tuple[int, int]) -> dict[str, Figure]:
    tallies = {name: Tally(*rate) for name, rate in rates.items()}
    return figures(DEPARTMENT, {**tallies, "dispatched": Tally(dispatched, dispatched)})


FULL = {
    "sign": (10, 10),
    "resolve": (20, 20),
    "first_contact": (5, 5),
    "solved": (3, 3),
    "satisfied": (2, 2),
    "replied": (9, 9),
}


async def test_the_shipped_rules_are_those_of_the_rulebook(conn: Conn) -> None:
    row = await conn.fetchrow("SELECT version, rules FROM notice_rule WHERE version = 1")
    assert row is not None
    shipped = as_rules(row["version"], row["rules"])
    assert shipped.weights == RULES.weights
    assert sum(shipped.weights.values()) == 100
    assert (shipped.few, shipped.quarter_under, shipped.bottom, shipped.appeal_days) == (5, 20, 0.1, 3)
    assert not shipped.judges("县人民法院")
    assert not shipped.judges("县纪委监委")
    assert shipped.judges("县住房和城乡建设局")


def test_all_good_is_a_hundred_and_missing_parts_are_reweighted() -> None:
    assert weighed_score(made(30, **FULL), RULES) == pytest.approx(100)
    half = made(30, sign=(8, 10), resolve=(10, 20), first_contact=(5, 5))  # 60 of 100
    assert weighed_score(half, RULES) == pytest.approx((15 * 80 + 30 * 50 + 15 * 100) / 60)
    assert weighed_score(made(30, resolve=(1, 1), satisfied=(1, 1), replied=(1, 1)), RULES) == pytest.approx(
        100
    )  # exactly 50
    assert weighed_score(made(30, resolve=(1, 1), satisfied=(1, 1)), RULES) is None  # 45


def test_findings_deduct_once_a_ticket_by_the_gravest_and_are_capped() -> None:
    faults = [Fault(1, "inactive"), Fault(1, "not_acting"), Fault(2, "inactive"), Fault(None, "inactive")]
    assert deduction(faults, 100, RULES) == 5
    assert deduction(faults, 50, RULES) == 10
    assert deduction(faults, 20, RULES) == 20
    assert deduction([], 0, RULES) == 0


@pytest.mark.parametrize(
    ("late", "tickets", "off"), [(1, 5, 5), (1, 20, 5), (1, 21, 100 / 21), (3, 20, 15), (4, 20, 20), (5, 20, 20)]
)
def test_one_late_word_of_a_small_unit_is_not_the_cap(late: int, tickets: int, off: float) -> None:
    """Counted on at least twenty tickets; the cap is reached at one in five."""
    assert deduction([Fault(n, "inactive") for n in range(late)], tickets, RULES) == pytest.approx(off)


@pytest.mark.parametrize(
    ("month", "quarter", "shown", "ranked"),
    [(20, 60, False, True), (19, 60, True, True), (5, 5, True, True), (4, 60, True, False), (0, 60, True, False)],
)
def test_few_tickets(month: int, quarter: int, shown: bool, ranked: bool) -> None:
    """The quarter is shown beside few tickets; it places nobody."""
    found = score(made(month, **FULL), made(quarter, **FULL), [], [], RULES, judged=True)
    assert (found.tickets, found.quarter is not None, found.ranked) == (month, shown, ranked)
    assert not score(made(month, **FULL), made(quarter, **FULL), [], [], RULES, judged=False).ranked


def test_what_was_before_the_month_takes_no_points() -> None:
    found = score(made(6, **FULL), made(30, **FULL), [], [Fault(1, "not_acting")], RULES, judged=True)
    assert (found.points, found.deducted, found.quarter) == (100, 0, 90)


@pytest.mark.parametrize(
    ("faults", "named"),
    [
        ([], False),
        ([Fault(1, "inactive")], False),
        ([Fault(1, "inactive"), Fault(1, "buck_passing")], False),
        ([Fault(1, "inactive"), Fault(None, "inactive")], False),
        ([Fault(1, "inactive"), Fault(2, "inactive")], True),
        ([Fault(1, "not_acting")], True),
    ],
)
def test_named_only_for_two_tickets_or_one_that_nobody_acted_on(faults: list[Fault], named: bool) -> None:
    assert names_it(faults, RULES) is named


@pytest.mark.parametrize(
    ("points", "last"),
    [
        ([100] * 10, []),
        ([100] * 9 + [79.99], ["9"]),
        ([100] * 9 + [80], []),
        ([100] * 6 + [70, 60, 50, 40], ["9", "8", "7"]),
        ([100] * 6 + [50, 50, 50, 40], ["9"]),
        ([50] * 10, []),
        ([100] * 7 + [70, 70, 70], ["7", "8", "9"]),
    ],
)
def test_the_last_three_are_below_the_floor_and_tie_with_nobody_above(points: list[float], last: list[str]) -> None:
    assert last_of({str(place): p for place, p in enumerate(points)}, RULES) == last


def group(points: list[float]) -> dict[str, Score]:
    return {str(place): Score(p, 0, 30, None, True) for place, p in enumerate(points)}


def test_criticised_only_below_the_floor_and_at_the_bottom() -> None:
    found = places(group([95, 94, 93, 92, 91, 90, 89, 88, 70, 60]), RULES)
    assert [code for code, place in found.items() if place.criticised] == ["9"]
    assert not any(
        p.criticised for p in places(group([99] * 9 + [81]), RULES).values()
    )  # at the bottom, above the floor
    assert not any(p.criticised for p in places(group([10, 20, 30]), RULES).values())  # too few for a bottom tenth
    assert not any(p.criticised for p in places(group([99] * 8 + [10, 10]), RULES).values())  # two share the last place


def test_equal_points_share_a_place_and_the_unranked_have_none() -> None:
    scores = group([90, 95, 90]) | {"x": replace(Score(10, 0, 3, None, False))}
    found = places(scores, RULES)
    assert [(found[c].rank, found[c].of) for c in ("1", "0", "2")] == [(1, 3), (2, 3), (2, 3)]
    assert "x" not in found


@given(st.lists(st.floats(0, 100), max_size=120))
def test_never_more_than_the_bottom_share(points: list[float]) -> None:
    found = places(group(points), RULES)
    criticised = [code for code, place in found.items() if place.criticised]
    assert len(criticised) <= 0.1 * len(points)
    for code in criticised:
        assert points[int(code)] < RULES.floor
        assert all(points[int(code)] <= p for p in points) or len(criticised) > 1


@given(
    st.dictionaries(st.sampled_from(sorted(FULL)), st.tuples(st.integers(0, 50), st.integers(0, 50))),
    st.lists(st.builds(Fault, st.integers(1, 9), st.sampled_from(["inactive", "buck_passing", "not_acting"]))),
    st.integers(0, 200),
)
def test_points_stay_within_bounds(rates: dict[str, tuple[int, int]], faults: list[Fault], n: int) -> None:
    own = made(n, **{name: (hits, hits + rest) for name, (hits, rest) in rates.items()})
    found = score(own, own, faults, faults, RULES, judged=True)
    assert found.points is None or 0 <= found.points <= 100
    assert 0 <= found.deducted <= RULES.cap
    clean = score(own, own, [], [], RULES, judged=True)
    if found.points is not None and clean.points is not None:
        assert found.points <= clean.points
