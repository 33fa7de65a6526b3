"""Cutting a ticket's view for a former department: nothing later than the end of its part (contract.md, Roles).
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

#: When a row came to be: the first of these that it has.
_BEGAN = (
    "at",
    "submitted_at",
    "assigned_at",
    "started_at",
    "returned_at",
    "asked_at",
    "issued_at",
    "added_at",
    "from",
)
#: These lie ahead by their nature.
_AHEAD = frozenset({"due_at", "until", "until_at"})
#: Words that came with a later moment go with it.
_WITH = {
    "ruled_at": ("ruled_to", "ruled_to_name", "ruled_by", "ruling", "overruled", "catalogue"),
    "decided_at": ("granted", "decision"),
    "sent_back_at": ("reason",),
    "ended_at": ("end_reason",),
    "to": ("seconds",),
    "told_at": ("seconds",),
    "signed_at": ("handler",),
}


def cut(found: Mapping[str, Any], until: datetime, state: str) -> dict[str, Any]:
    """The ticket without what happened after `until` (UTC); `state`: the one in which it was left.

    Later rows are left out; later moments in rows that stay are empty, with the words that came with them.
    """
    kept = {name: _value(value, until) for name, value in found.items()}
    kept["related"] = []
    kept["duties"] = [_duty(row, until) for row in found["duties"]]
    for name in ("ended_at", "filed_at"):
        if found[name] is not None and found[name] > until:
            kept[name] = None
    kept["state"] = state
    leads = [row for row in kept["assignments"] if row["part"] == "lead"]
    kept["department"] = leads[-1]["department"] if leads else None
    kept["department_name"] = leads[-1]["department_name"] if leads else None
    return kept


def _value(value: Any, until: datetime) -> Any:
    if isinstance(value, list):
        return _rows(value, until)
    return _row(value, until) if isinstance(value, Mapping) else value


def _rows(rows: list[Any], until: datetime) -> list[Any]:
    return [_row(row, until) if isinstance(row, Mapping) else row for row in rows if _was(row, until)]


def _was(row: Any, until: datetime) -> bool:
    began = next((row[name] for name in _BEGAN if name in row), None) if isinstance(row, Mapping) else None
    return not isinstance(began, datetime) or began <= until


def _row(row: Mapping[str, Any], until: datetime) -> dict[str, Any]:
    kept = dict(row)
    for name, value in row.items():
        if isinstance(value, datetime) and name not in _AHEAD and value > until:
            kept[name] = None
            kept |= {word: None for word in _WITH.get(name, ()) if word in row}
    if row.get("stopped_at") != kept.get("stopped_at"):
        kept["state"] = "running"
    return kept


def _duty(row: Mapping[str, Any], until: datetime) -> dict[str, Any]:
    if row["closed_at"] is None or row["closed_at"] <= until:
        return dict(row)
    return {**row, "state": "open", "seq": None, "closed_at": None}
