"""The shell blocks of the documents, run as they stand there; what cannot be run here is named with its reason."""

from __future__ import annotations

import asyncio
import configparser
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from hotline import maintenance
from hotline.base.clock import SystemClock
from hotline.base.config import Settings
from hotline.base.http.requests import MAX_BODY
from main import PROGRAM
from tests.conftest import another
from tests.e2e.documents import ROOT, blocks, lines, quoted, read
from tests.program import SECRET

DOCUMENTS = ("README.md", "README.zh.md", "CONTRIBUTING.md", "docs/operating.md")
#: What no test can run here, by how the line begins, and why.
LEFT_OUT = {
    "git clone": "needs a network; make install is what brought this environment",
    "make run": "goes on until it is stopped; serve and its demo are walked in test_path_by_hand.py",
    "make check": "runs this test",
    "make test": "runs this test",
    ".venv/bin/python -m pytest": "runs tests from a test",
    "make prove": "is long and needs the shared data",
    "make bench": "is long",
    "make lock": "needs a network",
    "make docs": "tests/test_states.py compares what it makes",
    "make queries": "tests/test_queries.py compares what it makes",
    "make shots": "needs a demo that runs",
    "HOTLINE_DATA=/tmp/mine": "goes on until it is stopped; tests/race starts serve as it is",
    "sudo ": "needs root",
    "apt ": "needs root and a network",
}
#: What docs/operating.md tells in prose, by its words, and why no test does it.
TOLD = {
    "apt install": "needs root and a network; doctor says which fonts are missing (tests/hotline/test_fonts.py)",
    "In Twilio's console": "needs an account; the addresses that it is given are looked up below",
    "send an SMS from your own phone": "needs a telephone",
    "/etc/systemd/system/hotline.service": "needs root; the file is read below",
    "`git pull`; `make install`": "needs a network; tests/hotline/base/test_migrate.py upgrades a database",
}
#: Where a document means a place of the server, a test has one of its own.
PLACES = ("/var/lib/hotline", "/backup/")


@dataclass(slots=True)
class Server:
    """A folder as the document has it: the clone's program, the files that it imports, its own places instead of the server's."""

    folder: Path
    dsn: str

    async def run(self, line: str) -> tuple[int, str]:
        """A line of a block; status, and what it said."""
        for place in PLACES:
            line = line.replace(place, f"{self.folder}{place}")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HOTLINE_", "TWILIO_", "DATABASE_"))}
        data = f"{self.folder}{PLACES[0]}"
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            line,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=kept | {"DATABASE_URL": self.dsn, "HOTLINE_SECRET": SECRET, "HOTLINE_DATA": data},
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


def left_out(line: str) -> bool:
    return line.startswith(tuple(LEFT_OUT))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clone's folder with the tables that the documents import, from the demo's county."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "main.py").symlink_to(ROOT / "main.py")
    for name in ("departments.csv", "catalogue.csv"):
        shutil.copy(ROOT / "reports/demo" / name, tmp_path / name)
    today = SystemClock(timedelta(0)).now().date()
    rows = []
    for start in (today + timedelta(days=n) for n in range(1, 8)):
        for name, rank in (("zhao", "member"), ("sun", "leader")):
            rows.append(f"D25,{name},{start} 08:00,{start + timedelta(days=1)} 08:00,{rank}")
    (tmp_path / "roster.csv").write_text("\n".join(["department,name,from,to,rank", *rows]), "utf-8")
    (tmp_path / "sheets.csv").write_text("事项名称,所需材料,承办单位\n户口迁移,身份证、户口簿,D01\n", "utf-8")
    for place in PLACES:
        Path(f"{tmp_path}{place}").mkdir(parents=True)
    return tmp_path


def rename(folder: Path, name: str) -> None:
    """Give the backup that was made the name that the document restores."""
    (made,) = Path(f"{folder}{PLACES[1]}").glob("*.zip")
    made.rename(f"{folder}{name}")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_line_is_run_or_left_out_for_a_reason(name: str) -> None:
    found = [line for block in blocks(name, "sh") for line in lines(block)]
    assert found
    ours = (".venv/bin/python main.py ", "export HOTLINE_DATA=")
    assert [line for line in found if not left_out(line) and not line.startswith(ours)] == []
    run = [line for line in found if not left_out(line)]
    assert bool(run) == (name == "docs/operating.md"), run


