"""The REST side of the double of Twilio Voice (`twilio_line.py`)."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from tests.carrier import ACCOUNT
from tests.hotline.telephony.twilio_line import Leg, TwilioLine
from tests.hotline.telephony.twiml import ANYWHERE, IN_ROOM

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"


class RestOfLine:
    """Takes requests for a line."""

    def __init__(self, line: TwilioLine) -> None:
        self.line = line

    async def _fields(self, request: web.Request, name: str) -> dict[str, str]:
        """What was asked; raises what the line's mood says."""
        form = await request.post() if request.method == "POST" else request.query
        fields = {key: " ".join(str(v) for v in form.getall(key)) for key in form}
        self.line.asked.append((name, fields))
        mood = self.line.mood
        if mood and mood != "lose":
            self.line.mood = ""
            status, _, code = mood.partition("/")
            said = {"code": int(code or 20001), "message": "no", "status": int(status)}
            raise _refusal(int(status), said)
        if self.line.plain and name.startswith(("room", "participant", "invite", "record")):
            raise _refusal(404, {"code": 20404, "message": "there is no such resource here", "status": 404})
        return fields

    def _lose(self, request: web.Request) -> None:
        if self.line.mood == "lose":
            self.line.mood = ""
            assert request.transport is not None
            request.transport.abort()

    async def place(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "place")
        leg = Leg(
            f"CA{secrets.token_hex(16)}", f["To"], f["From"], False, url=f["Url"], callback=f.get("StatusCallback", "")
        )
        leg.status = "ringing"
        self.line.legs[leg.sid] = leg
        self._lose(request)
        return web.json_response(_leg(leg), status=201)

    async def update(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "update")
        leg = self.line.legs.get(request.match_info["sid"])
        if leg is None:
            raise _refusal(404, {"code": 20404, "message": "not found", "status": 404})
        if not leg.is_on:
            raise _refusal(400, {"code": 21220, "message": "the call is not in progress", "status": 400})
        if f.get("Status") == "completed":
            status = "completed" if leg.status == "in-progress" else "canceled"
            self.line.due.append(lambda: self.line.ended(leg, status))
        if "Url" in f:
            self.line.due.append(lambda: self._moved(leg, f["Url"]))
        return web.json_response(_leg(leg))

    async def _moved(self, leg: Leg, url: str) -> None:
        """A leg goes on at another document, out of queue and conference."""
        if not leg.is_on:
            return
        room, leg.room, leg.queued, leg.waits, leg.rest = leg.room, "", "", ("", ""), []
        self.line.stop_children(leg)
        if room:
            await self.line.left(leg, room)
        await self.line.fetch(leg, url, ANYWHERE)

    async def fetch(self, request: web.Request) -> web.Response:
        await self._fields(request, "fetch")
        leg = self.line.legs.get(request.match_info["sid"])
        if leg is None:
            raise _refusal(404, {"code": 20404, "message": "not found", "status": 404})
        return web.json_response(_leg(leg))

    async def list_calls(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "calls")
        found = [
            x
            for x in reversed(self.line.legs.values())
            if f.get("To", x.to) == x.to and f.get("From", x.sender) == x.sender
        ]
        return _paged(request, "calls", [_leg(x) for x in found])

    async def list_messages(self, request: web.Request) -> web.Response:
        await self._fields(request, "messages")
        return _paged(request, "messages", self.line.messages)

    async def list_rooms(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "rooms")
        room = self.line.rooms.get(f["FriendlyName"])
        return _paged(request, "conferences", [{"sid": room.sid, "friendly_name": f["FriendlyName"]}] if room else [])

    async def end_room(self, request: web.Request) -> web.Response:
        await self._fields(request, "room")
        name = self._name(request.match_info["room"])
        for leg in [x for x in self.line.legs.values() if x.room == name]:
            self.line.due.append(lambda leg=leg: self.line.ended(leg, "completed"))
        return web.json_response({"sid": request.match_info["room"], "status": "completed"})

    def _name(self, sid: str) -> str:
        found = next((name for name, room in self.line.rooms.items() if room.sid == sid), None)
        if found is None:
            raise _refusal(404, {"code": 20404, "message": "not found", "status": 404})
        return found

    async def invite(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "invite")
        leg = Leg(f"CA{secrets.token_hex(16)}", f["To"], f["From"], False, callback=f.get("StatusCallback", ""))
        leg.status, leg.room, leg.muted = "ringing", request.match_info["room"], f.get("Muted") == "true"
        leg.coached = f.get("CallSidToCoach", "")
        self.line.room(leg.room, "")
        self.line.legs[leg.sid] = leg
        self._lose(request)
        return web.json_response({"call_sid": leg.sid, "account_sid": ACCOUNT, "muted": leg.muted}, status=201)

    async def participant(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "participant")
        name, leg = self._name(request.match_info["room"]), self.line.legs.get(request.match_info["sid"])
        if leg is None or leg.room != name or leg.status != "in-progress":
            raise _refusal(404, {"code": 20404, "message": "not found", "status": 404})
        if "Hold" in f:
            leg.held = f["Hold"] == "true"
            if leg.held:
                await self.line.fetch(leg, f["HoldUrl"], IN_ROOM)
        if "Muted" in f:
            leg.muted = f["Muted"] == "true"
        if "Coaching" in f:
            leg.coached = f.get("CallSidToCoach", "") if f["Coaching"] == "true" else ""
        if "AnnounceUrl" in f:
            await self.line.fetch(leg, f["AnnounceUrl"], IN_ROOM)
        return web.json_response({"call_sid": leg.sid, "muted": leg.muted, "hold": leg.held})

    async def record(self, request: web.Request) -> web.Response:
        f = await self._fields(request, "record")
        leg = self.line.legs[request.match_info["sid"]]
        leg.recording, leg.recorded = f"RE{secrets.token_hex(16)}", f["RecordingStatusCallback"]
        return web.json_response({"sid": leg.recording, "call_sid": leg.sid, "status": "in-progress"}, status=201)

    async def media(self, request: web.Request) -> web.Response:
        return web.Response(body=self.line.audio, content_type="audio/x-wav")


