"""Courses of the demo's tickets from opening to the state in which the demo leaves them: each is a script of moves
(stage.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hotline.api.tickets import Contact, open_by_hand
from hotline.ticket import Channel
from reports.demo import demo_sql, knowledge
from reports.demo.plot import StagedTicket
from reports.demo.result import worked
from reports.demo.stage import Script, Stage
from reports.demo.thread import Thread

Course = Callable[[Stage, Thread], Script]


async def play(s: Stage, staged: StagedTicket) -> Script:
    """The course of a case, from its opening to the state in which the demo leaves it."""
    thread = await opened(s, staged)
    if staged.stop == "received":
        return
    async for moment in COURSES[staged.course](s, thread):
        yield moment


async def opened(s: Stage, staged: StagedTicket) -> Thread:
    """Open the case's ticket, by the way of its channel."""
    if staged.channel is Channel.SMS:
        await s.sms(staged.phone, f"新增 {staged.text}")
    else:
        body = Contact(
            channel=staged.channel,
            sender=staged.phone,
            text=staged.text,
            place=staged.place,
            category=staged.category,
            urgency=staged.urgency,
        )
        made, _ = await open_by_hand(s.conn, s.services, s.at_desk(), body, s.now)
        return Thread(staged, made.number)
    row = await demo_sql.latest_ticket(s.conn)
    assert row is not None
    return Thread(staged, row.number)


async def answered(s: Stage, t: Thread) -> Script:
    """Answered on the spot by the operator, as most are."""
    yield s.now + timedelta(minutes=t.chance.uniform(1.5, 7))
    cited = await knowledge.cited_by(s.conn, s.services, t.staged.text, s.now)
    await s.move(s.at_desk(), t.number, "answers", text=t.staged.reply, **cited)
    if t.staged.stop:
        return
    yield s.now + timedelta(minutes=t.chance.uniform(2, 300))
    await s.move(s.at_desk(), t.number, "filings")


async def declined(s: Stage, t: Thread) -> Script:
    """Declined, with the reason and where to go."""
    yield s.now + timedelta(minutes=t.chance.uniform(3, 15))
    await s.move(s.at_desk(), t.number, "declines", basis=t.staged.reply, where=t.staged.second)
    yield s.now + timedelta(minutes=t.chance.uniform(10, 200))
    await s.move(s.at_desk(), t.number, "filings")


async def transferred(s: Stage, t: Thread) -> Script:
    """Transferred to another hotline, with its reference."""
    yield s.now + timedelta(minutes=t.chance.uniform(0.5, 3))
    await s.move(s.at_desk(), t.number, "transfers", to=t.staged.reply, reference=t.staged.second)
    yield s.now + timedelta(hours=t.chance.uniform(1, 20))
    await s.move(s.at_desk(), t.number, "filings")


async def withdrawn(s: Stage, t: Thread) -> Script:
    """Withdrawn, as the person wishes."""
    yield s.now + timedelta(minutes=t.chance.uniform(20, 110))
    await s.move(s.at_desk(), t.number, "withdrawals", note="来电人来电表示问题已自行解决，录音为证")
    yield s.now + timedelta(hours=t.chance.uniform(1, 20))
    await s.move(s.at_desk(), t.number, "filings")


async def split(s: Stage, t: Thread) -> Script:
    """One call with two matters: the ticket is split, and each goes its own way."""
    yield s.now + timedelta(minutes=3)
    other = "另外，楼下的垃圾箱也好几天没人清了"
    made = await s.move(s.at_desk(), t.number, "splits", texts=[other])
    second = replace(t.staged, text=other, department="D27", reply="已清运并增加清运班次。")
    s.begin(worked(s, Thread(second, made["tickets"][0]["number"])), s.now)
    async for moment in worked(s, t):
        yield moment


async def joined(s: Stage, t: Thread, parent: Thread) -> Script:
    """The operator sees that another ticket is about the same, and merges the two."""
    yield s.now + timedelta(minutes=t.chance.uniform(2, 9))
    await s.move(s.at_desk(), t.number, "merges", into=parent.number)
    yield s.now + timedelta(hours=t.chance.uniform(1, 9))
    await s.move(s.at_desk(), t.number, "filings")


async def outage(s: Stage, first: StagedTicket, callers: int) -> Script:
    """Water or power fails in an estate: the first call becomes a ticket and an outage, the others are attached to it."""
    parent = await opened(s, first)
    s.begin(worked(s, parent), s.now)
    for n in range(callers):
        yield s.now + timedelta(seconds=first.chance.uniform(50, 200))
        staged = replace(
            first,
            index=first.index * 100 + n,
            phone=f"+861543{first.index:04d}{n:03d}"[:14],
            channel=Channel.CALL,
        )
        child = await opened(s, staged)
        s.begin(joined(s, child, parent), s.now)


COURSES: dict[str, Course] = {
    "answered": answered,
    "declined": declined,
    "transferred": transferred,
    "withdrawn": withdrawn,
    "split": split,
    "worked": worked,
}
