"""Side events of the demo's tickets: the person asks and adds, owners change, orders are received, photos come."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image, ImageDraw

from reports.demo import demo_sql
from reports.demo.stage import Script, Stage
from reports.demo.thread import Thread

#: States in which somebody still works on the matter.
_OPEN = frozenset({"dispatched", "signed", "returned", "replied"})


def begin_asides(s: Stage, t: Thread) -> None:
    """Let some side events begin, each as a script of its own beside that of the ticket."""
    for script, share, hours in (
        (adds, 0.07, (3, 60)),
        (asks, 0.06, (5, 90)),
        (changes_hands, 0.05, (2, 50)),
    ):
        if t.happens(share) and (t.staged.phone or script is changes_hands):
            s.begin(script(s, t), s.now + timedelta(hours=t.chance.uniform(*hours)))
    if t.happens(0.06):
        s.begin(photo(s, t), s.now + timedelta(hours=t.chance.uniform(1, 20)))
    if t.staged.stop == "overdue":
        s.begin(ordered(s, t), s.calendar.add_days(s.now, 12))


async def adds(s: Stage, t: Thread) -> Script:
    """The person has more to say, by SMS."""
    if await _is_open(s, t):
        await s.sms(
            t.staged.phone,
            f"补充 {t.number} {t.chance.choice(('今天又出现了，比昨天严重', '具体位置在北门进去左手边', '下午在家，可以上门'))}",
        )
    return
    yield s.now


async def asks(s: Stage, t: Thread) -> Script:
    """The person asks how it stands."""
    await s.sms(t.staged.phone, f"查询 {t.number}")
    return
    yield s.now


async def changes_hands(s: Stage, t: Thread) -> Script:
    """The owner asks a colleague to take the ticket over, who accepts; or a manager orders it at once."""
    row = await demo_sql.state(s.conn, t.number)
    owner = next((o for o in s.cast.operators if row is not None and o.id == row.owner_id), None)
    to = next((o for o in s.shift if owner is not None and o.id != owner.id), None)
    if row is None or row.state not in _OPEN or owner is None or to is None:
        return
    if t.happens(0.25):
        await s.move(s.manager(), t.number, "hand-overs", to=to.name, reason="原包保人突发疾病")
        return
    made = await s.move(owner, t.number, "hand-overs", to=to.name, reason="调休交接")
    yield s.now + timedelta(minutes=t.chance.uniform(2, 30))
    await s.move(to, t.number, "hand-overs/{item}/acceptances", item=made["hand_over"])


async def ordered(s: Stage, t: Thread) -> Script:
    """The leader of the task force acknowledges the supervise order, and the centre chases once more."""
    for order in await demo_sql.orders(s.conn, t.number):
        await s.move(s.cast.of(t.department).leader, t.number, "supervise-orders/{item}/receipts", item=order)
    yield s.working(3)
    if await s.is_in(t.number, "signed"):
        await s.move(s.at_desk(), t.number, "chases", text="请专班负责人今日内过问并反馈")


async def photo(s: Stage, t: Thread) -> Script:
    """The department attaches a picture from the place."""
    if await _is_open(s, t):
        member = s.cast.of(t.department).members[0]
        await s.move(member, t.number, "attachments", name="现场.jpg", content=_picture(t))
    return
    yield s.now


async def _is_open(s: Stage, t: Thread) -> bool:
    """Whether the ticket is still worked on."""
    row = await demo_sql.state(s.conn, t.number)
    return row is not None and row.state in _OPEN


def _picture(t: Thread) -> bytes:
    """A drawn street with the fault in it, as a PNG."""
    dice = t.chance
    image = Image.new("RGB", (480, 320), (186, 205, 222))
    draw = ImageDraw.Draw(image)
    for x in range(0, 480, 80):
        height = dice.randint(60, 150)
        draw.rectangle((x, 190 - height, x + 72, 190), fill=(150 + dice.randint(-20, 20), 132, 118))
        for y in range(190 - height + 10, 180, 26):
            draw.rectangle((x + 12, y, x + 26, y + 14), fill=(238, 226, 170))
            draw.rectangle((x + 44, y, x + 58, y + 14), fill=(96, 112, 130))
    draw.polygon([(0, 320), (120, 190), (360, 190), (480, 320)], fill=(98, 98, 102))
    draw.line([(240, 200), (240, 320)], fill=(230, 230, 230), width=4)
    x, y = dice.randint(150, 290), dice.randint(240, 280)
    draw.ellipse((x, y, x + 70, y + 26), fill=(52, 44, 40), outline=(30, 26, 24))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72)
    return out.getvalue()
