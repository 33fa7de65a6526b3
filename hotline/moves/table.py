"""What may be done to a ticket, in one table: by each move the states it is legal in, its buttons, and what must be so besides. Pure.

Buttons and forms of the pages, the answer 409 of the API and docs/states.md come from it; who may make a move, and what it does, says the
`Move` itself. `tests/hotline/moves/test_table.py` sees that every move stands in it with its words.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotline.moves import centre_rows, department_rows
from hotline.moves.offers import MoveRow
from hotline.ticket import State, Ticket

#: In the order in which their buttons stand on a page.
TABLE = (*department_rows.ROWS, *centre_rows.ROWS)
_BY_PATH = {row.path: row for row in TABLE}


def row_of(path: str) -> MoveRow | None:
    """The row of a move by its path (`Move.path`); None where the table has none."""
    return _BY_PATH.get(path)


def nouns() -> Sequence[str]:
    """Every noun, in the order of the table."""
    return [row.path for row in TABLE if row.states is not None]


def legal_states(noun: str) -> frozenset[State]:
    """The states in which the moves of a noun are legal. Raises KeyError for a noun that is not in the table."""
    states = _BY_PATH[noun].states
    assert states is not None, noun
    return states


def is_legal(noun: str, ticket: Ticket) -> bool:
    """Whether a move of this noun may be made on a ticket in this state; a filed ticket takes only additions and reads."""
    if ticket.filed_at is not None and not _BY_PATH[noun].when_filed:
        return False
    return ticket.state in legal_states(noun)
