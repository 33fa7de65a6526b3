"""Territory and bureau are separate questions: who answers for a place, and who for a matter. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from hotline.base.text.search_keys import folded

T = TypeVar("T")
_TERRITORY = re.compile(r"([市县区镇乡]政府|人民政府|镇|乡|街道|街道办事处|区公所|管委会)$")


def is_territory(name: str) -> bool:
    """Whether a unit of this name answers for a place: a township, a county under a city. An office in it does not."""
    return _TERRITORY.search(folded(name)) is not None


def both(
    ranked: Sequence[T],
    limit: int,
    of_place: Callable[[T], bool],
    possible: Callable[[T], bool] = lambda _: True,
) -> list[T]:
    """The first `limit` of what is ranked; where all of those are of one sort, the last gives way to the best possible other."""
    first = list(ranked[:limit])
    if limit < 2 or len(ranked) <= limit or len({of_place(one) for one in first}) != 1:
        return first
    sort = of_place(first[0])
    other = next((one for one in ranked[limit:] if of_place(one) != sort and possible(one)), None)
    return first if other is None else [*first[:-1], other]
