"""The slots of hotline's pages, which the packages above fill (`hotline.base.http.slots`)."""

from __future__ import annotations

from hotline.base.http.slots import PageSlot

COMING = PageSlot("coming", "the first page of operators, managers and departments")

OPERATOR_FIRST = PageSlot("operator_first", "the operator's queues, above all of them: `once`")
OPERATOR_DISPATCH = PageSlot(
    "operator_dispatch", "the form of a new ticket, beside the department: its fields `#new-…`"
)
OPERATOR_KNOWLEDGE = PageSlot(
    "operator_knowledge", "what helps to answer, beside the form of a new ticket: its fields `#new-…`, `once`"
)

CENTRE_LINKS = PageSlot("centre_links", "the buttons at the head of the manager's page")
CENTRE_FIGURES = PageSlot("centre_figures", "the figures of the manager's page: `returned`")
CENTRE_WAITS = PageSlot("centre_waits", "what waits for the manager, between the duty desk and the returns")
CENTRE_DECISIONS = PageSlot("centre_decisions", "lines of the list of decisions that wait: `extensions`, `once`")

TICKET_SUGGESTIONS = PageSlot("ticket_suggestions", "above what may be done to a ticket: `t`, `actions`, `once`")
TICKET_NOTES = PageSlot("ticket_notes", "what a ticket waits for, above its actions: `t`, `actions`")
TICKET_ANSWERS = PageSlot("ticket_answers", "articles under replies and returns: `t`")
TICKET_TIME = PageSlot("ticket_time", "beside the ticket, below its actions: `t`")
TICKET_CUSTODY = PageSlot("ticket_custody", "who has the ticket, below its assignments: `t`")

CARD_SIGNING = PageSlot("card_signing", "a card of the department's inbox, beside the button that signs: `c`")
DEPARTMENT_SIGNING = PageSlot(
    "department_signing", "the department's ticket, beside the same button: `ticket`, `can`, `here`"
)
DEPARTMENT_PANELS = PageSlot("department_panels", "panels above the department's forms: `ticket`, `own`, `here`")
DEPARTMENT_FIRST = PageSlot("department_first", "forms below the reply, above all others: `ticket`, `can`, `here`")
DEPARTMENT_ASKS = PageSlot(
    "department_asks", "forms that ask the centre for something: `ticket`, `can`, `running`, `here`"
)
DEPARTMENT_ASKED = PageSlot("department_asked", "what the department asked the centre for: `ticket`")
DEPARTMENT_LAST = PageSlot("department_last", "below all other forms: `ticket`, `can`, `reasons`, `return_until`")
DEPARTMENT_HISTORY = PageSlot("department_history", "panels below the replies so far: `ticket`")

SLOTS = (
    COMING,
    OPERATOR_FIRST,
    OPERATOR_DISPATCH,
    OPERATOR_KNOWLEDGE,
    CENTRE_LINKS,
    CENTRE_FIGURES,
    CENTRE_WAITS,
    CENTRE_DECISIONS,
    TICKET_SUGGESTIONS,
    TICKET_NOTES,
    TICKET_ANSWERS,
    TICKET_TIME,
    TICKET_CUSTODY,
    CARD_SIGNING,
    DEPARTMENT_SIGNING,
    DEPARTMENT_PANELS,
    DEPARTMENT_FIRST,
    DEPARTMENT_ASKS,
    DEPARTMENT_ASKED,
    DEPARTMENT_LAST,
    DEPARTMENT_HISTORY,
)
