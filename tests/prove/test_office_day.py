"""An office's day through the real program: 200 SMS, 60 calls and 20 tables in mixed forms, each with the outcome that is meant.

A database, a carrier like Twilio's and `main.py serve` on a clock that is moved from the morning to the night. Nothing ends in a
traceback, is lost or erased in silence; the log holds no number and no word of a person.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from tests.carrier import ACCOUNT, NUMBER, TOKEN, carrier
from tests.program import program
from tests.prove.officeday import DayRow, moment, outcomes, rows, waves
from tests.prove.officeday.papers import Paper, papers, save
from tests.prove.officeday.ringing import Call
from tests.prove.officeday.town import Town

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
#: The program is started anew when so much time has gone by in the day.
_SPELL = timedelta(minutes=40)
_PASSING = frozenset({"job_run", "counter", "audit", "session", "api_token"})


def test_the_day_is_as_large_as_an_office_s_day() -> None:
    messages = [row for row in rows("messages") if row.who != "desk"]
    assert (len(messages), len(rows("calls")), len(papers())) == (200, 60, 20)
    assert all(row.why and row.meant for row in messages + rows("calls"))


@pytest.fixture
async def town(empty: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with (
        carrier() as line,
        program(
            empty,
            tmp_path,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=line.url,
            HOTLINE_VOICE="compatible",
        ) as served,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session,
    ):
        conn = await asyncpg.connect(empty)
        try:
            yield Town(served, line, session, conn)
        finally:
            await conn.close()


async def test_an_office_s_day(town: Town, tmp_path: Path) -> None:
    wrong = await tables(town, tmp_path)
    calls: list[tuple[DayRow, str]] = []
    at = "00:00"
    for now, happening in waves():
        if moment(now) - moment(at) > _SPELL:
            await town.served.stop()
            town.turn(now)
            await town.served.start()
            wrong += await overdue(town, calls)
        at = now
        wrong += await messages(town, [row for row in happening if row.table == "messages"])
        fresh = [row for row in happening if row.table == "calls"]
        wrong += await rung(town, fresh, calls)
    assert not wrong, f"{len(wrong)} of 280:\n" + "\n".join(wrong)
    await town.served.stop()
    await nothing_is_left(town)
    status, _, said = await town.served.run("audit", "verify")
    assert status == 0, said
    hold_the_log(town)


async def tables(town: Town, folder: Path) -> list[str]:
    """The tables of the morning: first those that are taken, in their order (people are entered once there are departments)."""

    async def given(paper: Paper) -> str | None:
        async with side_by_side:
            found = took(paper, *await town.served.run("import", paper.what, str(save(paper, folder))))
        return found and f"{paper}: {found}, not {paper.meant}"

    side_by_side = asyncio.Semaphore(2)
    town.turn("07:00")
    wrong: list[str | None] = []
    for place, paper in enumerate(paper for paper in papers() if not paper.meant.startswith("refused")):
        wrong.append(await given(paper))
        if place == 0:
            await town.staff()
    before = await everything(town)
    refused = [paper for paper in papers() if paper.meant.startswith("refused")]
    wrong += await asyncio.gather(*(given(paper) for paper in refused))
    if await everything(town) != before:
        wrong.append("a table was refused, and changed something")
    return [said for said in wrong if said]


def took(paper: Paper, status: int, out: str, err: str) -> str | None:
    """What is wrong with what an import did; None where it is as meant."""
    if "Traceback" in out + err:
        return "a traceback"
    if not paper.meant.startswith("refused: "):
        meant = paper.meant.removeprefix("taken ")
        return None if status == 0 and re.search(rf"^{meant} taken, 0 refused", out, re.M) else out + err
    needle = paper.meant.removeprefix("refused: ")
    where, _, said = err.partition(needle)
    return None if status == 1 and said.strip() and "Traceback" not in where else out + err


async def everything(town: Town) -> str:
    """A digest of all rows of the database but those that any command writes."""
    names = await town.conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = [
        await town.conn.fetchval(f"SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {name} r")
        for (name,) in names
        if name not in _PASSING
    ]
    return json.dumps(found)


async def messages(town: Town, happening: list[DayRow]) -> list[str]:
    """The messages of one minute: those of one phone one behind the other, phones side by side."""
    wrong: list[str] = []
    for row in happening:
        if row.who == "desk":
            await town.desk(row.what)
    written = [row for row in happening if row.who != "desk"]
    words = {row.line: town.filled(row.who, row.what) for row in written}
    heard, paged = len(town.line.messages), await outcomes.pages(town)

    async def phone(who: str) -> None:
        for row in written:
            if row.who == who:
                await town.sms(sid(row), who, words[row.line], row.more)

    await asyncio.gather(*(phone(who) for who in {row.who for row in written}))
    await town.settled()
    answers: dict[str, list[str]] = {}
    for message in town.line.messages[heard:]:
        answers.setdefault(message["To"], []).append(message["Body"])
    for row in written:
        if row.meant.startswith("ticket"):
            await number_of(town, row)
    for row in written:
        said = answers.get(town.phone(row.who), [])
        found = await outcome(town, row, said, paged)
        if found != row.meant.removesuffix(" silent"):
            wrong.append(f"{row}: {found}, not {row.meant} {said}")
    for who in {row.who for row in written}:
        wrong += answered(town, [row for row in written if row.who == who], answers.get(town.phone(who), []))
    return wrong


def sid(row: DayRow) -> str:
    return f"SM{row.line:032d}"


async def number_of(town: Town, row: DayRow) -> None:
    """From now on the person's number is this ticket's."""
    number = await town.conn.fetchval(
        "SELECT t.number FROM inbound i JOIN contact c ON c.inbound_id = i.id JOIN ticket t ON t.id = c.ticket_id WHERE i.sid = $1",
        sid(row),
    )
    if number is not None:
        town.numbers[row.who] = number


async def outcome(town: Town, row: DayRow, said: list[str], before: dict[str, str]) -> str:
    """What came of a message; of an answer to a page also which pages it moved."""
    found = await outcomes.of_sms(town, sid(row), said)
    how, *about = row.meant.split(" ")
    if how not in {"ack", "sign", "heard", "asked"}:
        return found
    if found != "claimed":
        return found
    after, moved = await outcomes.pages(town), [town.numbers[who] for who in about]
    if how == "asked":
        return "asked" if any("没有" in body for body in said) else "claimed in silence"
    states = {after.get(number) for number in moved}
    if states != {"sign" if how == "sign" else "ack"}:
        return f"pages {states}"
    if how == "heard" and not any("未签收" in body for body in said):
        return "nobody was told that it is not signed"
    return row.meant


def answered(town: Town, written: list[DayRow], said: list[str]) -> list[str]:
    """Every message has its one answer; thanks, parts and what a machine writes have none."""
    silent = {row.line for row in written if row.meant.split(" ")[0] in outcomes.SILENT or row.meant.endswith("silent")}
    wanted = len(written) - len(silent)
    wrong = (
        []
        if len(said) == wanted
        else [f"{written[0]} ({len(written)} of this phone): {len(said)} answers, not {wanted}: {said}"]
    )
    number = town.numbers.get(written[-1].who)
    if number and any(row.meant.startswith("ticket") and row.line not in silent for row in written):
        code = town.services.keys.query_code(number)
        if town.told(number) != code:
            wrong.append(f"{written[0]}: number and code were not told: {said}")
    return wrong


async def rung(town: Town, happening: list[DayRow], calls: list[tuple[DayRow, str]]) -> list[str]:
    """The calls of one minute, one behind the other; what the carrier never ended is looked at later."""
    wrong: list[str] = []
    outage = ""
    if any(row.what.startswith("outage") for row in happening):
        body = {
            "matter": "停水",
            "place": "建设街",
            "text": "主管道抢修",
            "until": "2027-03-10T13:00:00+08:00",
        }
        outage = str((await town.api("D61", "/outages", body))["outage"])
    for row in happening:
        call = Call(town, row.who)
        try:
            await call.play(row.what)
        except AssertionError as error:
            wrong.append(f"{row}: {error}")
        calls.append((row, call.sid))
        if row.meant == "owed unended" or row.what == "lost":
            continue
        found = await outcomes.of_call(town, call.sid)
        if found != row.meant:
            wrong.append(f"{row}: {found}, not {row.meant}")
    if outage:
        await town.api("D61", f"/outages/{outage}/ends")
    await town.conn.execute("UPDATE operator_state SET state = 'ready' WHERE ended_at IS NULL")
    await town.settled()
    return wrong


async def overdue(town: Town, calls: list[tuple[DayRow, str]]) -> list[str]:
    """What the sweeps found since: calls without an end are owed now, the others as they were."""
    late = [(row, found) for row, found in calls if row.meant == "owed unended" or row.what == "lost"]
    wrong: list[str] = []
    for row, call in late:
        found = ""
        for _ in range(100):  # a sweep runs at least every five seconds
            if (found := await outcomes.of_call(town, call)) == row.meant:
                break
            await asyncio.sleep(0.1)
        if found != row.meant:
            wrong.append(f"{row}: {found}, not {row.meant}")
    return wrong


async def nothing_is_left(town: Town) -> None:
    """No delivery without a contact, no contact without an end or an owed call, no ticket without an owner and five duties."""
    one = town.conn.fetchval
    assert await one("SELECT count(*) FROM inbound WHERE processed_at IS NULL OR error IS NOT NULL") == 0
    assert await one("SELECT count(*) FROM inbound WHERE kind = 'sms'") == 200
    assert await one("SELECT count(*) FROM contact WHERE call_sid IS NOT NULL") == 60
    assert (
        await one(
            "SELECT count(*) FROM contact c WHERE outcome IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM call_back b WHERE b.contact_id = c.id AND b.done_at IS NULL)"
        )
        == 0
    )
    tickets = await one("SELECT count(*) FROM ticket")
    assert await one("SELECT count(*) FROM ownership WHERE to_at IS NULL") == tickets
    assert await one("SELECT count(*) FROM duty") == 5 * tickets
    assert await one("SELECT count(*) FROM outbox WHERE state IN ('failed', 'uncertain')") == 0
    heard = Counter((m["To"], m["Body"]) for m in town.line.messages)
    assert not [to for to, _ in heard if not re.fullmatch(r"(?:\w+:)?\+?\d+", to)], "sent to what is no number"
    assert await one("SELECT count(*) FROM roster_shift") == 27


def hold_the_log(town: Town) -> None:
    """No traceback, no telephone number, no words of a person."""
    said = town.served.said()
    assert "Traceback" not in said, said[said.index("Traceback") :][:3000]
    log = said + re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), said)
    every = [row for row in rows("messages") + rows("calls") if row.who != "desk"]
    digits = {re.sub(r"\D", "", town.phone(row.who))[-11:] for row in every}
    assert not [n for n in digits if len(n) >= 7 and n in log]
    words = {row.what[:8] for row in every if row.table == "messages" and "{" not in row.what and len(row.what) >= 6}
    assert not [text for text in words if text in log]
