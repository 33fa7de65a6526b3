"""Masking for departments: the one place where numbers and identities are removed from what a liaison is shown
(rulebook §8). Pure.

Every page, every part of one and every answer of the API passes here on its way to a liaison. What its people wrote into a form
comes back to them as they typed it; pages about staff (rosters, phones of their own) hold nothing of persons and pass as they are.
"""

from __future__ import annotations

from typing import Any

from hotline.base.text.masking import masked_words
from hotline.base.text.nested import each_text

#: Pages of staff and of a department's own words.
_OF_STAFF = (
    "rosters/",
    "people/",
    "directory/",
    "knowledge/",
    "department/templates.html",
    "telephony/simulator.html",
    "handbook/",
)
#: What one has typed, a department's own templates, and what is no word at all.
_AS_IT_IS = frozenset({"values", "given", "typed", "templates", "hash", "csrf", "once"})


def of_department(user: Any) -> bool:
    """Whether this user is a liaison, for whom pages and answers are masked. Without a user: no (citizens read what is
    theirs).
    """
    return user is not None and user.role == "liaison"


def is_of_staff(template: str) -> bool:
    """Whether a page is about those who work here, not about those who called."""
    return template.startswith(_OF_STAFF)


def for_department(value: Any) -> Any:
    """The value, and all that it holds, with every number and identity shortened; what holds none comes back itself."""
    return each_text(value, masked_words, _AS_IT_IS)