def _refusal(status: int, said: dict[str, Any]) -> web.HTTPException:
    error = web.HTTPBadRequest(text=web.json_response(said).text, content_type="application/json")
    error.set_status(status)
    return error


def _leg(leg: Leg) -> dict[str, Any]:
    direction = "inbound" if leg.inbound else "outbound-dial" if leg.parent else "outbound-api"
    at = format_datetime(leg.at.astimezone(UTC))
    return {
        "sid": leg.sid,
        "to": leg.to,
        "from": leg.sender,
        "direction": direction,
        "status": leg.status,
        "date_created": at,
        "start_time": at,
        "account_sid": ACCOUNT,
        "parent_call_sid": leg.parent or None,
    }


def _paged(request: web.Request, name: str, rows: list[dict[str, Any]]) -> web.Response:
    """A page of a list, with the address of the next."""
    size, page = int(request.query.get("PageSize", "50")), int(request.query.get("Page", "0"))
    more = (page + 1) * size < len(rows)
    following = f"{request.path}?PageSize={size}&Page={page + 1}" if more else None
    shown = rows[page * size : (page + 1) * size]
    return web.json_response({name: shown, "page": page, "page_size": size, "next_page_uri": following, "uri": ""})


@asynccontextmanager
async def twilio_line(*, plain: bool = False) -> AsyncIterator[TwilioLine]:
    """The double on a free loopback port."""
    line = TwilioLine(plain=plain)
    rest, app = RestOfLine(line), web.Application()
    app.router.add_post(f"{BASE}/Calls.json", rest.place)
    app.router.add_get(f"{BASE}/Calls.json", rest.list_calls)
    app.router.add_get(f"{BASE}/Messages.json", rest.list_messages)
    app.router.add_get(f"{BASE}/Calls/{{sid}}.json", rest.fetch)
    app.router.add_post(f"{BASE}/Calls/{{sid}}.json", rest.update)
    app.router.add_post(f"{BASE}/Calls/{{sid}}/Recordings.json", rest.record)
    app.router.add_get(f"{BASE}/Conferences.json", rest.list_rooms)
    app.router.add_post(f"{BASE}/Conferences/{{room}}.json", rest.end_room)
    app.router.add_post(f"{BASE}/Conferences/{{room}}/Participants.json", rest.invite)
    app.router.add_post(f"{BASE}/Conferences/{{room}}/Participants/{{sid}}.json", rest.participant)
    app.router.add_get(f"{BASE}/Recordings/{{file}}", rest.media)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    line.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield line
    finally:
        await runner.cleanup()
