"""`python -m bench [NAME…]`: run the named benches, or all, and print one table."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping

from bench import audit, desks, intake, knowledge, routing, search, sweep
from bench.runner import BenchFigure, Ground, ground, table

BENCHES: Mapping[str, Callable[[Ground], Awaitable[list[BenchFigure]]]] = {
    "audit": audit.bench,
    "desks": desks.bench,
    "intake": intake.bench,
    "knowledge": knowledge.bench,
    "routing": routing.bench,
    "search": search.bench,
    "sweep": sweep.bench,
}


async def run(names: list[str]) -> list[BenchFigure]:
    """Run them one after another on one server."""
    figures: list[BenchFigure] = []
    async with ground() as where:
        for name in names:
            sys.stderr.write(f"{name} …\n")
            figures += await BENCHES[name](where)
    return figures


def main(names: list[str]) -> int:
    """Exit status 2 for an unknown name."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"There is no bench {', '.join(unknown)}; there are: {', '.join(BENCHES)}.\n")
        return 2
    print(table(asyncio.run(run(names or list(BENCHES)))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
