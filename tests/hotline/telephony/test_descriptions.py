"""What browsers really say to each other, and what is none of it."""

from __future__ import annotations

import json

import pytest

from hotline.telephony.descriptions import LONGEST, BadSignal, read_signal

#: As Chromium writes it, without what is not looked at.
HEAD = "v=0\r\no=- 46117 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=msid-semantic: WMS\r\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n{way}a=rtpmap:111 opus/48000/2\r\n"


def said(kind: str, way: str, more: str = "") -> str:
    return json.dumps({"type": kind, "sdp": HEAD + AUDIO.format(way=way and f"a={way}\r\n") + more})


@pytest.mark.parametrize("kind", ["offer", "answer"])
@pytest.mark.parametrize(
    ("way", "sends"),
    [("sendrecv", True), ("sendonly", True), ("recvonly", False), ("inactive", False), ("", True)],
)
def test_a_description_says_whether_sound_is_sent(kind: str, way: str, sends: bool) -> None:
    assert read_signal(kind, said(kind, way)) is sends


@pytest.mark.parametrize("text", ["candidate:1 1 udp 2122 127.0.0.1 46201 typ host", ""])
def test_a_candidate_sends_nothing(text: str) -> None:
    assert read_signal("candidate", json.dumps({"candidate": text, "sdpMid": "0", "sdpMLineIndex": 0})) is False


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("offer", "v=0"),
        ("offer", "[]"),
        ("offer", "{}"),
        ("offer", said("answer", "sendrecv")),
        ("answer", said("offer", "sendrecv")),
        ("offer", json.dumps({"type": "offer", "sdp": 5})),
        ("offer", json.dumps({"type": "offer", "sdp": HEAD})),
        ("offer", said("offer", "recvonly", AUDIO.format(way="a=sendrecv\r\n"))),
        ("offer", said("offer", "recvonly", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n")),
        ("offer", said("offer", "recvonly", "a=sendrecv\r\n")),
        ("offer", said("offer", "recvonly", "a=x:" + "x" * LONGEST)),
        ("candidate", json.dumps({"candidate": None})),
        ("candidate", said("offer", "sendrecv")),
    ],
)
def test_what_is_no_signal_is_refused(kind: str, body: str) -> None:
    with pytest.raises(BadSignal):
        read_signal(kind, body)
