"""A list that is known whole, given a piece at a time as every list is (contract.md, HTTP)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class PageQuery(BaseModel):
    """How many items at most, and the cursor of the piece before."""

    model_config = ConfigDict(extra="ignore")
    limit: int = Field(100, ge=1, le=500)
    cursor: int = Field(0, ge=0, lt=2**31)


def piece(items: Sequence[Any], asked: PageQuery) -> dict[str, Any]:
    """The items from the cursor on; `next_cursor` is None on the last piece. Pure."""
    end = asked.cursor + asked.limit
    return {"items": items[asked.cursor : end], "next_cursor": str(end) if end < len(items) else None}
