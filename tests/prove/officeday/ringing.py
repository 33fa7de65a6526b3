"""A call as the carrier, the caller and the operator make it: what the program says is followed, and checked to fit."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

from tests.prove.officeday.town import Town

_sids = itertools.count(1)
_DIALS = {"miss": "no-answer", "busy": "busy", "fail": "failed", "cancel": "canceled"}


#: Calls come one by one: what an earlier one left open at the telephone is over; its contact is what the day looks at.
_EARLIER = (
    "UPDATE call_ring SET ended_at = at, outcome = 'missed' WHERE ended_at IS NULL",
    "UPDATE call_party SET left_at = invited_at WHERE left_at IS NULL",
    "UPDATE call SET state = 'over', ended_at = arrived_at, ended_why = 'lost' WHERE ended_at IS NULL",
)
_STATE = "UPDATE operator_state SET state = $1, call_id = NULL, until = NULL WHERE ended_at IS NULL"


class Call:
    """One call: steps (`up`, `take 30`, `miss`, `speak`, `mute`, `press 1`, `wait`, `desk …`, `lost`) after what is so around it."""

    def __init__(self, town: Town, who: str) -> None:
        self.town = town
        self.sid = f"CA{next(_sids):032d}"
        self.fields = {"CallSid": self.sid, "From": town.phone(who), "CallStatus": "in-progress"}
        self.said = ElementTree.Element("Response")

    async def play(self, what: str) -> None:
        """Ring, then do each step."""
        around, steps = "", what
        if found := re.match(r"(outage|nobody)[ ;]+", what):
            around, steps = found[1], what[found.end() :]
        state = "break" if around == "nobody" else "ready"
        for earlier in _EARLIER:
            await self.town.conn.execute(earlier)
        await self.town.conn.execute(_STATE, state)
        await self._say("/twilio/voice")
        assert self.has("Gather") == (around == "outage"), ElementTree.tostring(self.said)
        for step in steps.split("; "):
            await self._step(*step.partition(" ")[::2])

    def has(self, verb: str) -> bool:
        """Whether the program told the carrier to do this now."""
        return self.said.find(f".//{verb}") is not None

    async def _say(self, path: str, **more: str) -> None:
        self.said = ElementTree.fromstring(await self.town.webhook(path, self.fields | more))

    def _action(self, verb: str) -> str:
        found = self.said.find(f".//{verb}")
        assert found is not None, f"no {verb} in {ElementTree.tostring(self.said)!r}"
        return found.get("action") or (found.text or "").strip()

    async def _step(self, step: str, words: str) -> None:
        name, _, word = step.partition(":")
        match name:
            case "up":
                await self._say("/twilio/voice/call-status", CallStatus=word or "completed", Direction="inbound")
            case "take":
                await self._taken(words)
            case "miss" | "busy" | "fail" | "cancel":
                await self._say(self._action("Dial"), DialCallStatus=_DIALS[name])
            case "speak" | "mute":
                more = {"RecordingSid": "RE" + self.sid} if name == "speak" else {}
                path = "/twilio/voice/voicemail" if not self.has("Record") else self._action("Record")
                await self._say(path, **more)
            case "press":
                await self._say(self._action("Gather"), Digits=words)
                await self._onward()
            case "wait":
                await self._say(self._action("Redirect"))
            case "desk":
                await self._ended(*words.partition(" ")[::2])
            case "lost":
                pass
            case _:
                raise AssertionError(step)

    async def _onward(self) -> None:
        """A redirect with nothing before it is followed at once."""
        if self.has("Redirect") and not self.has("Gather") and not self.has("Record"):
            await self._say(self._action("Redirect"))

    async def _taken(self, seconds: str) -> None:
        """The operator's telephone is taken for so long; for no second: it was not connected."""
        if seconds != "0":
            leg = {"ParentCallSid": self.sid, "CallSid": "CB" + self.sid[2:], "CallStatus": "in-progress"}
            await self.town.webhook("/twilio/voice/taken", self.fields | leg)
        path = self._action("Dial") if self.has("Dial") else "/twilio/voice/ended"
        await self._say(path, DialCallStatus="completed", DialCallDuration=seconds, DialBridged="true")
        if seconds != "0":
            await self._step("up", "")

    async def _ended(self, how: str, words: str) -> None:
        """What the operator writes at the desk."""
        contact = await self.town.conn.fetchval("SELECT id FROM contact WHERE call_sid = $1", self.sid)
        if how == "ticket":
            await self._opened(contact, words)
            return
        body: dict[str, object] = {"outcome": how}
        if how == "no_action":
            body["code"] = words
        elif how == "addition":
            who, _, text = words.partition(" ")
            body |= {"ticket": self.town.numbers[who], "text": text}
        elif words:
            body["text"] = words
        await self.town.api("desk", f"/contacts/{contact}/ends", body)

    async def _opened(self, contact: int, words: str) -> None:
        """The form of the desk, with the call on it."""
        url, head = self.town.served.url, {"Cookie": "hotline=cookie"}
        async with self.town.session.get(f"{url}/operator?contact={contact}", headers=head) as page:
            text = await page.text()
        once = re.search(r'name="once" value="([\w-]+-new)"', text)
        csrf = re.search(r'name="csrf" content="([\w.]+)"', text)
        assert once, text[:500]
        assert csrf, text[:500]
        form = {"csrf": csrf[1], "once": once[1], "contact": str(contact), "channel": "call", "text": words}
        async with self.town.session.post(
            f"{url}/operator/tickets", data=form, headers=head, allow_redirects=False
        ) as made:
            assert made.status == 303, (await made.text())[:3000]
