"""Twilio's signature: over HOTLINE_PUBLIC_URL, path, query string and form; fails closed. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from multidict import MultiMapping
from twilio.request_validator import RequestValidator, compare

from hotline.base.config import Settings
from hotline.base.keys import Keys


def tokens(settings: Settings, keys: Keys) -> list[str]:
    """The tokens that may sign: both of Twilio's, or the simulator's own, derived from our keys."""
    if settings.has_twilio:
        return [t for t in (settings.twilio_auth_token, settings.twilio_auth_token_secondary) if t]
    return [keys.hash("the simulator signs with this").hex()]


def sign(token: str, url: str, fields: MultiMapping[str]) -> str:
    """The signature of a form posted to `url`."""
    return str(RequestValidator(token).compute_signature(url, fields))


def is_signed(known: Iterable[str], url: str, fields: MultiMapping[str], given: str) -> bool:
    """Whether one of the tokens signed it. An empty signature, or no token, is a no."""
    return bool(given) and any(compare(sign(token, url, fields), given) for token in known)
