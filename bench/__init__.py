"""Measurements: `python -m bench NAME…`. Each module has `async def bench(ground) -> list[Figure]`."""
