"""Twilio's documented TwiML for voice: verbs, what stands in them, their attributes and values; and what a server of one's own takes.

Written down from the public pages of Twilio's documentation (one page a verb) and, for `COMPATIBLE`, from what Somleng names as supported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

Check = Callable[[str], bool]


def one_of(*values: str) -> Check:
    return lambda value: value in values


def some_of(*values: str) -> Check:
    """Several, apart by spaces."""
    return lambda value: bool(value.split()) and set(value.split()) <= set(values)


def number(low: int, high: int) -> Check:
    return lambda value: value.isdigit() and low <= int(value) <= high


def like(pattern: str) -> Check:
    return lambda value: re.fullmatch(pattern, value) is not None


TRUTH = one_of("true", "false")
METHOD = one_of("GET", "POST")
#: Absolute, or relative to the document; what is not escaped would be read as markup or as something else.
ADDRESS = like(r"(?:https?://[^\s<>\"]+|/[^\s<>\"]*)")
PROGRESS = some_of("initiated", "ringing", "answered", "completed")
RECORDED = some_of("in-progress", "completed", "absent", "failed")
_ANSWERS = {"action": ADDRESS, "method": METHOD}
_CALLED = {
    "url": ADDRESS,
    "method": METHOD,
    "statusCallback": ADDRESS,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": PROGRESS,
    "machineDetection": one_of("Enable", "DetectMessageEnd"),
}


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb (or noun) may hold. `text`: how its text must look; None where it has none."""

    attributes: dict[str, Check] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    text: Check | None = None


WORDS = like(r"(?s).{1,4096}")
VERBS: dict[str, Verb] = {
    "Say": Verb(
        {"voice": like(r"[\w.-]+"), "language": like(r"[a-z]{2,3}-[A-Z]{2}"), "loop": number(0, 1000)}, text=WORDS
    ),
    "Play": Verb({"loop": number(0, 1000), "digits": like(r"[0-9wW#*]{1,32}")}, text=like(r"(?:https?://\S+)?")),
    "Pause": Verb({"length": number(1, 3600)}),
    "Gather": Verb(
        _ANSWERS
        | {
            "input": some_of("dtmf", "speech"),
            "timeout": number(1, 600),
            "numDigits": number(1, 32),
            "finishOnKey": like(r"[0-9*#]?"),
            "actionOnEmptyResult": TRUTH,
            "language": like(r"[a-z]{2,3}-[A-Z]{2}"),
            "bargeIn": TRUTH,
        },
        frozenset({"Say", "Play", "Pause"}),
    ),
    "Record": Verb(
        _ANSWERS
        | {
            "timeout": number(1, 600),
            "finishOnKey": like(r"[0-9*#]*"),
            "maxLength": number(1, 14_400),
            "playBeep": TRUTH,
            "trim": one_of("trim-silence", "do-not-trim"),
            "recordingStatusCallback": ADDRESS,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDED,
        }
    ),
    "Redirect": Verb({"method": METHOD}, text=ADDRESS),
    "Hangup": Verb(),
    "Leave": Verb(),
    "Reject": Verb({"reason": one_of("rejected", "busy")}),
    "Enqueue": Verb(
        _ANSWERS | {"waitUrl": ADDRESS, "waitUrlMethod": METHOD, "workflowSid": like(r"WW[0-9a-f]{32}")},
        frozenset({"Task"}),
        text=like(r".{1,64}"),
    ),
    "Dial": Verb(
        _ANSWERS
        | {
            "timeout": number(1, 600),
            "timeLimit": number(1, 14_400),
            "callerId": like(r"\+?\d{3,15}|client:\w+"),
            "answerOnBridge": TRUTH,
            "hangupOnStar": TRUTH,
            "record": one_of(
                "do-not-record",
                "record-from-answer",
                "record-from-ringing",
                "record-from-answer-dual",
                "record-from-ringing-dual",
            ),
            "recordingStatusCallback": ADDRESS,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDED,
            "recordingTrack": one_of("both", "inbound", "outbound"),
            "ringTone": like(r"[a-z-]+"),
            "sequential": TRUTH,
            "trim": one_of("trim-silence", "do-not-trim"),
        },
        frozenset({"Number", "Client", "Conference", "Queue", "Sip", "Sim"}),
    ),
    "Number": Verb(_CALLED | {"sendDigits": like(r"[0-9wW#*]{1,32}")}, text=like(r"\+?\d{3,15}")),
    "Sip": Verb(
        _CALLED | {"username": WORDS, "password": WORDS}, text=like(r"sips?:[^\s@]+@[\w.-]+(?::\d{1,5})?(?:[;?]\S*)?")
    ),
    "Client": Verb(_CALLED, frozenset({"Identity", "Parameter"}), text=like(r"[\w-]{1,121}")),
    "Conference": Verb(
        {
            "muted": TRUTH,
            "beep": one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": TRUTH,
            "endConferenceOnExit": TRUTH,
            "participantLabel": like(r"[\w-]{1,128}"),
            "jitterBufferSize": one_of("small", "medium", "large", "off"),
            "waitUrl": like(r"(?:https?://\S+|/\S*)?"),
            "waitMethod": METHOD,
            "maxParticipants": number(2, 250),
            "record": one_of("do-not-record", "record-from-start"),
            "region": like(r"[a-z0-9]+"),
            "trim": one_of("trim-silence", "do-not-trim"),
            "coach": like(r"CA[0-9a-f]{32}"),
            "statusCallback": ADDRESS,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": some_of(
                "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
            ),
            "recordingStatusCallback": ADDRESS,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDED,
            "eventCallbackUrl": ADDRESS,
        },
        text=like(r"[^\s<>&]{1,128}"),
    ),
}
NOUNS = frozenset({"Number", "Sip", "Client", "Conference", "Queue", "Sim", "Task", "Identity", "Parameter"})
#: Verbs after which nothing of the document is carried out.
LAST = frozenset({"Redirect", "Hangup", "Reject", "Leave"})
#: What may stand in a document, by what asks for it.
ANYWHERE = frozenset(VERBS) - NOUNS - {"Leave"}
#: `Enqueue waitUrl`.
WAITING = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
#: `waitUrl` of a conference, `HoldUrl` and `AnnounceUrl` of a participant.
IN_ROOM = frozenset({"Say", "Play", "Pause", "Redirect"})
#: `url` of a number that was dialled.
BEFORE_BRIDGE = ANYWHERE - {"Dial", "Enqueue"}

