"""Look-up of the department that a table's cell names: by code, name or unique alias, whatever the width, case and
spaces.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.ids import DepartmentId
from hotline.people.departments import Department, in_force
from hotline.tickets.tipoffs.office_names import core
from routing.tables.columns import plain_header

Named = Mapping[str, Department]
_SEVERAL = re.compile(r"[;；、,，\n]+")


async def named(conn: Conn) -> Named:
    """The departments in force by code and names, as `plain_header` compares them; what two share names none.

    The directory's everyday names count too (but for those with a question mark), and the name without its county.
    """
    official, everyday = [], []
    for row in await in_force(conn):
        one = Department(DepartmentId(row.id), row.code, row.name, row.name_en, row.kind)
        official += [(word, one) for word in (one.code, one.name, one.name_en)]
        everyday += [(word, one) for word in (core(one.name), *row.aliases) if not word.endswith(("?", "？"))]
    return _single(everyday) | _single(official)


def _single(pairs: Iterable[tuple[str, Department]]) -> dict[str, Department]:
    found: dict[str, dict[int, Department]] = defaultdict(dict)
    for word, one in pairs:
        found[plain_header(word)][one.id] = one
    return {word: next(iter(ones.values())) for word, ones in found.items() if word and len(ones) == 1}


def department_in(said: str, known: Named, field: str) -> Department:
    """The department that words name. Raises BadField naming `field`."""
    if not said:
        raise BadField("%(column)s is empty.", field=field, column=field)
    found = known.get(plain_header(said))
    if found is None:
        raise BadField(
            "There is no department %(named)s: write its code, or a name that the directory has for it alone.",
            field=field,
            named=said[:100],
        )
    return found


def parted(cell: str) -> list[str]:
    """What a cell lists: by semicolon, comma, 、 or line."""
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip()]
