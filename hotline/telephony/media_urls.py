"""Allow-list of addresses from which a picture may be fetched: the carrier's own hosts only. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

#: Characters of an address; what is none of them (spaces, backslashes, other scripts) is read differently by different programs.
_PLAIN = re.compile(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")
_API = re.compile(r"api(?:\.[a-z0-9-]+){0,2}\.twilio\.com")
_CDN = re.compile(r"(?:[a-z0-9-]+\.)*twiliocdn\.com")
_STORE = re.compile(r"s3(?:[.-][a-z0-9-]+){0,2}\.amazonaws\.com")
_BUCKET = re.compile(r"/(?:media|mms)\.twiliocdn\.com/[^/].*")
_USUAL = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Located:
    """An allowed address, rebuilt from its parts; `api`: it is the carrier's API, the only host that gets our name and
    password.
    """

    url: str
    api: bool


def located(address: str, base: str) -> Located | None:
    """The allowed address for a picture; None where `address` is not on one of the carrier's hosts. `base`:
    TWILIO_API_URL.

    An address of the carrier's API is asked at `base`, like all that goes there.
    """
    if not _PLAIN.fullmatch(address):
        return None
    try:
        parts, ours = urlsplit(address), urlsplit(base)
        port, our_port = parts.port or _USUAL.get(parts.scheme), ours.port or _USUAL.get(ours.scheme)
        host = parts.hostname or ""
    except ValueError:
        return None
    if "@" in parts.netloc or parts.netloc.endswith(":") or ".." in unquote(unquote(parts.path)).split("/"):
        return None
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if (parts.scheme, host, port) == (ours.scheme, ours.hostname, our_port):
        return Located(f"{ours.scheme}://{ours.netloc}{rest}", True)
    if (parts.scheme, port) != ("https", 443):
        return None
    if _API.fullmatch(host):
        is_api = _API.fullmatch(ours.hostname or "") is not None
        return Located(f"https://{host}{rest}" if is_api else f"{base}{rest}", True)
    if _CDN.fullmatch(host) or (_STORE.fullmatch(host) and _BUCKET.fullmatch(parts.path)):
        return Located(f"https://{host}{rest}", False)
    return None
