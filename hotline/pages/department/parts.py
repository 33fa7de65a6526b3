"""What the pages of a department bring."""

from __future__ import annotations

from hotline.base.http.route import Entry, Route
from hotline.pages.department import inbox, outcomes, reply_templates, ticket_page
from hotline.people.roles import LIAISONS, MANAGERS

KEEPERS = LIAISONS | MANAGERS
_OWN = "the own department"


def routes() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/department",
            handler=inbox.home,
            summary="A department's inbox",
            roles=LIAISONS,
            rule=_OWN,
        ),
        Route(
            method="GET",
            path="/department/tickets/{number}",
            handler=ticket_page.show,
            summary="A ticket as its department works on it",
            roles=LIAISONS,
            rule="tickets in which the department has or had a part",
        ),
        Route(
            method="GET",
            path="/department/outcomes",
            handler=outcomes.outcomes,
            summary="What became of a department's tickets",
            roles=LIAISONS,
            rule=_OWN,
        ),
        Route(
            method="GET",
            path=reply_templates.PATH,
            handler=reply_templates.show,
            summary="Reply templates",
            roles=KEEPERS,
            rule=_OWN,
        ),
        Route(
            method="POST",
            path=reply_templates.PATH,
            handler=reply_templates.add,
            summary="A new reply template",
            roles=KEEPERS,
            rule="the department's leader; a manager: general ones",
        ),
        Route(
            method="POST",
            path=reply_templates.PATH + "/{template}",
            handler=reply_templates.change,
            summary="Change a reply template",
            roles=KEEPERS,
            rule="the department's leader; a manager: general ones",
        ),
        Route(
            method="POST",
            path=reply_templates.PATH + "/{template}/end",
            handler=reply_templates.end,
            summary="Remove a reply template",
            roles=KEEPERS,
            rule="the department's leader; a manager: general ones",
        ),
        Route(
            method="POST",
            path="/department/review",
            handler=reply_templates.set_review,
            summary="Leader's review of replies, on or off",
            roles=LIAISONS,
            rule="the department's leader",
        ),
    ]


def menu() -> list[Entry]:
    return [
        Entry(path="/department", title="Our tickets", roles=LIAISONS),
        Entry(
            path=reply_templates.PATH,
            title="Reply templates",
            roles=MANAGERS,
            rare=MANAGERS,
        ),
    ]
