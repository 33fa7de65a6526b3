"""A confirmed finding in a notice's content: what it cites, what was due and what was done. Part of the form beside it (`form.py`). Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CitedEvent:
    """An event that a finding cites."""

    seq: int
    kind: str
    at: str


@dataclass(frozen=True, slots=True)
class CitedPage:
    """A page that a finding cites: of which ticket (None: its number is not printed), which step of the ladder, when."""

    ticket: str | None
    step: int
    at: str


@dataclass(frozen=True, slots=True)
class CitedFinding:
    """A confirmed finding with its ticket (None: none, or not printed) and the events that it cites.

    `due_at`, `done_at`: what was due and when it was done (None: not until the freeze), where a clock was broken. `earlier`: a fault of
    an earlier month, confirmed since that month's notice.
    """

    rule: str
    kind: str
    ticket: str | None
    seqs: tuple[int, ...]
    at: str
    cited: tuple[CitedEvent, ...] = ()
    pages: tuple[CitedPage, ...] = ()
    due_at: str | None = None
    done_at: str | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmedFinding(CitedFinding):
    """The same with the department at fault."""

    department: str = ""
