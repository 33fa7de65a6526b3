"""What this room brings: the pages of the centre, the departments and the citizens. Each file lists its own."""

from __future__ import annotations

from hotline.base.http.route import Entry, Route
from hotline.pages import (
    bulk_actions,
    centre,
    contact_views,
    enquiry_views,
    handbook,
    live,
    operator,
    search,
    ticket_page,
)

#: Files of this room with `ROUTES` and, where they stand in the menu, `MENU`.
_PAGES = (live, centre, operator, search, bulk_actions, ticket_page, contact_views, enquiry_views, handbook)


def routes() -> list[Route]:
    return [route for page in _PAGES for route in page.ROUTES]


def menu() -> list[Entry]:
    return [entry for page in _PAGES if hasattr(page, "MENU") for entry in page.MENU]
