"""The rows of a table on their way out of the process that reads it: counted against the bounds, written in batches as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from hotline.base.http.problem import BadField
from routing.tables.bounds import AROUND, Bounds, too_large, too_many_rows
from routing.tables.cell import Value, to_wire

_BATCH = 200_000
_FAULTS = 200
_ROW = 2_000_000  # characters in one row


class Lines:
    """Where rows and refused cells go. Raises Unreadable where a bound is passed."""

    def __init__(self, out: BinaryIO, bounds: Bounds) -> None:
        self._out, self._bounds = out, bounds
        self._rows = self._slots = self._weight = self._faults = 0
        self._held: list[object] = []

    def add(self, line: int, cells: Sequence[Value], shown: Mapping[int, str] | None = None) -> None:
        """A row that holds something."""
        self._rows += 1
        self._slots += len(cells)
        if self._rows > self._bounds.rows + AROUND:
            raise too_many_rows(self._bounds.rows)
        weight = 8 * len(cells) + sum(len(cell) for cell in cells if isinstance(cell, str))
        if self._slots > self._bounds.cells or weight > _ROW:
            raise too_large()
        self._held.append([line, [to_wire(cell) for cell in cells], list((shown or {}).items())])
        self._weight += weight
        if self._weight > _BATCH:
            self.flush()

    def refuse(self, line: int, why: BadField) -> None:
        """A cell that cannot be understood; after some hundred the rest is not said any more."""
        self._faults += 1
        if self._faults <= _FAULTS:
            self.send({"fault": [line, why.field, why.message, why.params]})

    def flush(self) -> None:
        """Write what is held."""
        if self._held:
            self.send({"rows": self._held})
        self._held, self._weight = [], 0

    def send(self, message: Mapping[str, object]) -> None:
        """One message, one line."""
        self._out.write(json.dumps(message).encode() + b"\n")
