"""Inspecting: what an inspector finds, who may, what the inspected object to and who decides (rulebook §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.people.departments import line_of
from hotline.people.store import audit
from hotline.people.user import User
from hotline.recordings.inspections import inspections_sql, judging_sql
from hotline.recordings.inspections.scores import Criterion, stored_criteria
from hotline.ticket import Role
from hotline.tickets.tipoffs.protection import is_hidden

#: So many working days who is inspected may object.
OBJECT_WITHIN = 3
Item = inspections_sql.InspectionItemRow


async def may_inspect(conn: Conn, user: User) -> bool:
    """Whether this user inspects: managers, and operators whom a manager let."""
    if user.role is Role.MANAGER:
        return True
    return user.role is Role.OPERATOR and bool(await judging_sql.is_inspector(conn, user.id))


async def is_inspected(conn: Conn, user: User, item: Item) -> bool:
    """Whether it is this user's call, or a reply of this user's department."""
    if item.user_id is not None:
        return item.user_id == user.id
    line = await line_of(conn, user)
    if line is None or item.department_id not in line or user.department_id is None or item.ticket_id is None:
        return False
    return not await is_hidden(conn, item.ticket_id, user.department_id)


async def seen_item(conn: Conn, user: User, ident: int | None) -> Item:
    """An item that this user may see: inspectors any that is not theirs, the inspected theirs once it is settled. Raises Missing."""
    for item in await inspections_sql.items(conn, [ident]):
        own = await is_inspected(conn, user, item)
        if (own and item.settled_at is not None) or (not own and await may_inspect(conn, user)):
            return item
    raise Missing("There is no inspection %(item)s.", item=ident if ident is not None else "")


async def criteria_of(conn: Conn, item: Item) -> Sequence[Criterion]:
    """The criteria by which it is inspected: those of the day of the drawing."""
    return stored_criteria((await inspections_sql.form(conn, item.kind, item.form_version)).criteria)


async def inspect(
    conn: Conn, services: Services, user: User, ident: int, values: Mapping[str, Any], now: datetime
) -> int:
    """Give the points of each criterion; the score. The last inspector settles it, and the time to object begins.

    Raises Missing, Forbidden (one's own), Illegal (settled, or inspected by them already), BadField.
    """
    await locked_item(conn, ident)
    item = await seen_item(conn, user, ident)
    if await is_inspected(conn, user, item):
        raise Forbidden("Nobody inspects their own work.")
    if item.settled_at is not None:
        raise Illegal("This was inspected already.")
    criteria = await criteria_of(conn, item)
    marks = marks_of(criteria, values)
    remark = str(values.get("remark", "")).strip()[:2000]
    score = sum(marks.values())
    if score < 100 and not remark:
        raise BadField("Say in words why points are missing.", field="remark")
    if not await judging_sql.insert_inspection(conn, ident, user.id, marks, remark, score, now):
        raise Illegal("You have inspected this already.")
    found = await judging_sql.inspections_of(conn, [ident])
    if len(found) >= item.inspectors:
        mean = round(sum(row.score for row in found) / len(found))
        until = await services.hooks.working_days(conn, services, now, OBJECT_WITHIN)
        await judging_sql.settle_item(conn, ident, now, until, mean)
    return score


async def locked_item(conn: Conn, ident: int) -> None:
    """One inspector, objection or decision of an item at a time. Raises Missing."""
    if await inspections_sql.lock_item(conn, ident) is None:
        raise Missing("There is no inspection %(item)s.", item=ident)


def marks_of(criteria: Sequence[Criterion], values: Mapping[str, Any]) -> dict[str, int]:
    """The points of each criterion, from a program's `marks` or a form's fields `mark.CODE`. Raises BadField naming the field. Pure."""
    given = values.get("marks")
    if given is None:
        given = {name.removeprefix("mark."): value for name, value in values.items() if name.startswith("mark.")}
    if not isinstance(given, Mapping) or (unknown := set(given) - {criterion.code for criterion in criteria}):
        raise BadField(
            "The form has no such criterion.", field=f"mark.{min(unknown)}" if isinstance(given, Mapping) else "marks"
        )
    found = {}
    for criterion in criteria:
        text = str(given.get(criterion.code, "")).strip()
        points = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else -1
        if not 0 <= points <= criterion.points:
            raise BadField(
                "%(title)s: from 0 to %(points)s points.",
                field=f"mark.{criterion.code}",
                title=criterion.title,
                points=criterion.points,
            )
        found[criterion.code] = points
    return found


async def object_to(conn: Conn, user: User, ident: int, reason: str, now: datetime) -> None:
    """Who was inspected objects, until the close of the third working day. Raises Missing, Forbidden, Illegal."""
    await locked_item(conn, ident)
    item = await seen_item(conn, user, ident)
    if not await is_inspected(conn, user, item):
        raise Forbidden("Only who was inspected objects.")
    if item.object_until is None or now > item.object_until:
        raise Illegal("The time to object is over.")
    if not await judging_sql.insert_objection(conn, ident, user.id, reason, now):
        raise Illegal("There is an objection already.")


async def decide(
    conn: Conn, user: User, ident: int, upheld: bool, words: str, score: int | None, now: datetime
) -> None:
    """A manager who had no part in it decides an objection. Raises Missing, Forbidden, Illegal, BadField."""
    await locked_item(conn, ident)
    item = await seen_item(conn, user, ident)
    objection = await judging_sql.objection(conn, ident)
    if objection is None or objection.decided_at is not None:
        raise Illegal("No objection to this inspection waits.")
    inspectors = {row.inspector_id for row in await judging_sql.inspections_of(conn, [ident])}
    if user.id in inspectors or user.id in {item.user_id, objection.by_id}:
        raise Forbidden("Who inspected, or is inspected, does not decide.")
    if upheld and score is None:
        raise BadField("Upheld: which score is right?", field="score")
    await judging_sql.decide_objection(conn, ident, upheld, words, user.id, now)
    if upheld and score is not None:
        await judging_sql.set_score(conn, ident, score)
    await audit(conn, user.actor, "objection_decided", now, item=ident, upheld=upheld)
