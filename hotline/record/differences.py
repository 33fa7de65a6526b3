"""Comparison of a ticket's stored rows with its life as rebuilt from its events. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from hotline.record.life import Life, OwnerSpan, RebuiltAssignment


class StoredAssignment(Protocol):
    """A row of the assignments: its columns are those of `_PART`."""

    @property
    def id(self) -> int: ...


class StoredOwner(Protocol):
    """A row of the owners."""

    @property
    def user_id(self) -> int: ...
    @property
    def how(self) -> str: ...
    @property
    def from_at(self) -> datetime: ...
    @property
    def to_at(self) -> datetime | None: ...


class StoredDuty(Protocol):
    """A row of the duties."""

    @property
    def duty(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def seq(self) -> int | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


#: The columns of an assignment that events say, in the order of `_fields`.
_PART = (
    "department_id",
    "part",
    "assigned_at",
    "acknowledged_at",
    "signed_at",
    "contacted_at",
    "safe_at",
    "ended_at",
    "end_reason",
)
_WORDS = {
    "owner_id": "owner",
    "department_id": "department",
    "concerned_id": "person concerned",
    "after_id": "ticket before",
    "parent_id": "parent",
}


def differences(
    life: Life,
    columns: Mapping[str, Any],
    parts: Sequence[StoredAssignment],
    owners: Sequence[StoredOwner],
    duties: Sequence[StoredDuty],
) -> list[str]:
    """What differs, each in a few words; empty where rows and events agree. `columns`: of the ticket's own row."""
    return [
        *_ticket(life, columns),
        *_parts(life, parts),
        *_owners(life, owners),
        *_duties(life, duties),
    ]


def _ticket(life: Life, columns: Mapping[str, Any]) -> Iterator[str]:
    for name, told in life.row.items():
        if not _same(life, columns[name], told):
            yield f"the {_WORDS.get(name, name)} is {shown_value(columns[name])}, the events say {shown_value(told)}"


def _parts(life: Life, rows: Sequence[StoredAssignment]) -> Iterator[str]:
    stored = {row.id: row for row in rows}
    for ident in stored.keys() - life.parts.keys():
        yield f"assignment {ident} is not in the events"
    for ident, part in life.parts.items():
        if ident not in stored:
            yield f"assignment {ident} of the events is not there"
            continue
        for name, told in zip(_PART, _fields(part), strict=True):
            there = getattr(stored[ident], name)
            if not _same(life, there, told):
                yield f"assignment {ident}: {name} is {shown_value(there)}, the events say {shown_value(told)}"


def _fields(p: RebuiltAssignment) -> tuple[object, ...]:
    return (
        p.department,
        p.part,
        p.assigned_at,
        p.acknowledged_at,
        p.signed_at,
        p.contacted_at,
        p.safe_at,
        p.ended_at,
        p.end_reason,
    )


def _owners(life: Life, rows: Sequence[StoredOwner]) -> Iterator[str]:
    if len(rows) != len(life.owners):
        yield f"{len(rows)} owners stand on record, the events name {len(life.owners)}"
        return
    for row, told in zip(rows, life.owners, strict=True):
        if not _same_owner(life, row, told):
            yield f"owner {row.user_id} from {shown_value(row.from_at)} is not the one in the events ({told.user})"


def _same_owner(life: Life, row: StoredOwner, told: OwnerSpan) -> bool:
    return (
        (row.user_id, row.how) == (told.user, told.how)
        and _same(life, row.from_at, told.from_at)
        and _same(life, row.to_at, told.to_at)
    )


def _duties(life: Life, rows: Sequence[StoredDuty]) -> Iterator[str]:
    stored = {row.duty: row for row in rows}
    for duty, (state, seq, at) in life.duties.items():
        row = stored.get(duty)
        if row is None:
            yield f"the duty {duty.value} is not there"
        elif (row.state, row.seq) != (state, seq) or not _same(life, row.closed_at, at):
            evidence = f" by event {seq}" if seq is not None else ""
            yield f"the duty {duty.value} is {row.state}, the events say {state.value}{evidence}"


def _same(life: Life, stored: object, told: object) -> bool:
    """Equal; or stored earlier than an event that was recorded later because the record never runs backwards."""
    if stored == told:
        return True
    return isinstance(stored, datetime) and isinstance(told, datetime) and told in life.held and stored < told


def shown_value(value: object) -> str:
    """A value as a fault of the record names it: times to the second, nothing as `empty`."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "empty" if value is None else str(value)
