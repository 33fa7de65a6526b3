"""The first day, without a model: letters of a real letterbox to ten bureaus, and what the duties of the demo's 75 say of each."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from routing.duties import by_duties
from tests.routing.test_duties import directory

pytestmark = [pytest.mark.prove]

#: The bureaus of that city, and who has their matters in the demo's directory.
SAME = {
    "住建局": "D25", "公安交警": "D18", "交通局": "D30", "城管局": "D26", "公安局": "D17", "人社局": "D22", "教育局": "D15",
    "民政局": "D19", "自然资源局": "D23", "卫健委": "D37",
}  # fmt: skip


def test_duties_alone_find_the_bureau(given: Path) -> None:
    """The words were written by hand, knowing every second letter; so the letters that nobody had read are judged alone too."""
    with (given / "data/routing/shangluo_train.csv").open(encoding="utf-8-sig", newline="") as file:
        letters = [row for row in csv.DictReader(file) if row["department"] in SAME]
    assert len(letters) > 100
    known = directory()
    found = [[h.code for h in by_duties(known, row["text"])] for row in letters]
    meant = [SAME[row["department"]] for row in letters]
    for part in (slice(0, None), slice(1, None, 2)):  # all, and those that were not read
        pairs = list(zip(found[part], meant[part], strict=True))
        first = sum(codes[:1] == [code] for codes, code in pairs) / len(pairs)
        three = sum(code in codes for codes, code in pairs) / len(pairs)
        assert first >= 0.60, (part, first)
        assert three >= 0.85, (part, three)
