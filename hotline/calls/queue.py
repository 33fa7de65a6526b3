"""Whom a waiting call rings: the owner of the caller's open ticket, else who has the skill and was idle longest. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.calls.call import LineKind
from hotline.ids import UserId


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call in the queue, as far as it says who may answer it. `lines`: on which its carrier rings."""

    id: int
    skill: str | None
    wanted: UserId | None
    lines: frozenset[LineKind]


@dataclass(frozen=True, slots=True)
class FreeOperator:
    """An operator who is ready and whose line is alive. `idle_since` UTC."""

    user: UserId
    line: LineKind
    idle_since: datetime
    skills: frozenset[str]


def chosen(call: WaitingCall, free: Sequence[FreeOperator], skills_there: Collection[str]) -> FreeOperator | None:
    """The operator whose line rings for this call now; None where it waits on.

    A skill is waited for as long as somebody at the telephone has it (`skills_there`); where nobody has, anybody answers.
    """
    reached = [operator for operator in free if operator.line in call.lines]
    needs = call.skill if call.skill in skills_there else None
    fit = [operator for operator in reached if needs is None or needs in operator.skills]
    owner = next((operator for operator in reached if operator.user == call.wanted), None)
    return owner or min(fit, key=lambda operator: (operator.idle_since, operator.user), default=None)
