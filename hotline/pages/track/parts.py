"""What the citizen's page brings."""

from __future__ import annotations

from hotline.base.http.route import Route
from hotline.pages.track import views


def routes() -> list[Route]:
    return list(views.ROUTES)
