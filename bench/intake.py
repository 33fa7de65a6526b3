"""Tickets a second through signed webhooks, beside the bare transaction of four statements on the same server.

A ticket counts when it is committed; the time runs until the backlog is drained. The program runs as a process of its
own, with an operator on shift and the simulator as its carrier, so that a ticket carries all that it carries in service.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import resources
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import asyncpg

from bench.runner import BenchFigure, Ground, Listening, in_turn, listening, quantile
from hotline.base.db.cluster import programs
from hotline.telephony.simulator import envelope

CONNECTIONS = (1, 8, 32)
_FOR = 4.0
_ROUNDS = 3
_SECRET = "a secret for benches, long enough for all"
_TEXTS = (
    "人民路12号门前的路灯坏了三天，晚上走路看不见，请派人来修。",
    "丽发新城三号楼停水两天了，物业不管，老人和孩子没有水用。",
    "请问低保怎么办理，需要带哪些材料，到哪个窗口办？",
    "东屏镇到县城的公路坑太多，下雨积水，昨天又有人摔倒。",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: tickets a second, and how long answers took (seconds)."""

    rate: float
    took: tuple[float, ...]


def serving(ground: Ground, dsn: str) -> AbstractAsyncContextManager[Listening]:
    """The program as a process on a free port, ready."""
    settings = {
        "DATABASE_URL": dsn,
        "HOTLINE_SECRET": _SECRET,
        "HOTLINE_PUBLIC_URL": "http://127.0.0.1:1890",
        "HOTLINE_DATA": str(ground.services.settings.data),
    }
    return listening("main.py", "serve", "--port", settings=settings)


#: A second message of one phone would join its first ticket and make none.
_PHONES = (f"+86139{n:08d}" for n in count())


def requests(ground: Ground, many: int) -> list[bytes]:
    """Signed webhooks, each with an id and a phone of its own."""
    made = []
    for n in range(many):
        fields = {
            "MessageSid": "SM" + secrets.token_hex(16),
            "From": next(_PHONES),
            "To": "1890",
            "Body": _TEXTS[n % len(_TEXTS)],
            "NumMedia": "0",
        }
        headers, form = envelope(ground.services.settings, ground.services.keys, "/twilio/sms", fields)
        body = urlencode(form).encode()
        head = (
            "POST /twilio/sms HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {headers['X-Twilio-Signature']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def load(port: int, connections: int, ready: list[bytes], seconds: float) -> tuple[int, list[float]]:
    """Post over so many connections for so long; returns how many were taken and how long each answer took."""
    turns, took, end = count(), [], time.perf_counter() + seconds

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        done = 0
        while time.perf_counter() < end and (turn := next(turns)) < len(ready):
            before = time.perf_counter()
            writer.write(ready[turn])
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise AssertionError(head)
            took.append(time.perf_counter() - before)
            done += 1
        writer.close()
        return done

    return sum(await asyncio.gather(*(one() for _ in range(connections)))), took


async def measured(ground: Ground, port: int, dsn: str, connections: int) -> Run:
    """One run of the program: from the first post until the last ticket is committed."""
    ready = requests(ground, int(2500 * _FOR))
    conn = await asyncpg.connect(dsn)
    try:
        before = await conn.fetchval("SELECT count(*) FROM ticket")
        began = time.perf_counter()
        taken, took = await load(port, connections, ready, _FOR)
        while await conn.fetchval("SELECT count(*) FROM ticket") < before + taken:
            await asyncio.sleep(0.02)
            if time.perf_counter() - began > 120:
                raise AssertionError("the backlog does not drain")
        seconds = time.perf_counter() - began
    finally:
        await conn.close()
    return Run(taken / seconds, tuple(took))


async def yardstick(server: str, connections: int) -> float:
    """Transactions a second of the bare four statements, by pgbench on the same server."""
    process = await asyncio.create_subprocess_exec(
        str(programs() / "pgbench"),
        "-n",
        "-M",
        "prepared",
        "-f",
        str(_file("yard.pgb")),
        "-c",
        str(connections),
        "-j",
        str(min(connections, 2)),
        "-T",
        str(int(_FOR)),
        server,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    found = re.search(rb"tps = ([\d.]+)", out)
    if process.returncode or not found:
        raise AssertionError(err.decode())
    return float(found[1])


def _file(name: str) -> Path:
    return Path(str(resources.files("bench").joinpath(name)))


async def bench(ground: Ground) -> list[BenchFigure]:
    """1, 8 and 32 connections, program and yardstick in turn."""
    yard = await asyncpg.connect(ground.server)
    await yard.execute(_file("yard.sql").read_text("utf-8"))
    await yard.close()
    dsn = await ground.database("bench_intake")
    conn = await asyncpg.connect(dsn)
    await conn.execute(
        "WITH u AS (INSERT INTO app_user (name, shown_name, role, made_at) VALUES ('bench', '话务员', 'operator', "
        "'2026-01-01Z') RETURNING id) INSERT INTO shift (user_id, on_at) SELECT id, '2026-01-01Z' FROM u"
    )
    await conn.close()
    figures = []
    async with serving(ground, dsn) as served:
        await measured(ground, served.port, dsn, 8)  # warm
        for connections in CONNECTIONS:
            runs: list[Run] = []

            async def program(turn: int, connections: int = connections, runs: list[Run] = runs) -> float:
                runs.append(await measured(ground, served.port, dsn, connections))
                return runs[-1].rate

            async def bare(turn: int, connections: int = connections) -> float:
                return await yardstick(ground.server, connections)

            rate, beside = await in_turn(_ROUNDS, program, bare)
            aim = "≥ 0.25" if connections == 8 else ""
            figures.append(BenchFigure(f"intake, {connections} connections", rate, "tickets/s", beside, aim))
            figures += [
                BenchFigure(
                    f"  answer, {connections} connections, p{int(q * 100)}",
                    sorted(quantile(run.took, q) for run in runs)[len(runs) // 2],
                    "ms",
                )
                for q in (0.5, 0.99)
            ]
    return figures
