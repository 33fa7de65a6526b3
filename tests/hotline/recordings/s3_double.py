"""An S3-compatible store in the test's own process, which refuses what is not signed rightly (AWS Signature Version 4).

It checks the signature by its own reading of the published description, not by the program's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

from aiohttp import web

KEY, SECRET, REGION, BUCKET = "AKIATESTTESTTEST", "secret/of+the+double", "cn-test-1", "hotline-test"
_AUTH = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request,\s*"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass
class S3Double:
    """What is in the bucket, what was refused and why; `down`: the next requests answer 503."""

    now: datetime
    objects: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    down: int = 0
    page: int = 2

    def app(self) -> web.Application:
        app = web.Application(client_max_size=8 * 1024**2)
        app.router.add_route("*", "/{bucket}", self._handle)
        app.router.add_route("*", "/{bucket}/{key:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.down:
            self.down -= 1
            return web.Response(status=503)
        if why := self._wrong(request, body):
            self.refused.append(why)
            return web.Response(status=403, text=why)
        if request.match_info["bucket"] != BUCKET:
            return web.Response(status=404, text="NoSuchBucket")
        key = request.match_info.get("key", "")
        match request.method:
            case "PUT":
                self.objects[key] = body
                return web.Response()
            case "GET" if not key:
                return self._list(request.query["prefix"])
            case "GET":
                return web.Response(body=self.objects[key]) if key in self.objects else web.Response(status=404)
            case "DELETE":
                self.objects.pop(key, None)
                return web.Response(status=204)
            case method:
                raise AssertionError(method)

    def _list(self, prefix: str) -> web.Response:
        found = sorted(key for key in self.objects if key.startswith(prefix))
        rows = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in found[: self.page])
        more = str(len(found) > self.page).lower()
        body = f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>{more}</IsTruncated>{rows}</ListBucketResult>'
        return web.Response(text=body, content_type="application/xml")

    def _wrong(self, request: web.Request, body: bytes) -> str:
        found = _AUTH.fullmatch(request.headers.get("Authorization", ""))
        if found is None:
            return "no signature"
        if found["key"] != KEY or found["region"] != REGION:
            return "another's key or region"
        at = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(at - self.now) > timedelta(minutes=15):
            return "RequestTimeTooSkewed"
        if hashlib.sha256(body).hexdigest() != request.headers["X-Amz-Content-Sha256"]:
            return "the body is another"
        names = found["names"].split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
            return "headers that must be signed are not"
        return "" if self._expected(request, found, names) == found["signature"] else "SignatureDoesNotMatch"

    def _expected(self, request: web.Request, found: re.Match[str], names: list[str]) -> str:
        raw_path, _, raw_query = request.raw_path.partition("?")
        pairs = sorted(parse_qsl(raw_query, keep_blank_values=True))
        canonical = [
            request.method,
            raw_path,
            "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs),
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            found["names"],
            request.headers["X-Amz-Content-Sha256"],
        ]
        scope = f"{found['day']}/{REGION}/s3/aws4_request"
        hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{request.headers['X-Amz-Date']}\n{scope}\n{hashed}"

        def step(key: bytes, said: str) -> bytes:
            return hmac.new(key, said.encode(), hashlib.sha256).digest()

        signing = step(step(step(step(b"AWS4" + SECRET.encode(), found["day"]), REGION), "s3"), "aws4_request")
        return hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()
