"""The description of the API is valid OpenAPI 3.1 and describes every route of /api/v1."""

from __future__ import annotations

from aiohttp.test_utils import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from hotline.api.openapi import DOCUMENTED


async def test_the_document_is_valid(client: TestClient) -> None:
    found = await (await client.get("/api/openapi.json")).json()
    assert found["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(found).validate()


async def test_every_route_is_described_once_with_who_may(client: TestClient) -> None:
    found = await (await client.get("/api/openapi.json")).json()
    described = {(method.upper(), path) for path, item in found["paths"].items() for method in item}
    routes = {(r.method, r.path) for r in client.app[DOCUMENTED] if r.path.startswith("/api/v1/")}
    assert described == routes
    ids = [operation["operationId"] for item in found["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


async def test_it_is_readable_as_a_page(client: TestClient) -> None:
    answer = await client.get("/api/docs")
    text = await answer.text()
    assert answer.status == 200
    assert "/api/v1/tickets/{number}/replies" in text
