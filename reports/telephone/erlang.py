"""Erlang A: how many of the callers are answered within a time, by calls an hour, seats and the callers' patience. Pure.

The model M/M/c+M: calls come at random, talks and patience are exponentially distributed, those who give up leave. What it says of a
queue is tested against a played one (`tests/reports/test_staffing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from scipy.special import betainc, gammaln

#: No centre of one number has more seats; a search ends there.
MOST_SEATS = 2000
_FINE = 1e-12


@dataclass(frozen=True, slots=True)
class Load:
    """What comes to a queue: calls a second, the seconds that one keeps an operator, and the mean patience in seconds."""

    rate: float
    handling: float
    patience: float

    @property
    def offered(self) -> float:
        """Operators whom the calls would keep busy if all were answered."""
        return self.rate * self.handling


def answered_within(load: Load, seats: int, seconds: float) -> float:
    """The share of all callers that is answered within so many seconds, from 0 to 1; 1 where nobody calls."""
    if load.rate <= 0:
        return 1.0
    if seats <= 0:
        return 0.0
    serve, leave = 1 / load.handling, 1 / load.patience
    weights = _weights(load, seats, serve, leave)
    total = sum(weights)
    free = sum(weights[:seats])
    waited = 0.0
    for ahead, weight in enumerate(weights[seats:]):
        waited += weight * _reached(seats * serve, leave, ahead, seconds)
    return min(1.0, (free + waited) / total)


def _weights(load: Load, seats: int, serve: float, leave: float) -> list[float]:
    """How often so many callers are there, up to a common factor: 0, 1, 2 … until more are of no weight."""
    peak = min(float(seats), load.offered)
    logs = [n * log(load.offered) - float(gammaln(n + 1)) for n in range(seats + 1)]
    top = peak * log(load.offered) - float(gammaln(peak + 1)) if load.offered > 0 else 0.0
    found = [exp(value - top) for value in logs]
    waiting, most = 0, max(found)
    while found[-1] > _FINE * most or load.rate > seats * serve + (waiting + 1) * leave:
        waiting += 1
        found.append(found[-1] * load.rate / (seats * serve + waiting * leave))
        most = max(most, found[-1])
    return found


def _reached(rate: float, leave: float, ahead: int, seconds: float) -> float:
    """The chance that somebody with so many waiting ahead is answered within the time and has not given up before.

    The ones ahead go at `rate + j * leave`, j = ahead … 0. Weighing each path by the caller's patience shifts every rate by `leave`;
    what is left is the distribution of an order statistic, an incomplete beta function.
    """
    patient = rate / (rate + (ahead + 1) * leave)
    shape = rate / leave + 1
    return patient * float(betainc(ahead + 1, shape, 1 - exp(-leave * seconds)))


def seats_for(load: Load, share: float, seconds: float) -> int:
    """The fewest seats with which at least this share is answered within the time; 0 where nobody calls."""
    if load.rate <= 0:
        return 0
    low, high = 1, max(2, int(load.offered * 2) + 2)
    while answered_within(load, high, seconds) < share and high < MOST_SEATS:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if answered_within(load, middle, seconds) >= share:
            high = middle
        else:
            low = middle + 1
    return low
