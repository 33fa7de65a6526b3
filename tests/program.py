"""The program as real processes: started, killed, started again; what outsiders see of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
#: `make prove PROVE=short` (CI): the same proofs at a smaller size.
SHORT = os.environ.get("PROVE") == "short"
SECRET = "a secret for programs in tests, long enough for all"


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def reachable(folder: Path) -> Path:
    """The folder of a test, open to the account that runs the embedded PostgreSQL: its cluster goes when the folder goes."""
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)
    return folder


@dataclass(slots=True)
class Program:
    """`main.py serve` with settings of its own; `log` collects what it says."""

    dsn: str
    data: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Only what is named here: nothing of the machine's own settings."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HOTLINE_", "TWILIO_", "DATABASE_"))}
        return kept | {
            "DATABASE_URL": self.dsn,
            "HOTLINE_DATA": str(self.data),
            "HOTLINE_SECRET": SECRET,
            "HOTLINE_PUBLIC_URL": self.url,
            **self.more,
        }

    async def start(self, *arguments: str) -> None:
        """Start and wait until it is ready. Raises AssertionError with the end of its log."""
        log = await asyncio.to_thread((self.data / "serve.log").open, "ab")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "main.py"),
            "serve",
            "--port",
            str(self.port),
            *arguments,
            env=self.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            stdin=asyncio.subprocess.DEVNULL,
        )
        log.close()
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                if self.process.returncode is not None:
                    break
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(self.url + "/readyz", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)
        raise AssertionError(f"the program is not ready:\n{self.said()[-3000:]}")

    def said(self) -> str:
        """Its log so far."""
        return (self.data / "serve.log").read_text("utf-8", "replace")

    async def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        """Asked to stop, it does within 20 seconds."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                await self.kill()
                raise AssertionError("the program did not stop when asked") from None

    async def run(self, *words: str) -> tuple[int, str, str]:
        """Another command beside it: exit status, what it printed, what it said on standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "main.py"),
            *words,
            env=self.environment,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            stdin=asyncio.subprocess.DEVNULL,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def program(dsn: str, data: Path, **more: str) -> AsyncIterator[Program]:
    """A program that is stopped (or killed) afterwards; not started yet."""
    made = Program(dsn, data, free_port(), more)
    try:
        yield made
    finally:
        if made.process is not None and made.process.returncode is None:
            await made.kill()
