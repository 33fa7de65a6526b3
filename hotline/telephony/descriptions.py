"""What browsers say to each other to be connected: session descriptions (SDP) and candidates, as far as the server looks into them. Pure.

The server decides who hears whom, so it takes no description that sends where nobody may hear, and none that brings more than one sound.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

#: The longest description, in characters; Chromium's for one sound has about 2,500.
LONGEST = 16_000
_DIRECTION = re.compile(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", re.MULTILINE)
_MEDIA = re.compile(r"^m=(\S+)", re.MULTILINE)


class BadSignal(Exception):
    """This is nothing that a browser says to be connected; the message says why."""


def read_signal(kind: str, body: str) -> bool:
    """Whether a description sends sound; a candidate (`kind`) never does by itself. Raises BadSignal."""
    if len(body) > LONGEST:
        raise BadSignal("it is too long")
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadSignal("it is not JSON") from error
    if not isinstance(said, dict):
        raise BadSignal("it is no object")
    if kind == "candidate":
        if not isinstance(said.get("candidate"), str):
            raise BadSignal("it is no candidate")
        return False
    sdp = said.get("sdp")
    if said.get("type") != kind or not isinstance(sdp, str):
        raise BadSignal(f"it is no {kind}")
    return _sends(sdp)


def _sends(sdp: str) -> bool:
    """Whether the one sound of a description is sent; without a word about its direction it goes both ways (RFC 8866)."""
    media = _MEDIA.findall(sdp)
    if media != ["audio"]:
        raise BadSignal("it has other media than one sound")
    directions = _DIRECTION.findall(sdp.replace("\r", ""))
    if len(directions) > 1:
        raise BadSignal("it has several directions")
    return not directions or directions[0] in {"sendrecv", "sendonly"}
