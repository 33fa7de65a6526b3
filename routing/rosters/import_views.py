"""`POST /rosters/imports`: a table is read and shown day by day, what it takes, changes and removes; a second press does it."""

from __future__ import annotations

from aiohttp import web

from hotline.base.http.problem import Forbidden
from hotline.base.http.rendering import page
from hotline.base.http.requests import form_of, now_of, pool_of, see_other, services_of
from hotline.base.http.route import Route
from hotline.people.sessions import user_of
from hotline.ticket import Role
from routing.rosters.actions import PLANNERS, WHO
from routing.rosters.reader.change import RosterChange
from routing.rosters.table_import import import_roster, names_of
from routing.rosters.views import RosterQuery, department_of, months
from routing.tables.uploads import UploadOutcome, held_for, sent_table


async def post_import(request: web.Request) -> web.StreamResponse:
    """Read a table and show what it would do; what is refused is shown by row and column. The second press does what was shown;
    where the rosters have changed meanwhile, what would be done now is shown again and nothing is done."""
    services, user, now = services_of(request), user_of(request), now_of(request)
    if user.role is Role.LIAISON and not user.leads:
        raise Forbidden("This is for %(who)s.", who=WHO)
    named = str((await form_of(request)).get("department", ""))
    sent = await sent_table(request)
    if isinstance(sent, UploadOutcome):
        return await months(request, RosterQuery(department=named), sent, 422)
    held = "" if sent.plan else await held_for(request, sent)

    def agreed(change: RosterChange) -> bool:
        return sent.plan == change.digest()

    async with pool_of(request).acquire() as conn, conn.transaction():
        found = await department_of(conn, user, named)
        only = found.code if found is not None else ""
        done = await import_roster(conn, services, sent.sheet, now, actor=user.actor, only=only, agreed=agreed)
        names = await names_of(conn, done.change)
    if done.refused:
        return await months(request, RosterQuery(department=only), UploadOutcome(sent.file, 0, done.refused), 422)
    if done.done:
        raise see_other(f"/rosters?done=import&department={only}")
    days = sorted(done.change.days.items(), key=lambda item: (names[item[0][0]].code, item[0][1]))
    return page(
        request,
        "rosters/import.html",
        status=409 if sent.plan else 200,
        file=sent.file,
        only=only,
        again=bool(sent.plan),
        held=held or await held_for(request, sent),
        digest=done.change.digest(),
        counts=done.change.counts(),
        names=names,
        notes=done.notes,
        days=[(department, day, what) for (department, day), what in days],
    )


ROUTES = (
    Route(
        method="POST",
        path="/rosters/imports",
        handler=post_import,
        summary="Look at a table of shifts, or take it",
        roles=PLANNERS,
        rule=WHO,
    ),
)
