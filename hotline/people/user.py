"""A user as every request and move knows it, and what a sign-in name may be. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hotline.ids import DepartmentId, UserId
from hotline.people.roles import CENTRE
from hotline.ticket import Role


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is signed in, by session or token."""

    id: UserId
    name: str
    shown_name: str
    role: Role
    department_id: DepartmentId | None
    leads: bool
    language: str

    @property
    def actor(self) -> str:
        """How the record names this user."""
        return f"user:{self.id}"

    @property
    def in_centre(self) -> bool:
        """Operators and managers: they see every ticket and may act for an owner who is off shift."""
        return self.role in CENTRE


#: Letters, digits, `. @ -`, the middle dot of Mongolian names, a title in brackets; single spaces inside.
_FIT = re.compile(r"[\w.@·()-]+(?: [\w.@·()-]+)*")
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅･", "·"))
_SHORTEST, _LONGEST = 2, 40


def tidy(name: str) -> str:
    """A name as it is kept and looked for: half width, no character that nobody sees, wide spaces as single ones."""
    said = unicodedata.normalize("NFKC", name).translate(_DOTS)
    return " ".join("".join(c for c in said if unicodedata.category(c) != "Cf").split())


def is_fit(name: str) -> bool:
    """Whether a tidy name can be somebody's."""
    return _SHORTEST <= len(name) <= _LONGEST and _FIT.fullmatch(name) is not None
