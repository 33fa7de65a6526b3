"""Twilio's signature: over HOTLINE_PUBLIC_URL, path, query string and form; fails closed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from multidict import MultiMapping
from twilio.request_validator import RequestValidator, compare

from hotline.base.config import Settings
from hotline.base.keys import Keys

_USUAL = {"https": 443, "http": 80}


def tokens(settings: Settings, keys: Keys) -> list[str]:
    """The tokens that may sign: both of Twilio's, or the simulator's own, derived from our keys."""
    if settings.has_twilio:
        return [t for t in (settings.twilio_auth_token, settings.twilio_auth_token_secondary) if t]
    return [keys.hash("the simulator signs with this").hex()]


def sign(token: str, url: str, fields: MultiMapping[str]) -> str:
    """The signature of a form posted to `url`."""
    return str(RequestValidator(token).compute_signature(url, fields))


def spellings(url: str) -> tuple[str, ...]:
    """The address as the carrier may have signed it: as it is, without its port, and with it (the usual one where it has none).

    The carrier's machines differ in this, and its own validator takes all of them. No other port is taken.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return (url,)
    host = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc.removesuffix(":")
    netlocs = (host, f"{host}:{port or _USUAL.get(parts.scheme, 80)}")
    return tuple(dict.fromkeys((url, *(urlunsplit(parts._replace(netloc=netloc)) for netloc in netlocs))))


def is_signed(known: Iterable[str], url: str, fields: MultiMapping[str], given: str) -> bool:
    """Whether one of the tokens signed it. An empty signature, no token, or what is no text at all, is a no."""
    if not given:
        return False
    try:
        return any(compare(sign(token, spelling, fields), given) for token in known for spelling in spellings(url))
    except UnicodeEncodeError:
        return False
