"""What is done to a roster by hand: a shift, a weekly pattern, leave; each by who may, each audited (domain.md §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, field_validator

from hotline.base.db import Conn
from hotline.base.house import House
from hotline.base.problem import BadField, Forbidden, Illegal, Missing
from hotline.people.store import audit
from hotline.ticket import Role
from hotline.tickets import store
from routing.deeds import Deed, Doing, Form, NoFields
from routing.patterns import Pattern, shifts_of
from routing.rosterplan import S
from routing.rosters import R, answer_swap, ask_swap
from routing.tables import read_day, read_moment

#: Shifts of patterns are made so far ahead.
AHEAD = timedelta(days=40)
_AT = time(2, 30)
_LONGEST = timedelta(days=3)
PLANNERS = frozenset({"liaison", "manager", "admin"})
LIAISONS = frozenset({"liaison"})
_WHO = "the department's leader, a manager or an administrator"
_NAME = Annotated[str, StringConstraints(min_length=1, max_length=80)]
_TEXT = Annotated[str, StringConstraints(max_length=40)]
Rank = Literal["member", "deputy", "leader"]


class Shift(Form):
    """Who stands from … to (local where no offset is given); `department`: for managers and administrators."""

    name: _NAME
    from_at: Annotated[_TEXT, Field(alias="from")]
    to_at: Annotated[_TEXT, Field(alias="to")]
    rank: Rank = "member"
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class Weekly(Form):
    """Who stands on which weekdays (1 Monday … 7 Sunday), from what hour for how long, every how many weeks."""

    name: _NAME
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7)
    starts: _TEXT
    hours: Annotated[float, Field(ge=0.5, le=48)]
    from_on: _TEXT
    until_on: _TEXT = ""
    every_weeks: Annotated[int, Field(ge=1, le=8)] = 1
    rank: Rank = "member"
    department: Annotated[str, StringConstraints(max_length=200)] = ""

    @field_validator("weekdays", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return value if isinstance(value, list) else [value]


class Leave(Form):
    """Away from … to; `name`: of the department, by its leader; left out: oneself."""

    from_at: Annotated[_TEXT, Field(alias="from")]
    to_at: Annotated[_TEXT, Field(alias="to")]
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class Swap(Form):
    """Which shift, and the name of the colleague who is asked."""

    shift: Annotated[int, Field(ge=1, le=2**53)]
    to: _NAME


class SwapAnswer(Form):
    """Yes or no."""

    yes: bool


async def _planned(doing: Doing, named: str) -> int:
    """The department whose roster the user plans. Raises Forbidden, BadField."""
    if doing.user.role is Role.LIAISON:
        assert doing.user.department_id is not None
        if not doing.user.leads:
            raise Forbidden("This is for %(who)s.", who=_WHO)
        if named:
            found = await store.find_department(doing.conn, named)
            if found.id != doing.user.department_id:
                raise BadField("There is no department %(named)s.", field="department", named=named)
        return doing.user.department_id
    return (await store.find_department(doing.conn, named)).id


async def _person(doing: Doing, department: int, name: str) -> int:
    rows = [
        r for r in await doing.conn.fetch(S["people_of"], department) if name in {r["name"], r["shown_name"]}
    ]
    if not rows:
        raise BadField("The department has nobody called %(name)s.", field="name", name=name)
    if len(rows) > 1:
        raise BadField("Several are called %(name)s: write the sign-in name.", field="name", name=name)
    return int(rows[0]["id"])


def _span(doing: Doing, start: str, end: str, longest: timedelta) -> tuple[datetime, datetime]:
    zone = doing.house.settings.zone
    from_at, to_at = read_moment(start, zone, "from"), read_moment(end, zone, "to")
    if to_at <= from_at:
        raise BadField("It ends before it begins.", field="to")
    if to_at - from_at > longest:
        raise BadField("It is longer than %(days)s days.", field="to", days=longest.days)
    if to_at <= doing.now:
        raise BadField("It is over already.", field="to")
    return from_at, to_at


async def add_shift(doing: Doing, body: Shift) -> Mapping[str, object]:
    """Put somebody on the roster."""
    department = await _planned(doing, body.department)
    user = await _person(doing, department, body.name)
    from_at, to_at = _span(doing, body.from_at, body.to_at, _LONGEST)
    if await doing.conn.fetchrow(R["lock_person"], user, department) is None:
        raise Missing("There is no such person.")
    if await doing.conn.fetchval(R["is_busy"], department, user, from_at, to_at):
        raise Illegal("%(to)s is on duty at that time already.", to=body.name)
    made = await doing.conn.fetchval(S["add_shift"], department, user, body.rank, from_at, to_at)
    await audit(
        doing.conn, doing.user.actor, "shift_added", doing.now, shift=made, department=department, user=user
    )
    return {"shift": made}


async def remove_shift(doing: Doing, body: NoFields) -> Mapping[str, object]:
    """Take a shift that is not over off the roster."""
    row = await doing.conn.fetchrow(R["shift"], doing.item)
    own = doing.user.department_id
    if row is None or (doing.user.role is Role.LIAISON and row["department_id"] != own):
        raise Missing("There is no such shift.")
    if doing.user.role is Role.LIAISON and not doing.user.leads:
        raise Forbidden("This is for %(who)s.", who=_WHO)
    if row["to_at"] <= doing.now:
        raise Illegal("This shift is over.")
    await doing.conn.execute(S["remove_shift"], doing.item)
    await audit(doing.conn, doing.user.actor, "shift_removed", doing.now, shift=doing.item,
                department=row["department_id"], user=row["user_id"])  # fmt: skip
    return {"shift": doing.item}


async def add_pattern(doing: Doing, body: Weekly) -> Mapping[str, object]:
    """A shift that recurs; its shifts stand on the roster at once, 40 days ahead."""
    department = await _planned(doing, body.department)
    user = await _person(doing, department, body.name)
    from_on = read_day(body.from_on, "from_on")
    until_on = read_day(body.until_on, "until_on") if body.until_on else None
    if until_on is not None and until_on < from_on:
        raise BadField("It ends before it begins.", field="until_on")
    try:
        starts = time.fromisoformat(body.starts)
    except ValueError as error:
        raise BadField("%(text)s is not a time of day (08:00).", field="starts", text=body.starts) from error
    made = await doing.conn.fetchval(
        S["add_pattern"], department, user, body.rank, sorted(set(body.weekdays)), body.every_weeks,
        starts.replace(tzinfo=None), round(body.hours * 60), from_on, until_on, doing.user.actor, doing.now,
    )  # fmt: skip
    shifts = await _extend(doing.conn, doing.house, [made], doing.now)
    await audit(
        doing.conn,
        doing.user.actor,
        "pattern_added",
        doing.now,
        pattern=made,
        department=department,
        user=user,
    )
    return {"pattern": made, "shifts": shifts}


async def end_pattern(doing: Doing, body: NoFields) -> Mapping[str, object]:
    """A recurring shift ends; its shifts to come go, but for those under a swap."""
    row = await doing.conn.fetchrow(S["pattern"], doing.item)
    if row is None or (doing.user.role is Role.LIAISON and row["department_id"] != doing.user.department_id):
        raise Missing("There is no such recurring shift.")
    if doing.user.role is Role.LIAISON and not doing.user.leads:
        raise Forbidden("This is for %(who)s.", who=_WHO)
    await doing.conn.execute(S["end_pattern"], doing.item, doing.now)
    await doing.conn.execute(S["clear_pattern"], doing.item, doing.now)
    await audit(doing.conn, doing.user.actor, "pattern_ended", doing.now, pattern=doing.item)
    return {"pattern": doing.item}


async def _extend(conn: Conn, house: House, patterns: Sequence[int] | None, now: datetime) -> int:
    """Make the shifts of patterns that stand within the time ahead; those that stand already are left as they are."""
    zone = house.settings.zone
    today = now.astimezone(zone).date()
    rows = await conn.fetch(S["open_patterns"], list(patterns) if patterns is not None else None)
    ready = []
    for row in rows:
        pattern = Pattern(frozenset(row["weekdays"]), row["every_weeks"], row["starts"], row["minutes"],
                          row["from_on"], row["until_on"])  # fmt: skip
        for start, end in shifts_of(pattern, today, today + AHEAD, zone):
            if end > now:
                ready.append((row["department_id"], row["user_id"], row["rank"], start, end, row["id"]))
    if ready:
        await conn.execute(S["pattern_shifts"], *[list(c) for c in zip(*ready, strict=True)])
    return len(ready)


def nights(after: datetime, until: datetime, zone: ZoneInfo) -> Sequence[datetime]:
    """Every 02:30 with after < moment <= until (UTC). Pure."""
    day: date = after.astimezone(zone).date()
    found = []
    while (moment := datetime.combine(day, _AT, zone)) <= until:
        if moment > after:
            found.append(moment.astimezone(after.tzinfo))
        day += timedelta(days=1)
    return found


async def extend_patterns(conn: Conn, house: House, due_at: datetime, now: datetime) -> None:
    """The calendar job: recurring shifts stand on the roster 40 days ahead. One run makes up for all that were missed."""
    await _extend(conn, house, None, now)


async def add_leave(doing: Doing, body: Leave) -> Mapping[str, object]:
    """Somebody is away; the gap that this makes shows at once, and is told on Thursday."""
    if doing.user.role is Role.LIAISON and body.name in {"", doing.user.name, doing.user.shown_name}:
        user, department = int(doing.user.id), doing.user.department_id
    else:
        department = await _planned(doing, body.department)  # type: ignore[assignment]
        assert department is not None
        user = await _person(doing, department, body.name)
    from_at, to_at = _span(doing, body.from_at, body.to_at, timedelta(days=366))
    made = await doing.conn.fetchval(S["add_leave"], user, from_at, to_at, doing.user.actor, doing.now)
    await audit(
        doing.conn, doing.user.actor, "leave_added", doing.now, leave=made, user=user, department=department
    )
    return {"leave": made}


async def end_leave(doing: Doing, body: NoFields) -> Mapping[str, object]:
    """Back earlier, or entered by mistake."""
    row = await doing.conn.fetchrow(S["leave"], doing.item)
    if row is None or (doing.user.role is Role.LIAISON and row["department_id"] != doing.user.department_id):
        raise Missing("There is no such leave.")
    if doing.user.role is Role.LIAISON and row["user_id"] != doing.user.id and not doing.user.leads:
        raise Forbidden("This is for %(who)s.", who=_WHO)
    await doing.conn.execute(S["end_leave"], doing.item, doing.now)
    await audit(doing.conn, doing.user.actor, "leave_ended", doing.now, leave=doing.item, user=row["user_id"])
    return {"leave": doing.item}


async def swap(doing: Doing, body: Swap) -> Mapping[str, object]:
    """Ask a colleague to take a shift."""
    made = await ask_swap(doing.conn, doing.house, doing.user, body.shift, body.to, doing.now)
    return {"swap": made}


async def swap_answer(doing: Doing, body: SwapAnswer) -> Mapping[str, object]:
    """The other's yes or no."""
    if doing.item is None:
        raise Missing("No swap waits for you here.")
    await answer_swap(doing.conn, doing.house, doing.user, doing.item, body.yes, doing.now)
    return {"yes": body.yes}


