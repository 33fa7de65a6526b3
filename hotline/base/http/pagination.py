"""Cursor pagination over a list held in memory (contract.md, HTTP)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class PageQuery(BaseModel):
    """How many items at most, and the cursor that the page before gave."""

    model_config = ConfigDict(extra="ignore")
    limit: int = Field(100, ge=1, le=500)
    cursor: int = Field(0, ge=0, lt=2**31)


class ItemList(BaseModel):
    """A page of a list; `next_cursor` asks for the next one and is None on the last."""

    items: list[dict[str, Any]]
    next_cursor: str | None = None


def paginate(items: Sequence[Any], asked: PageQuery) -> dict[str, Any]:
    """The items from the cursor on; `next_cursor` is None on the last page. Pure."""
    end = asked.cursor + asked.limit
    return {"items": items[asked.cursor : end], "next_cursor": str(end) if end < len(items) else None}
