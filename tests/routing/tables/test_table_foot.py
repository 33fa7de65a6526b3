"""What stands below the lines of a table (sums, signatures) is named aloud and not taken; what may be a line stays one."""

from __future__ import annotations

import pytest

from routing.directory.column_words import DEPARTMENTS
from routing.tables.cell import Value
from routing.tables.columns import read_columns
from routing.tables.reader import Sheet

HEADER: list[Value] = ["序号", "代码", "名称", "类别"]
LINE: list[Value] = [1, "T1", "甲局", "政府"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["合计", None, None, 1], ["Line 3, not taken: 合计 1"]),
        (["合 计"], ["Line 3, not taken: 合 计"]),
        (["制表人：张三", None, "审核人：李四"], ["Line 3, not taken: 制表人：张三 审核人：李四"]),
        (["注：以上单位"], ["Line 3, not taken: 注：以上单位"]),
        (["Total", None, None, 1], ["Line 3, not taken: Total 1"]),
        ([2, "合计", "合计局", "政府"], []),
        ([2, "T2", "注册中心", "政府"], []),
    ],
)
def test_what_stands_below_the_lines(row: list[Value], said: list[str]) -> None:
    table = read_columns(Sheet([(1, HEADER), (2, LINE), (3, row)]), DEPARTMENTS, ("code", "name", "group"), 100)
    assert [str(note) for note in table.notes] == said
    assert len(table.lines) == (1 if said else 2)
    assert table.refused == []


def test_a_row_that_lacks_what_a_line_needs_and_is_no_sum_is_a_line() -> None:
    rows = [(1, HEADER), (2, LINE), (3, [2, "T2", "注册中心"])]
    assert len(read_columns(Sheet(rows), DEPARTMENTS, ("code", "name", "group"), 100).lines) == 2
