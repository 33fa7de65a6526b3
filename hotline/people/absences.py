"""Leave of the centre's people: who says that they are away has their tickets offered to the shift (rulebook §3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField
from hotline.people import absences_sql
from hotline.people.actions import Action, ActionContext, NoFields, action_routes
from hotline.people.roles import CENTRE
from hotline.people.store import audit
from hotline.people.user import User

_LONGEST = timedelta(days=400)


class AbsenceBody(BaseModel):
    """The last day of the leave."""

    model_config = ConfigDict(extra="forbid")
    until: date


async def go_on_leave(context: ActionContext, body: AbsenceBody) -> Mapping[str, object]:
    """One is away from now until the end of a day. Raises BadField for a day that is over, or too far."""
    zone = context.services.settings.zone
    end = datetime.combine(body.until + timedelta(days=1), time(), zone)
    if not context.now < end <= context.now + _LONGEST:
        raise BadField("%(text)s lies too far away.", field="until", text=body.until.isoformat())
    await absences_sql.end_absence(context.conn, context.user.id, context.now)
    await absences_sql.insert_absence(context.conn, context.user.id, context.now, end.astimezone(context.now.tzinfo))
    await audit(context.conn, context.user.actor, "absence", context.now, until=body.until.isoformat())
    await notify(context.conn, "centre", LiveKind.SHIFT, user=context.user.id)
    return {"until": body.until}


async def come_back(conn: Conn, user: User, now: datetime) -> None:
    """The leave is over."""
    await absences_sql.end_absence(conn, user.id, now)
    await notify(conn, "centre", LiveKind.SHIFT, user=user.id)


async def _back(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    await come_back(context.conn, context.user, context.now)
    return {}


ROUTES = action_routes(
    (
        Action(
            path="operators/me/absences",
            page="/operators/me/absences",
            back="/operator",
            summary="One is on leave until a day: one's tickets are offered to the shift",
            roles=CENTRE,
            rule="oneself",
            body=AbsenceBody,
            perform=go_on_leave,
            digits=0,
            tag="people",
        ),
        Action(
            path="operators/me/absences/ends",
            page="/operators/me/absences/ends",
            back="/operator",
            summary="One is back from leave",
            roles=CENTRE,
            rule="oneself",
            perform=_back,
            digits=0,
            tag="people",
        ),
    )
)
