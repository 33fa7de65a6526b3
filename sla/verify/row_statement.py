"""What an event says of a row: a declaration of kind, row and columns, and where each column stands in the event. Pure.

A row that decides a rate (a rating, a follow-up, a finding, a ruling) is a copy of what its events say (ADR 0010).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from hotline.base.event import RecordedEvent
from hotline.base.kinds import EventKind


class Unsaid(Enum):
    """What stands for a value that the event does not say: the column is not compared."""

    UNSAID = "unsaid"


UNSAID = Unsaid.UNSAID
Told: TypeAlias = Callable[[RecordedEvent], object]


def detail(name: str) -> Told:
    """A value of the event's detail; events of older versions may not have it."""
    return lambda event: event.detail.get(name, UNSAID)


def moment(name: str) -> Told:
    """A moment of the event's detail; events of older versions may not have it."""
    return lambda event: datetime.fromisoformat(event.detail[name]) if name in event.detail else UNSAID


def constant(value: object) -> Told:
    """What an event of this kind means, whatever its detail."""
    return lambda event: value


def actor(event: RecordedEvent) -> object:
    """Who did it, as the record names it."""
    return event.actor


def user(event: RecordedEvent) -> object:
    """The id of the user who did it; the desk's and the program's own acts do not say one."""
    named = event.actor.removeprefix("user:")
    return int(named) if named != event.actor else UNSAID


def seq(event: RecordedEvent) -> object:
    """The number of the event, where it names the row."""
    return event.seq


def at(event: RecordedEvent) -> object:
    """When it was recorded."""
    return event.at


def _any(event: RecordedEvent) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Statement:
    """What events of a kind say of a row. `key`: what names the row; None: the ticket's next row of the table.

    `every`: of all rows that the ticket has by then. `amends`: only where an earlier event made the row. `when`: which of
    the events.
    """

    kind: EventKind
    columns: Mapping[str, Told]
    key: Told | None = None
    every: bool = False
    amends: bool = False
    when: Callable[[RecordedEvent], bool] = field(default=_any)


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table whose rows are compared. `unnamed`: what a row has that no event speaks of; None: there is no such row.

    `digests`: the column of the comparison that is made of words by their digest, and the columns of the words, in lines.
    Retention erases words: then their digest is not compared, nor is the row missed where it `goes` with them, and the
    columns of `blank` may be empty.
    """

    name: str
    statements: tuple[Statement, ...]
    unnamed: Mapping[str, object] | None = None
    digests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    goes: bool = False
    blank: frozenset[str] = frozenset()
