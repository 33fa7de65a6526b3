"""Common names of a county's offices (住建局, 建委, 扶贫办): the aliases that a new department begins with. Pure.

`offices.csv`: official names without the county, by `|`, and everyday and former names, by `;`; one with `?` is only asked about.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from hotline.tickets.tipoffs.office_names import core
from hotline.tickets.tipoffs.spelling import simplified

_DISCIPLINE = re.compile("纪委|监委|纪检|纪律检查|监察委|监察局")


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
    known, whole = _known(), simplified(name)
    bare = core(whole)
    for official in (whole, bare, f"县{bare}"):
        if official in known:
            return list(known[official])
    ends = [official for official in known if len(official) >= 4 and bare.endswith(official)]
    return list(known[max(ends, key=len)]) if ends else []


def is_discipline(name: str) -> bool:
    """Whether an office of this official name takes tipoffs about officials itself (纪委监委)."""
    return bool(_DISCIPLINE.search(simplified(name)))


def kept_names(name: str, given: Iterable[str] | None, before: str = "", known: Iterable[str] = ()) -> list[str]:
    """The aliases of a department: what is given, else what is known, else what such offices are called everywhere.

    A former name (`before`) stays one of them; each stands once, without the official name.
    """
    names = list(known if given is None else given)
    if not before and not names:
        names = common_names(name)
    tidy = (alias.strip() for alias in (*names, before))
    return list(dict.fromkeys(alias for alias in tidy if alias and alias != name))
