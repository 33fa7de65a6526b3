"""Refused forms: the page of the form is shown again, filled as it was sent, with the error at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hotline.base.http.problem import Problem
from hotline.base.http.refilled import RefusedForm, refilled
from hotline.base.http.rendering import render, t
from hotline.base.http.requests import now_of, page_path

_UNREAD = "unread"


def keep_unread(request: web.Request) -> None:
    """Keep a copy that asks for a page: aiohttp makes none once the body was read. Called around every form."""
    if request.method == "POST":
        request[_UNREAD] = request.clone(method="GET")


async def shown_again(
    request: web.Request, error: Problem, values: Mapping[str, Any], otherwise: str
) -> web.StreamResponse:
    """The page where the form stood (by Referer; where that shows none, the path `otherwise`), with the status of the error.

    The page is asked for as its reader would, through all checks. Raises the error itself where neither path shows a page.
    """
    for path in dict.fromkeys((page_path(request), otherwise)):
        found = await _page(request, path) if path not in {"", "/"} else None
        if found is not None:
            said = t(request, error.message, **error.params)
            refused = RefusedForm(request.path, values, error.field)
            notice = render(request, "part/problem.html", said=said, code=error.status)
            lost = render(request, "part/refused.html", said=said, values=values)
            html = refilled(found, refused, notice=notice, lost=lost)
            return web.Response(text=html, status=error.status, content_type="text/html", charset="utf-8")
    raise error


async def _page(request: web.Request, path: str) -> str | None:
    """What a page says to who sent the form; None where it is no page, or not theirs."""
    asked: web.Request = request[_UNREAD].clone(rel_url=path)
    asked["now"] = now_of(request)
    found = await request.app._handle(asked)
    if found.status != 200 or not isinstance(found, web.Response) or found.content_type != "text/html":
        return None
    return found.text
