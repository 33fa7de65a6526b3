"""However the carrier ends a call that no operator took, a call-back is owed with its clock, and who was rung is free at once."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.calls import endings
from hotline.calls.rings import sweep_rings
from hotline.calls.state_sweeps import sweep_states
from hotline.calls.waiting import sweep_waiting
from hotline.contacts import call_ends
from hotline.moves import contact_ends
from hotline.people.actions import ActionContext
from hotline.telephony.unsaid_ends import sweep_unsaid_ends
from hotline.ticket import Role
from routing.outages import outages
from tests import office
from tests.doors import token
from tests.forms import FormRow, forms
from tests.line import webhook

_calls = itertools.count(1)
#: Whether an operator has nobody on the line and nothing to write down: ready, or on a break since the ring was missed.
_FREE = "SELECT state IN ('ready', 'break') FROM operator_state WHERE user_id = $1 AND ended_at IS NULL"
_SETTINGS = {"nobody", "outage", "hidden"}
_LATER = {
    "soon": timedelta(minutes=9, seconds=59),
    "later": timedelta(minutes=20),
    "much later": timedelta(hours=3),
}


class TelephoneLine:
    """A telephone line with one operator; each form is a call of its own."""

    def __init__(self, client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> None:
        self.client, self.pool, self.services, self.clock = client, pool, services, clock

    async def open(self) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            self.operator = await office.user(conn, Role.OPERATOR, phone="+8613911110009", services=self.services)
            await office.on_shift(conn, self.operator, self.clock.now())
            await office.ready_for_calls(conn, self.operator, self.clock.now())
            water = await office.department(conn, "T61", "测试自来水公司", duties=["停水"])
            self.water = await office.user(conn, Role.LIAISON, department=water)

    async def comes_to(self, form: str) -> str:
        """What came of a call."""
        steps = [step.strip() for step in form.split("|")]
        self.sid = f"CA{next(_calls):032d}"
        self.sender = "anonymous" if "hidden" in steps else f"+86139{next(_calls):08d}"
        async with self.pool.acquire() as conn, conn.transaction():
            await office.ready_for_calls(conn, self.operator, self.clock.now(), ready="nobody" not in steps)
            self.outage = await self._outage(conn) if "outage" in steps else None
        for step in steps:
            if step not in _SETTINGS:
                await self.step(*step.partition("=")[::2])
        return await self._became("nobody" not in steps)

    async def _outage(self, conn: Conn) -> int:
        now = self.clock.now()
        body = outages.OutageBody(matter="停水", place="丽发新城", text="抢修", until=now + timedelta(hours=5))
        context = ActionContext(conn, self.services, self.water, now, None)
        return int(str((await outages.post_outage(context, body))["outage"]))

    async def step(self, step: str, word: str = "") -> None:
        """One word of the carrier's, one of the operator's, or a while."""
        if step in _LATER:
            self.clock.move(_LATER[step])
            await call_ends.sweep_unended_calls(self.pool, self.services, self.clock.now())
            for sweep in (sweep_rings, sweep_waiting, sweep_unsaid_ends, sweep_states):
                await sweep(self.pool, self.services, self.clock.now())
        elif step in {"silent", "misdialled"}:
            await self._said(step)
        else:
            await self._says(step, word)

    async def _says(self, step: str, word: str) -> None:
        word, _, more = word.partition(":")
        fields = {"CallSid": self.sid, "From": self.sender, "CallStatus": "in-progress"}
        match step:
            case "voice" | "queue":
                path = f"/twilio/voice{'' if step == 'voice' else '/queue'}"
            case "known":
                path, fields["Digits"] = f"/twilio/voice/known?items={self.outage}", word
            case "status":
                path, fields["CallStatus"] = "/twilio/voice/call-status", word
                fields["Direction"] = more or "inbound"
            case "taken":
                path = "/twilio/voice/taken"
                fields |= {"ParentCallSid": self.sid, "CallSid": "CB", "CallStatus": word or "in-progress"}
            case "ended":
                path, fields["DialCallStatus"] = "/twilio/voice/ended", word
                if word in {"completed", "answered"}:
                    fields["DialCallDuration"] = "0" if more == "0" else "35"
                    fields["DialBridged"] = "false" if more == "unbridged" else "true"
            case "voicemail":
                path = "/twilio/voice/voicemail"
                fields |= {"RecordingSid": f"RE{self.sid}"} if word else {}
            case _:
                raise AssertionError(step)
        status, _ = await webhook(self.client, self.services, path, **fields)
        assert status == 200

    async def _said(self, code: str) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            contact = await conn.fetchval("SELECT id FROM contact WHERE call_sid = $1", self.sid)
            body = contact_ends.End.model_validate({"code": code})
            await contact_ends.end(conn, self.services, self.operator, contact, body, self.clock.now())

    async def _became(self, somebody: bool) -> str:
        async with self.pool.acquire() as conn, conn.transaction():
            row = await conn.fetchrow("SELECT id, outcome, code FROM contact WHERE call_sid = $1", self.sid)
            if row is None:
                return "none"
            owed = await conn.fetchrow(
                "SELECT id, reason, asked_at FROM call_back WHERE contact_id = $1 AND done_at IS NULL",
                row["id"],
            )
            clocks = await conn.fetch(
                "SELECT due_at - started_at FROM clock c JOIN call_back b ON b.id = c.call_back_id"
                " WHERE b.contact_id = $1 AND c.state = 'running'",
                row["id"],
            )
            assert [c[0] for c in clocks] == ([timedelta(minutes=15)] if owed else []), "its clock"
            free = await conn.fetchval(_FREE, self.operator.id)
            await conn.execute("UPDATE contact SET outcome = 'no_action', code = 'test' WHERE outcome IS NULL")
            for call in await conn.fetch("SELECT id FROM call WHERE ended_at IS NULL"):
                await endings.caller_left(conn, self.services, call["id"], self.clock.now())
        outcome = {None: "open", "call_back": "", "no_action": f"no_action {row['code']}"}.get(
            row["outcome"], row["outcome"]
        )
        ends_so = ", ".join(filter(None, (outcome, f"owed {owed['reason']}" if owed else "")))
        return f"{ends_so}; {'free' if free else 'busy'}" if somebody else ends_so


@pytest.fixture
async def line(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> TelephoneLine:
    made = TelephoneLine(client, pool, services, clock)
    await made.open()
    return made


async def test_how_each_call_ends(line: TelephoneLine) -> None:
    wrong: list[tuple[FormRow, str]] = []
    for form in sorted(forms("call_ends"), key=lambda f: "outage" in f.input):
        found = await line.comes_to(form.input)
        if found != form.meant:
            wrong.append((form, found))
    assert not wrong, "\n".join(f"{f.input}: {found}, not {f.meant} ({f.why})" for f, found in wrong)


async def test_the_sweep_owes_once(line: TelephoneLine) -> None:
    assert await line.comes_to("voice | later") == "owed missed; free"
    assert await call_ends.sweep_unended_calls(line.pool, line.services, line.clock.now()) == 0
    assert await line.comes_to("voice | taken | status=completed | later") == "open, owed unended; free"
    assert await call_ends.sweep_unended_calls(line.pool, line.services, line.clock.now()) == 0


@pytest.mark.parametrize(("step", "owed"), [(-timedelta(seconds=1), 0), (timedelta(), 1), (timedelta(seconds=1), 1)])
async def test_an_end_is_missing_after_a_quarter_of_an_hour(line: TelephoneLine, step: timedelta, owed: int) -> None:
    for name in ("voice", "taken", "status=completed"):
        line.sid, line.sender, line.outage = "CA1", "+8613900000099", None
        await line.step(*name.partition("=")[::2])
    line.clock.move(call_ends.UNENDED + step)
    assert await call_ends.sweep_unended_calls(line.pool, line.services, line.clock.now()) == owed


async def test_what_has_no_end_stands_at_the_desk_and_a_ticket_ends_it(line: TelephoneLine) -> None:
    """Both the contact and the call that is owed for it; a ticket that is opened on either ends both."""
    mine = await token(line.pool, line.services, line.operator)
    line.sid, line.sender, line.outage = "CA1", "+8613900000098", None
    for name in ("voice", "taken", "status=completed", "later"):
        await line.step(*name.partition("=")[::2])
    (contact,) = (await (await line.client.get("/api/v1/contacts", headers=mine)).json())["items"]
    (owed,) = (await (await line.client.get("/api/v1/call-backs", headers=mine)).json())["items"]
    assert (owed["contact"], owed["reason"]) == (contact["id"], "unended")
    body = {"note": "已接通，来电人咨询社保"}
    answer = await line.client.post(f"/api/v1/call-backs/{owed['id']}/completions", json=body, headers=mine)
    assert answer.status == 200
    for path in ("contacts", "call-backs"):
        assert (await (await line.client.get(f"/api/v1/{path}", headers=mine)).json())["items"] == []
