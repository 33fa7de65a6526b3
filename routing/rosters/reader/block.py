"""One table of a sheet: its titles, columns, rows and notes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import TableRow, tight
from routing.rosters.reader.headers import ColumnHead
from routing.rosters.reader.marks import DayMarks, days_in

_NOTE = re.compile(
    r"备注|说明|注[:：.、释明]|注$|制表|审核|审批|填表|填报|联系|值班电话|电话|附[:：件]|要求|请|温馨提示|提示|值班时间|值班要求|带班领导电话|单位负责人|负责人[:：]|"
    r"[\d一二三四五六七]+[.、)]|\*|※|图例|班次说明|合计|总计|单位\(盖章\)|单位[:：]"
)

#: Rows of a table that are none of its plan although they fill several cells.
_BESIDE = re.compile(
    r"(?:备注|说明|注|图例|班次说明|合计|总计|(?:值班|联系|办公|带班领导|单位)?电话|联系方式|值班时间|值班要求|(?:温馨)?提示|附件?\d*"
    r"|请假(?:人员)?|单位\(盖章\)|单位|(?:制表|审核|审批|填表|填报)[^:]{0,4})(?:\([^()]*\))?:?"
)
_COUNTED = re.compile(r"[\d一二三四五六七]+[.、)]|\*|※")
_NUMBER = re.compile(r"[\d\s()+-]{7,}")


@dataclass(slots=True)
class Block:
    """One table of a sheet: its titles, column heads, rows and notes. `days` and `weekdays`: the columns that are days;
    `line`: the line of its header.
    """

    titles: list[str]
    heads: list[ColumnHead]
    line: int
    days: dict[int, DayMarks] = field(default_factory=dict)
    weekdays: dict[int, int] = field(default_factory=dict)
    rows: list[TableRow] = field(default_factory=list)
    notes: list[TableRow] = field(default_factory=list)

    def columns(self, *kinds: str) -> list[int]:
        """The numbers of the columns that hold one of these kinds, from left to right."""
        return [i for i, head in enumerate(self.heads) if head.kind in kinds]


def is_note(row: TableRow) -> bool:
    """Whether a row is a remark, a legend or a signature below the table, and no row of it."""
    filled = row.filled()
    if not filled:
        return True
    text, more = tight(row.texts[filled[0]]), [tight(row.texts[i]) for i in filled[1:]]
    if not more:
        return _NOTE.match(text) is not None or len(row.texts[filled[0]].strip()) > 12
    if _NOTE.match(text) is None or len(text) > 12:
        return _NOTE.match(text) is not None
    if _COUNTED.match(text):  # 1.王强 with shifts behind it is a row of the plan
        return False
    return bool(_BESIDE.fullmatch(text) or ":" in text[:-1]) or any(
        _NOTE.match(t) or _NUMBER.fullmatch(t) for t in more
    )


def said_day(row: TableRow, column: int) -> DayMarks | None:
    """The days that a header cell names; None where it names none, or could name two."""
    try:
        return days_in(row.value(column), exact=False)
    except BadField:
        return None
