"""The signature of requests to an S3-compatible store: AWS Signature Version 4, in the header. Pure.

By the published description (“Authenticating Requests: Using the Authorization Header”); its examples are the tests.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class S3Credentials:
    """Who asks, and in which region the store says it is."""

    key: str
    secret: str
    region: str


@dataclass(frozen=True, slots=True)
class S3Request:
    """What is signed: method, path (not encoded), query, headers besides `x-amz-*`, and the SHA-256 of the body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    payload: str


def encoded_path(path: str) -> str:
    """A path as it stands in the address and in what is signed."""
    return quote(path, safe="/-_.~")


def encoded_query(query: Mapping[str, str]) -> str:
    """A query as it stands in the address and in what is signed: in order."""
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))


def signed(credentials: S3Credentials, request: S3Request, now: datetime) -> dict[str, str]:
    """All headers of the request, its signature among them. `now`: aware; a store refuses what is 15 minutes off."""
    at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {k.lower(): " ".join(v.split()) for k, v in request.headers.items()}
    headers |= {"x-amz-content-sha256": request.payload, "x-amz-date": at}
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = "\n".join(
        (request.method, encoded_path(request.path), encoded_query(request.query), listed, names, request.payload)
    )
    scope = f"{at[:8]}/{credentials.region}/s3/aws4_request"
    text = "\n".join((_ALGORITHM, at, scope, hashlib.sha256(asked.encode()).hexdigest()))
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    said = f"{_ALGORITHM} Credential={credentials.key}/{scope},SignedHeaders={names},Signature={signature}"
    return headers | {"authorization": said}
