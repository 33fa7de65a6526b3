"""A ticket that goes to a department: dispatched, returned or signed, worked on, replied to (rulebook §3)."""

from __future__ import annotations

from datetime import timedelta

from hotline.moves import relays
from hotline.people.user import User
from hotline.ticket import Category, Channel, Urgency
from reports.demo import demo_sql
from reports.demo.asides import begin_asides
from reports.demo.plot import CONFUSED
from reports.demo.stage import Script, Stage
from reports.demo.thread import Thread

_DISPATCH = {Urgency.CRITICAL: (1, 3.5), Urgency.URGENT: (2, 10), Urgency.NORMAL: (4, 60)}
#: Minutes to the answer of a page: the person on duty sees it, and signs when there is time.
_SEEN = {Urgency.CRITICAL: (0.5, 4.5), Urgency.URGENT: (1, 13), Urgency.NORMAL: (1, 26)}
_SIGN = {Urgency.CRITICAL: (1, 9), Urgency.URGENT: (2, 22), Urgency.NORMAL: (3, 90)}
_SIGN_LATE = {Urgency.CRITICAL: (20, 70), Urgency.URGENT: (40, 200), Urgency.NORMAL: (150, 600)}
_CONTACT = {Urgency.CRITICAL: (6, 18), Urgency.URGENT: (15, 80), Urgency.NORMAL: (30, 240)}
#: Working days to the reply, when all goes well.
_REPLY = {Category.INQUIRY: (1, 2.6), Category.SUGGESTION: (1.5, 4.5), Category.PRAISE: (0.5, 2)}


async def up_to_reply(s: Stage, t: Thread) -> Script:
    """A script: from the dispatch to the reply, with all that may come between."""
    staged = t.staged
    if staged.stop == "received":
        return
    yield s.now + timedelta(minutes=t.chance.uniform(*_DISPATCH[staged.urgency]) * (6 if t.happens(0.04) else 1))
    await put_right(s, t)
    wrong = CONFUSED.get(staged.department, "D13") if t.happens(0.08) or staged.stop == "returned" else ""
    await dispatched(s, t, wrong or staged.department)
    if staged.stop == "dispatched":
        return
    if wrong:
        async for moment in wrongly(s, t):
            yield moment
        if staged.stop == "returned":
            return
    async for moment in taken(s, t):
        yield moment
    if staged.stop == "signed":
        return
    async for moment in until_reply(s, t):
        yield moment


async def put_right(s: Stage, t: Thread) -> None:
    """The owner corrects category, urgency and place, which an SMS could not say."""
    if t.staged.channel is Channel.SMS:
        await s.move(
            s.at_desk(),
            t.number,
            "corrections",
            category=t.staged.category,
            urgency=t.staged.urgency,
            place=t.staged.place,
        )


async def dispatched(s: Stage, t: Thread, code: str) -> None:
    """Dispatch the ticket to a department."""
    t.department = code
    await s.move(s.at_desk(), t.number, "assignments", department=code, names_it=False)


async def wrongly(s: Stage, t: Thread) -> Script:
    """Dispatched to the wrong department: the centre recalls it, or it is returned and ruled on, sometimes overruled."""
    wrong = t.department
    if t.happens(0.25) and t.staged.stop != "returned":
        yield s.now + timedelta(minutes=t.chance.uniform(5, 20))
        await s.move(s.at_desk(), t.number, "recalls", reason="派错单位，核对派单目录后重派")
        yield s.now + timedelta(minutes=3)
        await dispatched(s, t, t.staged.department)
        return
    yield s.now + timedelta(minutes=t.chance.uniform(6, 28 if t.staged.urgency is not Urgency.NORMAL else 150))
    team = s.cast.of(wrong)
    await s.move(
        team.leader, t.number, "returns", reason="not_ours", basis="三定规定中无此项职责", suggested=t.staged.department
    )
    if t.staged.stop == "returned":
        return
    yield s.now + timedelta(minutes=t.chance.uniform(10, 25 if t.staged.urgency is not Urgency.NORMAL else 400))
    await s.move(
        s.manager(), t.number, "rulings", department=t.staged.department, reason="按派单目录由其承办", names_it=False
    )
    t.department = t.staged.department


async def refused(s: Stage, t: Thread) -> Script:
    """The right department returns it, and the ruling overrules that."""
    other = CONFUSED.get(t.department, "D13")
    await s.move(
        s.cast.of(t.department).leader,
        t.number,
        "returns",
        reason="not_ours",
        basis="认为应由他单位承办",
        suggested=other,
    )
    yield s.now + timedelta(minutes=t.chance.uniform(15, 25 if t.staged.urgency is not Urgency.NORMAL else 300))
    await s.move(
        s.manager(),
        t.number,
        "rulings",
        department=t.department,
        reason="派单目录已列明，指定其承办",
        names_it=False,
    )


