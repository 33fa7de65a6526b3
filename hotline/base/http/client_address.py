"""The address of the browser or program that sent a request, also behind reverse proxies (contract.md, HOTLINE_PROXIES).

A proxy appends the address it was called from to `X-Forwarded-For`. Read from the right, the first address that is no
proxy of ours is the client's; what stands left of it was written by the client and is not believed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from hotline.base.config import Network


def client_address(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """The client's address: `peer` is where the connection comes from, `forwarded` the lines of X-Forwarded-For in their order.

    What is no address ends the reading: the last proxy that was read is the answer then.
    """
    found = peer
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    while hops and _is_proxy(found, proxies):
        plain = _plain(hops.pop())
        if plain is None:
            break
        found = plain
    return found


def _is_proxy(address: str, proxies: Sequence[Network]) -> bool:
    plain = _plain(address)
    return plain is not None and any(ipaddress.ip_address(plain) in network for network in proxies)


def _plain(text: str) -> str | None:
    """An address as it is compared: without brackets and zone, IPv4 inside IPv6 as IPv4. None: it is no address."""
    try:
        parsed = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    inside = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(inside or parsed)


def behind_proxies(proxies: Sequence[Network]) -> Middleware:
    """The middleware, outermost of all: below it `request.remote` is the client."""

    @web.middleware
    async def addressed(request: web.Request, handler: Handler) -> web.StreamResponse:
        peer = request.remote or ""
        found = client_address(peer, request.headers.getall("X-Forwarded-For", []), proxies)
        return await handler(request if found == peer else request.clone(remote=found))

    return addressed
