"""Known outages: a department posts what is broken and until when; callers attach with one key (rulebook §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from aiohttp import web
from pydantic import AfterValidator, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, services_of, within_calendars
from hotline.base.http.route import Entry, Route
from hotline.base.services import Services, departments_read
from hotline.base.text.blanks import filled
from hotline.contacts.person_messages import to_person
from hotline.ids import ContactId, PersonId, TicketId
from hotline.moves.dispatches import DispatchBody, dispatch
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Action, ActionContext, Fields, NoFields, action_routes
from hotline.people.departments import find_department, in_force
from hotline.people.roles import WORKERS
from hotline.people.sessions import user_of
from hotline.people.store import audit
from hotline.ticket import Category, State
from routing.likeness import topics_sql
from routing.likeness.gist import gist_of
from routing.outages import announcements
from routing.places.gazetteer import known_in
from routing.places.spellings import keys_of

#: What the form for a new outage begins with.
_USUALLY = timedelta(hours=4)

Short = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(filled)]
Spoken = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(filled)]


class OutageBody(Fields):
    """What is broken where, what callers are told, and until when (ISO 8601; without an offset it is local)."""

    matter: Short
    place: Short
    text: Spoken
    until: datetime
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class OutageAttachmentBody(Fields):
    """The outage that the ticket belongs to."""

    outage: Annotated[int, Field(ge=1, le=2**53)]


async def post_outage(context: ActionContext, body: OutageBody) -> Mapping[str, object]:
    """A department posts its own; the centre names the department."""
    if context.user.department_id is not None:
        department = context.user.department_id
    elif body.department:
        department = (await find_department(context.conn, body.department)).id
    else:
        raise BadField("Name the department.", field="department")
    until = _until(context, body.until)
    made = await topics_sql.post_outage(
        context.conn, department, body.matter, body.place, body.text, until, context.user.actor, context.now
    )
    await audit(context.conn, context.user.actor, "outage_posted", context.now, outage=made, department=department)
    await notify(context.conn, "centre", LiveKind.OUTAGE, id=made)
    return {"outage": made}


class OutageChangeBody(Fields):
    """What callers are told now, and until when."""

    text: Spoken
    until: datetime


async def change_outage(context: ActionContext, body: OutageChangeBody) -> Mapping[str, object]:
    """It takes longer, or more is known: whose tickets belong to it are told."""
    until = _until(context, body.until)
    row = await topics_sql.change_outage(
        context.conn, context.item, body.text, until, context.now, context.user.department_id
    )
    if row is None:
        raise Missing("There is no such outage.")
    await audit(context.conn, context.user.actor, "outage_changed", context.now, outage=row.id)
    told = await announcements.tell_attached(
        context.conn,
        context.services,
        row.id,
        "outage_changed",
        context.now,
        words=body.text,
        until=_stamp(context.services, until),
    )
    return {"outage": row.id, "told": told}


async def end_outage(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """It is mended: callers are no longer attached, and whose tickets belong to it are told, once a person."""
    row = await topics_sql.end_outage(context.conn, context.item, context.now, context.user.department_id)
    if row is None:
        raise Missing("There is no such outage.")
    await audit(context.conn, context.user.actor, "outage_ended", context.now, outage=row.id)
    told = await announcements.tell_attached(
        context.conn,
        context.services,
        row.id,
        "outage_over",
        context.now,
        place=row.place,
        matter=row.matter,
        at=_stamp(context.services, context.now),
    )
    await notify(context.conn, "centre", LiveKind.OUTAGE, id=row.id)
    return {"outage": row.id, "told": told}


def _until(context: ActionContext, until: datetime) -> datetime:
    """The end as a moment; without an offset it is local. Raises BadField where it has passed or is out of reach."""
    until = within_calendars(until, context.services.settings.zone, field="until")
    if until <= context.now:
        raise BadField("The end has passed already.", field="until")
    return until


def _stamp(services: Services, at: datetime) -> str:
    return at.astimezone(services.settings.zone).strftime("%m-%d %H:%M")


async def matching(
    conn: Conn, text: str, place: str, now: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The known outages: those that a caller's words may belong to (the same matter, the same place or one within it), the rest."""
    rows = await topics_sql.open_outages(conn, now, None)
    if not rows:
        return [], []
    where = f"{place} {text}"
    known = await known_in(conn, where, *(f"{row.place} {row.text}" for row in rows))
    keys, matter = set(keys_of(where, known)), gist_of(text)[0]
    found: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for row in rows:
        theirs = f"{row.matter} {row.text}"
        same = row.matter in text or (bool(matter) and gist_of(theirs)[0] == matter)
        there = bool(keys & set(keys_of(f"{row.place} {row.text}", known))) or row.place in where
        (found if same and (there or not keys) else others).append(row.as_dict())
    return found[:3], [*found[3:], *others]


