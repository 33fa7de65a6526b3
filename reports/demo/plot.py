"""What happens in the demo's three months: when, to whom, how it goes. Pure; the same day gives the same plot."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hotline.ticket import Category, Channel, Urgency
from reports.demo.people import data
from reports.demo.places import RURAL, TOWNS, place_in_town, place_in_village, spoken

DAYS = 92
#: How tickets go, in per mille.
COURSES = (
    ("answered", 707),
    ("declined", 25),
    ("transferred", 25),
    ("withdrawn", 8),
    ("split", 5),
    ("worked", 230),
)
CHANNELS = ((Channel.CALL, 66), (Channel.SMS, 24), (Channel.WEB, 6), (Channel.VISIT, 2), (Channel.LETTER, 2))
#: Calls by hour of the day.
_HOURS = (1, 1, 1, 1, 1, 2, 4, 10, 22, 26, 24, 18, 12, 14, 22, 22, 20, 16, 12, 10, 8, 5, 3, 2)
#: Where a hurried operator sends a matter of …, wrongly.
CONFUSED = {
    "D25": "D29",
    "D29": "D25",
    "D27": "D26",
    "D26": "D27",
    "D61": "D25",
    "D62": "D25",
    "D22": "D09",
    "D09": "D22",
    "D32": "D31",
    "D31": "D32",
    "D42": "D35",
    "D35": "D42",
    "D17": "D26",
    "D18": "D26",
    "D47": "D32",
    "D23": "D65",
    "D28": "D27",
    "D30": "D29",
    "D53": "D44",
    "D44": "D53",
    "D40": "D25",
    "D64": "D25",
    "D63": "D61",
    "D15": "D42",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that a county's people call about, and how it ends. `department`: a code, or T for any township."""

    department: str
    category: Category
    urgency: Urgency
    weight: int
    months: frozenset[int]
    text: str
    reply: str


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Something that the desk answers on the spot."""

    category: Category
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class OutsideMatter:
    """A matter of somebody outside. `how`: declined (`first`: why, `second`: where to go) or transferred (to whom, their reference)."""

    how: str
    text: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class StagedTicket:
    """One ticket to be lived through. `stop`: the state in which the demo leaves it."""

    index: int
    at: datetime
    course: str
    channel: Channel
    phone: str
    text: str
    place: str
    category: Category
    urgency: Urgency
    department: str
    reply: str
    second: str = ""
    stop: str = ""
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - dice of a play


def _months(text: str) -> frozenset[int]:
    """The months in which a matter comes up: `11-2` is November to February; all where none is said."""
    if not text:
        return frozenset(range(1, 13))
    first, last = (int(part) for part in text.split("-"))
    return frozenset((first - 1 + n) % 12 + 1 for n in range((last - first) % 12 + 1))


def _lines(name: str) -> list[list[str]]:
    """A small table of this package, without its head."""
    with data(name).open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


@cache
def matters() -> tuple[Matter, ...]:
    """Every matter that departments handle."""
    return tuple(
        Matter(department, Category(category), Urgency(urgency), int(weight), _months(months), text, reply)
        for department, category, urgency, weight, months, text, reply in _lines("matters.csv")
    )


@cache
def enquiries() -> tuple[Enquiry, ...]:
    """Every matter that the desk answers itself."""
    return tuple(Enquiry(Category(category), text, answer) for category, text, answer in _lines("answers.csv"))


@cache
def outside_matters() -> tuple[OutsideMatter, ...]:
    """Every matter of somebody outside."""
    return tuple(OutsideMatter(*line) for line in _lines("others.csv"))


def citizen(n: int) -> str:
    """A mobile number that cannot exist: none begins with 154."""
    return f"+861542{n:07d}"


def plot(today: date, zone: ZoneInfo, tickets: int, now: datetime) -> Iterator[StagedTicket]:
    """The cases of the three months before `today`, oldest first, then those that are under way now."""
    chance = random.Random(f"1890 {today:%m}")  # noqa: S311 - dice of a play
    moments = sorted(_moment(today, zone, chance) for _ in range(tickets))
    for index, at in enumerate(m for m in moments if m < now):
        yield _case(index, at, chance)
    yield from _now(tickets, now, chance)


def _moment(today: date, zone: ZoneInfo, chance: random.Random) -> datetime:
    """A moment within the three months, by the hours at which people call."""
    while True:
        day = today - timedelta(days=chance.randrange(DAYS + 1))
        if day.weekday() < 5 or chance.random() < 0.55:
            break
    (hour,) = chance.choices(range(24), _HOURS)
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), zone)


def _case(index: int, at: datetime, chance: random.Random, course: str = "", stop: str = "") -> StagedTicket:
    """One case of a course, with its caller, words and place."""
    course = course or chance.choices([c for c, _ in COURSES], [w for _, w in COURSES])[0]
    (channel,) = chance.choices([c for c, _ in CHANNELS], [w for _, w in CHANNELS])
    phone = "" if chance.random() < 0.04 and channel is not Channel.SMS else citizen(int(900 * chance.random() ** 1.3))
    own = random.Random(f"1890 case {index}")  # noqa: S311 - dice of a play
    if course == "answered":
        enquiry = chance.choice(enquiries())
        return StagedTicket(
            index,
            at,
            course,
            channel,
            phone,
            spoken(enquiry.text, own),
            place_in_town(own),
            enquiry.category,
            Urgency.NORMAL,
            "",
            enquiry.answer,
            chance=own,
        )
    if course in {"declined", "transferred"}:
        return _elsewhere(index, at, chance, course, channel, phone, own)
    return _worked(index, at, channel, phone, own, course, stop)


def _elsewhere(
    index: int, at: datetime, chance: random.Random, course: str, channel: Channel, phone: str, own: random.Random
) -> StagedTicket:
    """A matter of somebody outside: declined with where to go, or transferred with a reference."""
    matter = chance.choice([one for one in outside_matters() if one.how == course])
    urgency = Urgency.CRITICAL if matter.first in {"110", "119", "120", "122"} else Urgency.NORMAL
    if urgency is Urgency.CRITICAL:
        channel = Channel.CALL
    second = matter.second.replace("{ref}", f"{own.randint(1000, 9999)}")
    return StagedTicket(
        index,
        at,
        course,
        channel,
        phone or citizen(index),
        spoken(matter.text, own),
        place_in_town(own),
        Category.HELP,
        urgency,
        "",
        matter.first,
        second,
        chance=own,
    )


def _worked(
    index: int, at: datetime, channel: Channel, phone: str, own: random.Random, course: str, stop: str
) -> StagedTicket:
    """A matter that a department works on."""
    fit = [m for m in matters() if at.month in m.months]
    (matter,) = own.choices(fit, [m.weight for m in fit])
    department = own.choice(tuple(TOWNS)) if matter.department == "T" else matter.department
    rural = matter.department == "T" or department in RURAL
    place = place_in_village(own, department if matter.department == "T" else None) if rural else place_in_town(own)
    values = {"place": place, "amount": str(own.randint(6, 90) * 500)}
    category = matter.category
    if matter.urgency is Urgency.CRITICAL:
        channel = Channel.CALL
    return StagedTicket(
        index,
        at,
        course,
        channel,
        phone,
        spoken(matter.text.format(**values), own),
        place,
        category,
        matter.urgency,
        department,
        matter.reply.format(**values),
        stop=stop,
        chance=own,
    )


#: What is under way when the demo opens: state, how many, opened how long ago (hours, from … to).
NOW = (
    ("received", 5, (0.05, 0.8)),
    ("dispatched", 6, (1.1, 1.9)),
    ("signed", 9, (6, 40)),
    ("returned", 4, (5, 20)),
    ("replied", 6, (11, 20)),
    ("told", 5, (14, 40)),
    ("followed_up", 5, (20, 60)),
    ("answered", 4, (0.3, 3)),
    ("overdue", 10, (24 * 17, 24 * 30)),
    ("long_term", 3, (24 * 30, 24 * 60)),
    ("extension", 3, (24 * 8, 24 * 10)),
    ("set_aside", 2, (24 * 13, 24 * 20)),
)


def _now(first: int, now: datetime, chance: random.Random) -> Sequence[StagedTicket]:
    """The cases that are under way when the demo opens (`NOW`)."""
    found: list[StagedTicket] = []
    for state, count, (least, most) in NOW:
        for _ in range(count):
            at = now - timedelta(hours=chance.uniform(least, most))
            course = "answered" if state == "answered" else "worked"
            found.append(_case(first + len(found), at, chance, course, state))
    return found
