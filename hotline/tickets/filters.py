"""Filters of the list of tickets, as query parameters; and the standard views with their counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role
from hotline.tickets import listing
from hotline.tickets.listing import ACTS, LATE, Wish

#: The owner that is whoever looks.
ME = "me"


class NarrowingQuery(BaseModel):
    """Filters of a list; blank ones narrow nothing. `open`: only what is not filed; `owner=me`: one's own; days are local."""

    model_config = ConfigDict(extra="ignore")
    state: str = Field("", max_length=40)
    department: str = Field("", max_length=200)
    owner: str = Field("", max_length=200)
    open: bool = False
    urgency: str = Field("", max_length=40)
    category: str = Field("", max_length=40)
    channel: str = Field("", max_length=40)
    act: str = Field("", max_length=40)
    due: str = Field("", max_length=40)
    whose: str = Field("", max_length=40)
    sort: str = Field("", max_length=40)
    since: date | None = None
    until: date | None = None
    cursor: str = ""


def wish_of(
    asked: NarrowingQuery, services: Services, user: User, now: datetime, *, q: str = "", limit: int = 50
) -> Wish:
    """The filters as a wish."""
    return Wish(
        state=asked.state,
        department=asked.department,
        owner=user.name if asked.owner == ME else asked.owner,
        q=q,
        open_only=asked.open,
        urgency=asked.urgency,
        category=asked.category,
        channel=asked.channel,
        act=asked.act,
        since=_start(asked.since, services),
        until=_start(asked.until, services, days=1),
        due=asked.due,
        whose=asked.whose,
        sort=asked.sort,
        clocks=services.hooks.running_clocks,
        now=now,
        cursor=asked.cursor,
        limit=limit,
    )


def _start(day: date | None, services: Services, days: int = 0) -> datetime | None:
    if day is None:
        return None
    begin = datetime.combine(day, time(), services.settings.zone) + timedelta(days=days)
    return begin.astimezone(UTC)


def address(asked: NarrowingQuery, **changed: str) -> str:
    """The list's address with these filters, without its place in the pages. Pure."""
    values = asked.model_dump(mode="json", exclude={"cursor", "q", "words"}, exclude_defaults=True)
    values = {k: "true" if v is True else v for k, v in {**values, **changed}.items() if v}
    return "/tickets" + ("?" + urlencode(values) if values else "")


@dataclass(frozen=True, slots=True)
class View:
    """A view that everybody has: its name, its address, how many tickets it has (up to `listing.MANY`), whether it is shown now."""

    name: str
    href: str
    count: int
    here: bool
    many: bool


async def views(conn: Conn, services: Services, user: User, asked: NarrowingQuery, now: datetime) -> list[View]:
    """What waits, by what comes next: a manager's of all tickets, an operator's of the own ones; what is late first."""
    if not user.in_centre:
        return []
    whose = ME if user.role is Role.OPERATOR else ""
    found = []
    for name in (LATE, *ACTS):
        one = NarrowingQuery(owner=whose, **({"due": LATE} if name == LATE else {"act": name}))
        n = await listing.count(conn, user, wish_of(one, services, user, now))
        here = address(asked) == address(one)
        found.append(View(name, address(one), n, here, n >= listing.MANY))
    return found


def every(wish: Wish, limit: int) -> Wish:
    """The same list from its beginning, of so many rows. Pure."""
    return replace(wish, cursor="", limit=limit)
