"""The S3-compatible store: signatures by the published examples, and against a store that checks them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpServer

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.clock import MovingClock
from hotline.recordings.s3_blobs import S3Blobs
from hotline.recordings.s3_signature import S3Credentials, S3Request, signed
from tests.hotline.recordings.s3_double import BUCKET, KEY, REGION, SECRET, S3Double

NOW = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
#: The examples of “Signature Calculations for the Authorization Header”: what is asked, and its signature.
_PUBLISHED = S3Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
_HOST = {"host": "examplebucket.s3.amazonaws.com"}
_EMPTY = hashlib.sha256(b"").hexdigest()
EXAMPLES = (
    (
        S3Request("GET", "/test.txt", {}, _HOST | {"range": "bytes=0-9"}, _EMPTY),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    (
        S3Request(
            "PUT",
            "/test$file.text",
            {},
            _HOST | {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            hashlib.sha256(b"Welcome to Amazon S3.").hexdigest(),
        ),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    (
        S3Request("GET", "/", {"lifecycle": ""}, _HOST, _EMPTY),
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    (
        S3Request("GET", "/", {"max-keys": "2", "prefix": "J"}, _HOST, _EMPTY),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
)


@pytest.mark.parametrize(("request_", "signature"), EXAMPLES)
def test_the_published_examples(request_: S3Request, signature: str) -> None:
    found = signed(_PUBLISHED, request_, datetime(2013, 5, 24, tzinfo=UTC))
    assert found["authorization"].endswith(f",Signature={signature}")


@pytest.fixture
def double() -> S3Double:
    return S3Double(NOW)


@pytest.fixture
async def blobs(double: S3Double, aiohttp_server: AiohttpServer) -> AsyncIterator[S3Blobs]:
    server = await aiohttp_server(double.app())
    made = S3Blobs(str(server.make_url("/")), BUCKET, S3Credentials(KEY, SECRET, REGION), MovingClock(NOW))
    yield made
    await made.close()


async def test_what_was_put_is_got_and_removed_with_its_folder_alone(blobs: S3Blobs, double: S3Double) -> None:
    for n in range(5):
        await blobs.put(f"000000/1/0/both-{n:05d}-aa", bytes([n]) * 1000)
    await blobs.put("000000/12/0/both-00000-aa", b"another's")
    assert await blobs.get("000000/1/0/both-00003-aa") == b"\3" * 1000
    await blobs.put("000000/1/0/both-00003-aa", b"again")
    assert await blobs.get("000000/1/0/both-00003-aa") == b"again"
    assert await blobs.remove("000000/1/") == 5
    assert list(double.objects) == ["recordings/000000/12/0/both-00000-aa"]
    assert await blobs.remove("000000/1/") == 0
    assert double.refused == []


async def test_what_is_not_there_is_missing(blobs: S3Blobs) -> None:
    with pytest.raises(BlobMissing):
        await blobs.get("000000/1/0/both-00000-aa")


@pytest.mark.parametrize("wrong", ["secret", "region", "bucket", "clock"])
async def test_a_wrong_setting_is_away_and_never_missing(
    aiohttp_server: AiohttpServer, double: S3Double, wrong: str
) -> None:
    server = await aiohttp_server(double.app())
    credentials = S3Credentials(KEY, "x" if wrong == "secret" else SECRET, "x" if wrong == "region" else REGION)
    clock = MovingClock(NOW + (timedelta(minutes=16) if wrong == "clock" else timedelta()))
    blobs = S3Blobs(str(server.make_url("/")), "other-bucket" if wrong == "bucket" else BUCKET, credentials, clock)
    try:
        with pytest.raises(BlobsAway):
            await blobs.put("000000/1/0/both-00000-aa", b"x")
        if wrong != "bucket":
            with pytest.raises(BlobsAway):
                await blobs.get("000000/1/0/both-00000-aa")
    finally:
        await blobs.close()


async def test_a_store_that_is_down_is_away(blobs: S3Blobs, double: S3Double) -> None:
    double.down = 1
    with pytest.raises(BlobsAway):
        await blobs.put("000000/1/0/both-00000-aa", b"x")
    await blobs.put("000000/1/0/both-00000-aa", b"x")
    double.down = 1
    with pytest.raises(BlobsAway):
        await blobs.get("000000/1/0/both-00000-aa")


async def test_nobody_listens(double: S3Double) -> None:
    blobs = S3Blobs("http://127.0.0.1:9", BUCKET, S3Credentials(KEY, SECRET, REGION), MovingClock(NOW))
    with pytest.raises(BlobsAway):
        await blobs.put("000000/1/0/both-00000-aa", b"x")
    await blobs.close()