async def taken(s: Stage, t: Thread) -> Script:
    """Acknowledged and signed: by a code from the phone that was paged, or on the web; some too late."""
    urgency = t.staged.urgency
    late = t.happens(0.06)
    signs_at = s.now + timedelta(minutes=t.chance.uniform(*(_SIGN_LATE if late else _SIGN)[urgency]))
    yield signs_at if late else min(signs_at, s.now + timedelta(minutes=t.chance.uniform(*_SEEN[urgency])))
    page = await demo_sql.paged(s.conn, t.number)
    phone = s.cast.phones.get(page.user_id) if page is not None else None
    if page is not None and phone is not None and t.happens(0.55):
        await s.sms(phone, f"{page.code.lower()} 签收" if t.happens(0.4) else page.code)
    elif page is not None and await s.is_in(t.number, "dispatched"):
        await s.move(handler(s, t), t.number, "acknowledgements")
    if await s.is_in(t.number, "dispatched"):
        yield max(signs_at, s.now + timedelta(minutes=1))
    if await s.is_in(t.number, "dispatched"):
        await s.move(handler(s, t), t.number, "signatures")
    if t.staged.department in CONFUSED and t.happens(0.03):
        async for moment in refused(s, t):
            yield moment
    async for moment in first_words(s, t):
        yield moment
    begin_asides(s, t)
    if t.happens(0.05):
        await s.move(s.at_desk(), t.number, "co-handlers", department=_beside(t.department), names_it=False)
        yield s.now + timedelta(minutes=t.chance.uniform(10, 100))
        beside = s.cast.of(_beside(t.department)).members[0]
        await s.move(beside, t.number, "signatures")
        yield s.working(t.chance.uniform(2, 6))
        await s.move(beside, t.number, "replies", outcome="solved", public="本单位负责部分已办结")


async def first_words(s: Stage, t: Thread) -> Script:
    """The department speaks to the person, and makes the place safe where there is danger."""
    if t.staged.category not in {Category.TIPOFF, Category.PRAISE}:
        wait = t.chance.uniform(*_CONTACT[t.staged.urgency])
        if t.staged.urgency is Urgency.NORMAL:
            yield s.after(t, wait / 60 * (9 if t.happens(0.05) else 1))
        else:
            yield s.now + timedelta(minutes=wait * (3 if t.happens(0.05) else 1))
        async for moment in spoken(s, t):
            yield moment
    if t.staged.urgency is not Urgency.NORMAL:
        hours = (0.4, 2.5) if t.staged.urgency is Urgency.CRITICAL else (0.8, 9)
        yield s.now + timedelta(hours=t.chance.uniform(*hours) * (4 if t.happens(0.06) else 1))
        await s.move(handler(s, t), t.number, "made-safe", note="现场已控制，原因查明，预计当日处理完毕")


async def spoken(s: Stage, t: Thread) -> Script:
    """The department calls through the centre, or goes there; some claim a call that was never made."""
    note = "已联系来电人，了解情况并告知办理安排"
    untraced = t.happens(0.02)
    if not t.staged.phone or untraced:
        await s.move(handler(s, t), t.number, "first-contacts", note=note, via="call" if untraced else "visit")
        return
    made = await s.move(handler(s, t), t.number, "relays")
    sid = f"CArelay{int(str(made['relay'])):025d}"
    yield s.now + timedelta(seconds=t.chance.uniform(8, 25))
    await relays.put_through(s.conn, s.services, int(str(made["relay"])), sid, s.now)
    seconds = t.chance.randint(35, 260)
    yield s.now + timedelta(seconds=seconds + 12)
    await relays.call_ended(s.conn, s.services, int(str(made["relay"])), sid, "completed", seconds, s.now)


def _beside(code: str) -> str:
    """A department with which this one is easily confused."""
    return CONFUSED.get(code, "D13")


def handler(s: Stage, t: Thread) -> User:
    """Whoever of the department handles the ticket."""
    return s.cast.of(t.department).members[t.staged.index % 2]


async def until_reply(s: Stage, t: Thread) -> Script:
    """A script: from the signature to the reply, or to where the demo leaves it."""
    way = STOPPING.get(t.staged.stop, until_straight_reply if t.straight else until_long_reply)
    async for moment in way(s, t):
        yield moment


