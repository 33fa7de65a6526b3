"""The plan of an imported table: what it would change in the directory or the catalogue, previewed, then applied.
Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import orjson

from hotline.base.http.problem import BadField
from routing.tables.by_column import ImportResult


@dataclass(frozen=True, slots=True)
class LineChange:
    """What one line does: something new, something changed (which field, before, after), or nothing."""

    line: int
    kind: Literal["new", "changed", "same"]
    name: str
    details: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class TablePlan:
    """All lines of a table, understood; with refusals nothing is done. `called`: how the file calls a field."""

    changes: list[LineChange] = field(default_factory=list)
    refused: list[tuple[int, BadField]] = field(default_factory=list)
    called: Mapping[str, str] = field(default_factory=dict)
    notes: list[BadField] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many lines do this."""
        return sum(change.kind == kind for change in self.changes)

    @property
    def digest(self) -> str:
        """Names what the plan does: another one does something else."""
        said = [[c.line, c.kind, c.name, c.details] for c in self.changes]
        return hashlib.sha256(orjson.dumps(said)).hexdigest()

    def outcome(self) -> ImportResult:
        """What an import says of it."""
        if self.refused:
            refused = tuple(sorted(self.refused, key=lambda item: item[0]))
            return ImportResult(0, refused, self.called, tuple(self.notes))
        counts = (
            ("new", self.count("new")),
            ("changed", self.count("changed")),
            ("as before", self.count("same")),
            ("removed", 0),
        )
        return ImportResult(len(self.changes), (), self.called, tuple(self.notes), counts)


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    """The fields that change, with what was there and what comes."""
    return tuple((k, shown_plan(before[k]), shown_plan(v)) for k, v in after.items() if before[k] != v)


def shown_plan(value: object) -> str:
    """A value as it is shown in a plan."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(map(str, value)) or "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else "—"
