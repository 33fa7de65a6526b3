"""Comparison of stored rows with what a ticket's events say of them, by the table of statements. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from hotline.base.event import RecordedEvent
from hotline.record.differences import shown_value
from sla.verify.decided_rows import DECIDED_ROWS
from sla.verify.row_statement import UNSAID, RowTable, Statement
from sla.verify.worded_rows import WORDED_ROWS

TABLES = (*DECIDED_ROWS, *WORDED_ROWS)
#: So far the clocks of two machines may be apart.
_SKEW = timedelta(minutes=5)

#: Table → key → column → value.
Rows: TypeAlias = Mapping[str, Mapping[int, Mapping[str, Any]]]
Digest: TypeAlias = Callable[[str], str]
_Expected: TypeAlias = dict[str, dict[int, dict[str, object]]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows of a table as they are stored, and by what they are compared."""

    rows: Mapping[int, Mapping[str, Any]]
    held: Set[datetime]
    digest: Digest
    erased: bool


def _by_kind() -> dict[str, list[tuple[str, Statement]]]:
    found: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
    for table in TABLES:
        for statement in table.statements:
            found[statement.kind].append((table.name, statement))
    return found


_BY_KIND = _by_kind()


def row_faults(
    events: Sequence[RecordedEvent], rows: Rows, held: Set[datetime], digest: Digest, *, erased: bool
) -> list[str]:
    """Where rows differ from the events, each in a few words. `held`: see `hotline.record.life.Life`.

    `digest`: that of the ticket's words; `erased`: retention has taken them.
    """
    expected = _expected(events)
    found: list[str] = []
    for table in TABLES:
        if table.name in expected or table.name in rows:
            kept = _Kept(rows.get(table.name, {}), held, digest, erased)
            found += _table(table, expected.get(table.name, {}), kept)
    return found


def _expected(events: Sequence[RecordedEvent]) -> _Expected:
    """What the events say of rows, the later of several."""
    expected: _Expected = defaultdict(dict)
    for event in events:
        for table, statement in _BY_KIND.get(event.kind, ()):
            if statement.when(event):
                _say(expected[table], statement, event)
    return expected


def _say(expected: dict[int, dict[str, object]], statement: Statement, event: RecordedEvent) -> None:
    said = {column: told(event) for column, told in statement.columns.items()}
    if statement.every:
        for row in expected.values():
            row |= said
        return
    key = statement.key(event) if statement.key is not None else len(expected) + 1
    if not isinstance(key, int) or (statement.amends and key not in expected):
        return
    expected.setdefault(key, {}).update(said)


def _table(table: RowTable, expected: Mapping[int, Mapping[str, object]], kept: _Kept) -> Iterator[str]:
    for key, row in kept.rows.items():
        told = expected.get(key, table.unnamed)
        if told is None:
            yield f"{table.name} {key} is not in the events"
            continue
        for column, value in told.items():
            if value is UNSAID:
                continue
            if column in table.digests:
                words = "\n".join(row[name] for name in table.digests[column])
                if not kept.erased and kept.digest(words) != value:
                    yield f"{table.name} {key}: {' and '.join(table.digests[column])} is not what the events have the digest of"
            elif not _same(row[column], value, kept.held) and not (
                kept.erased and column in table.blank and row[column] is None
            ):
                yield f"{table.name} {key}: {column} is {shown_value(row[column])}, the events say {shown_value(value)}"
    for key in expected.keys() - kept.rows.keys():
        if not (kept.erased and table.goes):
            yield f"{table.name} {key} of the events is not there"


def _same(stored: Any, told: object, held: Set[datetime]) -> bool:
    """Equal; or made a little earlier than its event, which was recorded later because the record never runs backwards."""
    if not isinstance(told, datetime) or stored is None:
        return bool(stored == told)
    moment = datetime.fromisoformat(stored)
    return moment == told or (told in held and told - _SKEW <= moment < told)
