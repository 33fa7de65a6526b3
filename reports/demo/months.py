"""What the centre does week by week and month by month: findings are heard and judged, the notice proposed and approved."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from hotline.base.http.problem import Illegal
from hotline.moves import moves_sql
from hotline.people.user import User
from reports.demo import demo_sql
from reports.demo.stage import Script, Stage
from reports.figures.month import Month
from reports.findings.judgements import appeal, confirm, decide, drop
from reports.notice.freeze import approve, propose

_NOTICE_DAY = 9


async def weeks(s: Stage) -> Script:
    """A script: while they may, some departments appeal against findings; every Monday somebody who was not involved
    decides on appeals, and on what was not contested.
    """
    zone, chance = s.services.settings.zone, random.Random("1890 findings")  # noqa: S311 - dice of a play
    day = s.now.astimezone(zone).date()
    while True:
        day += timedelta(days=1)
        yield datetime.combine(day, time(10, 20), zone)
        for row in await demo_sql.suspected(s.conn):
            if row.appealed_at is None and s.now <= row.appeal_by:
                if chance.random() < 0.05:
                    leader = s.cast.of(row.code).leader
                    await appeal(s.conn, s.services, leader, row.id, "当日突发停电，值班电话中断，附情况说明", s.now)
            elif day.weekday() == 0:
                await _judged(s, row, chance)


async def _judged(s: Stage, row: demo_sql.DemoSuspectedRow, chance: random.Random) -> None:
    """Judge a suspected finding, where somebody may."""
    judge = await _uninvolved(s, row.ticket_id)
    if row.appealed_at is not None:
        # where both managers had a part in it the leader decides: without a decision there is no notice
        upheld = chance.random() < 0.4
        said = "情况属实，予以撤销" if upheld else "无相应佐证，维持认定"
        await decide(s.conn, s.services, judge or s.cast.leader, row.id, upheld, said, s.now)
    elif judge is None:
        return  # it waits for a third, as it would
    elif chance.random() < 0.12:
        await drop(s.conn, s.services, judge, row.id, "系统故障期间产生，不予认定", s.now)
    else:
        await confirm(s.conn, s.services, judge, row.id, "事实清楚，单位未提出异议", s.now)


async def _uninvolved(s: Stage, ticket: int | None) -> User | None:
    """A manager who had no part in the ticket; None where all had."""
    for manager in s.cast.managers:
        if ticket is None or not await moves_sql.was_involved(s.conn, ticket, manager.id, manager.actor):
            return manager
    return None


async def _proposed(s: Stage, month: Month) -> bool:
    """Propose the notice of a month; returns whether nothing was open any more."""
    try:
        await propose(s.conn, s.services, s.cast.managers[0], month, "", s.now)
    except Illegal:
        return False
    return True


async def months(s: Stage) -> Script:
    """A script: from the 9th on, as soon as every department was heard, the centre proposes the notice of the month
    before; the leader approves it the day after.
    """
    zone = s.services.settings.zone
    today = s.now.astimezone(zone).date()
    month = Month(today.year, today.month)
    while True:
        after = month.plus(1)
        yield datetime.combine(after.first.replace(day=_NOTICE_DAY), time(15), zone)
        while not await _proposed(s, month):
            yield s.now + timedelta(days=1)
        yield s.now + timedelta(days=1)
        await approve(s.conn, s.services, s.cast.leader, month, s.now)
        month = after
