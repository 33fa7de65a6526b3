"""The days from and until which a notice sheet is valid, as offices write them in a cell. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from hotline.base.http.fields import is_out_of_range
from hotline.base.http.problem import BadField
from routing.tables.moments import moment_in

#: No end, or no beginning, is said of.
_OPEN = frozenset(
    {
        "",
        "无",
        "没有",
        "长期",
        "长期有效",
        "永久",
        "永久有效",
        "一直有效",
        "不限",
        "无期限",
        "无限期",
        "现行有效",
        "有效",
        "-",
        "--",
        "—",
        "——",
        "/",
        "n/a",
        "none",
    }
)
_ROUND = re.compile(
    r"^(?:自|从|有效期[:：]?|截至|截止(?:到|至)?|至|到|于)+|(?:起(?:施行|实施|执行|生效)?|止|前|为止|截止|有效|到期|失效|施行|实施|执行|生效)+$"
)
_BETWEEN = re.compile(r"\s*(?:至|到|~|～|—+|–|--+|\s-\s)\s*")
_MONTH = re.compile(r"(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月(?:份|底|末|初)?)")
_YEAR = re.compile(r"(\d{4})年(?:底|末|年底)?")


def _bare(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).strip().lower()
    return _ROUND.sub("", said).strip()


def day_of(cell: str, field: str, *, last: bool) -> date | None:
    """The day that a cell names; None where it says that there is none (长期, 无). A month or a year is its first day, or with `last`
    its last. Raises BadField for what is no day."""
    said = _bare(cell)
    if said in _OPEN:
        return None
    found = _day(said, last=last)
    if found is None:
        raise BadField(
            "%(column)s: %(text)s is not a day: write it as 2026-03-04.", field=field, column=field, text=cell
        )
    if is_out_of_range(found):
        raise BadField("%(text)s lies too far away.", field=field, text=cell)
    return found


def _day(said: str, *, last: bool) -> date | None:
    read = moment_in(said)
    if read is not None:
        return read[0].date()
    if (month := _MONTH.fullmatch(said)) is not None:
        year, number = int(month[1]), int(month[2] or month[3])
        if not 1 <= number <= 12:
            return None
        return _before(year + number // 12, number % 12 + 1) if last else date(year, number, 1)
    if (whole := _YEAR.fullmatch(said)) is not None:
        return date(int(whole[1]), 12, 31) if last else date(int(whole[1]), 1, 1)
    return None


def _before(year: int, month: int) -> date:
    return date(year, month, 1) - timedelta(days=1)


def span_of(begins: str, ends: str) -> tuple[date | None, date | None]:
    """From and until, of two cells, or of one that names both (`2026-01-01至2027-12-31`). Raises BadField naming the column."""
    if not begins.strip() or not ends.strip():
        parts = _BETWEEN.split(unicodedata.normalize("NFKC", begins.strip() or ends.strip()))
        if len(parts) == 2 and all(parts) and _day(_bare(parts[0]), last=False) is not None:
            begins, ends = parts
    first, final = day_of(begins, "valid_from", last=False), day_of(ends, "valid_until", last=True)
    if first is not None and final is not None and final < first:
        raise BadField("It would end before it begins.", field="valid_until")
    return first, final
