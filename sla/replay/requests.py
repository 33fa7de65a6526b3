"""The file of a replay: its rows as requests, and what is wrong with which line. Pure.

Columns `id,opened,target,closed[,department]`; others are passed by. A time without an offset is local; one that does not
exist there (the hour that summer time skips) counts with the offset before the skip. A blank target: by policy; blank
closed: not closed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

_YEARS = range(1900, 2400)
NEEDED = ("id", "opened", "target", "closed")


class FileError(ValueError):
    """The file is not one that can be replayed; says why."""


@dataclass(frozen=True, slots=True)
class PastRequest:
    """A past request; times UTC. `target`: the time promised then; `department` empty: none was named."""

    id: str
    line: int
    opened: datetime
    target: datetime | None
    closed: datetime | None
    department: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that is left out, and why. `bad`: a value could not be read (rather than a row that makes no sense)."""

    line: int
    said: str
    bad: bool


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """At a moment a request was opened, or closed."""

    at: datetime
    closes: bool
    request: PastRequest


def read_requests(lines: Iterable[str], zone: ZoneInfo) -> tuple[list[PastRequest], list[Wrong]]:
    """The requests of a CSV in its order, and the lines left out. Raises FileError where columns are missing."""
    reader = csv.DictReader(lines)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise FileError(f"the file has no column {', '.join(missing)}")
    found: dict[str, PastRequest] = {}
    wrong: list[Wrong] = []
    for row in reader:
        item = _request(row, reader.line_num, zone, found)
        if isinstance(item, Wrong):
            wrong.append(item)
        else:
            found[item.id] = item
    return list(found.values()), wrong


def _request(row: dict[str, str], line: int, zone: ZoneInfo, known: dict[str, PastRequest]) -> PastRequest | Wrong:
    ident, *said, department = ((row.get(name) or "").strip() for name in (*NEEDED, "department"))
    opened_said, _, closed_said = said
    if not ident:
        return Wrong(line, "id is empty", True)
    if ident in known:
        return Wrong(line, f"id {ident} stands in line {known[ident].line} already", True)
    if not opened_said:
        return Wrong(line, "opened is empty", True)
    times: list[datetime | None] = []
    for name, text in zip(NEEDED[1:], said, strict=True):
        try:
            times.append(read_time(text, zone) if text else None)
        except ValueError:
            return Wrong(line, f"{name} is not a time: {text!r}", True)
    opened, target, closed = times
    assert opened is not None
    if closed is not None and closed < opened:
        return Wrong(line, f"closed ({closed_said}) before it was opened ({opened_said})", False)
    return PastRequest(ident, line, opened, target, closed, department)


def read_time(text: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 time as UTC; without an offset it is local. Raises ValueError, also for a time outside the program's
    calendars.
    """
    found = datetime.fromisoformat(text)
    if found.year not in _YEARS:
        raise ValueError(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def end_of(requests: Iterable[PastRequest]) -> datetime | None:
    """When a replay ends: the latest opened or closed; None without a request."""
    return max((r.closed or r.opened for r in requests), default=None)


def request_events(requests: Iterable[PastRequest], opened: set[str], done: set[str]) -> list[RequestEvent]:
    """What is still to happen, in the order of time; what happens at the same moment in the order of the file, openings first."""
    found = [RequestEvent(r.opened, False, r) for r in requests if r.id not in opened]
    found += [RequestEvent(r.closed, True, r) for r in requests if r.closed is not None and r.id not in done]
    return sorted(found, key=lambda h: (h.at, h.closes, h.request.line))


def batches(what: Sequence[RequestEvent], step: timedelta, most: int) -> Iterator[list[RequestEvent]]:
    """What happens in the same stretch of time of length `step`, at most `most` at once."""
    for _, group in groupby(what, key=lambda h: h.at.timestamp() // step.total_seconds()):
        several = list(group)
        for place in range(0, len(several), most):
            yield several[place : place + most]
