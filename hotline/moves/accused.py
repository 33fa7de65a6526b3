"""The question before any dispatch of a tipoff, or of what is treated as one: does it name the department that is to
get it (rulebook §8)?
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

from hotline.base.http.problem import BadField, Illegal
from hotline.ids import DepartmentId
from hotline.moves.move import MoveContext, RecordedRefusal
from hotline.people.departments import Department, takes_tipoffs
from hotline.tickets import tickets_sql
from hotline.tickets.tipoffs.protection import named_by, protect, protection

Answer = Annotated[
    bool | None,
    Field(
        description="Asked of tipoffs, and of what reads like one: whether it names this department. Without an answer: 422 with the"
        " question. True: the department is marked as named and does not get it (409). False is recorded."
    ),
]


async def ask_whether_named(context: MoveContext, unit: Department, names_it: bool | None) -> None:
    """Raises BadField with the question where it was not answered, Refusal where the answer is yes, Illegal where it is known.

    The answer no stays on record; yes marks the unit, and the ticket is hidden there from now on.
    """
    if names_it:
        raise RecordedRefusal("A tipoff never goes to the unit that it names.", record=partial(_mark, unit.id))
    if await protection(context.conn, context.ticket.id) is None:
        return
    if await tickets_sql.is_hidden(context.conn, context.ticket.id, unit.id):
        raise Illegal("A tipoff never goes to the unit that it names.")
    if await takes_tipoffs(context.conn, unit.id):
        raise Illegal("Officials' misconduct is pointed to 12388, not dispatched.")
    found = await named_by(context.conn, context.ticket.id)
    near = unit.id in found.possible
    if names_it is None:
        raise _question(unit, near, found.leaders)
    await context.publish("unit_asked", department=unit.id, named=False, near=near)


def _question(unit: Department, near: bool, leaders: tuple[str, ...]) -> BadField:
    if near:
        said = "Its words may mean %(department)s. Does this tipoff name it, yes or no?"
        return BadField(said, field="names_it", department=unit.name)
    if leaders:
        said = "It speaks of %(leaders)s. Does this tipoff name %(department)s, yes or no?"
        return BadField(said, field="names_it", department=unit.name, leaders=list(leaders))
    return BadField("Does this tipoff name %(department)s, yes or no?", field="names_it", department=unit.name)


async def _mark(unit: DepartmentId, context: MoveContext) -> None:
    await protect(context.conn, {context.ticket.id: "desk"}, context.now)
    await tickets_sql.mark_unit(context.conn, context.ticket.id, unit, True, context.user.actor, context.now)
    await context.publish("unit_named", department=unit, named=True)
