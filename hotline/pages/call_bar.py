"""The call bar of the centre's pages: what one does at the telephone, who is in the call, and what may be done with it (rulebook §8).

It stands on every page of operators and managers and is fetched anew when something of their calls changes; what is pressed there are
the actions of `hotline.calls`. Numbers are masked; what the line of a call cannot do is off, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.rendering import fragment
from hotline.base.http.requests import now_of, pool_of, read_body, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.base.text.phones import masked
from hotline.calls import operators_sql
from hotline.calls.call import CarrierName, PartyKind
from hotline.calls.carrier import Ability, able
from hotline.calls.operator_states import IN_CALL, REASONS, state_of
from hotline.ids import DepartmentId, UserId
from hotline.pages import call_bar_sql
from hotline.people.roles import CENTRE, MANAGERS
from hotline.people.sessions import user_of
from hotline.people.user import User

EMERGENCIES = ("110", "119", "120", "122")
_GUESTS = frozenset({PartyKind.DEPARTMENT, PartyKind.EMERGENCY, PartyKind.INTERPRETER, PartyKind.OPERATOR})
_MOST = 8


class GuestQuery(BaseModel):
    """Part of a department's or colleague's name."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    q: Annotated[str, StringConstraints(max_length=60)] = ""


@dataclass(frozen=True, slots=True)
class ShownParty:
    """Somebody in a call by name. `there`: connected, not only asked; `guest`: may be put on hold, taken out or given the call."""

    id: int
    kind: PartyKind
    name: str
    department: str
    mode: str
    there: bool
    held: bool
    guest: bool


@dataclass(frozen=True, slots=True)
class ShownCall:
    """The call of the bar. `mine`: its operator looks; `party`: who looks, as one of its people; `cannot`: what its line lacks."""

    id: int
    direction: str
    rings: bool
    phone: str
    flags: tuple[str, ...]
    number: str
    place: str
    contact: int | None
    call_back: int | None
    since: datetime
    mine: bool
    party: ShownParty | None
    parties: tuple[ShownParty, ...]
    cannot: frozenset[Ability]
    warned: bool

    @property
    def on_hold(self) -> bool:
        """Whether the citizen is on hold."""
        return any(party.held for party in self.parties if party.kind is PartyKind.CITIZEN)

    @property
    def emergency(self) -> bool:
        """Whether 110, 119, 120 or 122 is in the call or being called."""
        return any(party.kind is PartyKind.EMERGENCY for party in self.parties)

    def can(self, *abilities: str) -> bool:
        """Whether the line of the call can do all of these."""
        return not any(Ability(ability) in self.cannot for ability in abilities)


@dataclass(frozen=True, slots=True)
class CallBar:
    """What one does at the telephone (`off`: one is not at it), and the call. `form`: the page of what is being wrapped up;
    `telephone`: one is rung there, not in the browser; `numbered`: one has a number.
    """

    state: str
    reason: str
    since: datetime | None
    until: datetime | None
    call: ShownCall | None
    form: str
    telephone: bool
    numbered: bool


async def bar_of(conn: Conn, services: Services, user: User, now: datetime) -> CallBar:
    """The bar of a user as it stands."""
    row = await state_of(conn, user.id)
    call = await _call(conn, services, user)
    line = await operators_sql.line_of_user(conn, user.id)
    telephone = line is not None and line.kind == "phone"
    numbered = line is not None and line.phone_enc is not None
    if row is None:
        return CallBar("off", "", None, None, call, "", telephone, numbered)
    form = await _form(conn, row.call_id) if row.call_id is not None and row.state not in IN_CALL else ""
    return CallBar(row.state, row.reason, row.since, row.until, call, form, telephone, numbered)


async def _form(conn: Conn, call_id: int) -> str:
    """Where the call that is wrapped up still waits for its end; empty where it has one."""
    row = await call_bar_sql.contact_of_call(conn, call_id)
    if row is None or row.ended:
        return ""
    if row.contact_id is not None:
        return f"/operator?contact={row.contact_id}"
    return f"/operator?call_back={row.call_back_id}" if row.call_back_id is not None else ""


