"""Shifts of a roster: who is on duty, swaps with the other's consent, gaps of the coming week (rulebook §6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.jobs.timers import weekly
from hotline.base.services import Services
from hotline.outbox.store import Message, enqueue
from hotline.people.store import audit
from hotline.people.user import User
from hotline.ticket import Role
from routing.alerts import paging_sql
from routing.rosters import shifts_sql

WEEK = timedelta(days=7)
_SHOWN = 3
THURSDAYS = weekly(3, time(9))


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to another, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """When nobody who can be reached is on a department's roster."""

    department: int
    code: str
    name: str
    spans: tuple[Span, ...]


def uncovered(covered: Iterable[Span], start: datetime, end: datetime) -> tuple[Span, ...]:
    """The parts of start … end that no span covers, in order; touching shifts leave no gap. Pure."""
    found, at = [], start
    for span in sorted(covered, key=lambda s: s.start):
        if span.start > at:
            found.append(Span(at, min(span.start, end)))
        at = max(at, span.end)
        if at >= end:
            return tuple(s for s in found if s.start < s.end)
    return (*(s for s in found if s.start < s.end), Span(at, end))


def without(span: Span, leaves: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of a shift when its person is away. Pure."""
    away = [leave for leave in leaves if leave.start < span.end and leave.end > span.start]
    return uncovered(away, span.start, span.end)


async def gaps(conn: Conn, start: datetime, end: datetime, department: int | None = None) -> list[Gap]:
    """The departments in force with a gap between two moments, by code; one department, where it is named.

    Only people with a tested number who are not on leave cover a span.
    """
    away: dict[int, list[Span]] = defaultdict(list)
    for row in await shifts_sql.leaves_within(conn, start, end, department):
        away[row.user_id].append(Span(row.from_at, row.to_at))
    spans: dict[tuple[int, str, str], list[Span]] = defaultdict(list)
    for shift in await shifts_sql.covered(conn, start, end, department):
        mine = spans[shift.id, shift.code, shift.name]
        if shift.from_at is not None and shift.to_at is not None and shift.user_id is not None:
            mine += without(Span(shift.from_at, shift.to_at), away.get(shift.user_id, ()))
    found = (Gap(*who, uncovered(covered, start, end)) for who, covered in spans.items())
    return [gap for gap in found if gap.spans]


async def ask_swap(conn: Conn, services: Services, user: User, shift: int, to: str, now: datetime) -> int:
    """Ask a colleague, by SMS, to take a shift; returns the swap. For whoever is on that shift, or the leader.

    Raises Missing (no such shift in the department), Forbidden, BadField (nobody of that name), Illegal.
    """
    row = await shifts_sql.shift(conn, shift)
    if row is None or user.role is not Role.LIAISON or row.department_id != user.department_id:
        raise Missing("There is no such shift.")
    if row.user_id != user.id and not user.leads:
        raise Forbidden("Only who stands on the shift, or the leader, asks for a swap.")
    if row.to_at <= now:
        raise Illegal("This shift is over.")
    other = await shifts_sql.person_of_department(conn, user.department_id, to)
    if other is None or other == row.user_id:
        raise BadField("The department has no other person called %(to)s.", field="to", to=to)
    if await shifts_sql.is_busy(conn, row.department_id, other, row.from_at, row.to_at):
        raise Illegal("%(to)s is on duty at that time already.", to=to)
    if await shifts_sql.open_swap(conn, shift):
        raise Illegal("A swap of this shift waits for its answer.")
    made: int = await shifts_sql.ask_swap(conn, shift, row.user_id, other, now)
    await audit(conn, user.actor, "swap_asked", now, swap=made, shift=shift, to=other)
    await _tell(conn, services, f"swap:{made}", "swap_asked", row, now, to=other, other=row.user_id)
    return made


async def _tell(
    conn: Conn,
    services: Services,
    key: str,
    text: str,
    shift: shifts_sql.ShiftRow | shifts_sql.SwapOfRow,
    now: datetime,
    *,
    to: int,
    other: int,
) -> None:
    """A word about a swap by SMS, to who has a tested number; `other`: whom it is about."""
    who = await shifts_sql.reach(conn, to, other)
    if who is None or who.phone_enc is None:
        return
    zone = services.settings.zone
    span = f"{shift.from_at.astimezone(zone):%m-%d %H:%M}–{shift.to_at.astimezone(zone):%m-%d %H:%M}"
    body = services.texts.say(text, who.language, hotline=services.settings.number, other=who.other, span=span)
    message = Message(key, "swap", "sms", services.keys.decrypt(who.phone_enc), body, user_id=to)
    await enqueue(conn, services.keys, [message], now)


async def answer_swap(conn: Conn, services: Services, user: User, swap: int, yes: bool, now: datetime) -> None:
    """The colleague accepts, and is on the roster from then on, or declines; whoever asked is told. Raises Missing,
    Illegal.
    """
    row = await shifts_sql.swap_of(conn, swap)
    if row is None or row.to_id != user.id:
        raise Missing("No swap waits for you here.")
    if not yes:
        await shifts_sql.end_swap(conn, swap, now)
        await audit(conn, user.actor, "swap_declined", now, swap=swap, shift=row.shift_id)
        await _tell(conn, services, f"swap_answer:{swap}", "swap_declined", row, now, to=row.from_id, other=user.id)
        return
    if row.to_at <= now:
        raise Illegal("This shift is over.")
    if await shifts_sql.lock_person(conn, user.id, row.department_id) is None:
        raise Missing("No swap waits for you here.")
    if await shifts_sql.is_busy(conn, row.department_id, user.id, row.from_at, row.to_at):
        raise Illegal("%(to)s is on duty at that time already.", to=user.shown_name)
    await shifts_sql.accept_swap(conn, swap, now)
    await audit(conn, user.actor, "swap_accepted", now, swap=swap, shift=row.shift_id)
    await _tell(conn, services, f"swap_answer:{swap}", "swap_accepted", row, now, to=row.from_id, other=user.id)


async def tell_gaps(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """The gaps of the coming week by SMS to each department's liaison; a notice missed by a week is not made up for."""
    if now - due_at >= WEEK:
        return
    open_ones = {gap.department: gap for gap in await gaps(conn, now, now + WEEK)}
    messages, told = [], set()
    for row in await paging_sql.liaisons(conn, list(open_ones), now):
        if row.department_id in told:
            continue
        told.add(row.department_id)
        messages.append(
            Message(
                f"gap_notice:{row.department_id}:{due_at:%Y-%m-%d}",
                "gap_notice",
                "sms",
                services.keys.decrypt(row.phone_enc),
                _words(services, open_ones[row.department_id], row.language),
                user_id=row.user_id,
            )
        )
    await enqueue(conn, services.keys, messages, now)


def _words(services: Services, gap: Gap, language: str) -> str:
    zone = services.settings.zone
    spans = "；".join(
        f"{s.start.astimezone(zone):%m-%d %H:%M}–{s.end.astimezone(zone):%m-%d %H:%M}" for s in gap.spans[:_SHOWN]
    )
    return services.texts.say(
        "gap_notice", language, hotline=services.settings.number, count=len(gap.spans), spans=spans
    )
