"""Calls over HTTP: who called, what goes on, and everything that is done with a call; for programs and for the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.problem import BadField
from hotline.base.http.requests import answer, pool_of, read_int, read_query, services_of
from hotline.base.http.route import Route
from hotline.calls import calling_out, endings, parties, rings, supervision
from hotline.calls.call import PartyKind, PartyMode
from hotline.calls.call_lists import CallAnswer, CallList, CallsQuery, detail, listed
from hotline.calls.invitations import Emergency, Invitation
from hotline.people.actions import Action, ActionContext, Fields, NoFields, Result, action_routes
from hotline.people.roles import CENTRE, MANAGERS, WORKERS
from hotline.people.sessions import user_of

_OWN = "an operator: own calls; a manager: all"
Code = Annotated[str, StringConstraints(max_length=40)]


class CallOutBody(Fields):
    """Whom to call: an owed call or a ticket; and why the number is shown."""

    call_back: int | None = None
    ticket: Code = ""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class CallHoldBody(Fields):
    """On hold or no more: the citizen, or this party."""

    on: bool
    party: int | None = None


class PartyBody(Fields):
    """Who is brought in. A manager as `supervisor` with a `mode`; others are called."""

    kind: Literal["department", "emergency", "interpreter", "operator", "supervisor"]
    department: Code = ""
    duty: bool = False
    emergency: Emergency | None = None
    user: Code = ""
    number: Annotated[str, StringConstraints(max_length=30)] = ""
    mode: PartyMode = PartyMode.TALK


class CallTransferBody(Fields):
    """To whom the call goes: a party who is in it, or who is called for it; `warm`: after talking with them."""

    party: int | None = None
    kind: Literal["department", "emergency", "operator"] = "department"
    department: Code = ""
    duty: bool = False
    emergency: Emergency | None = None
    user: Code = ""
    warm: bool = False


class ModeBody(Fields):
    """Whom a supervisor hears and who hears them."""

    party: int
    mode: PartyMode


class DropBody(Fields):
    """Who is taken out."""

    party: int


class KeysBody(Fields):
    """Keys to be pressed."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,20}$")]


class CallAnnouncementBody(Fields):
    """Words that are spoken before the call ends; after abuse unless said otherwise."""

    words: Literal["voice_ended_after_abuse", "voice_silent_line", "voice_goodbye"] = "voice_ended_after_abuse"


class CallMade(BaseModel):
    """The call that was made, with the number that was shown."""

    call: int
    number: str
    carrier: str


class PartyMade(BaseModel):
    """The party in the call."""

    model_config = ConfigDict(extra="forbid")
    call: int
    party: int


class CallDone(BaseModel):
    """The call, and what it is now."""

    call: int
    state: str


async def get_calls(request: web.Request) -> web.StreamResponse:
    asked = read_query(request, CallsQuery)
    async with pool_of(request).acquire() as conn:
        found = await listed(conn, services_of(request), user_of(request), asked)
    return answer(request, found)


async def get_call(request: web.Request) -> web.StreamResponse:
    ident = read_int(request.match_info.get("item", ""))
    if ident is None:
        raise web.HTTPNotFound
    async with pool_of(request).acquire() as conn:
        found = await detail(conn, services_of(request), user_of(request), ident)
    return answer(request, found)


Perform = Callable[[ActionContext, Any], Awaitable[Result]]


async def _call_out(context: ActionContext, body: CallOutBody) -> Mapping[str, object]:
    if (body.call_back is None) == (not body.ticket):
        raise BadField("Name an owed call or a ticket.", field="ticket")
    return await calling_out.call_out(
        context.conn, context.services, context.user, body.call_back, body.ticket, body.reason, context.now
    )


