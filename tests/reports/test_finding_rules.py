"""The rules of findings, one by one: what they find, what they leave, what they cite."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.event import RecordedEvent
from hotline.base.i18n import catalogue_of
from reports.findings.detection import MORNINGS
from reports.findings.rules import SuspectedFault, late_sign_at
from reports.findings.table import KINDS, OF_CLOCK, READ, RULES, TELLING, found_in
from tests.reports.story import ZONE, at

A, B = 1, 2
START = at("2026-03-04 10:00")


def record(*steps: tuple[str, dict[str, object]], actor: str = "user:1", days: bool = False) -> list[RecordedEvent]:
    """Events an hour (or a day) apart."""
    gap = timedelta(days=1) if days else timedelta(hours=1)
    return [
        RecordedEvent(n, START + n * gap, kind, "person" if kind == "added" else actor, detail)
        for n, (kind, detail) in enumerate(steps, 1)
    ]


def rules(found: list[SuspectedFault]) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(f.rule, f.department, f.seqs) for f in found]


def always(department: int, day: datetime) -> bool:
    return True


def never(department: int, day: datetime) -> bool:
    return False


def returned(department: int, case: int, **more: object) -> tuple[str, dict[str, object]]:
    return "returned", {"department": department, "case": case, **more}


def ruled(case: int, to: int, *, overruled: bool) -> tuple[str, dict[str, object]]:
    return "ruled", {"case": case, "department": to, "overruled": overruled}


OVERRULED = record(("dispatched", {"department": A}), returned(A, 1), ruled(1, A, overruled=True))


def test_a_groundless_return_is_overruled_and_stood_in_the_catalogue() -> None:
    assert rules(found_in(OVERRULED, always, ZONE)) == [("groundless_return", A, (2, 3))]
    assert found_in(OVERRULED, never, ZONE) == []
    elsewhere = record(("dispatched", {"department": A}), returned(A, 1), ruled(1, B, overruled=False))
    assert found_in(elsewhere, always, ZONE) == []


def test_the_catalogue_of_that_day_counts() -> None:
    asked: list[datetime] = []

    def stood(department: int, day: datetime) -> bool:
        asked.append(day)
        return False

    found_in(OVERRULED, stood, ZONE)
    assert asked == [OVERRULED[1].at]


def test_ping_pong_by_two_overruled_returns() -> None:
    events = record(
        ("dispatched", {"department": A}),
        returned(A, 1),
        ruled(1, B, overruled=False),
        returned(B, 2),
        ruled(2, B, overruled=True),
    )
    assert rules(found_in(events, never, ZONE)) == []
    twice = record(
        ("dispatched", {"department": A}),
        returned(A, 1),
        ruled(1, A, overruled=True),
        ("recalled", {}),
        ("dispatched", {"department": B}),
        returned(B, 2),
        ruled(2, B, overruled=True),
    )
    assert rules(found_in(twice, never, ZONE)) == [
        ("ping_pong", A, (2, 3, 6, 7)),
        ("ping_pong", B, (2, 3, 6, 7)),
    ]


def test_ping_pong_back_to_who_had_it_first() -> None:
    events = record(
        ("dispatched", {"department": A}),
        returned(A, 1),
        ruled(1, B, overruled=False),
        returned(B, 2),
        ruled(2, A, overruled=False),
    )
    assert rules(found_in(events, always, ZONE)) == [("ping_pong", A, (2, 3, 4, 5))]
    assert found_in(events, never, ZONE) == []


def test_a_late_return_without_new_facts() -> None:
    late = record(("dispatched", {"department": A}), returned(A, 1, late=True))
    assert rules(found_in(late, never, ZONE)) == [("late_return", A, (1, 2))]
    news = record(("dispatched", {"department": A}), ("added", {}), returned(A, 1, late=True))
    assert found_in(news, never, ZONE) == []
    assert found_in(record(("dispatched", {"department": A}), returned(A, 1, late=False)), never, ZONE) == []


def replied(outcome: str = "solved", department: int = A) -> tuple[str, dict[str, object]]:
    return "replied", {"department": department, "outcome": outcome}


NOT_SOLVED = ("follow_up_tried", {"reached": True, "solved": False})


def test_a_sham_reply_is_one_that_the_rework_proved_wrong() -> None:
    sham = record(replied(), NOT_SOLVED, ("reworked", {}), replied())
    assert rules(found_in(sham, never, ZONE)) == [("sham_reply", A, (1, 2, 3, 4))]
    assert found_in(record(replied(), NOT_SOLVED, ("reworked", {})), never, ZONE) == []  # not yet found true
    assert found_in(record(replied(), NOT_SOLVED, ("reworked", {}), replied("explained")), never, ZONE) == []
    assert found_in(record(replied("explained"), NOT_SOLVED, ("reworked", {}), replied()), never, ZONE) == []
    assert found_in(record(replied(), ("reworked", {}), replied()), never, ZONE) == []  # nobody said “not solved”


def test_a_repeated_matter_needs_three_days_and_a_wrong_reply() -> None:
    added = ("added", {})
    three = record(replied(), added, added, added, ("reworked", {}), days=True)
    assert rules(found_in(three, never, ZONE)) == [("repeated_matter", A, (1, 2, 3, 4, 5))]
    assert found_in(record(replied(), added, added, ("reworked", {}), days=True), never, ZONE) == []
    assert found_in(record(replied(), added, added, added, days=True), never, ZONE) == []
    assert found_in(record(replied(), added, added, added, ("reworked", {})), never, ZONE) == []  # one day


@pytest.mark.parametrize(
    ("started", "urgency", "last"),
    [
        ("2026-03-04 20:59", "normal", "2026-03-04 22:59"),
        ("2026-03-04 21:00", "normal", "2026-03-05 10:00"),
        ("2026-03-05 03:00", "normal", "2026-03-05 10:00"),
        ("2026-03-05 07:59", "normal", "2026-03-05 10:00"),
        ("2026-03-05 08:00", "normal", "2026-03-05 10:00"),
        ("2026-03-05 08:01", "normal", "2026-03-05 10:01"),
        ("2026-03-05 03:00", "urgent", "2026-03-05 05:00"),
    ],
)
def test_the_night_rule(started: str, urgency: str, last: str) -> None:
    start = at(started)
    assert late_sign_at(start, start + timedelta(hours=2), urgency, ZONE) == at(last)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.integers(1, 86400))
def test_the_night_rule_never_shortens(start: datetime, budget: int) -> None:
    began = start.replace(tzinfo=ZONE)
    due = began + timedelta(seconds=budget)
    last = late_sign_at(began, due, "normal", ZONE)
    assert due <= last <= max(due, began + timedelta(hours=13))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.integers(0, 200))
def test_each_morning_once(start: datetime, hours: int) -> None:
    after = start.replace(tzinfo=ZONE)
    until = after + timedelta(hours=hours)
    found = MORNINGS(after, until, ZONE)
    assert all(after < m <= until and m.astimezone(ZONE).hour == 10 for m in found)
    middle = after + timedelta(hours=hours / 2)
    assert [*MORNINGS(after, middle, ZONE), *MORNINGS(middle, until, ZONE)] == found


steps = st.lists(
    st.one_of(
        st.tuples(st.just("dispatched"), st.fixed_dictionaries({"department": st.sampled_from([A, B])})),
        st.tuples(
            st.just("returned"),
            st.fixed_dictionaries(
                {"department": st.sampled_from([A, B]), "case": st.integers(1, 3), "late": st.booleans()}
            ),
        ),
        st.tuples(
            st.just("ruled"),
            st.fixed_dictionaries(
                {"case": st.integers(1, 3), "department": st.sampled_from([A, B]), "overruled": st.booleans()}
            ),
        ),
        st.tuples(
            st.just("replied"),
            st.fixed_dictionaries({"department": st.just(A), "outcome": st.sampled_from(["solved", "explained"])}),
        ),
        st.tuples(st.sampled_from(["reworked", "sent_back", "added"]), st.just({})),
        st.tuples(st.just("follow_up_tried"), st.fixed_dictionaries({"solved": st.booleans()})),
    ),
    max_size=25,
)


@given(steps)
def test_what_is_found_stays_found_and_cites_events_of_the_record(
    story: list[tuple[str, dict[str, object]]],
) -> None:
    events = record(*story, days=True)
    before: set[str] = set()
    for n in range(len(events) + 1):
        found = found_in(events[:n], always, ZONE)
        keys = {f.key for f in found}
        assert before <= keys  # a record that goes on takes no finding back
        assert {s for f in found for s in f.seqs} <= {e.seq for e in events[:n]}
        assert {f.rule for f in found} <= set(KINDS)
        before = keys


def test_each_rule_of_a_clock_has_a_kind() -> None:
    assert set(OF_CLOCK.values()) <= set(KINDS)


def test_each_rule_has_its_chinese() -> None:
    words = catalogue_of(("reports",)).zh
    assert [name for name in KINDS if not words.get(name)] == []


def test_what_completes_a_fault_is_read() -> None:
    assert TELLING <= READ
    assert {rule.name for rule in RULES if not rule.finders} - set(OF_CLOCK.values()) == {"pages_unanswered"}
