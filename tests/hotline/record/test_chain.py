"""A record that was touched is found: one byte, one event dropped, added, two swapped, a tail cut off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.event import EMPTY, Draft, Head, link, seal_drafts
from hotline.ids import TicketId
from hotline.record.chain import Row, chain_faults

SEAL = b"k" * 32
AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
T = TicketId(7)


def record(n: int) -> tuple[list[Row], Head]:
    """A sealed record of `n` events."""
    drafts = [Draft(T, f"kind{i}", "system", {"n": i}) for i in range(n)]
    rows: list[Row] = []
    heads = {T: EMPTY}
    for i, draft in enumerate(drafts):
        (event,), heads = seal_drafts(SEAL, [draft], heads, AT + timedelta(minutes=i))
        rows.append((event.seq, event.at, event.kind, event.actor, event.text, event.hash))
    return rows, heads[T]


def faults(rows: list[Row], head: Head | None) -> list[str]:
    return chain_faults(SEAL, T, head, rows)


def test_whole() -> None:
    rows, head = record(5)
    assert faults(rows, head) == []


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 200))
def test_one_byte_of_any_field(which: int, field: int, place: int) -> None:
    rows, head = record(5)
    seq, at, kind, actor, text, digest = rows[which]
    if field == 0:
        changed: Row = (seq, at + timedelta(microseconds=1), kind, actor, text, digest)
    elif field == 4:
        place %= len(digest)
        changed = (
            seq,
            at,
            kind,
            actor,
            text,
            digest[:place] + bytes([digest[place] ^ 1]) + digest[place + 1 :],
        )
    else:
        words = [kind, actor, text]
        word = words[field - 1]
        place %= len(word)
        words[field - 1] = word[:place] + chr(ord(word[place]) ^ 1) + word[place + 1 :]
        changed = (seq, at, words[0], words[1], words[2], digest)
    rows[which] = changed
    assert f"event {seq} does not fit its seal" in faults(rows, head)


@pytest.mark.parametrize("gone", range(5))
def test_one_dropped(gone: int) -> None:
    rows, head = record(5)
    del rows[gone]
    assert faults(rows, head) == [f"event {gone + 1} is missing"]


def test_several_dropped_and_a_tail_cut() -> None:
    rows, head = record(6)
    assert faults([rows[0], *rows[3:]], head) == ["events 2 to 3 are missing"]
    assert faults(rows[:4], head) == ["events 5 to 6 are missing"]
    assert faults([], head) == ["events 1 to 6 are missing"]


def test_two_swapped() -> None:
    rows, head = record(5)
    rows[1], rows[3] = (2, *rows[3][1:]), (4, *rows[1][1:])
    found = faults(rows, head)
    assert "event 2 does not fit its seal" in found
    assert "event 4 does not fit its seal" in found


def test_one_inserted_and_the_rest_moved_on() -> None:
    rows, head = record(4)
    made = link(b"another key".ljust(32), T, 2, AT, "kind", "system", "{}", rows[0][5])
    rows = [rows[0], (2, AT, "kind", "system", "{}", made), *((r[0] + 1, *r[1:]) for r in rows[1:])]
    found = faults(rows, head)
    assert "event 2 does not fit its seal" in found
    assert "event 5 is beyond the head, which ends at 4" in found


def test_a_head_that_is_another_and_events_of_no_ticket() -> None:
    rows, head = record(3)
    assert faults(rows, Head(3, head.at, b"x" * 32)) == ["the head does not fit the last event"]
    assert faults(rows, Head(3, AT, head.hash)) == ["the time of the head is not that of the last event"]
    assert faults(rows, None) == ["3 events belong to no ticket"]
    assert faults([], EMPTY) == ["there is no event at all"]
