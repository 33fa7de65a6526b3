"""Notice sheets in the demo: twenty that are in force or have run out, a draft that waits, one that is wrong, one that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.people.actions import ActionContext
from hotline.people.user import User
from reports.demo.people import Cast, data
from routing.knowledge import search
from routing.knowledge.actions import SheetVersionBody, add_version
from routing.knowledge.sheet_file import import_sheets
from routing.knowledge.sheets import today
from routing.knowledge.tasks import SheetFaultBody, SheetMissBody, report_fault, report_miss
from routing.tables.bounds import COMMAND
from routing.tables.reader import read_sheet

#: One of them ran out so long before now.
_OVER = timedelta(days=3)


async def shelve(conn: Conn, services: Services, cast: Cast, now: datetime, end: datetime) -> None:
    """Take the sheets from their table; one is to run out shortly before `end`."""
    path = data("notice_sheets.csv")
    done = await import_sheets(conn, services, await read_sheet(path, COMMAND), now)
    if done.refused:
        raise ValueError(f"{path.name}: {done.refused[:3]}")
    (licence,) = await search.find(conn, "从业资格证", today(services, now), 1)
    body = SheetVersionBody.model_validate(
        _fields(licence) | {"valid_until": today(services, end) - _OVER},
    )
    await add_version(ActionContext(conn, services, cast.managers[0], now, licence.row.id), body)


def _fields(one: search.FoundSheet) -> dict[str, object]:
    """What a sheet says, as the form of a new version has it."""
    row = one.row
    said = {"title": row.title, "papers": row.papers, "where": row.place, "takes": row.takes, "cost": row.cost}
    return {**said, "aliases": list(row.aliases), "basis": row.basis}


async def cited_by(conn: Conn, services: Services, text: str, now: datetime) -> Mapping[str, Any]:
    """The fields by which an answer cites the sheet that words ask for; none where they name none."""
    found = await search.find(conn, text, today(services, now), 1)
    if not found or found[0].expired or found[0].matched == "words":
        return {}
    return {"sheet": found[0].row.id, "sms": found[0].matched == "name"}


async def unsettle(conn: Conn, services: Services, cast: Cast, operator: User, now: datetime) -> None:
    """What waits in the present: a department's draft, a sheet that is said to be wrong, one that nobody found."""
    day = today(services, now)
    (dog,) = await search.find(conn, "养犬登记", day, 1)
    draft = SheetVersionBody.model_validate(_fields(dog) | {"where": "辖区派出所，或政务大厅公安窗口"})
    await add_version(ActionContext(conn, services, cast.of("D17").leader, now, dog.row.id), draft)
    (house,) = await search.find(conn, "不动产转移登记", day, 1)
    wrong = SheetFaultBody(reason="来电人说登记中心已搬到政务大厅三楼，窗口号也变了。")
    await report_fault(ActionContext(conn, services, operator, now, house.row.id), wrong)
    await report_miss(ActionContext(conn, services, operator, now), SheetMissBody(words="居住证"))
