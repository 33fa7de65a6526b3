"""Whom a waiting call rings: the owner, the skill, who was idle longest. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hotline.calls.call import LineKind
from hotline.calls.queue import FreeOperator, WaitingCall, chosen
from hotline.ids import UserId

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
BOTH = frozenset(LineKind)


def operator(user: int, idle: int, *skills: str, line: LineKind = LineKind.BROWSER) -> FreeOperator:
    """Somebody who has waited for so many seconds."""
    return FreeOperator(UserId(user), line, NOON - timedelta(seconds=idle), frozenset(skills))


def call(skill: str | None = None, wanted: int | None = None, lines: frozenset[LineKind] = BOTH) -> WaitingCall:
    return WaitingCall(1, skill, None if wanted is None else UserId(wanted), lines)


@pytest.mark.parametrize(
    ("what", "free", "there", "want"),
    [
        (call(), [operator(1, 5), operator(2, 9)], (), 2),
        (call(), [], (), None),
        (call(wanted=1), [operator(1, 5), operator(2, 9)], (), 1),
        (call(wanted=3), [operator(1, 5), operator(2, 9)], (), 2),
        (call("mongolian"), [operator(1, 5, "mongolian"), operator(2, 9)], ("mongolian",), 1),
        (call("mongolian"), [operator(2, 9)], ("mongolian",), None),
        (call("mongolian"), [operator(2, 9)], ("dialect",), 2),
        (call("mongolian", wanted=2), [operator(1, 5, "mongolian"), operator(2, 9)], ("mongolian",), 2),
        (call(lines=frozenset({LineKind.BROWSER})), [operator(1, 9, line=LineKind.PHONE)], (), None),
        (call(wanted=1, lines=frozenset({LineKind.BROWSER})), [operator(1, 9, line=LineKind.PHONE)], (), None),
    ],
    ids=[
        "who was idle longest",
        "nobody",
        "the owner first",
        "an owner who is not free is not waited for",
        "who has the skill",
        "the skill is waited for while somebody there has it",
        "nobody there has it: anybody",
        "the owner, though without the skill",
        "a line that the carrier does not ring",
        "nor of the owner",
    ],
)
def test_whom_a_call_rings(
    what: WaitingCall, free: list[FreeOperator], there: tuple[str, ...], want: int | None
) -> None:
    found = chosen(what, free, there)
    assert (found.user if found else None) == want
