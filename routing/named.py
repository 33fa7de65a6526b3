"""Departments as cells of a table name them: by code or name, whatever the width, case and spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hotline.base.db import Conn
from hotline.base.ids import DepartmentId
from hotline.base.problem import BadField
from hotline.tickets import store
from routing.columns import plain

Named = Mapping[str, store.Department]
_SEVERAL = re.compile(r"[;；、,，\n]+")


async def named(conn: Conn) -> Named:
    """The departments in force by code and names, as `plain` compares them; what two share names none."""
    found: dict[str, store.Department] = {}
    twice: set[str] = set()
    for row in await conn.fetch(store.Q["departments"]):
        one = store.Department(DepartmentId(row["id"]), row["code"], row["name"], row["name_en"], row["kind"])
        for word in {plain(one.code), plain(one.name), plain(one.name_en)} - {""}:
            if found.setdefault(word, one) is not one:
                twice.add(word)
    return {word: one for word, one in found.items() if word not in twice}


def department_in(said: str, known: Named, field: str) -> store.Department:
    """The department that words name. Raises BadField naming `field`."""
    if not said:
        raise BadField("%(column)s is empty.", field=field, column=field)
    found = known.get(plain(said))
    if found is None:
        raise BadField("There is no department %(named)s.", field=field, named=said[:100])
    return found


def parted(cell: str) -> list[str]:
    """What a cell lists: by semicolon, comma, 、 or line."""
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip()]