#: What departments read of it.
READ = departments_read("id", "matter", "place", "text", "until_at", "ended_at", "department", "department_name")


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The outage that each ticket belongs to, where it belongs to one."""
    rows = await topics_sql.attached(conn, list(ids))
    return {TicketId(row.ticket_id): {k: v for k, v in row.as_dict().items() if k != "ticket_id"} for row in rows}


async def attach_ticket(context: MoveContext, body: OutageAttachmentBody) -> Mapping[str, object]:
    """Attach the ticket to a known outage: it goes to the outage's department, and the person is told what is known."""
    if context.ticket.category is Category.TIPOFF:
        raise Illegal("A tipoff belongs to no outage.")
    row = await topics_sql.outage(context.conn, body.outage, context.now)
    if row is None:
        raise BadField("There is no such outage.", field="outage")
    if await topics_sql.attach_outage(context.conn, context.ticket.id, row.id, context.user.actor, context.now) is None:
        raise Illegal("The ticket belongs to an outage already.")
    await context.publish("outage_attached", outage=row.id)
    if context.ticket.state is State.RECEIVED:
        await dispatch(context, DispatchBody(department=row.department))
    await to_person(
        context.conn,
        context.services,
        context.ticket,
        "outage",
        f"outage:{context.ticket.id}",
        context.now,
        words=row.text,
        until=_stamp(context.services, row.until_at),
    )
    return {"outage": row.id, "department": row.department_name}


async def get_outages(request: web.Request) -> web.StreamResponse:
    """The outages that are known now."""
    async with pool_of(request).acquire() as conn:
        rows = await topics_sql.open_outages(conn, now_of(request), None)
    return answer(request, {"items": [{**row.as_dict(), "id": str(row.id)} for row in rows], "next_cursor": None})


async def show_outages(request: web.Request) -> web.StreamResponse:
    """The page: what is known, and the form to post."""
    user, now = user_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        rows = await topics_sql.outages_of(conn, user.department_id)
        directory = await in_force(conn) if user.department_id is None else []
    soon = (now + _USUALLY).astimezone(services_of(request).settings.zone).replace(minute=0)
    return page(request, "topics/outages.html", items=rows, directory=directory, soon=soon.strftime("%Y-%m-%dT%H:%M"))


_RULE = "a liaison: the own department's"
ACTIONS = (
    Action(
        path="outages",
        page="/outages",
        back="/outages",
        body=OutageBody,
        perform=post_outage,
        summary="Post a known outage",
        roles=WORKERS,
        rule=_RULE,
        tag="routing",
    ),
    Action(
        path="outages/{id}/changes",
        page="/outages/{id}/changes",
        back="/outages",
        body=OutageChangeBody,
        perform=change_outage,
        summary="It takes longer, or more is known",
        roles=WORKERS,
        rule=_RULE,
        tag="routing",
    ),
    Action(
        path="outages/{id}/ends",
        page="/outages/{id}/ends",
        back="/outages",
        body=NoFields,
        perform=end_outage,
        summary="The outage is mended",
        roles=WORKERS,
        rule=_RULE,
        tag="routing",
    ),
)
MOVES = (Move("outages", OutageAttachmentBody, Who.CENTRE, attach_ticket, "Attach to a known outage"),)


async def attach_by_key(
    conn: Conn, services: Services, contact: ContactId, person: PersonId | None, outage: int, now: datetime
) -> tuple[str, str] | None:
    """The hook of the telephone: a caller pressed the key of an outage."""
    return await announcements.join(conn, services, MOVES[0], contact, person, outage, now)


MENU = [Entry(path="/outages", title="Outages", roles=WORKERS)]


ROUTES = (
    Route(method="GET", path="/outages", handler=show_outages, summary="Known outages", roles=WORKERS, rule=_RULE),
    Route(
        method="GET",
        path="/api/v1/outages",
        handler=get_outages,
        summary="Known outages",
        roles=WORKERS,
        answer=ItemList,
        tag="routing",
    ),
    *action_routes(ACTIONS),
)
