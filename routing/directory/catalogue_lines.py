"""Lines of the responsibility catalogue kept by an administrator: added from a day on, ended; the history stays
(rulebook §7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Missing
from hotline.people.actions import Action, ActionContext, Fields
from hotline.people.departments import find_department
from hotline.people.roles import ADMINS
from hotline.people.store import audit
from routing.directory import catalogue_sql
from routing.returns.disputes import Short, Words, put_line, several
from routing.tables.by_column import read_day


class CatalogueLineBody(Fields):
    """Which matter, who leads, who stands beside, on what basis, from what day on."""

    matter: Short
    lead: Short
    basis: Words
    co_handlers: list[Short] = Field(default_factory=list)
    since: Annotated[str, StringConstraints(max_length=20)] = ""

    _list = field_validator("co_handlers", mode="before")(several)


class CatalogueLineEndBody(Fields):
    """Why a line no longer holds."""

    basis: Words


async def add_line(context: ActionContext, body: CatalogueLineBody) -> Mapping[str, object]:
    """A line that was confirmed outside the program; the one before held until that day."""
    lead = await find_department(context.conn, body.lead, field="lead")
    co = [(await find_department(context.conn, c, field="co_handlers")).code for c in body.co_handlers]
    if lead.code in co:
        raise BadField("The lead does not stand beside itself.", field="co_handlers")
    today = context.now.astimezone(context.services.settings.zone).date()
    since = read_day(body.since, "since") if body.since else today
    made = await put_line(context.conn, body.matter, lead.id, co, body.basis, since)
    await audit(
        context.conn,
        context.user.actor,
        "catalogue_line_added",
        context.now,
        line=made,
        lead=lead.code,
        since=str(since),
    )
    return {"catalogue": made}


async def end_line(context: ActionContext, body: CatalogueLineEndBody) -> Mapping[str, object]:
    """A line holds until today and is replaced by none."""
    row = await catalogue_sql.line(context.conn, context.item)
    if row is None:
        raise Missing("There is no such line in force.")
    today = context.now.astimezone(context.services.settings.zone).date()
    await catalogue_sql.end_line(context.conn, context.item, max(today, row.since))
    await audit(
        context.conn, context.user.actor, "catalogue_line_ended", context.now, line=context.item, basis=body.basis
    )
    return {"catalogue": context.item}


async def hand_lines_on(
    conn: Conn, context: ActionContext, before: int, before_code: str, after: int, after_code: str, basis: str
) -> int:
    """The lines of a department that was merged go on under the other; returns how many."""
    today = context.now.astimezone(context.services.settings.zone).date()
    rows = await catalogue_sql.lines_with(conn, before, before_code)
    for row in rows:
        lead = after if row.lead_id == before else row.lead_id
        co = [after_code if c == before_code else c for c in row.co_handlers]
        kept = list(dict.fromkeys(c for c in co if not (c == after_code and lead == after)))
        await put_line(conn, row.matter, lead, kept, f"{row.basis}；{basis}", max(today, row.since))
    return len(rows)


ACTIONS = (
    Action(
        path="catalogue",
        page="/admin/catalogue/lines",
        back="/admin/catalogue",
        body=CatalogueLineBody,
        perform=add_line,
        summary="A line of the catalogue",
        roles=ADMINS,
        rule="an administrator",
        tag="directory",
    ),
    Action(
        path="catalogue/{line}/endings",
        page="/admin/catalogue/lines/{line}/endings",
        back="/admin/catalogue",
        body=CatalogueLineEndBody,
        perform=end_line,
        summary="A line holds no longer",
        roles=ADMINS,
        rule="an administrator",
        tag="directory",
    ),
)
