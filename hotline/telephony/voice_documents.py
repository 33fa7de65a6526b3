"""TwiML documents of a call: what the carrier says, plays, asks, records and dials. Pure.

Twilio takes all of them; the Twilio-compatible server those of the second half (docs/carriers.md). Held against Twilio's documented
verbs, nesting and attributes by `tests/hotline/telephony/test_documents.py`. Addresses carry ids of rows and nothing of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Enqueue, Gather, VoiceResponse

from hotline.base.hooks import Announcement
from hotline.base.services import Services
from hotline.base.text.phones import dialled
from hotline.calls.call import RING_FOR

#: Seconds of a voicemail, and of silence that ends it.
_VOICEMAIL_MAX, _SILENCE = 180, 8
#: Seconds of one turn of the queue at a server that has no queue.
TURN = 5
#: Keys for known outages while waiting: 1 keeps the place.
_FIRST_KEY = 2
_QUEUE = "hotline"
_RING = int(RING_FOR.total_seconds())
#: Where the carrier finds the music of waiting and holding.
MUSIC = "/twilio/voice/music.wav"


def room_of(call: int) -> str:
    """The name of a call's conference."""
    return f"call-{call}"


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents in the words of this hotline."""

    services: Services

    def say(self, into: VoiceResponse | Gather, name: str, language: str = "zh", **values: object) -> None:
        """A sentence of hotline/texts, spoken."""
        words = self.services.texts.say(name, language, hotline=self.services.settings.number, **values)
        into.say(words, language="zh-CN" if language == "zh" else "en-GB")

    def _begun(self, first: bool) -> VoiceResponse:
        """A document; the first one of a call says that it is recorded."""
        answer = VoiceResponse()
        if first:
            self.say(answer, "voice_announcement")
        return answer

    def known(self, known: Sequence[Announcement]) -> str:
        """What is known, each with its key; who presses none goes on to the queue."""
        answer = self._begun(True)
        items = ",".join(str(item.id) for item in known)
        gather = Gather(num_digits=1, timeout=4, action=f"/twilio/voice/known?items={items}")
        for key, item in enumerate(known, 1):
            self.say(gather, "voice_known", words=item.words, key=key)
        self.say(gather, "voice_known_else")
        answer.append(gather)
        answer.redirect("/twilio/voice/queue")
        return str(answer)

    def restricted(self, first: bool = False) -> str:
        """A restricted caller: where to write, and the key for an emergency; who presses none is said goodbye to."""
        answer = self._begun(first)
        gather = Gather(num_digits=1, timeout=6, action="/twilio/voice/restricted")
        self.say(gather, "voice_restricted")
        answer.append(gather)
        answer.redirect("/twilio/voice/restricted")
        return str(answer)

    def taken_down(self, number: str, code: str) -> str:
        """A known outage was chosen: number and code, twice, and goodbye."""
        answer = VoiceResponse()
        for _ in range(2):
            self.say(answer, "voice_known_taken", number=" ".join(number), code=" ".join(code))
        answer.hangup()
        return str(answer)

    def voicemail(self, first: bool = False) -> str:
        """Nobody is free: words after the tone."""
        answer = self._begun(first)
        self.say(answer, "voice_voicemail")
        answer.record(action="/twilio/voice/voicemail", max_length=_VOICEMAIL_MAX, play_beep=True, timeout=_SILENCE)
        answer.redirect("/twilio/voice/voicemail")
        return str(answer)

    def goodbye(self, name: str) -> str:
        """A last sentence."""
        answer = VoiceResponse()
        self.say(answer, name)
        answer.hangup()
        return str(answer)

    def hang_up(self) -> str:
        """Nothing more is said."""
        answer = VoiceResponse()
        answer.hangup()
        return str(answer)

    def redirect(self, path: str) -> str:
        """Go on at another document."""
        answer = VoiceResponse()
        answer.redirect(path)
        return str(answer)

    def leave(self) -> str:
        """Out of the queue, to its action."""
        answer = VoiceResponse()
        answer.leave()
        return str(answer)

    # Twilio: queue and conference

    def enqueue(self, first: bool = False) -> str:
        """Into the queue, whose order is ours; while waiting `wait` is played again and again."""
        answer = self._begun(first)
        self.say(answer, "voice_greeting")
        queue = Enqueue(name=_QUEUE, action="/twilio/voice/left", wait_url="/twilio/voice/wait")
        answer.append(queue)
        return str(answer)

    def wait(self, ahead: int, known: Sequence[Announcement], round_: int = 0) -> str:
        """How many are before the caller, what is known, and the key that keeps the place; then music, and again."""
        answer = VoiceResponse()
        gather = self._asked(ahead, known, "/twilio/voice/wait/key", timeout=1)
        gather.play(self.music)
        answer.append(gather)
        answer.redirect(f"/twilio/voice/wait?n={round_ + 1}")
        return str(answer)

    def _asked(self, ahead: int, known: Sequence[Announcement], action: str, timeout: int) -> Gather:
        items = ",".join(str(item.id) for item in known)
        gather = Gather(num_digits=1, timeout=timeout, action=f"{action}?items={items}" if items else action)
        if ahead >= 0:
            self.say(gather, "voice_position" if ahead else "voice_next", ahead=ahead)
            self.say(gather, "voice_keep")
        for key, item in enumerate(known, _FIRST_KEY):
            self.say(gather, "voice_known", words=item.words, key=key)
        return gather

    def chosen(self, key: str, items: Sequence[int]) -> int | None:
        """The known outage that a key stands for while waiting."""
        place = int(key) - _FIRST_KEY if key.isascii() and key.isdigit() else -1
        return items[place] if 0 <= place < len(items) else None

    @property
    def music(self) -> str:
        """The address of our own music."""
        return self.services.settings.public_url + MUSIC

    def hold(self) -> str:
        """What somebody on hold hears: a word, then music, for as long as it lasts."""
        answer = VoiceResponse()
        self.say(answer, "voice_hold")
        answer.play(self.music, loop=0)
        return str(answer)

    def into_room(self, call: int, *, begins: bool, words: str = "", muted: bool = False) -> str:
        """Into the conference of a call. `begins`: with them it starts (a caller waits with music).

        With nobody it ends by itself: who leaves first says why a call is over, and then the program ends the other legs.
        """
        answer = VoiceResponse()
        if words:
            self.say(answer, words)
        dial = Dial()
        dial.conference(
            room_of(call),
            beep="false",
            start_conference_on_enter=begins,
            end_conference_on_exit=False,
            muted=muted,
            wait_url="/twilio/voice/hold",
            status_callback=f"/twilio/voice/room?call={call}",
            status_callback_event="start end join leave",
        )
        answer.append(dial)
        return str(answer)

    def press_any_key(self, leg: int) -> str:
        """A telephone of ours was taken: a key says that it was not its voicemail."""
        answer = VoiceResponse()
        gather = Gather(num_digits=1, timeout=8, action=f"/twilio/voice/line/key?leg={leg}")
        self.say(gather, "operator_whisper")
        answer.append(gather)
        answer.hangup()
        return str(answer)

    def spoken(self, words: str, *, ends: bool) -> str:
        """Words into a call; `ends`: it is over after them."""
        answer = VoiceResponse()
        self.say(answer, words)
        if ends:
            answer.hangup()
        return str(answer)

    def keys(self, digits: str) -> str:
        """Tones for whoever is at the other end."""
        answer = VoiceResponse()
        answer.play(digits=digits)
        return str(answer)

    # A Twilio-compatible server: no queue, no conference

    def turn(self, ahead: int, known: Sequence[Announcement], number: int, first: bool = False) -> str:
        """One turn of about five seconds in a queue made of redirects; every sixth one speaks, so that it is no nuisance."""
        answer = self._begun(first)
        speaks = number % 6 == 0
        gather = self._asked(
            ahead if speaks else -1,
            known if speaks else (),
            "/twilio/voice/turn/key",
            timeout=TURN if not speaks else 1,
        )
        answer.append(gather)
        answer.redirect(f"/twilio/voice/turn?n={number + 1}")
        return str(answer)

    def ring(self, to: str, first: bool = False) -> str:
        """The operator's line rings; what it says of the end comes to `ended`."""
        answer = self._begun(first)
        self.say(answer, "voice_greeting")
        answer.append(self._dial(to, "/twilio/voice/ended", "/twilio/voice/taken"))
        return str(answer)

    def pass_on(self, to: str, party: int) -> str:
        """The call goes on to somebody else: a straight transfer."""
        answer = VoiceResponse()
        self.say(answer, "voice_passed_on")
        action = f"/twilio/voice/passed?party={party}"
        answer.append(self._dial(to, action, f"/twilio/voice/passed/taken?party={party}", _RING * 2))
        return str(answer)

    def call_out(self, to: str, party: int) -> str:
        """An operator's line was taken for a call of theirs: the person is rung from the centre's number."""
        answer = VoiceResponse()
        action, taken = f"/twilio/voice/passed?party={party}", f"/twilio/voice/passed/taken?party={party}"
        answer.append(self._dial(to, action, taken, _RING * 2, url="/twilio/voice/announced"))
        return str(answer)

    def announced(self) -> str:
        """Who is called hears that the call is recorded before it is connected."""
        answer = VoiceResponse()
        self.say(answer, "voice_calling")
        return str(answer)

    def _dial(self, to: str, action: str, callback: str, timeout: int = _RING, url: str = "") -> Dial:
        """The document that connects a call to a number or a softphone, and records from the answer on."""
        settings = self.services.settings
        dial = Dial(
            action=action,
            timeout=timeout,
            record="record-from-answer-dual",
            recording_status_callback="/twilio/voice/recorded",
            answer_on_bridge=True,
            caller_id=settings.twilio_number or settings.number,
        )
        more = {"status_callback": callback, "status_callback_event": "answered"} | ({"url": url} if url else {})
        if to.startswith("sip:"):
            dial.sip(to, **more)
        else:
            number, digits = dialled(to)
            dial.number(number, **({"send_digits": digits} if digits else {}), **more)
        return dial
