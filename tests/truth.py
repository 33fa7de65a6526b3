"""Every answer of /api/v1 in any test is held against the OpenAPI document: it must be true, not only valid."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import orjson
from aiohttp import web
from jsonschema import Draft202012Validator

from hotline.api.openapi import DOCUMENTED, document
from hotline.base.http.route import Route


@lru_cache(maxsize=8)
def _document(routes: tuple[Route, ...]) -> dict[str, Any]:
    """The document of an application's routes; the applications of all tests have the same ones, but for who handles them."""
    return document(routes, "1")


async def _nobody(request: web.Request) -> web.StreamResponse:
    raise AssertionError("a route of the document, not of an application")


@dataclass(slots=True)
class Truth:
    """Collects what was answered otherwise than documented."""

    routes: tuple[Route, ...]
    lies: list[str] = field(default_factory=list)

    async def check(self, request: web.Request, response: web.StreamResponse) -> None:
        """The signal handler: status, media type and shape of an answer below /api/v1."""
        resource = request.match_info.route.resource
        if resource is None or not resource.canonical.startswith("/api/v1/") or response.status >= 500:
            return
        said = f"{request.method} {resource.canonical} → {response.status}"
        documented = _document(self.routes)
        operation = documented["paths"][resource.canonical].get(request.method.lower())
        if operation is None:
            return
        shape = operation["responses"].get(str(response.status))
        if shape is None:
            self.lies.append(f"{said} is not documented")
            return
        if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
            return
        content = shape["content"].get(response.content_type)
        if content is None:
            self.lies.append(f"{said} is {response.content_type}, documented: {list(shape['content'])}")
        elif response.content_type.endswith("json"):
            schema = content["schema"] | {"components": documented["components"]}
            for error in Draft202012Validator(schema).iter_errors(orjson.loads(response.body)):
                self.lies.append(f"{said}: {error.json_path} {error.message[:300]}")


def hold_to_truth(app: web.Application) -> Truth:
    """Watch an application; assert `lies` is empty at the end."""
    truth = Truth(tuple(replace(route, handler=_nobody) for route in app[DOCUMENTED]))
    app.on_response_prepare.append(truth.check)
    return truth
