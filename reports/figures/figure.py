"""A figure: numerator, denominator, and by its measure and month the tickets behind it. Pure.

No denominator: “—”, never 0 % or 100 % (rulebook §9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

NONE = "—"


class FigureUnit(Enum):
    """What a figure counts."""

    RATE = "rate"
    COUNT = "count"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `n` facts of a measure so many `hits`."""

    hits: int = 0
    n: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hits + other.hits, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a department, or of the centre, in a month.

    A rate has a numerator and a denominator (0: there is nothing to say). A count or a duration has a numerator only.
    `measure` and `month` lead to the tickets behind it (`behind.tickets`).
    """

    name: str
    unit: FigureUnit
    numerator: int
    denominator: int | None
    measure: str
    better: int = 0

    @property
    def rate(self) -> float | None:
        """Numerator by denominator; None where there is no denominator."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def pair(self) -> tuple[int, int | None]:
        """Numerator and denominator, as a notice keeps them."""
        return self.numerator, self.denominator

    @property
    def shown(self) -> str:
        """`93.3%`, `12`, `36.5 h`, or “—”."""
        match self.unit:
            case FigureUnit.RATE:
                return percent(self.numerator, self.denominator)
            case FigureUnit.COUNT:
                return str(self.numerator)
            case FigureUnit.SECONDS:
                return f"{self.numerator / 3600:.1f} h"

    @property
    def value(self) -> float | None:
        """What is compared with another month."""
        return self.rate if self.unit is FigureUnit.RATE else float(self.numerator)


def percent(part: int, whole: int | None) -> str:
    """One decimal, rounded half up, in whole numbers so that it is the same everywhere; “—” without a whole.

    Less than all is never shown as 100.0 %, more than nothing never as 0.0 %.
    """
    if not whole:
        return NONE
    tenths = (2000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths // 10}.{tenths % 10}%"


def change_of(now: Figure, before: Figure | None) -> float | None:
    """How much a figure moved: points of a per cent for a rate, units otherwise; None where one of the two is missing."""
    if before is None or now.value is None or before.value is None:
        return None
    return (now.value - before.value) * (100 if now.unit is FigureUnit.RATE else 1)


def change_shown(now: Figure, before: Figure | None) -> str:
    """`+2.5`, `−3`, `±0`, or nothing where there is nothing to compare."""
    moved = change_of(now, before)
    if moved is None:
        return ""
    if now.unit is FigureUnit.SECONDS:
        moved /= 3600
    digits = 0 if now.unit is FigureUnit.COUNT else 1
    rounded = round(moved, digits)
    if not rounded:
        return "±0"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):.{digits}f}"


def add_up(parts: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Tallies of several departments as one."""
    total: dict[str, Tally] = {}
    for part in parts:
        for measure, tally in part.items():
            total[measure] = total.get(measure, Tally()) + tally
    return total
