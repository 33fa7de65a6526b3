"""Twilio's webhooks: signed, durable before they are answered (architecture.md, rule 6)."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import prometheus_client
from aiohttp import web
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.base.db.connection import AWAY, Pool
from hotline.base.http.problem import BadField, Forbidden
from hotline.base.http.requests import FORM, check_open_body, now_of, pool_of, read_int, services_of
from hotline.base.http.route import POOL, Route
from hotline.base.text.characters import clean
from hotline.base.text.phones import dialled
from hotline.contacts.inbox import INBOX
from hotline.telephony import telephony_sql
from hotline.telephony.signature import is_signed, tokens

FORGED = prometheus_client.Counter("hotline_forged_signatures", "Webhooks refused for a wrong or missing signature")
log = logging.getLogger(__name__)
#: Seconds for a body to come: the carrier sends it at once, and waits 15 s for us in all.
_READ_WITHIN = 10
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def signed(request: web.Request) -> Mapping[str, str]:
    """The form of a signed webhook. A wrong or missing signature: 403, counted, nothing else kept.

    What the head already shows to be no delivery (another content type, too long a body, no signature) is refused before
    the body is read. Raises Forbidden, WrongType, TooLarge.
    """
    services = services_of(request)
    given = request.headers.get("X-Twilio-Signature", "")
    if not given:
        raise _forged(request)
    check_open_body(request, frozenset({FORM}))
    async with asyncio.timeout(_READ_WITHIN):
        form = await request.post()
    fields = {k: v for k, v in form.items() if isinstance(v, str)}
    url = services.settings.public_url + request.raw_path
    if not is_signed(tokens(services.settings, services.keys), url, form, given):  # type: ignore[arg-type]
        raise _forged(request)
    return {name: clean(value) for name, value in fields.items()}


def _forged(request: web.Request) -> Forbidden:
    """Count it, without making whoever sends thousands wait for the database, or the database for them."""
    FORGED.inc()
    request.app[FORGERIES].add(now_of(request).astimezone(services_of(request).settings.zone).date())
    return Forbidden("The signature is wrong.")


@dataclass(slots=True)
class Forgeries:
    """Forged deliveries by day that are not yet in the database; one statement takes all that came meanwhile."""

    pool: Pool
    waiting: Counter[date] = field(default_factory=Counter)
    come: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, day: date) -> None:
        self.waiting[day] += 1
        self.come.set()

    async def write(self) -> None:
        """For ever: write what was counted. What cannot be written now is kept for the next time."""
        while True:
            await self.come.wait()
            self.come.clear()
            for day, n in list(self.waiting.items()):
                try:
                    async with self.pool.acquire() as conn:
                        await telephony_sql.count(conn, "forged_signature", day, n)
                except AWAY as error:
                    log.warning("forged signatures could not be counted: %s", error)
                else:
                    self.waiting[day] -= n
                    if not self.waiting[day]:
                        del self.waiting[day]


FORGERIES = web.AppKey("forgeries", Forgeries)


async def forgeries(app: web.Application) -> AsyncIterator[None]:
    """The count of forged deliveries of a process, while it serves."""
    app[FORGERIES] = found = Forgeries(app[POOL])
    task = asyncio.create_task(found.write())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def outgoing_call(request: web.Request) -> telephony_sql.PageWordsRow | None:
    """The call of ours that the address names, with its words; None where it names none."""
    if (outbox := read_int(request.query.get("outbox", ""))) is None:
        return None
    async with pool_of(request).acquire() as conn:
        return await telephony_sql.page_words(conn, outbox)


def speak(into: VoiceResponse | Gather, words: str, language: str) -> None:
    """Words that are read aloud, in their language."""
    into.say(words, language="zh-CN" if language == "zh" else "en-GB")


def put_number(dial: Dial, number: str, **more: str) -> None:
    """Dial a number as it is kept, its extension too."""
    to, digits = dialled(number)
    dial.number(to, **({"send_digits": digits} if digits else {}), **more)


def twiml(text: str = EMPTY) -> web.Response:
    """An answer to Twilio."""
    return web.Response(text=clean(text), content_type="text/xml")


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
    if read_int(outbox) is not None and sid:
        await request.app[INBOX].keep("status", sid, said, fields | {"outbox": outbox})
    return twiml()


ROUTES = (
    Route(method="POST", path="/twilio/sms", handler=sms, summary="An SMS came", roles=None, rule="signed"),
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
)
