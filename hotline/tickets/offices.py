"""What people everywhere call the offices of a county (住建局, 建委, 扶贫办): the names that a new department begins with. Pure.

`offices.csv`: official names without the county, by `|`, and everyday and former names, by `;`; one with `?` is only asked about.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from hotline.tickets.officenames import core
from hotline.tickets.script import plain

#: More names than this no department has, nor a longer one.
MOST, LONGEST = 60, 60


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, ...]]:
    with (Path(__file__).parent / "offices.csv").open(encoding="utf-8", newline="") as file:
        return {
            office: tuple(row["names"].split(";"))
            for row in csv.DictReader(file)
            for office in row["office"].split("|")
        }


def common_names(name: str) -> list[str]:
    """The everyday names of an office with this official one; none where it is no office that every county has."""
    known, whole = _known(), plain(name)
    bare = core(whole)
    for official in (whole, bare, f"县{bare}"):
        if official in known:
            return list(known[official])
    ends = [official for official in known if len(official) >= 4 and bare.endswith(official)]
    return list(known[max(ends, key=len)]) if ends else []


def several_names(given: Iterable[str], *, name: str = "") -> list[str]:
    """Names as they are kept: each once, without the official one, in the order given."""
    tidy = (alias.strip() for alias in given)
    return list(dict.fromkeys(alias for alias in tidy if alias and alias != name))
