"""The department calls the person through the centre: numbers hidden, the trace kept, tries counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.moves import relays
from hotline.outbox.dispatcher import Status, on_statuses, send_all
from hotline.people.user import User
from hotline.ticket import Category, Role
from tests import office
from tests.line import webhook

PERSON, LIAISON = "+8613900000001", "+8613900001000"


async def signed(conn: Conn, services: Services, **case: Any) -> tuple[str, User, User]:
    """A ticket that its department has signed for."""
    made = await office.department(conn, "D29", "县市政设施维护中心")
    liaison = await office.user(conn, Role.LIAISON, department=made, phone=LIAISON, services=services)
    boss = await office.user(conn, Role.MANAGER)
    number = (await office.ticket(conn, services, phone=case.pop("phone", PERSON), **case)).number
    await office.move(conn, services, boss, number, "assignments", department="D29", names_it=False)
    await office.move(conn, services, liaison, number, "signatures")
    return number, liaison, boss


async def asked(conn: Conn, services: Services, liaison: User, number: str) -> int:
    return int((await office.move(conn, services, liaison, number, "relays"))["relay"])


async def called(conn: Conn, services: Services, relay: int, status: str, seconds: int) -> None:
    now = services.clock.now()
    assert await relays.put_through(conn, services, relay, f"CA{relay}", now) == PERSON
    assert await relays.call_ended(conn, services, relay, f"CB{relay}", status, seconds, now)
    assert not await relays.call_ended(conn, services, relay, f"CB{relay}", status, seconds, now)


async def test_a_call_that_was_answered_is_a_first_contact_with_its_trace(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    number, liaison, _ = await signed(conn, services)
    relay = await asked(conn, services, liaison, number)
    with pytest.raises(Illegal):
        await asked(conn, services, liaison, number)
    await called(conn, services, relay, "completed", 73)
    kinds = await office.events(conn, number)
    assert kinds[-3:] == ["relay_asked", "relay_ended", "first_contact"]
    rows = await conn.fetch("SELECT kind, actor, detail FROM ticket_event ORDER BY seq DESC LIMIT 2")
    assert '"via":"relay"' in rows[0]["detail"]
    assert f'"call":"CB{relay}"' in rows[1]["detail"]
    assert '"seconds":73' in rows[1]["detail"]
    assert {r["actor"] for r in rows} == {liaison.actor}
    assert await conn.fetchval("SELECT state FROM clock WHERE clock = 'first_contact'") == "stopped"
    assert PERSON not in str(rows)


@pytest.mark.parametrize(
    ("seconds", "key", "kind"),
    [
        (19, False, "contact_tried"),
        (20, False, "first_contact"),
        (21, False, "first_contact"),
        (3, True, "first_contact"),
        (0, True, "contact_tried"),
    ],
)
async def test_a_short_call_without_a_key_of_the_persons_is_a_try(
    conn: Conn, services: Services, seconds: int, key: bool, kind: str
) -> None:
    number, liaison, _ = await signed(conn, services)
    relay = await asked(conn, services, liaison, number)
    assert await relays.put_through(conn, services, relay, "CA1", services.clock.now()) == PERSON
    if key:
        await relays.key_pressed(conn, relay, services.clock.now())
    await relays.call_ended(conn, services, relay, "CB1", "completed", seconds, services.clock.now())
    assert (await office.events(conn, number))[-2:] == ["relay_ended", kind]


async def test_after_a_short_call_the_liaisons_spoken_word_makes_it_a_contact_once(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    number, liaison, _ = await signed(conn, services)
    relay = await asked(conn, services, liaison, number)
    assert not await relays.keep_statement(conn, services, relay, "RE0", clock.now())  # it is not over
    await called(conn, services, relay, "completed", 12)
    assert await conn.fetchval("SELECT state FROM clock WHERE clock = 'first_contact'") == "running"
    assert await relays.keep_statement(conn, services, relay, "RE1", clock.now())
    assert not await relays.keep_statement(conn, services, relay, "RE1", clock.now())
    assert (await office.events(conn, number))[-4:] == [
        "relay_ended",
        "contact_tried",
        "relay_said",
        "first_contact",
    ]
    assert await conn.fetchval("SELECT state FROM clock WHERE clock = 'first_contact'") == "stopped"


@pytest.mark.parametrize(("status", "late"), [("no-answer", False), ("completed", True)])
async def test_no_word_makes_a_contact_of_a_call_that_was_not_taken_or_is_long_over(
    conn: Conn, services: Services, clock: MovingClock, status: str, late: bool
) -> None:
    number, liaison, _ = await signed(conn, services)
    relay = await asked(conn, services, liaison, number)
    await called(conn, services, relay, status, 5)
    clock.move(timedelta(minutes=11 if late else 0))
    assert not await relays.keep_statement(conn, services, relay, "RE1", clock.now())
    assert "first_contact" not in await office.events(conn, number)


async def test_three_tries_two_hours_apart_count_as_contact(conn: Conn, services: Services, clock: MovingClock) -> None:
    number, liaison, _ = await signed(conn, services)
    for expected in ("running", "running", "stopped"):
        await called(conn, services, await asked(conn, services, liaison, number), "no-answer", 0)
        assert await conn.fetchval("SELECT state FROM clock WHERE clock = 'first_contact'") == expected
        clock.move(timedelta(hours=2))


@pytest.mark.parametrize("status", ["no-answer", "completed"])
async def test_the_liaisons_own_telephone_not_taken_or_by_a_voicemail_is_no_try(
    conn: Conn, services: Services, clock: MovingClock, status: str
) -> None:
    number, liaison, _ = await signed(conn, services)
    relay = await asked(conn, services, liaison, number)
    outbox = await conn.fetchval("SELECT id FROM outbox WHERE kind = 'relay'")
    await on_statuses(conn, services, [Status(outbox, "CA1", status, "")], clock.now())
    assert await relays.put_through(conn, services, relay, "CA1", clock.now()) is None
    assert not await relays.call_ended(conn, services, relay, "CA1", "completed", 9, clock.now())
    assert "contact_tried" not in await office.events(conn, number)
    await asked(conn, services, liaison, number)


@pytest.mark.parametrize("case", [{"phone": ""}, {"category": Category.TIPOFF}])
async def test_nobody_is_called_on_an_anonymous_ticket_or_a_tipoff(
    conn: Conn, services: Services, case: dict[str, Any]
) -> None:
    number, liaison, _ = await signed(conn, services, **case)
    with pytest.raises(Illegal):
        await asked(conn, services, liaison, number)


async def test_an_untested_own_number_is_not_rung(conn: Conn, services: Services) -> None:
    number, liaison, _ = await signed(conn, services)
    await conn.execute("UPDATE app_user SET phone_tested_at = NULL WHERE id = $1", liaison.id)
    with pytest.raises(Illegal, match="not tested"):
        await asked(conn, services, liaison, number)


async def test_a_call_is_not_placed_hours_later_nor_after_the_part_is_over(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    number, liaison, boss = await signed(conn, services)
    relay = await asked(conn, services, liaison, number)
    from hotline.base.services import Outgoing

    message = Outgoing(1, "relay", None, int(liaison.id), {"relay": relay})
    assert await relays.still_wanted(conn, message, clock.now())
    assert not await relays.still_wanted(conn, message, clock.now() + timedelta(hours=1))
    await office.move(conn, services, boss, number, "recalls", reason="派错")
    assert not await relays.still_wanted(conn, message, clock.now())
    assert await relays.put_through(conn, services, relay, "CA1", clock.now()) is None


async def test_on_the_line_a_short_call_asks_the_liaison_and_a_key_makes_it_a_contact(
    client: TestClient, pool: Pool, services: Services
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        number, liaison, _ = await signed(conn, services)
        await asked(conn, services, liaison, number)
        outbox = await conn.fetchval("SELECT id FROM outbox WHERE kind = 'relay'")
    at = f"?outbox={outbox}"
    short = {"CallSid": "CA7", "DialCallSid": "CA8", "DialCallStatus": "completed", "DialCallDuration": "9"}
    await webhook(client, services, f"/twilio/voice/relay/through{at}", CallSid="CA7", Digits="1")
    _, text = await webhook(client, services, f"/twilio/voice/relay/ended{at}", **short)
    record = ElementTree.fromstring(text).find("Record")
    assert record is not None
    await webhook(client, services, record.get("action", ""), CallSid="CA7", RecordingSid="RE1", RecordingDuration="0")
    async with pool.acquire() as conn:
        assert "first_contact" not in await office.events(conn, number)
    await webhook(client, services, record.get("action", ""), CallSid="CA7", RecordingSid="RE1", RecordingDuration="4")
    async with pool.acquire() as conn, conn.transaction():
        assert "first_contact" in await office.events(conn, number)
        await asked(conn, services, liaison, number)
        at = f"?outbox={await conn.fetchval('SELECT max(id) FROM outbox')}"
    await webhook(client, services, f"/twilio/voice/relay/through{at}", CallSid="CA9", Digits="1")
    await webhook(client, services, f"/twilio/voice/relay/key{at}", CallSid="CA10", Digits="5")
    _, text = await webhook(client, services, f"/twilio/voice/relay/ended{at}", **short)
    assert "Record" not in text
    async with pool.acquire() as conn:
        assert (await office.events(conn, number)).count("first_contact") == 2


async def test_on_the_line_the_persons_number_is_dialled_from_the_centres(
    client: TestClient, pool: Pool, services: Services
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        number, liaison, _ = await signed(conn, services)
        await asked(conn, services, liaison, number)
    await send_all(pool, services, services.clock.now())
    async with pool.acquire() as conn:
        held = await conn.fetchrow("SELECT phone, twiml, body FROM simulated WHERE channel = 'voice'")
        assert held is not None
    assert held["phone"] == LIAISON
    assert PERSON not in held["body"]
    path = "/twilio/" + held["twiml"].split("/twilio/")[1]
    assert path.startswith("/twilio/voice/relay?")
    status, text = await webhook(client, services, path, CallSid="CA7", From="1890")
    gather = ElementTree.fromstring(text).find("Gather")
    assert status == 200
    assert gather is not None
    _, text = await webhook(client, services, gather.get("action", ""), CallSid="CA7", Digits="1")
    dial = ElementTree.fromstring(text).find("Dial")
    assert dial is not None
    assert [n.text for n in dial] == [PERSON]
    _, asked_for = await webhook(client, services, dial[0].get("url", ""), CallSid="CA8")
    key = ElementTree.fromstring(asked_for).find("Gather")
    assert key is not None
    assert key.get("numDigits") == "1"
    assert "Record" not in asked_for
    assert dial.get("callerId") == "1890"
    for _ in range(2):  # the carrier delivers twice
        status, _ = await webhook(
            client,
            services,
            dial.get("action", ""),
            CallSid="CA7",
            DialCallSid="CA8",
            DialCallStatus="completed",
            DialCallDuration="31",
        )
        assert status == 200
    async with pool.acquire() as conn:
        assert (await office.events(conn, number)).count("first_contact") == 1
        row = await conn.fetchrow("SELECT status, seconds, call_sid FROM relay_call")
        assert row is not None
        assert tuple(row) == ("completed", 31, "CA8")
    assert (await webhook(client, services, "/twilio/voice/relay/through?outbox=x", Digits="1"))[0] == 200
    answer = await client.post("/twilio/voice/relay", data={"CallSid": "CA1"})
    assert answer.status == 403
