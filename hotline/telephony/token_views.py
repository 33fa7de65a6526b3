"""Access tokens for operators' lines in browsers at Twilio (`Client`): one may be rung, and cannot call by oneself."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web
from pydantic import BaseModel
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from hotline.base.config import Settings
from hotline.base.http.problem import Illegal
from hotline.base.http.requests import answer, now_of, services_of
from hotline.base.http.route import Route
from hotline.people.roles import WORKERS
from hotline.people.sessions import user_of
from hotline.telephony.legs import identity

#: A page asks for another one before.
LASTS = timedelta(hours=1)


class LineToken(BaseModel):
    """What a browser shows to Twilio to be rung as `identity`, until `expires_at` (UTC)."""

    token: str
    identity: str
    expires_at: datetime


def line_token(settings: Settings, user: int, now: datetime) -> str:
    """A signed token for the line of a user: it takes calls and makes none."""
    token = AccessToken(
        settings.twilio_account_sid,
        settings.twilio_api_key,
        settings.twilio_api_secret,
        identity=identity(user),
        nbf=int(now.timestamp()),
        valid_until=int((now + LASTS).timestamp()),
    )
    token.add_grant(VoiceGrant(incoming_allow=True))
    return str(token.to_jwt())


async def get_token(request: web.Request) -> web.StreamResponse:
    """A token for one's own line. Raises Illegal where nobody is rung in a browser by Twilio."""
    settings, now, user = services_of(request).settings, now_of(request), int(user_of(request).id)
    if not settings.rings_by_twilio:
        raise Illegal("Twilio rings nobody in a browser here.")
    expires_at = now + LASTS
    shown = {"token": line_token(settings, user, now), "identity": identity(user), "expires_at": expires_at}
    return answer(request, shown)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/calls/token",
        handler=get_token,
        summary="A token for one's own line at Twilio",
        roles=WORKERS,
        rule="oneself",
        answer=LineToken,
        tag="calls",
    ),
)
