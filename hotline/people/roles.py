"""Named sets of roles, for routes, menus and moves (rulebook §1). Pure."""

from __future__ import annotations

from hotline.ticket import Role

OPERATORS = frozenset({Role.OPERATOR})
MANAGERS = frozenset({Role.MANAGER})
LIAISONS = frozenset({Role.LIAISON})
LEADERS = frozenset({Role.LEADER})
AUDITORS = frozenset({Role.AUDITOR})
ADMINS = frozenset({Role.ADMIN})

#: Everybody with an account.
EVERYBODY = frozenset(Role)
#: Those who answer calls and own tickets.
CENTRE = OPERATORS | MANAGERS
#: Those who move tickets on: the centre and the departments.
WORKERS = CENTRE | LIAISONS
#: Those who watch how the whole goes; operators and departments see their own.
OVERSIGHT = MANAGERS | LEADERS | AUDITORS
#: Those who read any ticket: no department, and not those who only keep the program.
INSIDE = OPERATORS | OVERSIGHT
#: Everybody whose work is tickets: all but those who only keep the program.
STAFF = INSIDE | LIAISONS
