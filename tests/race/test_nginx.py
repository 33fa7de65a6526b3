"""deploy/nginx.conf before the real program: whose address counts, whom a limit hits, what stands in the log."""

from __future__ import annotations

import asyncio
import re
import shutil
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.program import ROOT, Program, free_port, program, reachable

pytestmark = pytest.mark.race
#: Two clients: any address of 127/8 calls from this machine, and only 127.0.0.1 is a proxy.
ONE, TWO = "127.0.0.2", "127.0.0.3"


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx before the program; `log` is its access log."""

    url: str
    log: Path

    async def get(self, path: str, source: str, **headers: str) -> tuple[int, str]:
        """Status and text of a page asked for from `source`."""
        return await self.ask("GET", path, source, headers=headers)

    async def ask(self, method: str, path: str, source: str, **more: object) -> tuple[int, str]:
        """Status and text of what is answered to a request from `source`."""
        connector = aiohttp.TCPConnector(local_addr=(source, 0), ssl=_any_certificate())
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.request(method, self.url + path, allow_redirects=False, **more) as answer,  # type: ignore[arg-type]
        ):
            return answer.status, await answer.text()


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "1890.example.gov.cn")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "hotline.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "hotline.key").write_bytes(key.private_bytes(pem, form, plain))


def _config(folder: Path, port: int, behind: int) -> str:
    """The file of the tree with the folders and ports of a test; nothing else of it is changed."""
    text = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("127.0.0.1:1890", f"127.0.0.1:{behind}"),
    ):
        assert old in text
        text = text.replace(old, new)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n{paths}{text}}}\n"


@pytest.fixture
async def served(tmp_path: Path, empty: str) -> AsyncIterator[Program]:
    async with program(empty, reachable(tmp_path)) as made:
        await made.start()
        yield made


@pytest.fixture
async def nginx(tmp_path: Path, served: Program) -> AsyncIterator[Nginx]:
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert found, "nginx is not installed: .ci/packages installs it"
    _certificate(tmp_path)
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(_config(tmp_path, port, served.port), "utf-8")
    process = await asyncio.create_subprocess_exec(
        found, "-c", str(config), "-e", str(tmp_path / "start.log"), stderr=asyncio.subprocess.PIPE
    )
    try:
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                assert process.returncode is None, (tmp_path / "start.log").read_text("utf-8")
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield Nginx(f"https://127.0.0.1:{port}", tmp_path / "hotline.log")
    finally:
        process.terminate()
        await process.wait()


async def _wrong_tries(nginx: Nginx, source: str, times: int, **headers: str) -> list[int]:
    """`times` wrong codes on the citizen's page, each for another ticket."""
    found = []
    for n in range(times):
        form = {"number": f"2690000{n:02d}", "code": "1234"}
        origin = {"Origin": nginx.url, **headers}
        found.append((await nginx.ask("POST", "/track", source, data=form, headers=origin))[0])
    return found


async def test_the_program_counts_the_client_and_not_the_proxy(nginx: Nginx) -> None:
    assert set(await _wrong_tries(nginx, ONE, 20)) == {404}
    assert await _wrong_tries(nginx, ONE, 1) == [429], "twenty wrong tries of an address lock it"
    assert await _wrong_tries(nginx, TWO, 1) == [404], "and no other one behind the same proxy"
    forged = {"X-Forwarded-For": "203.0.113.77"}
    assert await _wrong_tries(nginx, ONE, 1, **forged) == [429], (
        "an address that the client writes itself is not believed"
    )


async def test_a_limit_hits_the_one_who_earned_it(nginx: Nginx) -> None:
    connector = aiohttp.TCPConnector(limit=20, local_addr=(ONE, 0), ssl=_any_certificate())
    async with aiohttp.ClientSession(connector=connector) as session:

        async def once() -> int:
            async with session.get(nginx.url + "/healthz") as answer:
                return answer.status

        flood = asyncio.gather(*(once() for _ in range(400)))
        other = [await nginx.get("/healthz", TWO) for _ in range(3)]
        statuses = await flood
    assert set(statuses) == {200, 429}
    assert [status for status, _ in other] == [200, 200, 200]


async def test_the_log_holds_no_words_and_nobody_outside_reads_the_figures(nginx: Nginx, served: Program) -> None:
    assert (await nginx.get("/api/v1/tickets?q=13900001234", ONE))[0] == 401
    assert (await nginx.get("/metrics", ONE))[0] == 403
    async with aiohttp.ClientSession() as session, session.get(served.url + "/metrics") as answer:
        assert answer.status == 200, "on the machine itself they are read"
    said = nginx.log.read_text("utf-8")
    assert "/api/v1/tickets" in said
    assert "13900001234" not in said
    assert "?" not in said
    assert re.search(rf"^{re.escape(ONE)} ", said, re.MULTILINE)
