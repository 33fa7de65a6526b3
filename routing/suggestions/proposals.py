"""SMS and web tickets with a clear winner, proposed to their owner: never sent off unseen (rulebook §7)."""

from __future__ import annotations

import secrets

from aiohttp import web

from hotline.base.http.rendering import fragment
from hotline.base.http.requests import now_of, pool_of, services_of
from hotline.base.http.route import Route
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of
from hotline.ticket import State
from hotline.tickets import listing, store
from hotline.tickets.tipoffs import tipoffs_sql
from routing.suggestions.suggestion import clear, suggest_for

#: So many are looked at: a suggestion costs a few milliseconds.
_MOST = 12


async def proposed(request: web.Request) -> web.StreamResponse:
    """The owner's undispatched tickets whose department is clear, each with its reason and a button."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        wish = listing.Wish(owner=user.name, state=State.RECEIVED, limit=_MOST)
        rows = (await listing.find(conn, user, wish)).rows
        kept = set(
            await tipoffs_sql.protected_among(conn, [r.id for r in rows])
        )  # somebody must say first whether they name the department
        found = []
        for row in (r for r in rows if not r.confidential and r.id not in kept):
            best = await suggest_for(conn, services, store.as_ticket(row), now)
            if clear(best):
                found.append({"ticket": row, "best": best[0]})
    return fragment(request, "routing/proposed.html", found=found, once=secrets.token_hex(12))


ROUTES = (
    Route(
        method="GET",
        path="/routing/proposed",
        handler=proposed,
        summary="Proposals for own tickets, as a part of a page",
        roles=CENTRE,
        rule="own tickets",
    ),
)