async def _call(conn: Conn, services: Services, user: User) -> ShownCall | None:
    row = await call_bar_sql.own_call(conn, user.id)
    if row is None:
        return None
    phone = masked(services.keys.decrypt(row.phone_enc)) if row.phone_enc else ""
    people = [_party(one, phone, row.operator_id) for one in await call_bar_sql.people_in(conn, row.id)]
    carrier = CarrierName(row.carrier)
    return ShownCall(
        id=row.id,
        direction=row.direction,
        rings=row.rings,
        phone=phone,
        flags=tuple(row.flags or ()),
        number=row.number or "",
        place=row.place or "",
        contact=row.contact_id,
        call_back=row.call_back_id,
        since=row.answered_at or row.arrived_at,
        mine=row.operator_id == user.id and not row.rings,
        party=next((shown for shown, whose in people if whose == user.id), None),
        parties=tuple(shown for shown, whose in people if whose != user.id),
        cannot=frozenset(ability for ability in Ability if not able(services, carrier, ability)),
        warned=row.warned,
    )


def _party(
    row: call_bar_sql.PeopleInRow, phone: str, operator: UserId | int | None
) -> tuple[ShownParty, UserId | int | None]:
    """Somebody in the call, and whose user they are. Pure."""
    kind = PartyKind(row.kind)
    name = phone if kind is PartyKind.CITIZEN else row.emergency or row.shown_name or ""
    guest = kind in _GUESTS and (row.user_id is None or row.user_id != operator)
    shown = ShownParty(
        row.id,
        kind,
        name,
        row.department or "",
        row.mode,
        row.joined_at is not None,
        row.held_at is not None,
        guest,
    )
    return shown, row.user_id


async def get_bar(request: web.Request) -> web.StreamResponse:
    """The bar, for htmx."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        bar = await bar_of(conn, services, user, now)
    phrase = services.texts.say("voice_warning", "zh") if bar.call is not None and bar.call.warned else ""
    return fragment(request, "pages/callbar/bar.html", bar=bar, reasons=REASONS, emergencies=EMERGENCIES, phrase=phrase)


@dataclass(frozen=True, slots=True)
class FoundDepartment:
    """A department that may be brought into a call. `on_duty`: who is on duty there, by name; empty where nobody is."""

    code: str
    name: str
    has_line: bool
    on_duty: str


async def find_guests(request: web.Request) -> web.StreamResponse:
    """Whom the call may go to, by part of a name: departments with their line and whoever is on duty, colleagues who are free."""
    query, user, services = await read_body(request, GuestQuery), user_of(request), services_of(request)
    now, word = now_of(request), query.q.lower()
    async with pool_of(request).acquire() as conn:
        call = await _call(conn, services, user)
        rows = await call_bar_sql.departments_named(conn, word, _MOST) if word else []
        found = [await _with_duty(conn, services, row, now) for row in rows]
        there = await operators_sql.at_telephone(conn)
    free = [one for one in there if one.state == "ready" and one.id != user.id and word in one.shown_name.lower()]
    return fragment(
        request, "pages/callbar/guests.html", call=call, found=found, colleagues=free[:_MOST], asked=bool(word)
    )


async def _with_duty(
    conn: Conn, services: Services, row: call_bar_sql.DepartmentsNamedRow, now: datetime
) -> FoundDepartment:
    person = await services.hooks.on_duty(conn, services, DepartmentId(row.id), now)
    name = ""
    if person is not None:
        shown = await call_bar_sql.user_shown(conn, person.user) if person.user is not None else None
        name = shown or masked(person.number)
    return FoundDepartment(row.code, row.name, row.has_line, name)


async def get_calls_open(request: web.Request) -> web.StreamResponse:
    """Calls that go on, for the supervisor, as a part of the manager's page."""
    services = services_of(request)
    async with pool_of(request).acquire() as conn:
        own = await _call(conn, services, user_of(request))
        rows = await call_bar_sql.calls_open(conn)
    calls = [
        (
            row,
            masked(services.keys.decrypt(row.phone_enc)) if row.phone_enc else "",
            [ability.value for ability in Ability if not able(services, CarrierName(row.carrier), ability)],
        )
        for row in rows
    ]
    return fragment(request, "pages/callbar/calls.html", calls=calls, own=own)


ROUTES = (
    Route(
        method="GET",
        path="/calls/bar",
        handler=get_bar,
        summary="What one does at the telephone, as a part of a page",
        roles=CENTRE,
        rule="oneself",
    ),
    Route(
        method="POST",
        path="/calls/guests",
        handler=find_guests,
        summary="Whom a call may go to",
        roles=CENTRE,
        rule="one's own call",
    ),
    Route(
        method="GET",
        path="/calls/open",
        handler=get_calls_open,
        summary="Calls that go on, as a part of the manager's page",
        roles=MANAGERS,
        rule="all",
    ),
)
