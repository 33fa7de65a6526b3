"""Handbooks (`/help`): a page for each role, in the reader's language, from the Markdown of
`docs/handbook/LANGUAGE/ROLE.md`.

A file is read once in the life of a process. Its pictures stand below `static/handbook`; a picture that is missing is a FileNotFoundError,
not a hole in the page.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hotline.base.http.rendering import language_of, page, safe, static
from hotline.base.http.route import Route
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import user_of
from hotline.ticket import Role

#: In a clone, and where an installation puts them (setup.cfg).
_SHELVES = (
    Path(__file__).resolve().parents[2] / "docs" / "handbook",
    Path(sys.prefix) / "share" / "hotline" / "handbook",
)
_PICTURE = re.compile(r"^(?:\.\./)+hotline/static/(handbook/[\w/-]+\.png)$")


@dataclass(frozen=True, slots=True)
class Handbook:
    """A handbook as HTML: its title, its chapters (mark, title) and its body."""

    title: str
    chapters: tuple[tuple[str, str], ...]
    body: str


def shelf() -> Path:
    """The folder of the handbooks. Raises FileNotFoundError where the installation lacks it."""
    found = next((place for place in _SHELVES if place.is_dir()), None)
    if found is None:
        raise FileNotFoundError("docs/handbook is missing from the installation")
    return found


def bound(text: str) -> Handbook:
    """A handbook from its Markdown; `<kbd>` is the only HTML in it (a test sees to that)."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(text)
    title = ""
    chapters: list[tuple[str, str]] = []
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        said = _plain(tokens[at + 1])
        if token.tag == "h1":
            title = said
        elif token.tag == "h2":
            mark = f"c{len(chapters) + 1}"
            token.attrSet("id", mark)
            chapters.append((mark, said))
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                _place(child)
    return Handbook(title, tuple(chapters), reader.renderer.render(tokens, reader.options, {}))


def _plain(heading: Token) -> str:
    """The words of a heading without its marks."""
    return "".join(child.content for child in heading.children or () if child.type == "text")


def _place(image: Token) -> None:
    """Let a picture come from the program itself. Raises ValueError for one that stands elsewhere."""
    found = _PICTURE.match(str(image.attrGet("src")))
    if found is None:
        raise ValueError(f"a picture of a handbook stands elsewhere: {image.attrGet('src')}")
    image.attrSet("src", static(found[1]))
    image.attrSet("loading", "lazy")


@cache
def handbook(language: str, role: Role) -> Handbook:
    """The handbook of a role."""
    return bound((shelf() / language / f"{role}.md").read_text("utf-8"))


async def _shown(request: web.Request, role: Role) -> web.StreamResponse:
    book = await asyncio.to_thread(handbook, language_of(request), role)
    return page(request, "handbook/page.html", book=book, body=safe(book.body), role=role, roles=_order(role))


def _order(first: Role) -> Sequence[Role]:
    """All roles, the reader's own first."""
    return (first, *(role for role in Role if role is not first))


async def own(request: web.Request) -> web.StreamResponse:
    """The handbook of one's own role."""
    return await _shown(request, user_of(request).role)


async def of_role(request: web.Request) -> web.StreamResponse:
    """The handbook of any role: one may read what others do."""
    try:
        role = Role(request.match_info.get("role", ""))
    except ValueError as error:
        raise web.HTTPNotFound from error
    return await _shown(request, role)


ROUTES = (
    Route(method="GET", path="/help", handler=own, summary="The handbook of one's role", roles=EVERYBODY),
    Route(method="GET", path="/help/{role}", handler=of_role, summary="A role's handbook", roles=EVERYBODY),
)
