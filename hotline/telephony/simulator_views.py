"""`/simulator`: a citizen's phone, a liaison's phone, and the carrier between them (contract.md, Settings)."""

from __future__ import annotations

import io
import re
import secrets
from xml.etree import ElementTree

import aiohttp
from aiohttp import web
from PIL import Image

from hotline.base.config import is_loopback
from hotline.base.http.live import stream
from hotline.base.http.problem import BadField, Missing
from hotline.base.http.rendering import page, t
from hotline.base.http.requests import form_of, now_of, pool_of, see_other, services_of
from hotline.base.http.route import Route
from hotline.telephony import line_sql, telephony_sql
from hotline.telephony.simulator import hold, post

_NUMBER = re.compile(r"\+?\d{5,15}(?:;ext=\d{1,6})?")
CITIZEN = "+8613900001890"


def _only_here(request: web.Request) -> None:
    settings = services_of(request).settings
    if settings.has_twilio or not settings.is_local or not is_loopback(request.remote or ""):
        raise Missing("The simulator works only without a carrier and on this machine.")


def _number(raw: str) -> str:
    number = raw.strip().replace(" ", "")
    if not _NUMBER.fullmatch(number):
        raise BadField("This is not a phone number.", field="phone")
    return number


async def show(request: web.Request) -> web.StreamResponse:
    """The phones side by side."""
    _only_here(request)
    services = services_of(request)
    citizen = _number(request.query.get("citizen", "") or CITIZEN)
    async with pool_of(request).acquire() as conn:
        liaisons = [
            {
                "name": row.shown_name,
                "department": row.department,
                "number": services.keys.decrypt(row.phone_enc),
            }
            for row in await telephony_sql.liaison_phones(conn)
        ]
        last = await telephony_sql.last_page(conn)
        paged = services.keys.decrypt(last.to_enc) if last else (liaisons[0]["number"] if liaisons else "")
        liaison = _number(request.query.get("liaison", "") or paged or "+8613900001891")
        outside = [_outside(request, row) for row in await line_sql.outside_calls(conn)]
        shown = {number: await telephony_sql.messages_of(conn, number) for number in (citizen, liaison)}
    return page(
        request,
        "telephony/simulator.html",
        citizen=citizen,
        liaison=liaison,
        liaisons=liaisons,
        shown=shown,
        outside=outside,
        spoken=request.query.get("spoken", ""),
        paged=paged,
    )


def _outside(request: web.Request, row: line_sql.OutsideCallsRow) -> dict[str, object]:
    """A telephone outside that rings: whose it is, and the party."""
    keys = services_of(request).keys
    known = row.emergency or row.department
    number = row.number_enc or row.phone_enc
    return {"party": row.id, "name": known or (keys.decrypt(number) if number else t(request, "The caller"))}


async def send(request: web.Request) -> web.StreamResponse:
    """An SMS from one of the phones: a signed webhook to our own handler."""
    _only_here(request)
    form = await form_of(request)
    phone, text = _number(str(form.get("phone", ""))), str(form.get("text", ""))
    sid, now = "SM" + secrets.token_hex(16), now_of(request)
    content = photograph(sid) if form.get("picture") else b""
    async with pool_of(request).acquire() as conn, conn.transaction():
        await hold(conn, sid, "in", "sms", phone, text, "", "", now)
        if content:
            await telephony_sql.hold_picture(conn, sid, 0, content)
    fields = {
        "MessageSid": sid,
        "From": phone,
        "To": services_of(request).settings.number,
        "Body": text,
        "NumMedia": "1" if content else "0",
    }
    if content:
        where = f"{services_of(request).settings.public_url}/simulator/pictures/{sid}/0"
        fields |= {"MediaUrl0": where, "MediaContentType0": "image/jpeg"}
    await _posted(request, "/twilio/sms", fields)
    raise _back(form.get("citizen"), form.get("liaison"))


def photograph(sid: str) -> bytes:
    """What a simulated phone takes a picture of: one colour, another for each message."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), f"#{sid[-6:]}").save(out, "JPEG")
    return out.getvalue()


async def call(request: web.Request) -> web.StreamResponse:
    """A call from the citizen's phone; what the hotline says is shown. A voicemail may be left."""
    _only_here(request)
    form = await form_of(request)
    phone = _number(str(form.get("phone", "")))
    sid = str(form.get("sid") or "CA" + secrets.token_hex(16))
    path = str(form.get("path") or "/twilio/voice")
    if not path.startswith("/twilio/voice"):
        raise BadField("This is not a step of a call.", field="path")
    fields = {"CallSid": sid, "From": phone, "To": services_of(request).settings.number, "CallStatus": "ringing"}
    for name in ("Digits", "DialCallStatus", "RecordingSid"):
        if form.get(name):
            fields[name] = str(form[name])
    if fields.get("DialCallStatus") == "completed":
        fields["DialCallDuration"] = "42"
    said, steps = heard(await _posted(request, path, fields))
    return page(
        request,
        "telephony/call.html",
        said=said,
        steps=steps,
        sid=sid,
        phone=phone,
        citizen=phone,
        liaison=form.get("liaison", ""),
    )


def heard(twiml: str) -> tuple[list[str], list[tuple[str, str]]]:
    """What TwiML says, and which steps can follow: (verb, path)."""
    root = ElementTree.fromstring(twiml)  # noqa: S314 - our own answer
    said = [element.text or "" for element in root.iter("Say")]
    steps = [
        (element.tag, element.get("action") or element.text or "")
        for element in root
        if element.tag in {"Dial", "Record", "Gather", "Redirect"}
    ]
    return said, steps


async def _posted(request: web.Request, path: str, fields: dict[str, str]) -> str:
    try:
        return await post(request.app, path, fields)
    except aiohttp.ClientError as error:
        raise BadField(t(request, "The hotline did not take it: %(said)s", said=str(error)), field="text") from error


def _back(citizen: object, liaison: object) -> web.HTTPSeeOther:
    return see_other(
        f"/simulator?citizen={str(citizen or '').replace('+', '%2B')}&liaison={str(liaison or '').replace('+', '%2B')}"
    )


async def live(request: web.Request) -> web.StreamResponse:
    """News for the simulator's page."""
    _only_here(request)
    return await stream(request, ["simulator"])


ROUTES = (
    Route(
        method="GET",
        path="/simulator",
        handler=show,
        summary="The simulator",
        roles=None,
        rule="on this machine, without a carrier",
    ),
    Route(
        method="POST",
        path="/simulator/sms",
        handler=send,
        summary="An SMS",
        roles=None,
        rule="on this machine, without a carrier",
    ),
    Route(
        method="POST",
        path="/simulator/call",
        handler=call,
        summary="A call",
        roles=None,
        rule="on this machine, without a carrier",
    ),
    Route(
        method="GET",
        path="/simulator/live",
        handler=live,
        summary="News",
        roles=None,
        rule="on this machine, without a carrier",
    ),
)
