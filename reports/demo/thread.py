"""The state of one demo ticket while its script runs."""

from __future__ import annotations

import random
from dataclasses import dataclass

from reports.demo.plot import StagedTicket


@dataclass(slots=True)
class Thread:
    """The case, its ticket's number, and the department that has it now."""

    staged: StagedTicket
    number: str
    department: str = ""

    @property
    def chance(self) -> random.Random:
        """The case's own dice, so that other cases change nothing in this one."""
        return self.staged.chance

    @property
    def straight(self) -> bool:
        """Whether the case goes straight to the state in which the demo leaves it."""
        return self.staged.stop in {
            "dispatched",
            "signed",
            "returned",
            "replied",
            "told",
            "followed_up",
            "set_aside",
        }

    def happens(self, share: float) -> bool:
        """Whether something that happens in this share of cases happens in this one."""
        return self.chance.random() < share and not self.straight