async def _answer(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    call = await rings.answer(context.conn, context.services, context.user, context.named(), context.now)
    return {"call": call.id, "state": call.state.value, "contact": call.contact_id}


async def _hold(context: ActionContext, body: CallHoldBody) -> Mapping[str, object]:
    act = parties.hold if body.on else parties.resume
    call = await act(context.conn, context.services, context.user, context.named(), context.now, body.party)
    return {"call": call.id, "state": "holding" if body.on else "talking"}


async def _party(context: ActionContext, body: PartyBody) -> Mapping[str, object]:
    conn, services, user, now, call = context.conn, context.services, context.user, context.now, context.named()
    if body.kind == "supervisor":
        made = await supervision.supervise(conn, services, user, call, body.mode, now)
    else:
        wanted = Invitation(PartyKind(body.kind), body.department, body.duty, body.emergency, body.user, body.number)
        made = await parties.invite(conn, services, user, call, wanted, now)
    return {"call": call, "party": made}


async def _transfer(context: ActionContext, body: CallTransferBody) -> Mapping[str, object]:
    wanted = Invitation(PartyKind(body.kind), body.department, body.duty, body.emergency, body.user)
    to = body.party if body.party is not None else wanted
    made = await parties.transfer(
        context.conn, context.services, context.user, context.named(), to, context.now, warm=body.warm
    )
    return {"call": context.named(), "party": made}


async def _mode(context: ActionContext, body: ModeBody) -> Mapping[str, object]:
    await supervision.set_mode(
        context.conn, context.services, context.user, context.named(), body.party, body.mode, context.now
    )
    return {"call": context.named(), "party": body.party}


async def _drop(context: ActionContext, body: DropBody) -> Mapping[str, object]:
    await parties.drop(context.conn, context.services, context.user, context.named(), body.party, context.now)
    return {"call": context.named(), "party": body.party}


async def _take_over(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    call = await supervision.take_over(context.conn, context.services, context.user, context.named(), context.now)
    return {"call": call.id, "state": call.state.value}


async def _keys(context: ActionContext, body: KeysBody) -> Mapping[str, object]:
    call = await parties.press_keys(
        context.conn, context.services, context.user, context.named(), body.digits, context.now
    )
    return {"call": call.id, "state": call.state.value}


async def _warn(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    call = await endings.warn(context.conn, context.services, context.user, context.named(), context.now)
    return {"call": call.id, "state": call.state.value}


async def _announce(context: ActionContext, body: CallAnnouncementBody) -> Mapping[str, object]:
    call = await endings.announce(
        context.conn, context.services, context.user, context.named(), body.words, context.now
    )
    return {"call": call.id, "state": call.state.value}


async def _hang_up(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    call = await endings.hang_up(context.conn, context.services, context.user, context.named(), context.now)
    return {"call": call.id, "state": call.state.value}


def _of_call(
    noun: str,
    summary: str,
    perform: Perform,
    body: type[BaseModel] = NoFields,
    answered: type[BaseModel] = CallDone,
    roles: frozenset[Any] = CENTRE,
) -> Action:
    """Something that is done with a call."""
    return Action(
        path=f"calls/{{item}}/{noun}",
        page=f"/calls/{{item}}/{noun}",
        back="/operator",
        summary=summary,
        roles=roles,
        rule=_OWN,
        body=body,
        perform=perform,
        digits=17,
        answer=answered,
        tag="calls",
    )


class CallAnswered(BaseModel):
    """The call that was answered, with its contact."""

    call: int
    state: str
    contact: int | None


ACTIONS = (
    Action(
        path="calls",
        page="/calls",
        back="/operator",
        summary="Call somebody who is owed a call, or the person of a ticket",
        roles=CENTRE,
        body=CallOutBody,
        perform=_call_out,
        answer=CallMade,
        digits=0,
        tag="calls",
    ),
    _of_call("answers", "Answer the call that rings", _answer, answered=CallAnswered),
    _of_call("holds", "Put somebody on hold, or talk again", _hold, CallHoldBody),
    _of_call("parties", "Bring somebody into a call", _party, PartyBody, PartyMade),
    _of_call("modes", "Listen, whisper or talk", _mode, ModeBody, PartyMade, MANAGERS),
    _of_call("drops", "Take somebody out of a call", _drop, DropBody, PartyMade),
    _of_call("transfers", "Pass a call on", _transfer, CallTransferBody, PartyMade),
    _of_call("take-overs", "Take a call over", _take_over, roles=MANAGERS),
    _of_call("keys", "Press keys in a call", _keys, KeysBody),
    _of_call("warnings", "Say the warning phrase", _warn),
    _of_call("announcements", "End a call with an announcement", _announce, CallAnnouncementBody),
    _of_call("hang-ups", "End a call", _hang_up),
)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/calls",
        handler=get_calls,
        summary="Calls, the newest first",
        roles=WORKERS,
        rule="an operator: own calls; a liaison: those they were in; a manager: all",
        query=CallsQuery,
        answer=CallList,
        tag="calls",
    ),
    Route(
        method="GET",
        path="/api/v1/calls/{item}",
        handler=get_call,
        summary="A call with its people and what happened in it",
        roles=WORKERS,
        rule="an operator: own calls; a liaison: those they were in; a manager: all",
        answer=CallAnswer,
        tag="calls",
    ),
    *action_routes(ACTIONS),
)
