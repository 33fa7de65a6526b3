"""A user as every request and move knows it. Pure."""

from __future__ import annotations

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
