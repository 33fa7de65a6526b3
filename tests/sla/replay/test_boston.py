"""A quarter of a real service replayed: every verdict as its own times say, also when the process is killed and started again."""

from __future__ import annotations

import asyncio
import csv
import gzip
import os
import random
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.program import ROOT, reachable

pytestmark = [pytest.mark.prove, pytest.mark.timeout(1800)]
SHARED = Path(os.environ.get("SHARED", "../shared"))
QUARTER = SHARED / "data" / "replay" / "boston311_2011q3.csv.gz"
#: CI proves in short form.
MOST = 2_000 if os.environ.get("PROVE") == "short" else None
ZONE = ZoneInfo("Asia/Shanghai")


def mapped(target: Path) -> tuple[list[dict[str, str]], int]:
    """The quarter with the columns of a replay; rows without a target are left out, and counted."""
    assert QUARTER.exists(), f"{QUARTER} is missing: set SHARED"
    with gzip.open(QUARTER, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:MOST]
    names = {
        "id": "case_enquiry_id",
        "opened": "open_dt",
        "target": "target_dt",
        "closed": "closed_dt",
        "department": "department",
    }
    kept = [{ours: row[theirs] for ours, theirs in names.items()} for row in rows if row["target_dt"]]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(kept)
    return kept, len(rows) - len(kept)


def wanted(row: dict[str, str], end: str) -> tuple[str, str, str, str]:
    """Due, stopped, breached and verdict as the row's own times say; its times are plain text that sorts."""

    def local(text: str) -> str:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat() if text else ""

    late = (row["closed"] or end) > row["target"]
    verdict = "breached" if late else "in_time" if row["closed"] else "open"
    return local(row["target"]), local(row["closed"]), local(row["target"]) if late else "", verdict


async def replay(file: Path, out: Path, data: Path, kill_after: float | None) -> int:
    """Run the command; kill it (-9) after so many seconds. Returns its exit status."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "main.py",
        "replay",
        str(file),
        "--out",
        str(out),
        cwd=ROOT,
        env=os.environ | {"HOTLINE_DATA": str(data), "HOTLINE_TIMEZONE": str(ZONE)},
    )
    try:
        return await asyncio.wait_for(process.wait(), kill_after)
    except TimeoutError:
        process.kill()
        return await process.wait()


async def test_a_real_quarter(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, out, dice = tmp_path / "quarter.csv", tmp_path / "out", random.Random()
    rows, without = mapped(file)
    data = reachable(tmp_path) / "data"
    for _ in range(3):
        assert await replay(file, out, data, dice.uniform(10, 60)) in {-9, 0}
    assert await replay(file, out, data, None) == 0
    with (out / "clocks.csv").open(newline="") as found:
        got = {r["id"]: (r["due"], r["stopped"], r["breached_at"], r["verdict"]) for r in csv.DictReader(found)}
    end = max(row["closed"] or row["opened"] for row in rows)
    assert got == {row["id"]: wanted(row, end) for row in rows}
    with capfd.disabled():
        print(
            f"\n{len(got)} requests of {len(rows) + without}, {without} without a target; {capfd.readouterr().out.strip().splitlines()[-1]}"
        )
