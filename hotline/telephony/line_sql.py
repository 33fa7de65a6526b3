"""The queries of line.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    execute_count,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value_or_none,
)
from hotline.ids import UserId

SQL = queries(__package__, "line.sql")


async def hold_browser(conn: Conn | Pool, party: int, session: str, now: datetime) -> bool | None:
    """The page that speaks for a party from now on, or says again that it is there; whether it is another page than before."""
    found: bool | None = await fetch_value_or_none(conn, SQL["hold_browser"], party, session, now)
    return found


class BrowsersOfRow(TypedRow):
    """A row of `browsers_of`."""

    party_id: int
    session: str
    from_signal: int
    seen_at: datetime


async def browsers_of(conn: Conn | Pool, call_id: int) -> list[BrowsersOfRow]:
    """The pages that speak for the parties of a call."""
    return await fetch_many(conn, BrowsersOfRow, SQL["browsers_of"], call_id)


class PartyNameRow(TypedRow):
    """A row of `names_of`."""

    id: int
    kind: str
    user_id: UserId | None
    shown_name: str | None
    department: str | None
    emergency: str | None
    carrier_ref: str | None


async def names_of(conn: Conn | Pool, call_id: int) -> list[PartyNameRow]:
    """How the parties of a call are called: those who have accounts, departments, emergency numbers; and where their browsers listen."""
    return await fetch_many(conn, PartyNameRow, SQL["names_of"], call_id)


class RingOfRow(TypedRow):
    """A row of `ring_of`."""

    call_id: int
    until: datetime


async def ring_of(conn: Conn | Pool, user_id: int) -> RingOfRow | None:
    """The call that rings a user's line now."""
    return await fetch_one_or_none(conn, RingOfRow, SQL["ring_of"], user_id)


class PlaceOfRow(TypedRow):
    """A row of `place_of`."""

    id: int
    call_id: int
    joined_at: datetime | None
    invited_at: datetime


async def place_of(conn: Conn | Pool, user_id: int) -> PlaceOfRow | None:
    """Where a user is in a call now, or is asked into one."""
    return await fetch_one_or_none(conn, PlaceOfRow, SQL["place_of"], user_id)


class BrowserOfRefRow(TypedRow):
    """A row of `browser_of_ref`."""

    id: int
    call_id: int


async def browser_of_ref(conn: Conn | Pool, carrier_ref: str) -> BrowserOfRefRow | None:
    """The party whose browser shows this name, while the call goes on or just ended."""
    return await fetch_one_or_none(conn, BrowserOfRefRow, SQL["browser_of_ref"], carrier_ref)


class SilentBrowsersRow(TypedRow):
    """A row of `silent_browsers`."""

    id: int
    call_id: int
    kind: str


async def silent_browsers(conn: Conn | Pool, before: datetime, limit: int) -> list[SilentBrowsersRow]:
    """Parties without an account whose browser has been silent since before a moment."""
    return await fetch_many(conn, SilentBrowsersRow, SQL["silent_browsers"], before, limit)


class UnansweredPartiesRow(TypedRow):
    """A row of `unanswered_parties`."""

    id: int
    call_id: int
    kind: str


async def unanswered_parties(conn: Conn | Pool, before: datetime, limit: int) -> list[UnansweredPartiesRow]:
    """Parties who were asked into a call over the browser line before a moment and have not come."""
    return await fetch_many(conn, UnansweredPartiesRow, SQL["unanswered_parties"], before, limit)


class OutsideCallsRow(TypedRow):
    """A row of `outside_calls`."""

    id: int
    kind: str
    department: str | None
    emergency: str | None
    number_enc: bytes | None
    phone_enc: bytes | None


async def outside_calls(conn: Conn | Pool) -> list[OutsideCallsRow]:
    """Telephones outside that ring over the browser line: the simulator has them all."""
    return await fetch_many(conn, OutsideCallsRow, SQL["outside_calls"])


async def forget_browsers(conn: Conn | Pool, before: datetime) -> int:
    """Pages that spoke for parties of calls, after a day."""
    return await execute_count(conn, SQL["forget_browsers"], before)


async def keep_source(conn: Conn | Pool, call_id: int, source: bytes, now: datetime) -> None:
    """From where a call over the web came, as a digest: nobody makes very many."""
    await execute(conn, SQL["keep_source"], call_id, source, now)


class CallsFromRow(TypedRow):
    """A row of `calls_from`."""

    made: int
    open: int


async def calls_from(conn: Conn | Pool, source: bytes, since: datetime) -> CallsFromRow:
    """How many calls came from one place since a moment, and how many of them go on."""
    return await fetch_one(conn, CallsFromRow, SQL["calls_from"], source, since)


async def forget_sources(conn: Conn | Pool, before: datetime) -> int:
    """From where calls came, after a day."""
    return await execute_count(conn, SQL["forget_sources"], before)


async def message_of(conn: Conn | Pool, call_id: int) -> int | None:
    """The message that a caller has left so far."""
    found: int | None = await fetch_value_or_none(conn, SQL["message_of"], call_id)
    return found


async def say(conn: Conn | Pool, call_id: int, words: str, now: datetime) -> None:
    """What a caller's browser shows and speaks from now on."""
    await execute(conn, SQL["say"], call_id, words, now)


class SaidInRow(TypedRow):
    """A row of `said_in`."""

    words: str
    at: datetime


async def said_in(conn: Conn | Pool, call_id: int) -> SaidInRow | None:
    """What a caller's browser was last told to say."""
    return await fetch_one_or_none(conn, SaidInRow, SQL["said_in"], call_id)
