"""The samples of a week: candidates, drawing by a seed that goes on record, and drawing again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal
from hotline.base.jobs.timers import CalendarJob, last_of, weekly
from hotline.base.services import Services
from hotline.people.store import audit
from hotline.recordings.inspections import inspections_sql
from hotline.recordings.inspections.drawing import Candidate, Drawn, Stratum, draw

SampleKind = Literal["call", "reply"]
#: Who joined within so many days before a week is new in it; of them twice as many are drawn.
NEW_FOR = timedelta(days=90)
#: Nobody spoke for so long in a call: it is looked at.
LONG_SILENCE_MS = 20_000
#: Of each operator and department so many a week, where nobody says otherwise.
PER_SUBJECT = 3


def week_of(day: date) -> date:
    """The Monday of a day's week. Pure."""
    return day - timedelta(days=day.weekday())


async def draw_sample(
    conn: Conn,
    services: Services,
    actor: str,
    kind: SampleKind,
    week: date,
    per_subject: int,
    now: datetime,
    *,
    seed: str | None = None,
) -> int | None:
    """Draw the sample of the week that begins on this Monday; its id, or None where there was nothing to draw from.

    Raises BadField (no Monday, or the week is not over), Illegal (it was drawn already).
    """
    zone = services.settings.zone
    if week.weekday() != 0:
        raise BadField("A week is named by its Monday.", field="week")
    if _at(week + timedelta(days=7), zone) > now:
        raise BadField("This week is not over.", field="week")
    candidates = await candidates_of(conn, kind, week, zone)
    if not candidates:
        return None
    form = await inspections_sql.newest_form(conn, kind)
    seed = seed or secrets.token_hex(16)
    kept = [[c.id, c.subject, c.stratum.value, c.new] for c in candidates]
    made = await inspections_sql.insert_sample(conn, kind, week, form.version, seed, per_subject, kept, actor, now)
    if made is None:
        raise Illegal("The sample of this week was drawn already.")
    await _keep(conn, made, kind, draw(candidates, seed, per_subject))
    detail = {"sample": made, "of": kind, "week": week.isoformat(), "seed": seed, "candidates": len(candidates)}
    await audit(conn, actor, "sample_drawn", now, **detail)
    return made


async def candidates_of(conn: Conn, kind: SampleKind, week: date, zone: ZoneInfo) -> list[Candidate]:
    """What may be drawn of a week."""
    since, until = _at(week, zone), _at(week + timedelta(days=7), zone)
    if kind == "reply":
        return [
            Candidate(row.id, row.subject, _stratum(row.tipoff, row.low_rating, 0), False)
            for row in await inspections_sql.reply_candidates(conn, since, until)
        ]
    return [
        Candidate(row.id, row.subject, _stratum(row.tipoff, row.low_rating, row.silence_ms), row.new)
        for row in await inspections_sql.call_candidates(conn, since, until, since - NEW_FOR)
    ]


def drawn_again(row: inspections_sql.InspectionSampleRow) -> list[Drawn]:
    """The sample as it comes of its candidates and seed on record."""
    candidates = [Candidate(ident, subject, Stratum(stratum), new) for ident, subject, stratum, new in row.candidates]
    return draw(candidates, row.seed, row.per_subject)


def _stratum(tipoff: bool, low_rating: bool, silence_ms: int) -> Stratum:
    if tipoff:
        return Stratum.TIPOFF
    if low_rating:
        return Stratum.LOW_RATING
    return Stratum.SILENCE if silence_ms >= LONG_SILENCE_MS else Stratum.REST


async def _keep(conn: Conn, sample: int, kind: SampleKind, drawn: Sequence[Drawn]) -> None:
    ids: list[int | None] = [one.candidate.id for one in drawn]
    subjects: list[int | None] = [one.candidate.subject for one in drawn]
    none: list[int | None] = [None] * len(drawn)
    calls = kind == "call"
    await inspections_sql.insert_items(
        conn,
        sample,
        list(range(1, len(drawn) + 1)),
        ids if calls else none,
        none if calls else ids,
        subjects if calls else none,
        none if calls else subjects,
        [one.candidate.stratum.value for one in drawn],
        [one.inspectors for one in drawn],
    )


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


async def draw_last_week(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """The calendar job: each Monday the samples of the week before, unless a manager drew them."""
    week = week_of(due_at.astimezone(services.settings.zone).date()) - timedelta(days=7)
    kinds: tuple[SampleKind, ...] = ("call", "reply")
    for kind in kinds:
        if not await inspections_sql.is_drawn(conn, kind, week):
            await draw_sample(conn, services, "system", kind, week, PER_SUBJECT, now)


JOBS = (CalendarJob("inspection samples", last_of(weekly(0, time(6, 0))), draw_last_week),)
