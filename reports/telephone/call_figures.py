"""The figures of the telephone: each a question that a call answers with yes, no or not at all (rulebook §9). Pure.

A figure and the calls behind it come of the same question, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from hotline.calls.call import SHORT_ABANDON, CallEnd, CallState
from reports.figures.figure import Figure, FigureUnit
from reports.telephone.telephone_sql import CallsOfRow

#: Answered within this time (GB/T 33358).
WITHIN = timedelta(seconds=15)
#: The share of callers who asked for a person and reached one in any 24 hours (GB/T 33358).
CONNECTED = 0.95

#: What a call says to a figure: it hits, it misses, or it is not asked.
Question = Callable[[CallsOfRow], bool | None]


def waited(call: CallsOfRow) -> timedelta | None:
    """How long a caller waited for a person, from the queue to the answer, the kept place, the message or the end; None while waiting or
    where nobody was asked for.
    """
    if call.queued_at is None:
        return None
    until = call.answered_at if call.kept_at is None else call.kept_at
    until = until or call.ended_at
    return None if until is None else max(timedelta(0), until - call.queued_at)


def hung_up_waiting(call: CallsOfRow) -> bool:
    """Whether the caller gave up in the queue."""
    return call.queued_at is not None and call.ended_why == CallEnd.ABANDONED


def is_short(call: CallsOfRow) -> bool:
    """Whether the caller gave up so soon that nobody could have answered: counted apart, in no rate."""
    return hung_up_waiting(call) and (waited(call) or timedelta(0)) < SHORT_ABANDON


def asked(call: CallsOfRow) -> bool:
    """Whether the caller asked for a person. Who was led to the voicemail stays in; who hung up at once does not."""
    return call.queued_at is not None and not is_short(call)


def _of_asked(hit: Callable[[CallsOfRow], bool]) -> Question:
    return lambda call: hit(call) if asked(call) else None


def _each(hit: Callable[[CallsOfRow], bool]) -> Question:
    return lambda call: True if hit(call) else None


def _within(call: CallsOfRow) -> bool:
    since = call.queued_at
    return (
        since is not None
        and call.answered_at is not None
        and call.kept_at is None
        and call.answered_at - since <= WITHIN
    )


def _is_voicemail(call: CallsOfRow) -> bool:
    return call.state == CallState.VOICEMAIL or call.ended_why == CallEnd.VOICEMAIL


#: The figures in their order: unit, question.
FIGURES: Mapping[str, tuple[FigureUnit, Question, int]] = {
    "calls_offered": (FigureUnit.COUNT, lambda _: True, 0),
    "calls_asked": (FigureUnit.COUNT, _each(asked), 0),
    "calls_answered": (FigureUnit.RATE, _of_asked(lambda call: call.answered_at is not None), 1),
    "calls_within_15_s": (FigureUnit.RATE, _of_asked(_within), 1),
    "calls_abandoned": (FigureUnit.RATE, _of_asked(hung_up_waiting), -1),
    "calls_abandoned_short": (FigureUnit.COUNT, _each(is_short), 0),
    "calls_places_kept": (FigureUnit.COUNT, _each(lambda call: call.kept_at is not None), 0),
    "calls_voicemail": (FigureUnit.COUNT, _each(_is_voicemail), -1),
    "calls_known_outage": (FigureUnit.COUNT, _each(lambda call: call.ended_why == CallEnd.KNOWN), 0),
    "calls_without_end": (FigureUnit.COUNT, _each(lambda call: call.outcome is None), -1),
}


def figures_of(calls: Sequence[CallsOfRow]) -> dict[str, Figure]:
    """The figures of some calls, in their order."""
    return {name: figure_of(name, calls) for name in FIGURES}


def figure_of(name: str, calls: Sequence[CallsOfRow]) -> Figure:
    """One figure of some calls."""
    unit, question, better = FIGURES[name]
    said = [answer for call in calls if (answer := question(call)) is not None]
    return Figure(name, unit, sum(said), len(said) if unit is FigureUnit.RATE else None, name, better)


def behind(name: str, calls: Sequence[CallsOfRow], part: str) -> list[CallsOfRow]:
    """The calls behind a figure: its numerator (`hit`), those of the denominator that missed (`missed`), or `all`."""
    _, question, _ = FIGURES[name]
    said = [(call, question(call)) for call in calls]
    wanted = {"hit": (True,), "missed": (False,), "all": (True, False)}[part]
    return [call for call, answer in said if answer in wanted]


def longest_wait(arrived: Sequence[datetime], now: datetime) -> timedelta:
    """How long the first in the queue waits; nothing where nobody does."""
    return max((now - at for at in arrived), default=timedelta(0))


def average(parts: Sequence[timedelta]) -> timedelta | None:
    """The mean; None of nothing."""
    return sum(parts, timedelta(0)) / len(parts) if parts else None
