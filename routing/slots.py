"""The slots of routing's pages, and what routing puts into those of hotline's."""

from __future__ import annotations

from hotline.base.http.slots import PageSlot, SlotContent
from hotline.pages import slots

RULING_TIME = PageSlot("ruling_time", "the head of the page of a ruling: `ticket`")
SLOTS = (RULING_TIME,)

CONTENTS = (
    SlotContent(slots.OPERATOR_FIRST, "routing/clear.html"),
    SlotContent(slots.OPERATOR_DISPATCH, "routing/beside.html"),
    SlotContent(slots.CENTRE_LINKS, "rulings/link.html", order=2),
    SlotContent(slots.CENTRE_LINKS, "rosters/link.html", order=4),
    SlotContent(slots.CENTRE_FIGURES, "rulings/figure.html"),
    SlotContent(slots.CENTRE_WAITS, "paging/unanswered.html"),
    SlotContent(slots.TICKET_SUGGESTIONS, "routing/above.html"),
    SlotContent(slots.TICKET_NOTES, "returns/note.html"),
    SlotContent(slots.TICKET_ANSWERS, "returns/articles.html"),
    SlotContent(slots.TICKET_CUSTODY, "paging/people.html"),
    SlotContent(slots.CARD_SIGNING, "paging/card.html"),
    SlotContent(slots.DEPARTMENT_SIGNING, "paging/seen.html"),
    SlotContent(slots.DEPARTMENT_LAST, "returns/form.html"),
    SlotContent(slots.DEPARTMENT_HISTORY, "returns/panels.html"),
)