def _deed(
    path: str, body: type[Form], perform: object, summary: str, roles: frozenset[str], rule: str
) -> Deed:
    return Deed(path=path, page=f"/{path}", back="/rosters", body=body, perform=perform, summary=summary, roles=roles,
                rule=rule, tag="rosters")  # type: ignore[arg-type] # fmt: skip


DEEDS = (
    _deed(
        "rosters/swaps",
        Swap,
        swap,
        "Ask for a swap",
        LIAISONS,
        "who stands on the shift, or the department's leader",
    ),
    _deed("rosters/swaps/{swap}/answers", SwapAnswer, swap_answer, "Answer a swap", LIAISONS, "who is asked"),
    _deed("rosters/shifts", Shift, add_shift, "Put somebody on the roster", PLANNERS, _WHO),
    _deed(
        "rosters/shifts/{shift}/removals",
        NoFields,
        remove_shift,
        "Take a shift off the roster",
        PLANNERS,
        _WHO,
    ),
    _deed("rosters/patterns", Weekly, add_pattern, "A recurring shift", PLANNERS, _WHO),
    _deed("rosters/patterns/{pattern}/ends", NoFields, end_pattern, "End a recurring shift", PLANNERS, _WHO),
    _deed("rosters/leaves", Leave, add_leave, "Leave", PLANNERS, "oneself; others: " + _WHO),
    _deed(
        "rosters/leaves/{leave}/ends",
        NoFields,
        end_leave,
        "End a leave",
        PLANNERS,
        "oneself; others: " + _WHO,
    ),
)
