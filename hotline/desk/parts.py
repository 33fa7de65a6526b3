"""What this room brings: the pages of the centre, the departments and the citizens. Each file lists its own."""

from __future__ import annotations

from hotline.base.web import Entry, Route
from hotline.desk import (
    centre,
    contactroutes,
    enquiryroutes,
    handbook,
    live,
    operator,
    search,
    ticket,
    together,
)

#: Files of this room with `ROUTES` and, where they stand in the menu, `MENU`.
_PAGES = (live, centre, operator, search, together, ticket, contactroutes, enquiryroutes, handbook)


def routes() -> list[Route]:
    return [route for page in _PAGES for route in page.ROUTES]


def menu() -> list[Entry]:
    return [entry for page in _PAGES if hasattr(page, "MENU") for entry in page.MENU]
