"""The file of a replay: times, what is left out, the order in which things happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.replay.requests import FileError, batches, end_of, read_requests, read_time, request_events

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def test_rows_and_what_is_left_out() -> None:
    requests, wrong = read_requests(
        [
            "\ufeffid,Opened,target,closed,type\n".lstrip("\ufeff"),
            "a,2026-03-04 10:00,2026-03-05T10:00:00+09:00,,x\n",
            "b,2026-03-04 10:00,,2026-03-04 09:59:59,x\n",
            "c,2026-03-04 10:00,,2026-03-04 10:00,x\n",
            "a,2026-03-04 10:00,,,x\n",
            "d,soon,,,x\n",
            "e,,,,x\n",
            ",2026-03-04,,,x\n",
            "f,2026-03-04,2026-02-30,,x\n",
        ],
        SHANGHAI,
    )
    assert [r.id for r in requests] == ["a", "c"]
    assert requests[0].opened == datetime(2026, 3, 4, 2, tzinfo=UTC)
    assert requests[0].target == datetime(2026, 3, 5, 1, tzinfo=UTC)
    assert [(w.line, w.bad) for w in wrong] == [
        (3, False),
        (5, True),
        (6, True),
        (7, True),
        (8, True),
        (9, True),
    ]
    assert "closed" in wrong[0].said
    assert [w.said.split()[0] for w in wrong[1:]] == ["id", "opened", "opened", "id", "target"]


def test_a_file_without_its_columns() -> None:
    with pytest.raises(FileError, match="target, closed"):
        read_requests(["id,opened\n"], SHANGHAI)


def test_a_time_that_summer_time_skips_or_repeats() -> None:
    assert read_time("2026-03-08 02:30", NEW_YORK) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert read_time("2026-11-01 01:30", NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read_time("2026-03-04", SHANGHAI) == datetime(2026, 3, 3, 16, tzinfo=UTC)
    for far in ("0001-01-01", "9999-12-31 23:59:59"):
        with pytest.raises(ValueError, match=far[:4]):
            read_time(far, SHANGHAI)


def test_what_happens_in_order_and_only_what_is_left() -> None:
    requests, _ = read_requests(
        [
            "id,opened,target,closed\n",
            "a,2026-03-04 10:00,,2026-03-04 11:00\n",
            "b,2026-03-04 11:00,,2026-03-04 11:00\n",
        ],
        SHANGHAI,
    )
    order = [(h.request.id, h.closes) for h in request_events(requests, set(), set())]
    assert order == [("a", False), ("b", False), ("a", True), ("b", True)]
    assert [h.request.id for h in request_events(requests, {"a"}, {"b"})] == ["b", "a"]
    assert end_of(requests) == datetime(2026, 3, 4, 3, tzinfo=UTC)
    assert end_of([]) is None


def test_batches_lie_within_a_stretch_and_a_number() -> None:
    lines = [f"r{i},2026-03-04 {i // 2:02d}:00,,\n" for i in range(48)]
    requests, _ = read_requests(["id,opened,target,closed\n", *lines], SHANGHAI)
    made = list(batches(request_events(requests, set(), set()), timedelta(hours=6), 5))
    assert [h.request.id for batch in made for h in batch] == [f"r{i}" for i in range(48)]
    assert all(len(b) <= 5 and b[-1].at - b[0].at < timedelta(hours=6) for b in made)
