"""What this room brings."""

from __future__ import annotations

from hotline.api import files, openapi, tickets
from hotline.base.http.route import Route


def routes() -> list[Route]:
    return [*openapi.ROUTES, *tickets.ROUTES, *files.ROUTES]
