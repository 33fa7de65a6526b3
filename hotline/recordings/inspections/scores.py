"""Criteria, scores and the agreement of two inspectors: the share of equal marks, and Cohen's kappa (rulebook §9). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator


class Criterion(BaseModel):
    """What is looked at, and how many points it is worth."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
    title: Annotated[str, Field(min_length=2, max_length=120)]
    points: Annotated[int, Field(ge=1, le=100)]


class Criteria(BaseModel):
    """The criteria of a form: their codes differ, their points come to 100."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    criteria: Annotated[list[Criterion], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def _come_to_a_hundred(self) -> Criteria:
        if len({criterion.code for criterion in self.criteria}) != len(self.criteria):
            raise ValueError("two criteria have the same code")
        if sum(criterion.points for criterion in self.criteria) != 100:
            raise ValueError("the points of the criteria must come to 100")
        return self


_STORED: TypeAdapter[list[Criterion]] = TypeAdapter(list[Criterion])


def stored_criteria(stored: object) -> list[Criterion]:
    """Criteria as their row holds them."""
    return _STORED.validate_python(stored)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two inspectors of the same items agree: marks that both gave, those that are equal, Cohen's kappa.

    A mark counts as full, in part or none. `kappa` is None where there is nothing to compare, or where chance alone would agree.
    """

    pairs: int
    equal: int
    kappa: float | None


def mark_class(points: int, most: int) -> str:
    """A mark as `full`, `part` or `none` of its points. Pure."""
    return "full" if points >= most else "none" if points <= 0 else "part"


def agreement(criteria: Sequence[Criterion], both: Sequence[tuple[Mapping[str, int], Mapping[str, int]]]) -> Agreement:
    """Over the marks of items that two inspected. Pure."""
    pairs = [
        (mark_class(one[criterion.code], criterion.points), mark_class(other[criterion.code], criterion.points))
        for one, other in both
        for criterion in criteria
        if criterion.code in one and criterion.code in other
    ]
    if not pairs:
        return Agreement(0, 0, None)
    equal, count = sum(one == other for one, other in pairs), len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[name] * second[name] for name in first) / count**2
    kappa = None if chance >= 1 else (equal / count - chance) / (1 - chance)
    return Agreement(count, equal, kappa)
