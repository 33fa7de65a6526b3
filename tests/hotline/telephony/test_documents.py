"""Every TwiML document is one that Twilio describes; those of a Twilio-compatible server use only what such a server knows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hotline.base.hooks import Announcement
from hotline.base.services import Services
from hotline.telephony.voice_documents import Documents
from tests.hotline.telephony.twiml import ANYWHERE, BEFORE_BRIDGE, IN_ROOM, VERBS, WAITING, faults, strangers

KNOWN = (Announcement(7, "丽发新城停水，18点前恢复"), Announcement(9, "人民路停电 <抢修> & 绕行"))
PLACES = {"anywhere": ANYWHERE, "waiting": WAITING, "room": IN_ROOM, "bridge": BEFORE_BRIDGE}
_LINE, _EXTENSION, _SIP = "+8613911110009", "+864366221890;ext=12", "sip:line-17@pbx.county.cn"


def documents_of(made: Documents) -> dict[str, tuple[str, str]]:
    """Every document by its name, with what asks for it."""
    return {
        "known": ("anywhere", made.known(KNOWN)),
        "taken down": ("anywhere", made.taken_down("26000123", "4711")),
        "voicemail": ("anywhere", made.voicemail()),
        "goodbye": ("anywhere", made.goodbye("voice_place_kept")),
        "hang up": ("anywhere", made.hang_up()),
        "redirect": ("anywhere", made.redirect("/twilio/voice/queue")),
        "enqueue": ("anywhere", made.enqueue()),
        "enqueue first": ("anywhere", made.enqueue(first=True)),
        "leave": ("waiting", made.leave()),
        "wait": ("waiting", made.wait(3, KNOWN)),
        "wait next": ("waiting", made.wait(0, ())),
        "wait unknown": ("waiting", made.wait(-1, ())),
        "kept": ("waiting", made.goodbye("voice_place_kept")),
        "hold": ("room", made.hold()),
        "caller joins": ("anywhere", made.into_room(5, begins=False)),
        "operator joins": ("anywhere", made.into_room(5, begins=True)),
        "listener joins": ("anywhere", made.into_room(5, begins=True, muted=True)),
        "called back": ("anywhere", made.into_room(5, begins=True, words="voice_calling")),
        "any key": ("anywhere", made.press_any_key(12)),
        "spoken": ("room", made.spoken("voice_hold", ends=False)),
        "spoken and over": ("anywhere", made.spoken("voice_thanks", ends=True)),
        "keys": ("room", made.keys("1w2#")),
        **compatible_of(made),
    }


def compatible_of(made: Documents) -> dict[str, tuple[str, str]]:
    """Those that a Twilio-compatible server gets."""
    return {
        "turn": ("anywhere", made.turn(2, KNOWN, 0)),
        "silent turn": ("anywhere", made.turn(2, KNOWN, 1)),
        "ring": ("anywhere", made.ring(_LINE)),
        "ring extension": ("anywhere", made.ring(_EXTENSION)),
        "ring inside": ("anywhere", made.ring(_SIP, first=True)),
        "pass on": ("anywhere", made.pass_on(_LINE, 4)),
        "call out": ("anywhere", made.call_out(_LINE, 5)),
        "announced": ("bridge", made.announced()),
        "voicemail there": ("anywhere", made.voicemail(first=True)),
        "known there": ("anywhere", made.known(KNOWN)),
        "first turn": ("anywhere", made.turn(0, (), 0, first=True)),
        "restricted": ("anywhere", made.restricted(first=True)),
        "goodbye there": ("anywhere", made.goodbye("voice_place_kept")),
        "any key there": ("anywhere", made.press_any_key(12)),
        "spoken there": ("anywhere", made.spoken("voice_thanks", ends=True)),
    }


def test_every_document_is_one_that_twilio_describes(services: Services) -> None:
    found = {
        name: list(faults(document, PLACES[place]))
        for name, (place, document) in documents_of(Documents(services)).items()
    }
    assert {name: said for name, said in found.items() if said} == {}


def test_a_server_of_ones_own_gets_nothing_that_it_does_not_know(services: Services) -> None:
    found = {name: list(strangers(document)) for name, (_, document) in compatible_of(Documents(services)).items()}
    assert {name: said for name, said in found.items() if said} == {}


def test_no_address_in_a_document_holds_a_number_of_people(services: Services) -> None:
    for name, (_, document) in documents_of(Documents(services)).items():
        for address in re.findall(r"(?:action|url|Url|Callback|waitUrl)=\"([^\"]*)\"", document):
            assert not re.search(r"\d{6,}|%2B86", address.replace("127.0.0.1", "")), (name, address)


def test_every_documented_method_of_the_documents_is_held_against_the_table(services: Services) -> None:
    """One who adds a document adds it here."""
    helpers = {"say", "chosen", "music", "services"}
    written = {n for n in dir(Documents) if not n.startswith("_")} - helpers
    source = documents_of.__code__.co_names + compatible_of.__code__.co_names
    assert written - set(source) == set()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("<Response><Dial><Enqueue>q</Enqueue></Dial></Response>", "Enqueue does not stand in Dial"),
        ("<Response><Say volume='9'>x</Say></Response>", "Say has no volume"),
        ("<Response><Dial timeout='0'/></Response>", "Dial timeout='0'"),
        ("<Response><Hangup/><Say>x</Say></Response>", "nothing is carried out after Hangup"),
        ("<Response><Number>+861</Number></Response>", "Number is not allowed here"),
        ("<Response><Say></Say></Response>", "Say says ''"),
        ("<Response><Play></Play></Response>", "Play plays nothing"),
        ("<Answer/>", "the root is Answer"),
        ("<Response><Gather><Record/></Gather></Response>", "Record does not stand in Gather"),
    ],
)
def test_the_table_would_notice(document: str, said: str) -> None:
    assert said in list(faults(document))


def test_the_table_would_notice_a_verb_where_it_is_not_allowed() -> None:
    assert list(faults("<Response><Hangup/></Response>", IN_ROOM)) == ["Hangup is not allowed here"]
    assert list(strangers("<Response><Pause/><Dial><Client>a</Client></Dial></Response>")) == ["Pause", "Dial/Client"]
    assert set(WAITING) <= set(VERBS)


@pytest.mark.parametrize(
    ("key", "item"), [("1", None), ("2", 7), ("3", 9), ("4", None), ("", None), ("*", None), ("²", None)]
)
def test_a_key_while_waiting_stands_for_a_known_outage(services: Services, key: str, item: int | None) -> None:
    assert Documents(replace(services)).chosen(key, (7, 9)) == item