#: Verbs and nouns of a server of one's own, with what each holds; attributes that it does not know it passes over.
COMPATIBLE = {
    "Say": frozenset(),
    "Play": frozenset(),
    "Gather": frozenset({"Say", "Play"}),
    "Record": frozenset(),
    "Redirect": frozenset(),
    "Hangup": frozenset(),
    "Dial": frozenset({"Number", "Sip"}),
}


def faults(document: str, allowed: frozenset[str] = ANYWHERE) -> Iterator[str]:
    """What in a document Twilio does not describe."""
    root = ElementTree.fromstring(document)
    if root.tag != "Response":
        yield f"the root is {root.tag}"
    for place, element in enumerate(root):
        if element.tag not in allowed:
            yield f"{element.tag} is not allowed here"
            continue
        if element.tag in LAST and place < len(root) - 1:
            yield f"nothing is carried out after {element.tag}"
        yield from _element(element)


def _element(element: ElementTree.Element) -> Iterator[str]:
    verb = VERBS.get(element.tag)
    if verb is None:
        yield f"{element.tag} is not described"
        return
    for name, value in element.attrib.items():
        if name not in verb.attributes:
            yield f"{element.tag} has no {name}"
        elif not verb.attributes[name](value):
            yield f"{element.tag} {name}={value!r}"
    text = element.text or ""
    if verb.text is None and text.strip():
        yield f"{element.tag} has no text"
    if verb.text is not None and not verb.text(text):
        yield f"{element.tag} says {text!r}"
    if element.tag == "Play" and not text and "digits" not in element.attrib:
        yield "Play plays nothing"
    for child in element:
        if child.tag not in verb.inside:
            yield f"{child.tag} does not stand in {element.tag}"
        else:
            yield from _element(child)


def strangers(document: str) -> Iterator[str]:
    """What in a document a Twilio-compatible server does not know."""
    for element in ElementTree.fromstring(document):
        if element.tag not in COMPATIBLE:
            yield element.tag
        else:
            yield from (f"{element.tag}/{c.tag}" for c in element if c.tag not in COMPATIBLE[element.tag])
