"""Who is brought into a call: a department's line or whoever is on duty there, 110 to 122, an interpreter, a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal
from hotline.base.services import Services
from hotline.base.text.phones import read_phone
from hotline.calls import operators_sql, parties_sql
from hotline.calls.call import PartyKind
from hotline.calls.operator_states import is_alive
from hotline.ids import DepartmentId, UserId
from hotline.people.user import User

Emergency = Literal["110", "119", "120", "122"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom somebody wants in a call. `department`: its code, with `duty` for whoever is on duty there instead of its line; `user`: the
    name of a colleague or interpreter; `number`: an interpreter's.
    """

    kind: PartyKind
    department: str = ""
    duty: bool = False
    emergency: Emergency | None = None
    user: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who can be called: a user of ours (in their browser, or at `number`), or a number. `number` in clear, never logged."""

    kind: PartyKind
    user: UserId | None = None
    department: DepartmentId | None = None
    emergency: str | None = None
    number: str = ""


async def guest_of(conn: Conn, services: Services, user: User, wanted: Invitation, now: datetime) -> Guest:
    """Whom to call. Raises BadField for nobody that is known, Illegal where nobody can be called there."""
    match wanted.kind:
        case PartyKind.DEPARTMENT:
            return await _of_department(conn, services, wanted, now)
        case PartyKind.EMERGENCY:
            if wanted.emergency is None:
                raise BadField("Say which: 110, 119, 120 or 122.", field="emergency")
            return Guest(PartyKind.EMERGENCY, emergency=wanted.emergency, number=wanted.emergency)
        case PartyKind.INTERPRETER if wanted.number:
            read = read_phone(wanted.number, services.settings.area_code)
            if not read.number:
                raise BadField("This is not a telephone number.", field="number")
            return Guest(PartyKind.INTERPRETER, number=read.number)
        case PartyKind.INTERPRETER | PartyKind.OPERATOR:
            return await _colleague(conn, user, wanted, now)
        case PartyKind.CITIZEN | PartyKind.SUPERVISOR:
            raise BadField("Nobody is brought into a call as that.", field="kind")


async def _of_department(conn: Conn, services: Services, wanted: Invitation, now: datetime) -> Guest:
    row = await parties_sql.department_line(conn, wanted.department)
    if row is None:
        raise BadField("There is no department %(department)s.", field="department", department=wanted.department)
    if wanted.duty:
        person = await services.hooks.on_duty(conn, services, DepartmentId(row.id), now)
        if person is None:
            raise Illegal("Nobody is on duty at %(department)s now.", department=row.name)
        return Guest(PartyKind.DEPARTMENT, person.user, DepartmentId(row.id), number=person.number)
    if row.phone_enc is None:
        raise Illegal("%(department)s has no line in the directory.", department=row.name)
    return Guest(PartyKind.DEPARTMENT, department=DepartmentId(row.id), number=services.keys.decrypt(row.phone_enc))


async def _colleague(conn: Conn, user: User, wanted: Invitation, now: datetime) -> Guest:
    """A colleague who is at the telephone and not in a call."""
    found = next((row for row in await operators_sql.at_telephone(conn) if row.name == wanted.user), None)
    if found is None or found.id == user.id:
        raise BadField("%(user)s is not at the telephone.", field="user", user=wanted.user)
    if found.state != "ready" or not await is_alive(conn, UserId(found.id), now):
        raise Illegal("%(user)s is not free.", user=found.shown_name)
    return Guest(wanted.kind, UserId(found.id))
