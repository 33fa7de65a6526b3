"""An uploaded table between preview and confirmation: sealed into the form, so that the confirmed table is the one that
was shown.

It goes to the page and back, packed and sealed with the program's key, bound to its reader and good for an hour: so nothing of it
is kept here meanwhile, and any process of the program can go on with it.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

import orjson

from hotline.base.http.problem import BadField
from hotline.base.keys import Keys, KeysError
from routing.tables.cell import from_wire, to_wire
from routing.tables.reader import Sheet

LASTS = timedelta(hours=1)
#: A sealed table that is longer goes by the command.
_LONGEST = 8 * 1024**2


def sealed_table(keys: Keys, user: int, file: str, sheet: Sheet, now: datetime) -> str:
    """The table as words of a form. Raises BadField where it is too long for a page. Slow for a large one: use a thread."""
    plain = orjson.dumps(
        {
            "user": user,
            "at": now.timestamp(),
            "file": file,
            "name": sheet.name,
            "others": sheet.others,
            "hidden": sheet.hidden,
            "rows": [[line, [to_wire(cell) for cell in cells]] for line, cells in sheet.rows],
            "shown": [[line, column, text] for (line, column), text in sheet.shown.items()],
            "merged": sheet.merged,
        }
    )
    found = urlsafe_b64encode(keys.encrypt(urlsafe_b64encode(zlib.compress(plain, 6)).decode("ascii"))).decode()
    if len(found) > _LONGEST:
        raise BadField("This table is too large for the page: take it with the command `import`.", field="file")
    return found


def unsealed(keys: Keys, user: int, held: str, now: datetime) -> tuple[str, Sheet]:
    """The file's name and its table. Raises BadField: not ours, another's, or older than an hour."""
    try:
        box = keys.decrypt(urlsafe_b64decode(held))
    except (KeysError, ValueError) as error:
        raise _gone() from error
    found = orjson.loads(zlib.decompress(urlsafe_b64decode(box)))
    if found["user"] != user or not 0 <= now.timestamp() - found["at"] <= LASTS.total_seconds():
        raise _gone()
    sheet = Sheet(
        rows=[(line, [from_wire(cell) for cell in cells]) for line, cells in found["rows"]],
        shown={(line, column): text for line, column, text in found["shown"]},
        merged=[(a, b, c, d) for a, b, c, d in found["merged"]],
        name=found["name"],
        others=tuple(found["others"]),
        hidden=found["hidden"],
    )
    return found["file"], sheet


def _gone() -> BadField:
    return BadField("What was shown is too old: send the file again.", field="held")
