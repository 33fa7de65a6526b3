"""What sla puts into the slots of the pages below it."""

from __future__ import annotations

from hotline.base.http.slots import SlotContent
from hotline.pages import slots
from routing.slots import RULING_TIME

CONTENTS = (
    SlotContent(slots.COMING, "coming/panel.html"),
    SlotContent(slots.CENTRE_LINKS, "handover/link.html", order=1),
    SlotContent(slots.CENTRE_LINKS, "orders/link.html", order=3),
    SlotContent(slots.CENTRE_DECISIONS, "extensions/decisions.html"),
    SlotContent(slots.TICKET_TIME, "clocks/panel.html"),
    SlotContent(slots.DEPARTMENT_PANELS, "orders/received.html"),
    SlotContent(slots.DEPARTMENT_FIRST, "extensions/interim.html"),
    SlotContent(slots.DEPARTMENT_ASKS, "extensions/forms.html"),
    SlotContent(slots.DEPARTMENT_ASKED, "extensions/asked.html"),
    SlotContent(RULING_TIME, "clocks/ruling.html"),
)