async def until_straight_reply(s: Stage, t: Thread) -> Script:
    """A reply within hours."""
    yield s.now + timedelta(hours=t.chance.uniform(1, 3))
    await replied(s, t)


async def left(s: Stage, t: Thread) -> Script:
    """A script: nobody replies."""
    return
    yield s.now


async def put_on_list(s: Stage, t: Thread) -> Script:
    """Put on the long-term list (挂账), with a word to the person every month."""
    yield s.close(4)
    until = (s.now + timedelta(days=240)).date().isoformat()
    await s.move(
        s.manager(),
        t.number,
        "long-terms",
        plan="列入年度改造计划，分两期实施",
        leader="分管副县长",
        until=until,
    )
    while True:
        yield s.now + timedelta(days=24)
        await s.move(s.at_desk(), t.number, "interims", text="一期改造已完成过半，整体按计划推进。")


async def until_long_reply(s: Stage, t: Thread) -> Script:
    """Pauses, extensions and words between, then the reply: mostly in time."""
    staged, start = t.staged, s.now
    least, most = _REPLY.get(staged.category, (0.3, 1.5) if staged.urgency is not Urgency.NORMAL else (1.5, 8.5))
    days = t.chance.uniform(least, most)
    late = t.happens(0.07) and staged.category is not Category.PRAISE
    if days > 4:
        async for moment in between(s, t):
            yield moment
    if staged.stop == "extension" or (days > 6 and t.happens(0.25)):
        yield s.calendar.add_days(start, 6)
        late = await extended(s, t) and late
        if staged.stop == "extension":
            return
        yield s.now + timedelta(hours=t.chance.uniform(1, 5))
    whole = int(most) + t.chance.randint(3, 9) if late else max(int(days), 1)
    at = s.calendar.add_days(start, whole) - timedelta(hours=t.chance.uniform(0.4, 7.5))
    yield max(at, s.now + timedelta(minutes=20))
    await replied(s, t)


async def between(s: Stage, t: Thread) -> Script:
    """A pause while the person is waited for; an interim word from the department, which the owner passes on."""
    if t.happens(0.12):
        yield s.working(3)
        await s.move(
            s.at_desk(), t.number, "pauses", reason="等待来电人补充材料", until=s.day_after(t.chance.randint(2, 4))
        )
    yield s.close(3) - timedelta(hours=t.chance.uniform(0.5, 6))
    if t.happens(0.85):
        await s.move(handler(s, t), t.number, "interims", text="已现场勘查，正在组织施工，预计本周内完成。")
        yield s.working(t.chance.uniform(1, 6))
        if t.happens(0.9):
            await s.move(s.at_desk(), t.number, "interims", text="承办单位已现场勘查，正在处理，预计本周内完成。")


async def waited_for(s: Stage, t: Thread) -> Script:
    """The person is waited for, never answers, and the ticket is set aside."""
    yield s.working(2)
    await s.move(s.at_desk(), t.number, "pauses", reason="联系不上来电人，等待回电", until=s.day_after(3))
    yield s.close(4)
    await s.move(s.at_desk(), t.number, "set-asides", reason="三次拨打无人接听，短信未回复")


async def extended(s: Stage, t: Thread) -> bool:
    """More time is asked for and decided on; returns whether it was granted."""
    due_at = await demo_sql.due(s.conn, t.number)
    if due_at is None or s.now > s.calendar.close_before(due_at):
        return False
    until = s.calendar.add_days(due_at, t.chance.randint(2, 7)).astimezone(s.services.settings.zone).date().isoformat()
    made = await s.move(handler(s, t), t.number, "extensions", until=until, reason="需采购配件，供货周期较长")
    if t.staged.stop == "extension":
        return False
    granted = t.happens(0.8)
    await s.move(
        s.manager(),
        t.number,
        "extensions/{item}/decisions",
        item=made["extension"],
        granted=granted,
        reason="情况属实，同意" if granted else "可先行处置，不同意延期",
    )
    return granted


async def replied(s: Stage, t: Thread) -> None:
    """The department's result."""
    outcome = "solved" if t.happens(0.86) else "explained"
    public = (
        t.staged.reply if outcome == "solved" else "经核查，该事项按现行政策暂不能解决，已向来电人说明依据和替代办法。"
    )
    await s.move(handler(s, t), t.number, "replies", outcome=outcome, public=public, internal="现场照片存档")


#: The ways that end without a reply.
STOPPING = {"overdue": left, "long_term": put_on_list, "set_aside": waited_for}
