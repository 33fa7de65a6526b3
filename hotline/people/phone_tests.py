"""Tests of staff telephones: a number counts only after a code by SMS was sent back or typed in, or a key was pressed
in a call (rulebook §6).
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal, Problem, TooMany
from hotline.base.services import InboundSms, Outgoing, Services
from hotline.base.text.phones import written
from hotline.base.text.search_keys import folded
from hotline.outbox.store import Message, enqueue
from hotline.people import people_sql, phone_tests_sql
from hotline.people.actions import Action, ActionContext, Result, action_routes
from hotline.people.roles import EVERYBODY
from hotline.people.store import audit

LASTS = timedelta(minutes=30)
#: Tests a day and user, and wrong codes a test.
_A_DAY, _TRIES = 10, 5
#: Six digits, wherever they stand in the message.
_CODE = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})(?!\d)")
Via = Literal["sms", "voice"]


class PhoneTestBody(BaseModel):
    """How the number is tested."""

    model_config = ConfigDict(extra="forbid")
    via: Via = "sms"


class Code(BaseModel):
    """The code that came."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    code: Annotated[str, StringConstraints(min_length=1, max_length=12)]


async def set_number(conn: Conn, services: Services, user: int, raw: str, actor: str, now: datetime) -> bool:
    """Give a user a number and send its test; True where it is another than before. Raises BadField.

    By the user on the own page, or by an administrator. A number that is as it was stays tested.
    """
    phone = written(raw, services.settings.area_code)
    if not phone.number:
        raise BadField("This is not a phone number.", field="phone")
    hashed = services.keys.hash(phone.number)
    row = await people_sql.user(conn, user)
    assert row is not None, user
    if row.phone_hash == hashed:
        return False
    await _be_alone(conn, user, hashed)
    await people_sql.set_phone(conn, user, services.keys.encrypt(phone.number), hashed, None)
    await phone_tests_sql.end_tests(conn, user, now)
    await audit(conn, actor, "phone_set", now, user=user)
    await send_test(conn, services, user, "sms" if phone.takes_sms else "voice", now)
    return True


async def _be_alone(conn: Conn, user: int, hashed: bytes) -> None:
    """One phone is one person: a number that somebody else has tested is theirs."""
    for other in await people_sql.users_with_phone(conn, hashed):
        if other.id != user and other.phone_tested_at is not None:
            raise BadField("This number is another user's.", field="phone")


async def send_test(conn: Conn, services: Services, user: int, via: Via, now: datetime) -> int:
    """Send a test to the user's number; returns its id. Raises Illegal (no number), TooMany."""
    row = await people_sql.user(conn, user)
    assert row is not None, user
    if row.phone_enc is None:
        raise Illegal("Enter a number first.")
    if await phone_tests_sql.tests_since(conn, user, now - timedelta(days=1)) >= _A_DAY:
        raise TooMany("Too many tests today. Try again tomorrow.")
    await phone_tests_sql.end_tests(conn, user, now)
    code = f"{secrets.randbelow(10**6):06d}"
    made: int = await phone_tests_sql.insert_test(
        conn,
        user,
        via,
        row.phone_hash,
        services.keys.hash(f"phone test {user} {code}"),
        now,
        now + LASTS,
    )
    text = "phone_test" if via == "sms" else "phone_test_voice"
    body = services.texts.say(text, row.language, hotline=services.settings.number, code=code)
    message = Message(
        f"phone_test:{made}",
        text,
        via,
        services.keys.decrypt(row.phone_enc),
        body,
        user_id=user,
        about={"test": made},
    )
    await enqueue(conn, services.keys, [message], now)
    await audit(conn, f"user:{user}", "phone_test_asked", now, user=user, via=via)
    return made


async def confirm_number(conn: Conn, services: Services, user: int, code: str, how: str, now: datetime) -> None:
    """The code of the open test: the number counts from now on. Raises BadField (wrong code), Illegal (no open test)."""
    row = await phone_tests_sql.open_test(conn, user, now)
    if row is None or row.tries > _TRIES:
        raise Illegal("No test is open: ask for a new code.")
    if not hmac.compare_digest(row.code_hash, services.keys.hash(f"phone test {user} {code}")):
        raise BadField("The code is wrong.", field="code")
    await _passed(conn, row, how, now)


async def _passed(
    conn: Conn, row: phone_tests_sql.OpenTestRow | phone_tests_sql.OpenTestsOfRow, how: str, now: datetime
) -> None:
    await _be_alone(conn, row.user_id, row.phone_hash)
    await phone_tests_sql.pass_test(conn, row.id, now)
    if await phone_tests_sql.count_phone(conn, row.user_id, row.phone_hash, now):
        await audit(conn, f"user:{row.user_id}", "phone_tested", now, user=row.user_id, how=how)


async def claim(conn: Conn, services: Services, sms: InboundSms, now: datetime) -> bool:
    """The code sent back by SMS from the number under test."""
    match = _CODE.search(folded(sms.text))
    if match is None or not sms.sender.number:
        return False
    for row in await phone_tests_sql.open_tests_of(conn, services.keys.hash(sms.sender.number), now):
        if row.tries < _TRIES and hmac.compare_digest(
            row.code_hash, services.keys.hash(f"phone test {row.user_id} {match[1]}{match[2]}")
        ):
            try:
                await _passed(conn, row, "sms", now)
            except BadField:
                return False
            body = services.texts.say("phone_tested", row.language, hotline=services.settings.number)
            message = Message(f"answer:{sms.inbound_id}", "answer", "sms", sms.sender.number, body, user_id=row.user_id)
            await enqueue(conn, services.keys, [message], now)
            return True
    return False


async def on_key(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """The receipt hook of the voice test: its key was pressed."""
    if state == "acknowledged":
        row = await phone_tests_sql.test(conn, message.about["test"], now)
        if row is not None:
            await _passed(conn, row, "voice", now)


async def _asked(context: ActionContext, body: PhoneTestBody) -> Mapping[str, object]:
    await send_test(context.conn, context.services, int(context.user.id), body.via, context.now)
    return {"via": body.via}


async def _confirmed(context: ActionContext, body: Code) -> Result:
    """That it was tried stays, also where the code is wrong."""
    conn, user = context.conn, int(context.user.id)
    await phone_tests_sql.count_try(conn, user, context.now)
    try:
        async with conn.transaction():
            await confirm_number(conn, context.services, user, body.code, "typed", context.now)
    except Problem as error:
        return error
    return {"tested_at": context.now}


ACTIONS = (
    Action(
        path="phone-tests",
        page="/me/phone-tests",
        back="/me?done=test",
        form_on="/me",
        summary="Test one's number by SMS or call",
        roles=EVERYBODY,
        rule="oneself",
        body=PhoneTestBody,
        perform=_asked,
        limited=True,
        tag="people",
    ),
    Action(
        path="phone-tests/confirmations",
        page="/me/phone-tests/confirmations",
        back="/me?done=tested",
        form_on="/me",
        summary="The code that came",
        roles=EVERYBODY,
        rule="oneself",
        body=Code,
        perform=_confirmed,
        tag="people",
    ),
)
ROUTES = action_routes(ACTIONS)
