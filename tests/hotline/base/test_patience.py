"""A carrier's delivery waits out a short absence of the database; anybody else is told at once that it is away."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import AWAY
from hotline.base.http import middleware

#: As the database and its driver say it: nobody there, starting up, died in the middle of something.
ABSENCES = (
    ConnectionRefusedError(111, "refused"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
)
Handler = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]


@pytest.fixture
def away(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the handler of an SMS meets, one after the other, before it succeeds; the same for the page of /track."""
    met: list[Exception] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if met:
            raise met.pop(0)
        return web.Response(text="taken")

    monkeypatch.setattr(middleware, "_PAUSE", 0.01)
    for route in client.app.router.routes():
        if route.resource is not None and (route.method, route.resource.canonical) in {
            ("POST", "/twilio/sms"),
            ("GET", "/track"),
        }:
            monkeypatch.setattr(route, "_handler", handle)
    return met


async def test_a_delivery_waits(client: TestClient, away: list[Exception]) -> None:
    away += ABSENCES
    assert all(isinstance(error, AWAY) for error in ABSENCES)
    answer = await client.post("/twilio/sms")
    assert (answer.status, await answer.text(), away) == (200, "taken", [])


async def test_not_longer_than_the_carrier_does(
    client: TestClient, away: list[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "_PATIENCE", 0.05)
    away += [*ABSENCES] * 100
    assert (await client.post("/twilio/sms")).status == 503
    assert away


async def test_a_fault_of_ours_is_not_tried_again(client: TestClient, away: list[Exception]) -> None:
    away += [ValueError("ours"), ValueError("again")]
    assert (await client.post("/twilio/sms")).status == 500
    assert len(away) == 1


async def test_a_page_says_at_once_that_the_service_is_away(client: TestClient, away: list[Exception]) -> None:
    away += [*ABSENCES]
    for _ in ABSENCES:
        answer = await client.get("/track")
        assert answer.status == 503
        assert "内容没有丢失" in await answer.text()
