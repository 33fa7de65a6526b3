"""A bad day of a county at the telephones: 3,000 calls, 60 of them in five minutes, ten operators in two processes.

The day runs a hundred times as fast as a day (PROVE=short: one of its hours, the worst). Every call ends somewhere, and nobody is overtaken.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hotline.base.db.connection import Pool
from hotline.base.keys import Keys, derive
from tests.program import SHORT
from tests.race.telephones import SECRET
from tests.race.test_calls import run_race

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3600)]
_HOURS, _CALLS, _RUSH = (1, 125, 60) if SHORT else (24, 2940, 60)
_SPEED = 60.0 if SHORT else 100.0


@pytest.fixture(scope="session")
def keys() -> Keys:
    return derive(SECRET, "the race")


async def test_a_bad_day_at_the_telephones(pool: Pool, dsn: str, tmp_path: Path) -> None:
    chance = random.Random(365)
    day = [chance.uniform(0, _HOURS * 3600) for _ in range(_CALLS)]
    rush = [_HOURS * 1800 + chance.uniform(0, 300) for _ in range(_RUSH)]
    await run_race(pool, dsn, tmp_path / "faults", sorted(day + rush), _SPEED)
