"""Snapshots of a ticket at the end of a department's part: state, category, urgency, place and lead, which a former
department reads instead of today's.

They are kept when a part ends (`parting`); rows (replies, notes, returns …) are cut by time (`hotline.tickets.cut`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.ids import DepartmentId, UserId
from hotline.people.user import User
from hotline.ticket import Category, Role, State, Ticket, Urgency
from hotline.tickets import partings_sql


@dataclass(frozen=True, slots=True)
class Parting:
    """What a ticket was when the last part of a department in it ended; `code`, `name`: who led it then."""

    at: datetime
    state: State
    category: Category
    urgency: Urgency
    place: str
    department: DepartmentId
    code: str
    name: str
    owner: UserId
    owner_name: str
    owner_shown: str

    def shown(self, *, secret: bool) -> dict[str, Any]:
        """The fields of a list or a document as they were; of a confidential ticket without its place."""
        place = "" if secret else self.place
        return {"state": self.state, "category": self.category, "urgency": self.urgency, "place": place}


async def partings(conn: Conn, user: User, ids: Sequence[int]) -> Mapping[int, Parting]:
    """Of some tickets those in which a liaison's department has no part any more; none for others than liaisons."""
    if user.role is not Role.LIAISON or not ids:
        return {}
    return {
        row.ticket_id: Parting(
            row.at,
            State(row.state),
            Category(row.category),
            Urgency(row.urgency),
            row.place or "",
            row.department_id,
            row.code,
            row.name,
            UserId(row.owner_id),
            row.owner_name,
            row.owner_shown,
        )
        for row in await partings_sql.partings(conn, list(ids), user.department_id)
    }


def as_left(ticket: Ticket, then: Parting | None) -> Ticket:
    """The ticket as it was then. Pure."""
    if then is None:
        return ticket
    return replace(
        ticket,
        state=then.state,
        category=then.category,
        urgency=then.urgency,
        department_id=then.department,
        owner_id=then.owner,
    )
