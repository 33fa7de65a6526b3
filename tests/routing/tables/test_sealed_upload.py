"""Between two presses a table travels with the page: sealed, for its reader alone, for an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from hotline.base.http.problem import BadField
from hotline.base.services import Services
from routing.tables.reader import Sheet
from routing.tables.sealed_upload import LASTS, sealed_table, unsealed

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
SHEET = Sheet(
    rows=[
        (3, ["王强", 7, 12.1, True, None, date(2026, 3, 4), datetime(2026, 3, 4, 8), time(8, 30), timedelta(hours=24)])
    ],
    shown={(3, 1): "007"},
    merged=[(3, 0, 5, 0)],
    name="三月",
    others=("四月",),
    hidden=1,
)


def test_a_table_comes_back_as_it_went(services: Services) -> None:
    held = sealed_table(services.keys, 5, "值班表.xlsx", SHEET, NOW)
    assert unsealed(services.keys, 5, held, NOW) == ("值班表.xlsx", SHEET)


@pytest.mark.parametrize(
    ("late", "good"), [(LASTS - timedelta(seconds=1), True), (LASTS, True), (LASTS + timedelta(seconds=1), False)]
)
def test_it_lasts_an_hour(services: Services, late: timedelta, good: bool) -> None:
    held = sealed_table(services.keys, 5, "a.csv", SHEET, NOW)
    if good:
        assert unsealed(services.keys, 5, held, NOW + late)[0] == "a.csv"
    else:
        with pytest.raises(BadField, match="too old"):
            unsealed(services.keys, 5, held, NOW + late)


@pytest.mark.parametrize("held", ["", "x", "AAAA", "A" * 200, "中文"])
def test_what_is_not_ours_is_refused(services: Services, held: str) -> None:
    with pytest.raises(BadField, match="too old"):
        unsealed(services.keys, 5, held, NOW)


def test_another_reader_may_not_press_it(services: Services) -> None:
    held = sealed_table(services.keys, 5, "a.csv", SHEET, NOW)
    with pytest.raises(BadField, match="too old"):
        unsealed(services.keys, 6, held, NOW)
