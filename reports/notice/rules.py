"""The rules of a notice as data: weights, deductions, floors, whom it never criticises. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules.

    `weights`: points of each figure, together 100. `deductions`: points by kind of finding, per 100 tickets, counted on at least
    `counted_on`, at most `cap`. Under `few` tickets: shown, not ranked; under `quarter_under`: the rolling quarter is shown beside.
    Criticised: below `floor` and in the `bottom` share of the group, with confirmed findings on `criticised_from` tickets or one of
    kind not acting. `exclusions_flag`: share of excluded tickets that is flagged. `appeal_days`: working
    days to appeal. `never`: words in names of bodies that are never judged. `anchor`, `every_days`: the consultations.
    """

    version: int
    weights: Mapping[str, int]
    deductions: Mapping[str, int | float]
    cap: int | float
    few: int
    quarter_under: int
    floor: int | float
    bottom: int | float
    exclusions_flag: int | float
    appeal_days: int
    never: tuple[str, ...]
    anchor: date
    every_days: int
    counted_on: int = 20
    criticised_from: int = 2

    def judges(self, name: str) -> bool:
        """Whether a body of this name may be judged: courts, procuratorate and discipline bodies never."""
        return not any(word in name for word in self.never)


_RULES = TypeAdapter(Rules)


def as_rules(version: int, data: Mapping[str, Any]) -> Rules:
    """Rules from their stored form; whole numbers stay whole, so that what is computed by them is the same to the byte."""
    return _RULES.validate_python({"version": version, **data})
