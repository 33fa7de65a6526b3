"""The browser line of staff (`/api/v1/line`): a page says that it is there, hears what is to be done, and speaks with other pages."""

from __future__ import annotations

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.http.rendering import t
from hotline.base.http.requests import answer, now_of, pool_of, read_body, services_of
from hotline.base.http.route import Route
from hotline.calls import operator_states, operators_sql, parties, rings
from hotline.calls.call import SILENT_AFTER, CarrierName, LineKind, OperatorState, PartyKind
from hotline.calls.carrier import CommandKind
from hotline.calls.commands import tell
from hotline.people.roles import WORKERS
from hotline.people.sessions import user_of
from hotline.telephony import line_sql
from hotline.telephony.ice import ice_servers
from hotline.telephony.line_models import (
    LineAnswer,
    LineBeat,
    LineDecline,
    LineDone,
    LineParty,
    LinePlace,
    LineSignals,
    SignalsTaken,
)
from hotline.telephony.line_signals import hold_page, say
from hotline.telephony.line_state import Place, call_for, place_of, ringing_for
from hotline.ticket import Role


def party_words(request: web.Request) -> dict[str, str]:
    """How kinds of parties are called who have no name, in the language of the request."""
    said = {
        PartyKind.CITIZEN: "The caller",
        PartyKind.OPERATOR: "The operator",
        PartyKind.SUPERVISOR: "The supervisor",
        PartyKind.DEPARTMENT: "The department",
        PartyKind.EMERGENCY: "Emergency services",
        PartyKind.INTERPRETER: "An interpreter",
    }
    return {kind.value: t(request, words) for kind, words in said.items()}


async def beat(request: web.Request) -> web.StreamResponse:
    """A page of the line says that it is there; it is told what rings, who is in its call, and what others said to it.

    1. Where one can speak here, the line is this browser's (or stays another's, or a telephone's). 2. Who is in a call speaks through this page from now on.
    """
    body, user, now, services = (
        await read_body(request, LineBeat),
        user_of(request),
        now_of(request),
        services_of(request),
    )
    async with pool_of(request).acquire() as conn, conn.transaction():
        at_telephone = await operator_states.state_of(conn, user.id)
        if not body.microphone and at_telephone is not None:
            await operators_sql.plain_line(conn, user.id, now, now + SILENT_AFTER)  # a tested telephone rings instead
        mine = (body.microphone or at_telephone is None) and await operator_states.take_line(
            conn, user, LineKind.BROWSER, body.device, now, forced=body.take
        )
        line = await operators_sql.line_of_user(conn, user.id)
        elsewhere = line is not None and line.kind == LineKind.PHONE and not mine
        ready = at_telephone is not None and at_telephone.state == OperatorState.READY
        if not body.microphone and ready and not elsewhere:
            await operator_states.enter(conn, user.id, OperatorState.BREAK, operator_states.SILENT, None, now)
        place = await place_of(conn, user.id)
        call = None
        if place is not None and place.me.is_in and mine:
            await hold_page(conn, place, body.session, now)
            call = await call_for(conn, place, body.session, body.after, party_words(request))
        found = LineAnswer(
            ice=ice_servers(services.settings, f"user-{user.id}", now),
            line=LinePlace(
                operator=user.role is Role.OPERATOR or at_telephone is not None,
                wanted=at_telephone is not None and not elsewhere,
                mine=mine,
                microphone=body.microphone,
            ),
            ringing=await ringing_for(conn, user.id, place),
            call=call,
        )
    return answer(request, found.model_dump(by_alias=True))


async def _in_call(conn: Conn, request: web.Request, call_id: int) -> Place:
    """Where the user is in this call. Raises Missing."""
    place = await place_of(conn, user_of(request).id)
    if place is None or place.call.id != call_id:
        raise Missing("There is no call %(item)s.", item=call_id)
    return place


async def signals(request: web.Request) -> web.StreamResponse:
    """What this page says to others of the call, to be connected."""
    body = await read_body(request, LineSignals)
    async with pool_of(request).acquire() as conn, conn.transaction():
        taken = await say(conn, await _in_call(conn, request, body.call), body.signals, now_of(request))
    return answer(request, SignalsTaken(taken=taken))


async def join(request: web.Request) -> web.StreamResponse:
    """One comes into a call to which one was asked. Raises Missing, Illegal."""
    body, user = await read_body(request, LineParty), user_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        place = await place_of(conn, user.id)
        if place is None or place.me.id != body.party:
            raise Illegal("You are no longer asked into this call.")
        call = await parties.joined(conn, services_of(request), place.me.id, now_of(request))
        if call.carrier is CarrierName.TWILIO:  # whose voice comes to this page by a leg of its own
            await tell(conn, call, CommandKind.INVITE, now_of(request), place.me.id)
    return answer(request, LineDone(call=place.call.id))


async def leave(request: web.Request) -> web.StreamResponse:
    """One leaves a call that goes on without one, or does not come. Raises Missing."""
    body, user = await read_body(request, LineParty), user_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        place = await place_of(conn, user.id)
        if place is None or place.me.id != body.party:
            raise Missing("You are not in this call.")
        await parties.left(conn, services_of(request), place.me.id, now_of(request))
    return answer(request, LineDone(call=place.call.id))


async def decline(request: web.Request) -> web.StreamResponse:
    """One does not take what rings: the next line rings, and one is on a break. Raises Illegal."""
    body, user, now, services = (
        await read_body(request, LineDecline),
        user_of(request),
        now_of(request),
        services_of(request),
    )
    async with pool_of(request).acquire() as conn, conn.transaction():
        if body.party is not None:
            place = await place_of(conn, user.id)
            if place is None or place.me.id != body.party or place.me.is_in:
                raise Illegal("This does not ring any more.")
            await parties.left(conn, services, body.party, now)
        else:
            ring = await line_sql.ring_of(conn, user.id)
            if ring is None or ring.call_id != body.call:
                raise Illegal("This does not ring any more.")
            await rings.miss(conn, services, body.call, now)
    return answer(request, LineDone(call=body.call))


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/line",
        handler=beat,
        summary="A browser of the line says that it is there, and hears what is to be done",
        roles=WORKERS,
        rule="one's own line",
        body=LineBeat,
        answer=LineAnswer,
        tag="calls",
    ),
    Route(
        method="POST",
        path="/api/v1/line/signals",
        handler=signals,
        summary="What a browser says to another of the same call, to be connected",
        roles=WORKERS,
        rule="one is in the call; who hears whom the server decides",
        body=LineSignals,
        answer=SignalsTaken,
        tag="calls",
    ),
    Route(
        method="POST",
        path="/api/v1/line/joins",
        handler=join,
        summary="Come into a call to which one was asked",
        roles=WORKERS,
        rule="one was asked",
        body=LineParty,
        answer=LineDone,
        tag="calls",
    ),
    Route(
        method="POST",
        path="/api/v1/line/leaves",
        handler=leave,
        summary="Leave a call that goes on, or do not come",
        roles=WORKERS,
        rule="one is in the call, or was asked",
        body=LineParty,
        answer=LineDone,
        tag="calls",
    ),
    Route(
        method="POST",
        path="/api/v1/line/declines",
        handler=decline,
        summary="Do not take what rings",
        roles=WORKERS,
        rule="it rings at one's own line",
        body=LineDecline,
        answer=LineDone,
        tag="calls",
    ),
)