def test_no_reason_is_left_over() -> None:
    found = [line for name in DOCUMENTS for block in blocks(name, "sh") for line in lines(block)]
    spare = {"sudo ", "apt "}
    assert {begin for begin in LEFT_OUT if not any(line.startswith(begin) for line in found)} <= spare


def test_what_is_told_in_prose_is_still_told() -> None:
    assert [words for words in TOLD if words not in " ".join(read("docs/operating.md").split())] == []


def test_the_addresses_for_the_carrier_are_routes() -> None:
    told = re.findall(r"POST\s+https://…(/twilio/[\w/-]+)", read("docs/operating.md"))
    routes = {(route.method, route.path) for route in PROGRAM.routes}
    assert len(told) == 3
    assert [path for path in told if ("POST", path) not in routes] == []


async def test_the_first_day_and_the_backup(folder: Path, empty: str, server: str) -> None:
    first, backup = blocks("docs/operating.md", "sh")
    machine, passwords = Server(folder, empty), []
    for line in lines(first):
        if left_out(line):
            continue
        status, said = await machine.run(line)
        if " doctor" in line:
            assert status in (0, 1), said  # 1: something is to be mended, as a machine without fonts
            assert all(row.startswith(("ok  ", "MEND")) for row in said.splitlines()), said
            continue
        assert status == 0, f"{line}\n{said}"
        if " user add " in line:
            passwords.append(re.search(r"\S{10,}\s*$", said))
    assert len(passwords) == 5
    assert all(passwords)

    saved, restored = lines(backup)
    status, said = await machine.run(saved)
    assert status == 0, said
    rename(folder, restored.split()[-1])
    async with another(server) as dsn:
        machine.dsn = dsn
        status, said = await machine.run(restored)
        assert status == 0, said
        status, said = await machine.run(".venv/bin/python main.py audit verify")
        assert status == 0, said


def commands() -> set[str]:
    """Every command, as one types it (`import roster`)."""
    own = maintenance.commands(list, database, list)
    return {"serve", *(command.name for command in (*own, *PROGRAM.commands))}


def database(settings: Settings) -> AbstractAsyncContextManager[str]:
    raise AssertionError("no command is run here")


def _told(words: str) -> Iterator[str]:
    """The commands that a cell of the table names: `import a|b FILE` is two."""
    first, *rest = words.replace("\\|", "|").split()
    second = [word for word in rest[0].split("|") if word.islower() and word.isalpha()] if rest else []
    yield from (f"{first} {word}" for word in second) if second else (first,)


def test_the_table_of_commands_is_that_of_the_program() -> None:
    for name in ("README.md", "README.zh.md"):
        cells = re.findall(r"^\| (`.+?`) \| ", read(name), re.MULTILINE)
        told = {one for cell in cells for words in quoted(cell) if words[0].islower() for one in _told(words)}
        assert told == commands(), name


def test_no_document_names_a_command_that_is_none() -> None:
    known = commands() | {command.split()[0] for command in commands()}
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        named = set(re.findall(r"(?:python |`)main\.py ([a-z]+)", path.read_text("utf-8")))
        assert named <= known, f"{path.name}: {named - known}"


def test_the_table_of_settings_is_that_of_the_program() -> None:
    table = read("README.md").split("## Settings")[1].split("## ")[0]
    told = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_0-9]{4,})`", row.split("|")[1])
    }
    assert told == {field.alias for field in Settings.model_fields.values()}


def test_the_unit_of_systemd_starts_what_there_is() -> None:
    """systemd itself needs root: its file is read, and each of its commands is one that the document explains elsewhere."""
    (block,) = blocks("docs/operating.md", "ini")
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(block)
    assert set(unit.sections()) == {"Unit", "Service", "Install"}
    starts = [unit["Service"][name] for name in ("ExecStartPre", "ExecStart")]
    assert [start.split("main.py ")[1].split()[0] for start in starts] == ["migrate", "serve"]
    assert unit["Service"]["ReadWritePaths"] == PLACES[0]


def test_the_proxy_lets_through_what_the_program_takes() -> None:
    """The sizes and paths that nginx's file names are the program's; tests/race/test_nginx.py runs it."""
    block = read("deploy/nginx.conf")
    size = re.search(r"client_max_body_size +(\d+)m;", block)
    assert size
    assert 10 * 1024**2 < int(size[1]) * 1024**2 <= MAX_BODY  # a file of 10 MB with its form
    assert "location = /metrics { deny all; }" in block
