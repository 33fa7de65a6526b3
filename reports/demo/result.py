"""From the reply to the filing: judged, told, rated, followed up, done again where it must be (rulebook §§4, 5, 8)."""

from __future__ import annotations

from datetime import timedelta

from hotline.ticket import Category, Channel
from reports.demo import demo_sql
from reports.demo.stage import Script, Stage
from reports.demo.thread import Thread
from reports.demo.worked import replied, up_to_reply

#: Which cases end after which part of the way.
STOPS = {
    "up_to_reply": frozenset(
        {
            "received",
            "dispatched",
            "returned",
            "signed",
            "overdue",
            "long_term",
            "set_aside",
            "extension",
            "replied",
        }
    ),
    "told": frozenset({"told"}),
    "closed": frozenset({"followed_up"}),
}


async def worked(s: Stage, t: Thread) -> Script:
    """The main way, from the dispatch to the filing, or to where the case stops."""
    for part in (up_to_reply, told, closed):
        async for moment in part(s, t):
            yield moment
        if t.staged.stop in STOPS[part.__name__]:
            return


async def told(s: Stage, t: Thread) -> Script:
    """The owner accepts the reply, or sends it back, and tells the person by SMS, by a call or by letter."""
    yield s.after(t, t.chance.uniform(0.2, 3.2) * (3 if t.happens(0.05) else 1))
    if t.happens(0.08):
        await s.move(s.at_desk(), t.number, "send-backs", reason="答复没有说明何时完成，请补充")
        yield s.working(t.chance.uniform(2, 10))
        await replied(s, t)
        yield s.working(t.chance.uniform(0.2, 3))
    text = t.staged.reply
    if not t.staged.phone:
        await s.move(s.at_desk(), t.number, "report-backs", via="query", text=text)
    elif t.straight or t.staged.phone in s.deaf or t.happens(0.24):
        await s.move(s.at_desk(), t.number, "report-backs", via="call", text=text)
    elif t.staged.channel is Channel.LETTER:
        await s.move(s.at_desk(), t.number, "report-backs", via="letter", text=text)
    else:
        async for moment in by_sms(s, t, text):
            yield moment
    if t.staged.phone and t.staged.category is not Category.TIPOFF and t.happens(0.42):
        s.begin(rated(s, t), s.now + timedelta(minutes=t.chance.uniform(6, 600)))


async def by_sms(s: Stage, t: Thread, text: str) -> Script:
    """By SMS; where its receipt never comes, the owner calls."""
    if t.happens(0.03):
        s.unheard.add(t.staged.phone)
    await s.move(s.at_desk(), t.number, "report-backs", via="sms", text=text)
    yield s.now + timedelta(hours=13)
    s.unheard.discard(t.staged.phone)
    row = await demo_sql.state(s.conn, t.number)
    assert row is not None
    if row.state == "replied":
        await s.move(s.at_desk(), t.number, "report-backs", via="call", text=text)


async def rated(s: Stage, t: Thread) -> Script:
    """The person answers the request to rate, in the many ways in which people do."""
    score = t.chance.choices((5, 4, 3, 2, 1), (52, 26, 12, 6, 4))[0]
    how = t.chance.random()
    word = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}[score]
    await s.sms(t.staged.phone, f"评价 {t.number} {score}" if how < 0.5 else str(score) if how < 0.8 else word)
    if how >= 0.5 and score < 3 and t.happens(0.8):
        yield s.now + timedelta(minutes=2)
        await s.sms(t.staged.phone, str(score))
    elif score == 5 and t.happens(0.2):
        yield s.now + timedelta(minutes=1)
        await s.sms(t.staged.phone, "谢谢")


async def closed(s: Stage, t: Thread) -> Script:
    """Followed up, worked on again where it was not solved, and filed."""
    async for moment in followed_up(s, t):
        yield moment
    if t.staged.stop == "followed_up":
        return
    yield s.close(1) - timedelta(hours=t.chance.uniform(0.2, 6))
    await s.move(s.at_desk(), t.number, "filings")


async def followed_up(s: Stage, t: Thread) -> Script:
    """Solved; not solved, and worked on again; or three calls that nobody answers."""
    yield s.after(t, t.chance.uniform(2, 8))
    if (not t.staged.phone and not t.straight) or t.happens(0.06):
        for hours in (3, 8, 3):
            await s.move(s.at_desk(), t.number, "follow-ups", reached=False)
            if not await s.is_in(t.number, "told"):
                return
            yield s.working(hours)
    elif t.happens(0.09):
        await s.move(s.at_desk(), t.number, "follow-ups", reached=True, solved=False, rating=t.chance.choice((1, 2, 2)))
        yield s.close(t.chance.randint(1, 4)) - timedelta(hours=t.chance.uniform(0.5, 6))
        await replied(s, t)
        yield s.working(t.chance.uniform(0.3, 3))
        await s.move(s.at_desk(), t.number, "report-backs", via="call", text=t.staged.reply)
        yield s.working(t.chance.uniform(2, 7))
    if await s.is_in(t.number, "told"):
        rating = t.chance.choices((None, 5, 4, 3), (40, 34, 20, 6))[0]
        await s.move(s.at_desk(), t.number, "follow-ups", reached=True, solved=True, rating=rating)
