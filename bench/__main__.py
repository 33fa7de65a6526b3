"""`python -m bench [NAME…]`: run the named benches, or all, and print one table."""

from __future__ import annotations

import asyncio
import pkgutil
import sys
from importlib import import_module

import bench
from bench.runner import BenchFigure, ground, table

FRAME = {"runner", "__main__"}


def known() -> list[str]:
    """The benches there are."""
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in FRAME)


async def run(names: list[str]) -> list[BenchFigure]:
    """Run them one after another on one server."""
    figures: list[BenchFigure] = []
    async with ground() as where:
        for name in names:
            sys.stderr.write(f"{name} …\n")
            figures += await import_module(f"bench.{name}").bench(where)
    return figures


def main(names: list[str]) -> int:
    """Exit status 2 for an unknown name."""
    unknown = [name for name in names if name not in known()]
    if unknown:
        sys.stderr.write(f"There is no bench {', '.join(unknown)}; there are: {', '.join(known())}.\n")
        return 2
    print(table(asyncio.run(run(names or known()))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
