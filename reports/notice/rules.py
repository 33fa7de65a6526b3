"""The rules of a notice as data: weights, deductions, floors, whom it never criticises. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules.

    `weights`: points of each figure, together 100. `deductions`: points by kind of finding, per 100 tickets, at most `cap`.
    Under `few` tickets: shown, not ranked; under `quarter_under`: judged by the rolling quarter. Criticised: below `floor` and
    in the `bottom` share of the group. `exclusions_flag`: share of excluded tickets that is flagged. `appeal_days`: working
    days to appeal. `never`: words in names of bodies that are never judged. `anchor`, `every_days`: the consultations.
    """

    version: int
    weights: Mapping[str, int]
    deductions: Mapping[str, float]
    cap: float
    few: int
    quarter_under: int
    floor: float
    bottom: float
    exclusions_flag: float
    appeal_days: int
    never: tuple[str, ...]
    anchor: date
    every_days: int

    def judges(self, name: str) -> bool:
        """Whether a body of this name may be judged: courts, procuratorate and discipline bodies never."""
        return not any(word in name for word in self.never)


def as_rules(version: int, data: Mapping[str, Any]) -> Rules:
    """Rules from their stored form."""
    return Rules(
        version=version,
        weights=dict(data["weights"]),
        deductions=dict(data["deductions"]),
        cap=data["cap"],
        few=data["few"],
        quarter_under=data["quarter_under"],
        floor=data["floor"],
        bottom=data["bottom"],
        exclusions_flag=data["exclusions_flag"],
        appeal_days=data["appeal_days"],
        never=tuple(data["never"]),
        anchor=date.fromisoformat(data["anchor"]),
        every_days=data["every_days"],
    )
