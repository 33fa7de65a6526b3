"""OpenAPI 3.1 of all of /api/v1, made from the routes themselves; and a page to read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hotline.base.http.rendering import page
from hotline.base.http.route import Route
from hotline.base.http.uploads import Upload

DOCUMENTED: web.AppKey[Sequence[Route]] = web.AppKey("routes")
_PLACE = re.compile(r"\{(\w+)\}")
_REF = "#/components/schemas/{model}"
_FILE = {"type": "string", "format": "binary"}
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
    },
}
_MANY = "too many tries; come back later"
_LONG = "more than is taken here"
_BEYOND = "the range begins after the end"
_ERRORS = {
    "401": "no token, or not a known one",
    "403": "not yours to do",
    "404": "unknown, or not among your rows",
    "409": "does not fit the state; the reason is in `detail`",
    "422": "a field is wrong; `field` names it",
}


def document(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """The OpenAPI document of the routes below /api/v1."""
    shown = [route for route in routes if route.path.startswith("/api/v1/")]
    wanted: list[tuple[type[BaseModel], Any]] = []
    for route in shown:
        wanted += [(model, "validation") for model in (route.body,) if model and not issubclass(model, Upload)]
        wanted += [(model, "serialization") for model in (route.answer,) if model]
    refs, defs = models_json_schema(list(dict.fromkeys(wanted)), ref_template=_REF)
    schemas = dict(defs.get("$defs", {})) | {"Problem": _PROBLEM}
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "1890",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "One number for a whole county. Times are ISO 8601 with offset; numbers and codes are strings.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _parameters(route: Route) -> list[dict[str, Any]]:
    """Places of the path, fields of the query, and the key by which a change is made once."""
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACE.findall(route.path)
    ]
    if route.query is not None:
        schema = route.query.model_json_schema(ref_template=_REF)
        for name, shape in schema.get("properties", {}).items():
            parameters.append(
                {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": shape}
            )
    if route.method == "POST":
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}})
    return parameters


def _more_errors(route: Route) -> dict[str, str]:
    """What some routes answer beside the errors of all."""
    return (
        ({"429": _MANY} if route.limited else {})
        | ({"413": _LONG} if route.body is not None and issubclass(route.body, Upload) else {})
        | ({"416": _BEYOND} if route.ranges else {})
    )


def _operation(route: Route, refs: Any) -> dict[str, Any]:
    """The operation of a route; `refs`: where its models stand in the document."""
    statuses = (route.status, 206) if route.ranges else (route.status,)
    good: dict[str, Any] = {"type": "object"} if route.answer is None else refs[(route.answer, "serialization")]
    errors = {
        code: {
            "description": said,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for code, said in (_ERRORS | _more_errors(route)).items()
    }
    found: dict[str, Any] = {
        "summary": route.summary,
        "description": f"For: {', '.join(sorted(route.roles or []))}. {route.rule}".strip(),
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()}{route.path.removeprefix('/api/v1')}").strip("_"),
        "tags": [route.tag or "other"],
        "parameters": _parameters(route),
        "responses": {
            str(status): {
                "description": route.summary,
                "content": {kind: {"schema": _FILE} for kind in route.media} or {"application/json": {"schema": good}},
            }
            for status in statuses
        }
        | errors,
    }
    if route.body is not None and issubclass(route.body, Upload):
        shape = {
            "type": "object",
            "required": ["file"],
            "properties": {"file": _FILE},
        }
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": shape}}}
    elif route.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": refs[(route.body, "validation")]}},
        }
    return found


async def openapi(request: web.Request) -> web.StreamResponse:
    """The document."""
    return web.json_response(document(request.app[DOCUMENTED], "1"))


async def docs(request: web.Request) -> web.StreamResponse:
    """The document as a page."""
    found = document(request.app[DOCUMENTED], "1")
    return page(request, "api/docs.html", document=found, schemas=found["components"]["schemas"])


ROUTES = (
    Route(method="GET", path="/api/openapi.json", handler=openapi, summary="OpenAPI 3.1", roles=None),
    Route(method="GET", path="/api/docs", handler=docs, summary="The API to read", roles=None),
)
