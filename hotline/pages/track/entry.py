"""Access to /track: number and code once, then a short-lived pass in a cookie; wrong tries are counted."""

from __future__ import annotations

import hmac
import ipaddress
from datetime import UTC, datetime, timedelta

from aiohttp import web

from hotline.base.http.requests import now_of, services_of
from hotline.base.keys import Keys

COOKIE = "track"
LASTS = timedelta(minutes=30)


def make_pass(keys: Keys, number: str, now: datetime) -> str:
    """What the browser keeps: the number, until when, and the seal over both."""
    until = int((now + LASTS).timestamp())
    return f"{number}.{until}.{_seal(keys, number, until)}"


def read_pass(keys: Keys, text: str, now: datetime) -> str | None:
    """The number of a pass that is ours and not over."""
    number, _, rest = text.partition(".")
    until, _, seal = rest.partition(".")
    if not (number.isascii() and number.isdigit() and until.isascii() and until.isdigit() and len(until) < 13):
        return None
    good = hmac.compare_digest(seal.encode(), _seal(keys, number, int(until)).encode())
    return number if good and now <= datetime.fromtimestamp(int(until), UTC) else None


def _seal(keys: Keys, number: str, until: int) -> str:
    return hmac.digest(keys.cookie, f"track {number} {until}".encode(), "sha256").hex()[:32]


def number_of(request: web.Request) -> str | None:
    """The number that this browser has given with its code a short while ago."""
    return read_pass(services_of(request).keys, request.cookies.get(COOKIE, ""), now_of(request))


def let_in(request: web.Request, response: web.Response, number: str) -> None:
    """Give the browser its pass; it goes only to /track, and to no script."""
    services = services_of(request)
    response.set_cookie(
        COOKIE,
        make_pass(services.keys, number, now_of(request)),
        max_age=int(LASTS.total_seconds()),
        path="/track",
        httponly=True,
        samesite="Strict",
        secure=services.settings.public_url.startswith("https"),
    )


def source_of(request: web.Request) -> str:
    """Where a try comes from: the client's address (hotline/base/http/client_address.py); /64 of IPv6."""
    address = request.remote or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"page {address}"
    if parsed.version == 6:
        return f"page {ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"page {parsed}"
