"""The first day, without a model: letters of a real letterbox, which bureau the duties say, and which pairs look like one matter."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest

from routing.likeness.duplicates import Read, is_one_place
from routing.likeness.sketch import pairs, shared
from routing.likeness.subjects import same_subject
from routing.likeness.unplaced import is_matter
from routing.suggestions.by_duties import by_duties
from tests.routing.suggestions.test_by_duties import directory

pytestmark = [pytest.mark.prove]

#: The bureaus of that city, and who has their matters in the demo's directory.
SAME = {
    "住建局": "D25",
    "公安交警": "D18",
    "交通局": "D30",
    "城管局": "D26",
    "公安局": "D17",
    "人社局": "D22",
    "教育局": "D15",
    "民政局": "D19",
    "自然资源局": "D23",
    "卫健委": "D37",
}


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


#: Pairs of rows that were read, and are the same matter at the same place; strictly: two bridges, two persons are two.
ONE = {
    "shangluo_train.csv": {
        (23, 108),
        (85, 101),
        (85, 104),
        (91, 186),
        (99, 103),
        (101, 104),
        (101, 137),
        (143, 282),
        (331, 382),
    },
    "taipei_75_train.csv": {(92, 93)},
}


def proposed(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs that would be proposed as duplicates of one another, though neither phone nor nearly equal words say so."""
    read = [Read.of("", text) for text in texts]
    words = [pairs(one.gist) for one in read]
    places = [{key for key in one.keys if not is_matter(key)} for one in read]
    return {
        (a, b)
        for a, b in combinations(range(len(texts)), 2)
        if (both := places[a] & places[b])
        and same_subject(read[a].subjects, read[b].subjects)
        and (alike := shared(words[a], words[b])) < 0.45
        and is_one_place(both, alike)
    }


@pytest.mark.timeout(300)
def test_most_pairs_that_are_proposed_are_one_matter(given: Path) -> None:
    right = many = 0
    for name, one in ONE.items():
        with (given / "data/routing" / name).open(encoding="utf-8-sig", newline="") as file:
            found = proposed([row["text"] for row in csv.DictReader(file)])
        right, many = right + len(found & one), many + len(found)
    assert many >= 10
    assert right / many >= 0.7, (right, many)
