"""States of a duty dispute and their transitions (rulebook §7). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

OFFICES = ("staffing", "justice")
Standing = Literal["opinions", "agreed", "government", "confirmed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an office says: the lead, and who stands beside it."""

    office: str
    lead_id: int


def standing(
    opinions: Sequence[Opinion], due_at: datetime, now: datetime, *, confirmed: bool, withdrawn: bool
) -> Standing:
    """Where a dispute stands.

    Both offices name the same lead: agreed, and it may be confirmed. They differ, or one is silent past its time (exactly
    at due is in time): the county government decides.
    """
    if withdrawn:
        return "withdrawn"
    if confirmed:
        return "confirmed"
    if {o.office for o in opinions} == set(OFFICES):
        return "agreed" if len({o.lead_id for o in opinions}) == 1 else "government"
    return "government" if now > due_at else "opinions"
