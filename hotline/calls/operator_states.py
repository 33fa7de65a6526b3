"""What operators do at the telephone, from when to when: ready, ringing, talking, holding, wrap-up, a break with its reason, or off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Illegal
from hotline.calls import operators_sql
from hotline.calls.call import RECOVERY_FOR, SILENT_AFTER, WRAP_UP_FOR, LineKind, OperatorState
from hotline.ids import UserId
from hotline.people import shifts
from hotline.people.store import audit
from hotline.people.user import User

#: Reasons of breaks that the program makes; people give the others.
START, MISSED, SILENT, RECOVERY = "start", "missed", "silent", "recovery"
#: Reasons that an operator may give.
REASONS = ("meal", "rest", "training", "paperwork", "other")
#: States in which an operator has somebody on the line.
IN_CALL = frozenset({OperatorState.RINGING, OperatorState.TALKING, OperatorState.HOLDING})
#: Wrap-up is lengthened so often at most.
_LONGEST_WRAP_UP = timedelta(minutes=5)


async def enter(
    conn: Conn,
    user: UserId,
    state: OperatorState,
    reason: str,
    call_id: int | None,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """Somebody does this from now on; what they did until now is over. `until`: when the program ends it."""
    while True:
        await operators_sql.end_state(conn, user, now)
        if await operators_sql.begin_state(conn, user, state, reason, call_id, now, until) is not None:
            break
    await notify(conn, f"user:{user}", LiveKind.CALL, call=call_id, operator=user, state=state.value)
    await notify(conn, "centre", LiveKind.SHIFT, user=user)


async def leave(conn: Conn, user: UserId, now: datetime) -> None:
    """Somebody is no longer at the telephone."""
    if await operators_sql.end_state(conn, user, now) is not None:
        await notify(conn, f"user:{user}", LiveKind.CALL, call=None, operator=user, state="off")
        await notify(conn, "centre", LiveKind.SHIFT, user=user)


async def state_of(conn: Conn, user: UserId) -> operators_sql.OwnStateRow | None:
    """What somebody does at the telephone; None: they are not at it."""
    return await operators_sql.own_state(conn, user)


async def is_alive(conn: Conn, user: UserId, now: datetime) -> bool:
    """Whether somebody's line can ring now."""
    return bool(await operators_sql.line_alive(conn, user, now - SILENT_AFTER))


def lives(line: str | None, seen_at: datetime | None, now: datetime) -> bool:
    """Whether a line can ring: a telephone, or a browser that was heard within 35 s. Pure."""
    return line == LineKind.PHONE or (line is not None and seen_at is not None and seen_at >= now - SILENT_AFTER)


async def choose(conn: Conn, user: User, state: OperatorState, reason: str, now: datetime) -> bool:
    """What operators say of themselves: ready, a break for a reason, more time to wrap up; whether they became ready. Raises Illegal.

    Nobody is ready whose line cannot ring, and nobody leaves a call by this.
    """
    row = await _held_state(conn, user.id)
    if row is None:
        raise Illegal("You are off shift.")
    if OperatorState(row.state) in IN_CALL:
        raise Illegal("You are in a call.")
    if state is OperatorState.WRAP_UP:
        await _lengthen(conn, user, row, now)
    elif state is OperatorState.READY:
        await operators_sql.plain_line(conn, user.id, now, now - SILENT_AFTER)
        if not await is_alive(conn, user.id, now):
            raise Illegal("Your line cannot ring: open the desk in a browser, or test your number on your page.")
        if row.state != OperatorState.READY:
            await enter(conn, user.id, OperatorState.READY, "", None, now)
            return True
    else:
        await enter(conn, user.id, OperatorState.BREAK, reason or "other", None, now)
    return False


async def _held_state(conn: Conn, user: UserId) -> operators_sql.StateNowRow | None:
    """What somebody does, held. Asked twice: a row that ended while it was waited for hides the one that follows it."""
    return await operators_sql.state_now(conn, user) or await operators_sql.state_now(conn, user)


