"""The first form of a notice's content, read as the present one: what it did not say is empty. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Of a list of the first form: what each of its items lacks.
_LACKS: Mapping[str, Mapping[str, Any]] = {
    "bottom": {"findings": 0},
    "appeals": {"dismissed": False},
    "waivers": {"who": None, "why": ""},
    "lowered": {"who": None, "why": ""},
}


def from_first(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a notice of form 1 with the fields of form 2."""
    filled = {name: [{**item, **lacks} for item in stored.get(name, ())] for name, lacks in _LACKS.items()}
    return {
        **stored,
        **filled,
        "groups": [_group(**g) for g in stored.get("groups", ())],
        "criticised": [_criticised(**d) for d in stored.get("criticised", ())],
        "suspected": sum(s.get("n", 0) for s in stored.get("suspected", ())),
        "exclusions": _exclusions(**stored.get("exclusions", {})),
    }


def _group(*, departments: list[Mapping[str, Any]], **group: Any) -> dict[str, Any]:
    return {**group, "departments": [{**d, "quarter": None, "judged": True} for d in departments]}


def _criticised(*, findings: list[Mapping[str, Any]], **department: Any) -> dict[str, Any]:
    return {**department, "findings": [f for f in findings if f.get("at")]}


def _exclusions(*, items: list[Mapping[str, Any]], departments: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"items": [{**x, "earlier": False} for x in items], "departments": [_share(**d) for d in departments]}


def _share(*, dispatched: int, **line: Any) -> dict[str, Any]:
    return {**line, "due": dispatched}
