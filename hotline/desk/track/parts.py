"""What the citizen's page brings."""

from __future__ import annotations

from hotline.base.web import Route
from hotline.desk.track import handlers


def routes() -> list[Route]:
    return list(handlers.ROUTES)