async def _lengthen(conn: Conn, user: User, row: operators_sql.StateNowRow, now: datetime) -> None:
    """30 s more to finish the form. Raises Illegal."""
    if row.state != OperatorState.WRAP_UP or row.until is None:
        raise Illegal("There is nothing to wrap up.")
    until = min(row.until + WRAP_UP_FOR, now + _LONGEST_WRAP_UP)
    await enter(conn, user.id, OperatorState.WRAP_UP, row.reason, row.call_id, now, until)


async def set_shift(conn: Conn, user: User, *, on: bool, ready: bool, now: datetime) -> bool:
    """Come to the desk, ready or on a break, or leave it; whether they became ready. Who has no line that rings is on a break (`start`)."""
    await shifts.set_shift(conn, user, on=on, now=now)
    row = await _held_state(conn, user.id)
    busy = row is not None and OperatorState(row.state) in IN_CALL
    if busy:
        return False
    if not on:
        await leave(conn, user.id, now)
        return False
    await operators_sql.plain_line(conn, user.id, now, now - SILENT_AFTER)
    if ready and await is_alive(conn, user.id, now):
        if row is None or row.state != OperatorState.READY:
            await enter(conn, user.id, OperatorState.READY, "", None, now)
            return True
    elif row is None or row.state != OperatorState.BREAK:
        await enter(conn, user.id, OperatorState.BREAK, START if ready or row is None else "rest", None, now)
    return False


async def take_line(
    conn: Conn, user: User, kind: LineKind, device: str, now: datetime, *, forced: bool = False
) -> bool:
    """Where somebody is rung from now on; whether it is here. One browser rings: another takes over where it is silent, or if told to."""
    taken = await operators_sql.take_line(conn, user.id, kind, device, now, now - SILENT_AFTER, forced)
    return taken is not None


async def choose_phone(conn: Conn, user: User, now: datetime) -> None:
    """The tested telephone rings from now on, whatever browsers are open. Raises Illegal where none was tested."""
    await operators_sql.plain_line(conn, user.id, now, now + SILENT_AFTER)
    row = await operators_sql.line_of_user(conn, user.id)
    if row is None or row.kind != LineKind.PHONE:
        raise Illegal("Your own number is not tested yet: test it on your page, the centre rings it first.")
    await operators_sql.take_line(conn, user.id, LineKind.PHONE, "chosen", now, now, True)


async def set_skills(conn: Conn, by: User, name: str, skills: Sequence[str], now: datetime) -> list[str]:
    """What an operator can, as a manager says; audited. Raises BadField for nobody."""
    user = await operators_sql.operator_named(conn, name)
    if user is None:
        raise BadField("There is no operator %(user)s.", field="user", user=name)
    wanted = sorted(set(skills))
    await operators_sql.drop_skills(conn, user)
    await operators_sql.insert_skills(conn, user, wanted)
    await audit(conn, by.actor, "skills", now, user=user, skills=wanted)
    return wanted


async def free_again(conn: Conn, user: UserId, now: datetime, reason: str = SILENT) -> None:
    """Ready, or on a break where the line cannot ring; off where the shift is over."""
    if not await shifts.is_on_shift(conn, user):
        await leave(conn, user, now)
    elif await is_alive(conn, user, now):
        await enter(conn, user, OperatorState.READY, "", None, now)
    else:
        await enter(conn, user, OperatorState.BREAK, reason, None, now)


async def after_call(conn: Conn, user: UserId, call_id: int, now: datetime, *, abused: bool = False) -> None:
    """Time after a call for its form; after abuse five minutes that nobody counts."""
    from_now = OperatorState.BREAK if abused else OperatorState.WRAP_UP
    lasts = RECOVERY_FOR if abused else WRAP_UP_FOR
    await enter(conn, user, from_now, RECOVERY if abused else "", call_id, now, now + lasts)
