"""Servers that help browsers to reach each other (STUN, TURN), as settings name them. Pure.

TURN asks for a name and a password; coturn's `use-auth-secret` takes ones that run out by themselves: the name is the moment (UNIX
seconds) and who asked, the password is the HMAC-SHA1 of the name with the secret that both sides know, in base64.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta

from pydantic import BaseModel

from hotline.base.config import Settings

#: A page asks again with every beat; a call that began in time goes on.
LASTS = timedelta(hours=4)


class IceServer(BaseModel):
    """One entry of `iceServers`, as browsers take it."""

    urls: list[str]
    username: str = ""
    credential: str = ""


def ice_servers(settings: Settings, who: str, now: datetime) -> list[IceServer]:
    """The servers of the settings, with credentials for `who` (no personal data: the TURN server logs it)."""
    found = [IceServer(urls=settings.stun.split())] if settings.stun else []
    if settings.turn and settings.turn_secret:
        username = f"{int((now + LASTS).timestamp())}:{who}"
        digest = hmac.digest(settings.turn_secret.encode(), username.encode(), "sha1")
        credential = base64.b64encode(digest).decode()
        found.append(IceServer(urls=settings.turn.split(), username=username, credential=credential))
    return found
