"""What a department reads: the one place where numbers and identities are taken out of what it is shown (domain.md §8). Pure.

Every page, every part of one and every answer of the API passes here on its way to a liaison. What its people wrote into a form
comes back to them as they typed it; pages about staff (rosters, phones of their own) hold nothing of persons and pass as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from hotline.base.masking import masked_words

#: Pages of staff and of a department's own words.
_OF_STAFF = ("rosters/", "people/", "directory/", "department/templates.html")
#: What one has typed, a department's own templates, and what is no word at all.
_AS_IT_IS = frozenset({"values", "given", "typed", "templates", "hash", "csrf", "once"})


def of_department(user: Any) -> bool:
    """Whether this user reads with a department's eyes; nobody does not (citizens read their own)."""
    return user is not None and user.role == "liaison"


def is_of_staff(template: str) -> bool:
    """Whether a page is about those who work here, not about those who called."""
    return template.startswith(_OF_STAFF)


def for_department(value: Any) -> Any:
    """The value, and all that it holds, with every number and identity shortened; what holds none comes back itself."""
    if isinstance(value, str):
        return _words(value)
    if isinstance(value, Mapping) or hasattr(value, "items"):  # a database's row is no Mapping
        return _mapping(value)
    if isinstance(value, (list, tuple)):
        return _row(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _dataclass(value)
    return value


def _words(text: str) -> str:
    if type(text) is not str:  # an enum's value, and markup that was made of words that passed here
        return text
    hidden = masked_words(text)
    return text if hidden == text else hidden


def _mapping(found: Any) -> Any:
    shown = {k: v if k in _AS_IT_IS else for_department(v) for k, v in found.items()}
    return shown if any(shown[k] is not v for k, v in found.items()) else found


def _row(found: Any) -> Any:
    shown = [for_department(v) for v in found]
    if all(a is b for a, b in zip(shown, found, strict=True)):
        return found
    if isinstance(found, tuple) and hasattr(found, "_fields"):
        return type(found)(*shown)
    return tuple(shown) if isinstance(found, tuple) else shown


def _dataclass(found: Any) -> Any:
    if isinstance(found, BaseModel):
        return found
    names = [f.name for f in dataclasses.fields(found) if f.init and f.name not in _AS_IT_IS]
    changed = {n: new for n in names if (new := for_department(old := getattr(found, n))) is not old}
    return dataclasses.replace(found, **changed) if changed else found
