"""The promise given is the promise kept: its sentence in every form, repeated as it was said, moved only by news that is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.text.phones import read_phone
from hotline.contacts.first_answers import answer_first
from hotline.contacts.opening import NewTicket, Opened, open_tickets
from hotline.contacts.sms_answers import status_text
from hotline.people.persons import ensure_persons
from hotline.ticket import Category, Channel, Urgency
from hotline.tickets import store
from tests.forms import FormRow, forms
from tests.office import find_move, move
from tests.sla.desk import Desk, local

#: What brings a ticket from `received` to a state: by whom, which move, with which fields.
ROAD = {
    "answered": [("operator", "answers", {"text": "已答复"})],
    "transferred": [("operator", "transfers", {"to": "119", "reference": "2026-1"})],
    "declined": [("operator", "declines", {"basis": "诉讼中", "where": "县法院"})],
    "withdrawn": [("operator", "withdrawals", {})],
    "dispatched": [("operator", "assignments", {"department": "T05"})],
    "signed": [("operator", "assignments", {"department": "T05"}), ("liaison", "signatures", {})],
}
PHONES = {"sms": "+8613900000077", "call": "+8613900000077", "landline": "+864367222345", "": ""}


async def opened(desk: Desk, category: str, urgency: str, channel: str, *, text: str = "人民路12号没水") -> Opened:
    """A ticket with its first answer, as a contact opens it."""
    conn, services, now = desk.conn, desk.services, desk.clock.now()
    phone = read_phone(PHONES.get(channel, ""))
    person = (await ensure_persons(conn, services.keys, {phone: "zh"}, now))[phone] if phone.number else None
    way = Channel.CALL if channel == "landline" else Channel(channel)
    new_ticket = NewTicket(way, text, person, now, "", Category(category), Urgency(urgency), operator=desk.operator.id)
    (found,) = await open_tickets(conn, services, [new_ticket], now)
    await answer_first(conn, services, [(new_ticket, found)], now)
    return found


async def said(desk: Desk, number: str) -> str:
    """What 查询 answers."""
    ticket = await store.get(desk.conn, number)
    name, values = await status_text(desk.conn, desk.services, ticket, "zh", desk.clock.now())
    return desk.services.texts.say(name, "zh", hotline="1890", **values)


async def first_sms(desk: Desk, ticket: Opened) -> str:
    return str(await desk.conn.fetchval("SELECT body FROM outbox WHERE dedupe_key = $1", f"received:{ticket.ticket}"))


async def _go(desk: Desk, number: str, state: str) -> None:
    for who, path, fields in ROAD.get(state, []):
        assert find_move(path)
        await move(desk.conn, desk.services, getattr(desk, who), number, path, **fields)


@pytest.mark.parametrize("form", forms("promises"), ids=str)
async def test_each_form_is_promised_what_its_row_says(desk: Desk, form: FormRow) -> None:
    category, urgency, at, channel, state = form.input.split(",")
    desk.clock.at = local(at)
    ticket = await opened(desk, category, urgency, channel)
    await _go(desk, ticket.number, state)
    row = await desk.conn.fetchrow(
        "SELECT sentence FROM promise WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1", ticket.ticket
    )
    assert row is not None
    sms = await first_sms(desk, ticket)
    if state in {"answered", "transferred", "declined", "withdrawn"}:
        given = {"answered": row["sentence"]}.get(state, "")
        assert given == form.meant, form.why
        assert "回话" not in sms, form.why
        assert "打电话" not in sms, form.why
    else:
        assert row["sentence"] == form.meant, form.why
        if category != "tipoff":
            assert form.meant in await said(desk, ticket.number), form.why
    if channel in {"sms", "call"}:
        assert form.meant in sms, form.why


async def test_what_was_promised_at_night_does_not_move_the_next_morning(desk: Desk) -> None:
    desk.clock.at = local("2026-03-04T23:10")
    ticket = await opened(desk, "help", "normal", "sms")
    sms = await first_sms(desk, ticket)
    desk.clock.at = local("2026-03-05T08:40")
    await _go(desk, ticket.number, "signed")
    promised = "3月19日周四下午5点前给您回话。"
    assert promised in sms
    assert promised in await said(desk, ticket.number)
    due = await desk.conn.fetchval("SELECT due_at FROM clock WHERE ticket_id = $1 AND clock = 'resolve'", ticket.ticket)
    assert due == local("2026-03-19T17:00")  # and the department's time ends no later than what was said


async def test_a_correction_does_not_move_it_and_more_urgency_is_told(desk: Desk) -> None:
    ticket = await opened(desk, "inquiry", "normal", "sms")
    await move(desk.conn, desk.services, desk.operator, ticket.number, "corrections", category="complaint")
    assert "3月9日周一下午5点前给您回话。" in await said(desk, ticket.number)
    await move(desk.conn, desk.services, desk.operator, ticket.number, "corrections", urgency="critical")
    now = "30分钟内会有人给您打电话（3月4日周三上午10:30前）。3月4日周三下午2点前先行处置，排除险情。"
    assert now in await said(desk, ticket.number)
    rows = await desk.conn.fetch("SELECT body FROM outbox WHERE kind = 'promised'")
    assert [now in row["body"] for row in rows] == [True]


async def test_what_is_not_kept_is_said_to_be_late_and_what_was_kept_goes_on(desk: Desk) -> None:
    ticket = await opened(desk, "help", "critical", "sms")
    await _go(desk, ticket.number, "signed")
    desk.clock.move(timedelta(minutes=30))
    assert "这个时间已过" not in await said(desk, ticket.number)
    desk.clock.move(timedelta(seconds=1))
    assert "这个时间已过" in await said(desk, ticket.number)
    await move(desk.conn, desk.services, desk.liaison, ticket.number, "first-contacts", note="到了", via="visit")
    assert "这个时间已过" not in await said(desk, ticket.number)
    await move(desk.conn, desk.services, desk.liaison, ticket.number, "made-safe", note="已控制")
    assert "已按承诺联系您并先行处置。3月18日周三下午5点前给您回话。" in await said(desk, ticket.number)


async def test_an_extension_moves_it_and_whoever_takes_no_sms_is_called(desk: Desk) -> None:
    for channel in ("sms", "landline"):
        ticket = await opened(desk, "inquiry", "normal", channel)
        await _go(desk, ticket.number, "signed")
        made = await move(
            desk.conn,
            desk.services,
            desk.liaison,
            ticket.number,
            "extensions",
            until="2026-03-11",
            reason="等配件",
        )
        asked = int(str(made["extension"]))
        assert "3月9日周一下午5点前给您回话。" in await said(desk, ticket.number)
        await move(
            desk.conn,
            desk.services,
            desk.manager,
            ticket.number,
            "extensions/{item}/decisions",
            item=asked,
            granted=True,
        )
        rows = await desk.conn.fetch(
            "SELECT sentence, heard_at FROM promise WHERE ticket_id = $1 ORDER BY id", ticket.ticket
        )
        assert [row["sentence"] for row in rows] == [
            "3月9日周一下午5点前给您回话。",
            "3月11日周三下午5点前给您回话。",
        ]
        assert rows[1]["heard_at"] is None
        owed = await desk.conn.fetchval(
            "SELECT count(*) FROM call_back WHERE ticket_id = $1 AND reason = 'promise'", ticket.ticket
        )
        assert owed == (channel == "landline")
        assert "3月11日周三下午5点前给您回话。" in await said(desk, ticket.number)  # by asking they hear
        heard = "SELECT heard_at FROM promise WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1"
        assert await desk.conn.fetchval(heard, ticket.ticket) == desk.clock.now()


async def test_what_is_done_again_is_promised_anew(desk: Desk) -> None:
    ticket = await opened(desk, "inquiry", "normal", "sms")
    await _go(desk, ticket.number, "signed")
    do = {"conn": desk.conn, "services": desk.services}
    await move(**do, who=desk.liaison, number=ticket.number, path="replies", outcome="solved", public="已修好")
    await move(**do, who=desk.operator, number=ticket.number, path="report-backs", via="call", text="已修好")
    await move(**do, who=desk.operator, number=ticket.number, path="follow-ups", reached=True, solved=False)
    assert "3月11日周三下午5点前给您回话。" in await said(desk, ticket.number)
