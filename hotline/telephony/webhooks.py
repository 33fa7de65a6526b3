"""Twilio's webhooks: signed, durable before they are answered (design.md, rule 6)."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import asyncpg
from aiohttp import web

from hotline.base.db import queries
from hotline.base.metrics import FORGED
from hotline.base.problem import BadField, Forbidden
from hotline.base.requests import house_of, now_of, pool_of, whole
from hotline.base.web import Route
from hotline.intake.inbox import INBOX
from hotline.telephony.signature import is_signed, tokens

Q = queries("hotline.telephony")
log = logging.getLogger(__name__)
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def signed(request: web.Request) -> Mapping[str, str]:
    """The form of a signed webhook. A wrong or missing signature: 403, counted, nothing else kept."""
    house = house_of(request)
    form = await request.post()
    fields = {k: v for k, v in form.items() if isinstance(v, str)}
    url = house.settings.public_url + request.raw_path
    given = request.headers.get("X-Twilio-Signature", "")
    if len(fields) != len(form) or not is_signed(tokens(house.settings, house.keys), url, form, given):  # type: ignore[arg-type]
        FORGED.inc()
        await _count(request)
        raise Forbidden("The signature is wrong.")
    return fields


async def _count(request: web.Request) -> None:
    day = now_of(request).astimezone(house_of(request).settings.zone).date()
    try:
        async with pool_of(request).acquire() as conn:
            await conn.execute(Q["count"], "forged_signature", day)
    except (TimeoutError, OSError, asyncpg.PostgresError) as error:
        log.warning("a forged signature could not be counted: %s", error)


def twiml(text: str = EMPTY) -> web.Response:
    """An answer to Twilio."""
    return web.Response(text=text, content_type="text/xml")


async def sms(request: web.Request) -> web.StreamResponse:
    """An SMS: durable under its SID, then answered; the ticket follows within a second."""
    fields = await signed(request)
    await request.app[INBOX].keep("sms", _sid(fields), "", fields)
    return twiml()


def _sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    if not sid:
        raise BadField("A message has its id.", field="MessageSid")
    return sid


async def status(request: web.Request) -> web.StreamResponse:
    """The receipt of a message or page that we sent; the address names which."""
    fields = dict(await signed(request))
    outbox = request.query.get("outbox", "")
    sid = fields.get("MessageSid") or fields.get("SmsSid") or fields.get("CallSid", "")
    said = fields.get("MessageStatus") or fields.get("SmsStatus") or fields.get("CallStatus", "")
    if whole(outbox) is not None and sid:
        await request.app[INBOX].keep("status", sid, said, fields | {"outbox": outbox})
    return twiml()


def routes() -> list[Route]:
    return [
        Route(
            method="POST", path="/twilio/sms", handler=sms, summary="An SMS came", roles=None, rule="signed"
        ),
        Route(
            method="POST",
            path="/twilio/sms/status",
            handler=status,
            summary="A receipt",
            roles=None,
            rule="signed",
        ),
        Route(
            method="POST",
            path="/twilio/voice/status",
            handler=status,
            summary="A call we made ended",
            roles=None,
            rule="signed",
        ),
    ]
