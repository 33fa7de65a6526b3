"""Twilio Voice as far as the hotline uses it, or a Twilio-compatible server: a stateful double that carries out our documents.

It takes REST requests of the real client, and what follows from them (documents fetched, statuses said, somebody joins) waits in `due` until the
story lets it happen: `run()` in order, or otherwise where a story says so. Each document is held against the table of `twiml.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from tests.carrier import NUMBER
from tests.hotline.telephony.twiml import ANYWHERE, BEFORE_BRIDGE, WAITING, faults, strangers

#: `post(path, fields)`: a signed webhook to the program; gives its answer.
Post = Callable[[str, dict[str, str]], Awaitable[str]]
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(slots=True)
class Leg:
    """One end of a call at the carrier. `waits`: where its document stands: (verb, address to go on at)."""

    sid: str
    to: str
    sender: str
    inbound: bool
    url: str = ""
    callback: str = ""
    status: str = "queued"
    parent: str = ""
    room: str = ""
    held: bool = False
    muted: bool = False
    coached: str = ""
    begins: bool = True
    ends: bool = False
    queued: str = ""
    heard: list[str] = field(default_factory=list)
    waits: tuple[str, str] = ("", "")
    rest: list[ElementTree.Element] = field(default_factory=list)
    recording: str = ""
    recorded: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_on(self) -> bool:
        return self.status not in OVER


@dataclass(slots=True)
class ConferenceRoom:
    """A conference. Its events go to `callback`."""

    sid: str
    callback: str = ""
    begun: bool = False


@dataclass(slots=True)
class TwilioLine:
    """The carrier. `plain`: a server of one's own, which knows no queue and no conference, and takes a few requests only.

    `mood`: the next request fails with this status (`503`, `404/20404`), or is taken and not answered (`lose`).
    """

    post: Post | None = None
    plain: bool = False
    url: str = ""
    mood: str = ""
    legs: dict[str, Leg] = field(default_factory=dict)
    rooms: dict[str, ConferenceRoom] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    due: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    audio: bytes = b"RIFF....WAVE"
    messages: list[dict[str, object]] = field(default_factory=list)

    # what a story does

    async def call_comes(self, sender: str) -> Leg:
        """Somebody calls the hotline: its first document is asked for."""
        leg = Leg(f"CA{secrets.token_hex(16)}", NUMBER, sender, True, status="ringing")
        self.legs[leg.sid] = leg
        await self.fetch(leg, "/twilio/voice", ANYWHERE)
        if leg.is_on:
            leg.status = "in-progress"
        await self.run()
        return leg

    def ringing(self, to: str) -> Leg:
        """The leg that rings at a line now."""
        found = [
            leg
            for leg in self.legs.values()
            if leg.to == to and not leg.inbound and leg.status in {"queued", "ringing"}
        ]
        assert found, f"nothing rings at {to}: {[(x.to, x.status) for x in self.legs.values()]}"
        return found[-1]

    async def takes(self, leg: Leg) -> None:
        """The line that rings is taken."""
        leg.status = "in-progress"
        await self.says(leg, "in-progress")
        if leg.parent:
            await self._bridge(leg)
        elif leg.url:
            await self.fetch(leg, leg.url, ANYWHERE)
        elif leg.room:
            await self._enter(leg)
        await self.run()

    async def presses(self, leg: Leg, key: str) -> None:
        """A key in a document that asks for one."""
        verb, action = leg.waits
        assert verb == "Gather", leg
        leg.waits = ("", "")
        await self.fetch(leg, action, WAITING if leg.queued else ANYWHERE, Digits=key)
        await self.run()

    async def waits_on(self, leg: Leg) -> None:
        """No key is pressed: the document goes on."""
        assert leg.waits[0] == "Gather", leg
        leg.waits = ("", "")
        rest, leg.rest = leg.rest, []
        await self._carry_out(leg, rest, WAITING if leg.queued else ANYWHERE)
        await self.run()

    async def speaks(self, leg: Leg, words: bool = True) -> None:
        """Something is said after the tone, or nothing."""
        verb, action = leg.waits
        assert verb == "Record", leg
        leg.waits = ("", "")
        recorded = {"RecordingSid": f"RE{secrets.token_hex(16)}", "RecordingDuration": "7"} if words else {}
        await self.fetch(leg, action, ANYWHERE, **recorded)
        await self.run()

    async def hangs_up(self, leg: Leg, status: str = "completed") -> None:
        """Somebody hangs up, is busy or does not answer."""
        await self.ended(leg, status)
        await self.run()

    async def run(self) -> None:
        """Let happen what is due, until nothing is."""
        while self.due:
            await self.due.pop(0)()

    def hears(self, listener: Leg, speaker: Leg) -> bool:
        """Whether one hears another now."""
        if not (listener.is_on and speaker.is_on) or listener is speaker:
            return False
        if self.plain:
            return listener.waits == ("Dial", speaker.sid) or speaker.waits == ("Dial", listener.sid)
        both = listener.room and listener.room == speaker.room and self.rooms[listener.room].begun
        if not both or listener.held or speaker.held or speaker.muted:
            return False
        return not speaker.coached or speaker.coached == listener.sid

    # documents

    async def fetch(self, leg: Leg, address: str, allowed: frozenset[str], **more: str) -> None:
        """Ask for a document and carry it out."""
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        document = await self._post(leg, path, **more)
        if not document:
            return
        found = [*faults(document, allowed), *(strangers(document) if self.plain else ())]
        assert not found, (path, found, document)
        if not leg.is_on:
            return
        await self._carry_out(leg, list(ElementTree.fromstring(document)), allowed)

    async def _post(self, leg: Leg, path: str, **more: str) -> str:
        assert self.post is not None
        fields = {"CallSid": leg.sid, "From": leg.sender, "To": leg.to, "CallStatus": leg.status}
        fields["Direction"] = "inbound" if leg.inbound else "outbound-api"
        return await self.post(path, fields | more)

    async def _carry_out(self, leg: Leg, verbs: list[ElementTree.Element], allowed: frozenset[str]) -> None:
        for place, verb in enumerate(verbs):
            for element in verb.iter():
                if element.tag in {"Say", "Play"}:
                    leg.heard.append(element.text or f"keys {element.get('digits')}")
            match verb.tag:
                case "Redirect":
                    return await self.fetch(leg, verb.text or "", allowed)
                case "Hangup":
                    return await self.ended(leg, "completed")
                case "Gather" | "Record":
                    leg.waits, leg.rest = (verb.tag, verb.get("action", "")), verbs[place + 1 :]
                    return None
                case "Enqueue":
                    leg.queued = verb.get("action", "")
                    return await self.fetch(leg, verb.get("waitUrl", ""), WAITING, QueuePosition="1")
                case "Dial":
                    return await self._dial(leg, verb)
                case _:
                    continue
        if not leg.room and not leg.queued and not leg.parent:
            await self.ended(leg, "completed")
        return None

    async def _dial(self, leg: Leg, dial: ElementTree.Element) -> None:
        (noun,) = dial
        if noun.tag == "Conference":
            leg.room, leg.muted = noun.text or "", noun.get("muted") == "true"
            leg.begins, leg.ends = (
                noun.get("startConferenceOnEnter") != "false",
                noun.get("endConferenceOnExit") == "true",
            )
            self.room(leg.room, noun.get("statusCallback", ""))
            return await self._enter(leg)
        child = Leg(
            f"CA{secrets.token_hex(16)}",
            noun.text or "",
            dial.get("callerId", ""),
            False,
            parent=leg.sid,
            status="ringing",
        )
        child.url, child.callback = noun.get("url", ""), noun.get("statusCallback", "")
        child.waits = ("", dial.get("action", ""))
        self.legs[child.sid] = child
        leg.waits = ("Dial", "")
        return None

    async def _bridge(self, child: Leg) -> None:
        """The two are connected, unless the server ran a document at the one who was called."""
        leg = self.legs[child.parent]
        if child.url and not self.plain:
            await self.fetch(child, child.url, BEFORE_BRIDGE)
        leg.waits = ("Dial", child.sid)

    # conferences

    def room(self, name: str, callback: str) -> ConferenceRoom:
        room = self.rooms.setdefault(name, ConferenceRoom(f"CF{secrets.token_hex(16)}"))
        room.callback = room.callback or callback
        return room

    async def _enter(self, leg: Leg) -> None:
        room = self.rooms[leg.room]
        inside = [x for x in self.legs.values() if x.room == leg.room and x.is_on and x.status == "in-progress"]
        self.tell(room, leg, "participant-join")
        if len(inside) > 1 and any(x.begins for x in inside) and not room.begun:
            room.begun = True
            self.tell(room, leg, "conference-start")

    def tell(self, room: ConferenceRoom, leg: Leg, event: str) -> None:
        """An event of a conference, said when it is due."""

        async def say() -> None:
            path = urlsplit(room.callback)
            more = {"StatusCallbackEvent": event, "ConferenceSid": room.sid}
            await self._post(leg, f"{path.path}?{path.query}", **more)

        if room.callback:
            self.due.append(say)

    async def says(self, leg: Leg, status: str) -> None:
        """A status of a leg, said where its callback is."""
        if leg.callback:
            path = urlsplit(leg.callback)
            more = {"CallStatus": status} | ({"ParentCallSid": leg.parent} if leg.parent else {})
            await self._post(leg, f"{path.path}?{path.query}" if path.query else path.path, **more)

    async def ended(self, leg: Leg, status: str) -> None:
        """A leg is over: it leaves its queue, conference or the one it was connected with."""
        if not leg.is_on:
            return
        was_in, leg.status = leg.status == "in-progress", status
        room, leg.room = leg.room, ""
        if leg.queued:
            action, leg.queued = leg.queued, ""
            await self._post(leg, action, QueueResult="hangup", CallStatus=status)
        if room and was_in:
            await self.left(leg, room)
        if leg.parent:
            await self._dialled(leg, was_in)
        elif leg.waits[0] == "Dial":
            self.stop_children(leg)
        if leg.inbound:
            await self._post(leg, "/twilio/voice/call-status")
        elif not leg.parent:
            await self.says(leg, status)

    async def left(self, leg: Leg, name: str) -> None:
        room = self.rooms.get(name)
        if room is None:  # it ended meanwhile
            return
        self.tell(room, leg, "participant-leave")
        inside = [x for x in self.legs.values() if x.room == name and x.is_on]
        if leg.ends or not inside:
            self.tell(room, leg, "conference-end")
            self.rooms.pop(name, None)
            for other in inside:
                await self.ended(other, "completed")

    async def _dialled(self, child: Leg, was_in: bool) -> None:
        """Who was dialled is gone: the document of the one who dialled goes on."""
        leg = self.legs[child.parent]
        if leg.is_on and leg.waits[0] == "Dial" and leg.waits[1] in {"", child.sid}:
            leg.waits = ("", "")
            more = {"DialCallStatus": "completed" if was_in else child.status, "DialCallSid": child.sid}
            more |= {"DialCallDuration": "35"} if was_in else {}
            await self.fetch(leg, child.waits[1], ANYWHERE, **more)

    def stop_children(self, leg: Leg) -> None:
        for child in self.legs.values():
            if child.parent == leg.sid and child.is_on:
                child.status = "completed" if child.status == "in-progress" else "canceled"
        leg.waits = ("", "")
