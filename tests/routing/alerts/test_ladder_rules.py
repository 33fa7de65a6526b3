"""The ladder's rules: who, when, and that nobody is passed by or paged twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.alerts.ladder import CODES, STEPS, PageablePerson, code_of, escalates_at, next_at, next_pages, step_at

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
RANKS = st.lists(st.sampled_from(["member", "deputy", "leader"]), max_size=6)


def local(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, 4, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("then", "escalates"),
    [
        (local(7, 59, 59), local(8)),
        (local(8), local(8)),
        (local(20, 59, 59), local(20, 59, 59)),
        (local(21), local(8) + timedelta(days=1)),
    ],
)
def test_a_normal_ticket_escalates_from_8_to_21(then: datetime, escalates: datetime) -> None:
    assert escalates_at("normal", then, ZONE) == escalates
    assert escalates_at("critical", then, ZONE) == escalates_at("urgent", then, ZONE) == then


@given(MOMENTS)
def test_the_first_page_goes_at_once_by_day_or_night(now: datetime) -> None:
    assert step_at(0, "normal", now, ZONE) == now


@given(MOMENTS, st.sampled_from(["critical", "urgent", "normal"]))
def test_the_next_step_is_later_and_never_wakes_for_a_normal_ticket(now: datetime, urgency: str) -> None:
    then = next_at(urgency, now, ZONE)
    assert then > now
    assert urgency != "normal" or 8 <= then.astimezone(ZONE).hour < 21


@given(RANKS, st.booleans(), st.sampled_from(["critical", "urgent", "normal"]))
def test_climbing_ends_and_pages_each_person_once(ranks: list[str], boss: bool, urgency: str) -> None:
    duty = [PageablePerson(i, rank, f"+86139{i:08d}") for i, rank in enumerate(ranks)]
    manager = PageablePerson(99, "manager", "+8613999999999") if boss else None
    at, paged = 0, []
    for _ in range(STEPS + 1):
        at, pages = next_pages(at, urgency, duty, manager, paged)
        paged += sorted({p.person.user for p in pages})
        if at >= STEPS:
            break
        assert pages, "a step with nobody on it is skipped at once"
        at += 1
    assert len(paged) == len(set(paged))
    assert (99 in paged) == boss
    assert any(u < 99 for u in paged) == bool(duty)


def test_codes_are_two_capitals_and_a_digit_and_do_not_meet() -> None:
    codes = {code_of(i) for i in range(CODES)}
    assert len(codes) == CODES
    assert all(c[:2].isupper() and c[2] in "6789" and not set(c) & set("IO") for c in codes)


@pytest.mark.parametrize(
    ("phone", "expected"),
    [("+8613900001234", ["sms"]), ("+864367222345", ["voice"]), ("+864367222345;ext=801", ["voice"])],
)
def test_a_landline_or_an_extension_is_called_and_never_written_to(phone: str, expected: list[str]) -> None:
    _, pages = next_pages(0, "normal", [PageablePerson(1, "member", phone, "zh")], None)
    assert [page.channel for page in pages] == expected
