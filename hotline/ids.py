"""Types of ids (NewType), so that a ticket's id is never taken for a user's."""

from __future__ import annotations

from typing import NewType

TicketId = NewType("TicketId", int)
UserId = NewType("UserId", int)
DepartmentId = NewType("DepartmentId", int)
PersonId = NewType("PersonId", int)
AssignmentId = NewType("AssignmentId", int)
ContactId = NewType("ContactId", int)
OutboxId = NewType("OutboxId", int)
