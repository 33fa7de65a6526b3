"""The pictures of docs/states.md, made from the program: `python -m tools.states` (part of `make docs`) writes them anew.

Where a ticket may stand and what may be done there comes from `hotline.moves.table`, who may do it from each `Move`; where
that leads from the rules by which the record is rebuilt (`hotline.record.life`); what starts and stops a clock from
`sla.clocks.table`. `tests/test_states.py` compares.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotline.base.event import RecordedEvent
from hotline.base.i18n import Catalogue, load_catalogue
from hotline.moves.move import Who
from hotline.moves.table import legal_states, nouns
from hotline.record.life import Life, RebuiltAssignment, lived_on
from hotline.ticket import AT_WORK, OTHER_ENDS, WAITING, Duty, DutyState, State
from main import PACKAGES, PROGRAM
from sla.clocks.effects import Effect, Subject, effect
from sla.clocks.table import DEPARTMENT, KINDS, RULED

PAGE = Path(__file__).resolve().parents[1] / "docs" / "states.md"
_AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
_LEAD, _OTHER = 1, 2
_WAITS = WAITING | {State.SET_ASIDE}


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """What a move records where it moves the ticket; `only`: the states in which it does, if not all in which it is legal."""

    kind: str
    detail: Mapping[str, Any]
    only: frozenset[State] | None = None


def _step(kind: str, only: frozenset[State] | None = None, **detail: Any) -> RecordedStep:
    return RecordedStep(kind, {"assignment": _LEAD, "department": 1, **detail}, only)


#: The events by which each noun moves a ticket. A noun that is not here leaves the state as it is.
STEPS: dict[str, tuple[RecordedStep, ...]] = {
    "assignments": (_step("dispatched", assignment=_OTHER),),
    "recalls": (_step("recalled"),),
    # a unit that the tipoff names loses it, however far it came before the person was told
    "named-units": (_step("recalled", (AT_WORK - {State.RECEIVED}) | {State.REPLIED}, named=True),),
    "signatures": (_step("signed", frozenset({State.DISPATCHED, State.SIGNED})),),
    "returns": (_step("returned"),),
    "rulings": (
        _step("ruled", overruled=True),
        _step("ruled", overruled=False, assignment=_OTHER, department=2),
    ),
    # the lead replies once it has signed; the reply of a co-handler moves nothing
    "replies": (_step("replied", frozenset({State.SIGNED, *WAITING})),),
    "send-backs": (_step("sent_back"),),
    "report-backs": (_step("told"),),
    "follow-ups": (_step("followed_up"), _step("reworked")),
    "reworks": (_step("reworked"),),
    "filings": (
        _step("archived", frozenset({State.FOLLOWED_UP}), state=State.ARCHIVED),
        *(_step("archived", frozenset({end}), state=end) for end in sorted(OTHER_ENDS)),
    ),
    "answers": (_step("answered"),),
    "declines": (_step("declined"),),
    "transfers": (_step("transferred"),),
    "withdrawals": (_step("withdrawn"),),
    "merges": (_step("merged"),),
    "outages": (_step("merged", frozenset({State.RECEIVED})),),
    "set-asides": (_step("set_aside", state=State.SET_ASIDE),),
    "resumptions": (
        _step("resumed", _WAITS, state=State.SIGNED),
        _step("resumed", _WAITS, state=State.DISPATCHED),
    ),
    "long-terms": (_step("long_term"),),
}


def standing(state: State, *, signed: bool) -> Life:
    """A ticket in a state, with a department that has signed or has not."""
    life = Life(row={"state": state, "department_id": 1})
    life.parts[_LEAD] = RebuiltAssignment(_LEAD, 1, "lead", _AT, signed_at=_AT if signed else None)
    life.duties = dict.fromkeys(Duty, (DutyState.OPEN, None, None))
    return life


def edges() -> dict[tuple[State, State], list[str]]:
    """From which state to which, and by which nouns; what stays where it is, is none."""
    found: dict[tuple[State, State], set[str]] = defaultdict(set)
    for noun, steps in STEPS.items():
        for step in steps:
            for state in legal_states(noun) if step.only is None else step.only & legal_states(noun):
                for signed in (False, True):
                    life = standing(state, signed=signed)
                    lived_on(life, RecordedEvent(2, _AT, step.kind, "user:1", step.detail))
                    to = State(life.row["state"])
                    if (
                        to is not state
                        and (signed or state is not State.SIGNED)
                        and not (signed and state is State.DISPATCHED)
                    ):
                        found[state, to].add(noun)
    return {pair: sorted(nouns) for pair, nouns in sorted(found.items(), key=lambda one: _at(*one[0]))}


def _at(start: State, to: State) -> tuple[int, int]:
    order = list(State)
    return order.index(start), order.index(to)


def _names(states: Iterator[State] | list[State], words: Catalogue) -> list[str]:
    return [f"  {state.value} : {state.value} {words.word(state.value, 'zh', 'state')}" for state in states]


def _picture(pairs: Mapping[tuple[State, State], list[str]], words: Catalogue, more: list[str]) -> str:
    used = {state for pair in pairs for state in pair}
    lines = [*_names([s for s in State if s in used], words), *more]
    lines += [f"  {start.value} --> {to.value} : {', '.join(nouns)}" for (start, to), nouns in pairs.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def _who(noun: str) -> str:
    """Who may make the moves of a noun: first the move itself, then what is done to one item of it."""
    moves = sorted((move for move in PROGRAM.moves if move.noun == noun), key=lambda move: move.sub)
    return "; ".join(f"{f'`{move.sub}`: ' if move.sub else ''}{_called(move.who)}" for move in moves)


def _called(who: Who) -> str:
    return who.name.lower().replace("_", " ")


def _people() -> str:
    """What the words of the column `who` mean."""
    return "\n".join(f"- *{_called(who)}*: {who.value}" for who in Who)


def _moves(words: Catalogue) -> str:
    """Every noun with its Chinese, who may make it, the states in which it is legal, and whether it moves the ticket."""
    titles = {move.noun: words.say(move.summary, "zh") for move in reversed(PROGRAM.moves) if not move.sub}
    rows = ["| move | | who | legal in |", "|---|---|---|---|"]
    for noun in nouns():
        states = legal_states(noun)
        legal = "every state" if states == frozenset(State) else ", ".join(s.value for s in State if s in states)
        mark = "" if noun in STEPS else " ·"
        rows.append(f"| `{noun}`{mark} | {titles.get(noun, '')} | {_who(noun)} | {legal} |")
    return "\n".join(rows)


#: Details with which an event does something else to the clocks, by kind; every other kind is asked once, without.
VARIANTS: dict[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "ruled": (("ruled: the return stands", {}), ("ruled: overruled", {"overruled": True})),
    "co_handler_ruled": (("co_handler_ruled: released", {"released": True}),),
    "interim_told": (("interim_told", {}), ("interim_told: long-term", {"long_term": True})),
    "resumed": (
        ("resumed from long_term", {"was": "long_term"}),
        ("resumed from set_aside", {"was": "set_aside"}),
    ),
}


def effects() -> dict[str, Effect]:
    """What each event does to the clocks of an ordinary matter."""
    subject = Subject("complaint", "normal", anonymous=False)
    found = {}
    for kind in sorted(KINDS):
        for name, detail in VARIANTS.get(kind, ((kind, {}),)):
            found[name] = effect(kind, {"assignment": 1, "department": 1, **detail}, subject)
    return found


def clocks() -> dict[str, dict[str, list[str]]]:
    """Each clock with the events that start, stop, hold, release and end it."""
    found: dict[str, dict[str, list[str]]] = {clock: defaultdict(list) for clock in RULED}
    for event, what in effects().items():
        named = {
            "starts": [one[0] for one in what.start],
            "stops": [one[0] for one in what.stop],
            "stands still": what.hold,
            "goes on": what.release,
            "ends without a stop": [one[0] for one in what.supersede],
        }
        for part, names in named.items():
            for clock in dict.fromkeys(names):
                found[clock][part].append(event)
    return found


def _clock_picture(names: list[str], words: Catalogue) -> str:
    lines = ["```mermaid", "flowchart LR"]
    table = clocks()
    for clock in names:
        lines.append(f'  {clock}(["{clock} {words.say(f"clock:{clock}", "zh")}"])')
        for arrow, part in (("starts", "starts"), ("stops", "stops")):
            for event in table[clock][part]:
                mark = "".join(c if c.isalnum() else "_" for c in event)
                node = f'{arrow}_{mark}["{event}"]'
                lines.append(f"  {node} --> {clock}" if arrow == "starts" else f"  {clock} --> {node}")
    return "\n".join([*lines, "```"])


def _clock_rows(words: Catalogue) -> str:
    parts = ("starts", "stops", "stands still", "goes on", "ends without a stop")
    rows = [f"| clock | | {' | '.join(parts)} |", "|---|---|" + "---|" * len(parts)]
    for clock, found in clocks().items():
        cells = " | ".join(", ".join(found[part]) for part in parts)
        rows.append(f"| `{clock}` | {words.say(f'clock:{clock}', 'zh')} | {cells} |")
    return "\n".join(rows)


def page() -> str:
    """The whole of docs/states.md."""
    words, all_edges = load_catalogue(PACKAGES), edges()
    way = {pair: nouns for pair, nouns in all_edges.items() if pair[1] not in OTHER_ENDS}
    ends = {pair: nouns for pair, nouns in all_edges.items() if pair[1] in OTHER_ENDS}
    never = [s.value for s in State if s is not State.RECEIVED and not any(to is s for _, to in all_edges)]
    own = [clock for clock in RULED if clock in DEPARTMENT]
    return _TEXT.format(
        way=_picture(way, words, ["  [*] --> received", "  archived --> [*]"]),
        ends=_picture(ends, words, [f"  {end} --> [*] : filings" for end in sorted(OTHER_ENDS)]),
        never=f"No move leads to: {', '.join(f'`{s}`' for s in never)}.\n\n" if never else "",
        people=_people(),
        moves=_moves(words),
        department=_clock_picture(own, words),
        centre=_clock_picture([clock for clock in RULED if clock not in own and clocks()[clock]], words),
        clocks=_clock_rows(words),
    )


_TEXT = """# States and clocks

Made by `make docs` from `hotline.moves.table`, `hotline.record.life` and `sla.clocks.table`; a test compares. Do not edit it by hand.
Rules: [rulebook.md](rulebook.md) §§3 and 5.

## A ticket's way

The words at an arrow are the nouns of the moves (`POST /api/v1/tickets/N/NOUN`).

{way}

## Other ends

A ticket that ended so keeps the name of its state when it is filed.

{ends}

{never}## What may be done where

`·`: leaves the state as it is. A ticket that is filed takes only additions, attachments, reveals and holds.
*Who* is said beside visibility: what somebody does not see, they cannot touch. Behind a semicolon: what is done to one item of a move
(`hand-overs/7/acceptances`), and by whom.

{people}

{moves}

## Clocks of a department

What starts a clock on the left, what stops it on the right, for an ordinary complaint.

{department}

## Clocks of the centre and of the matter

{centre}

A clock that stands still goes on as if it had not; one that ends without a stop counts as neither kept nor broken unless it was late already.
No event of a ticket starts `call_back`: a call that nobody took does.

{clocks}
"""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(PAGE.parents[1])}\n")
