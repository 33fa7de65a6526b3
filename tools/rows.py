"""Makes the module beside each query file: `python -m tools.rows --write` (`make queries`); without `--write` it says what differs.

What a block says of a call stands in `tools.query_blocks`; types come from the statement, prepared on a database with today's schema.sql.
"""

from __future__ import annotations

import asyncio
import keyword
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from hotline.base.db.connection import Conn, connect
from hotline.base.db.embedded import embedded
from tools.query_blocks import Block, Unclear, blocks

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "schema.sql"
PACKAGES = ("hotline", "routing", "sla", "reports")
_TYPES = {
    "int2": "int",
    "int4": "int",
    "int8": "int",
    "oid": "int",
    "float4": "float",
    "float8": "float",
    "numeric": "Decimal",
    "bool": "bool",
    "text": "str",
    "varchar": "str",
    "bpchar": "str",
    "name": "str",
    "regclass": "str",
    "bytea": "bytes",
    "timestamptz": "datetime",
    "timestamp": "datetime",
    "date": "date",
    "time": "time",
    "interval": "timedelta",
    "uuid": "UUID",
}
#: Columns whose name says which id they are.
_IDS = {
    "ticket_id": "TicketId",
    "user_id": "UserId",
    "department_id": "DepartmentId",
    "person_id": "PersonId",
    "assignment_id": "AssignmentId",
    "contact_id": "ContactId",
    "outbox_id": "OutboxId",
}
#: Attributes that every record has.
_TAKEN = {"get", "items", "keys", "values", "as_dict", "as_tuple"}
_IMPORTS = (
    ("collections.abc", ("AsyncIterable", "Collection")),
    ("datetime", ("date", "datetime", "time", "timedelta")),
    ("decimal", ("Decimal",)),
    ("typing", ("Any",)),
    ("uuid", ("UUID",)),
    ("hotline.base.db.connection", ("Conn", "Pool", "queries")),
    (
        "hotline.base.db.rows",
        (
            "TypedRow",
            "execute",
            "execute_count",
            "fetch_each",
            "fetch_many",
            "fetch_one",
            "fetch_one_or_none",
            "fetch_value",
            "fetch_value_or_none",
            "fetch_values",
        ),
    ),
    ("hotline.ids", tuple(sorted(_IDS.values()))),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the database says of a statement: Python types of its parameters, and names and types of its columns."""

    params: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


def _plain(kind: asyncpg.Type, array: str) -> str:
    """The Python type of a type of the database; `array` says how a list of them is written."""
    if kind.kind == "array":
        return array % _TYPES.get(kind.name.removesuffix("[]"), "Any")
    return "asyncpg.Range" if kind.kind == "range" else _TYPES.get(kind.name, "Any")


async def shape(conn: Conn, block: Block) -> Shape:
    """A statement's parameters and columns, from the database."""
    prepared = await conn.prepare(block.sql.strip().rstrip(";"))
    params = tuple(_plain(kind, "Collection[%s | None]") for kind in prepared.get_parameters())
    columns = []
    for column in prepared.get_attributes():
        known = _plain(column.type, "list[%s]")
        columns.append((column.name, _IDS.get(column.name, known) if known == "int" else known))
    return Shape(params, tuple(columns))


def _fields(path: Path, block: Block, shape: Shape) -> tuple[str, ...]:
    """The lines of a row's class."""
    names = [name for name, _ in shape.columns]
    wrong = [n for n in names if keyword.iskeyword(n) or n in _TAKEN or not n.isidentifier() or names.count(n) > 1]
    if wrong or not block.null <= set(names):
        raise Unclear(
            f"{path.name}: {block.name}: columns {wrong or sorted(block.null - set(names))} cannot be so called"
        )
    return tuple(
        f"    {name}: {kind}{' | None' if name in block.null and kind != 'Any' else ''}" for name, kind in shape.columns
    )


def _signature(path: Path, block: Block, shape: Shape) -> tuple[str, str]:
    """The parameters after the connection, and the values handed on."""
    if len(block.params) != len(shape.params):
        raise Unclear(f"{path.name}: {block.name} has {len(shape.params)} parameters and names {len(block.params)}")
    names = [name.removesuffix("?") for name in block.params]
    said = "".join(
        f", {name.removesuffix('?')}: {'object' if kind == 'Any' else kind}{' | None' if name.endswith('?') else ''}"
        for name, kind in zip(block.params, shape.params, strict=True)
    )
    return said, "".join(f", {name}" for name in names)


def _only_column(path: Path, block: Block, shape: Shape) -> None:
    """Raises Unclear where a block gives more than one column, or another than the one that it says may be NULL."""
    if len(shape.columns) != 1 or not block.null <= {shape.columns[0][0]}:
        raise Unclear(f"{path.name}: {block.name} gives {[name for name, _ in shape.columns]}, not one column")


def _function(path: Path, block: Block, shape: Shape) -> str:
    said, handed = _signature(path, block, shape)
    sql = f'SQL["{block.name}"]{handed}'
    first = shape.columns[0][1] if shape.columns else ""
    null = "" if first == "Any" else " | None"
    head, docs = f"async def {block.name}(conn: Conn | Pool{said})", f'    """{block.purpose}"""'
    match block.kind:
        case "many":
            ends = f"list[{block.row}]", f"return await fetch_many(conn, {block.row}, {sql})"
        case "one":
            ends = block.row, f"return await fetch_one(conn, {block.row}, {sql})"
        case "one?":
            ends = f"{block.row} | None", f"return await fetch_one_or_none(conn, {block.row}, {sql})"
        case "value":
            ends = first, f"found: {first} = await fetch_value(conn, {sql})\n    return found"
        case "value?":
            ends = f"{first}{null}", f"found: {first}{null} = await fetch_value_or_none(conn, {sql})\n    return found"
        case "values":
            _only_column(path, block, shape)
            ends = (
                f"list[{first}{null if block.null else ''}]",
                f"return await fetch_values(conn, {sql}{', null=True' if block.null else ''})",
            )
        case "each":
            head = f"def {block.name}(conn: Conn{said}, *, prefetch: int)"
            ends = f"AsyncIterable[{block.row}]", f"return fetch_each(conn, {block.row}, {sql}, prefetch=prefetch)"
        case "count":
            ends = "int", f"return await execute_count(conn, {sql})"
        case _:
            ends = "None", f"await execute(conn, {sql})"
    return f"{head} -> {ends[0]}:\n{docs}\n    {ends[1]}\n"


def _imports(text: str) -> Iterator[str]:
    ours = other = False
    for module, names in _IMPORTS:
        used = [n for n in names if re.search(rf"(?:: |\[|-> |\(|\| |await |return |= ){n}\b", text)]
        if module.startswith("hotline") and not ours:
            ours = True
            yield from ["", "import asyncpg", ""] if "asyncpg." in text else [""] if other else []
        if used:
            other = True
            yield f"from {module} import {', '.join(used)}"


def module(path: Path, known: Sequence[tuple[Block, Shape]]) -> str:
    """The Python module of a query file, before the formatter."""
    classes: dict[str, tuple[str, ...]] = {}
    parts = []
    for block, found in known:
        if block.kind in {"many", "one", "one?", "each"}:
            fields = _fields(path, block, found)
            if classes.get(block.row, fields) != fields:
                raise Unclear(f"{path.name}: {block.name}: {block.row} has other columns elsewhere in the file")
            if block.row not in classes:
                said = f'class {block.row}(TypedRow):\n    """A row of `{block.name}`."""\n\n'
                parts.append(said + "\n".join(fields) + "\n")
            classes[block.row] = fields
        parts.append(_function(path, block, found))
    body = f'SQL = queries(__package__, "{path.name}")\n\n\n' + "\n\n".join(parts)
    head = f'"""The queries of {path.name}, as functions. Made by `make queries`; change the .sql file instead."""'
    return "\n".join([head, "", "from __future__ import annotations", "", *_imports(body), "", body])


def files(root: Path) -> list[Path]:
    """The query files that want a module."""
    found = sorted(p for place in PACKAGES for p in (root / place).rglob("*.sql") if "migrations" not in p.parts)
    return [path for path in found if blocks(path)]


def beside(path: Path) -> Path:
    """The module of a query file: `paging.sql` → `paging_sql.py`."""
    return path.with_name(f"{path.stem}_sql.py")


def _formatted(texts: dict[Path, str]) -> dict[Path, str]:
    """What the formatter makes of the modules, with the settings of this tree."""
    with tempfile.TemporaryDirectory() as folder:
        places = {path: Path(folder, f"{n}.py") for n, path in enumerate(texts)}
        for path, place in places.items():
            place.write_text(texts[path], "utf-8")
        ruff = Path(sys.executable).with_name("ruff")
        words = [str(ruff), "format", "--quiet", "--config", str(ROOT / "ruff.toml"), folder]
        subprocess.run(words, check=True)  # noqa: S603 - our own formatter
        return {path: place.read_text("utf-8") for path, place in places.items()}


async def made(conn: Conn, root: Path = ROOT) -> dict[Path, str]:
    """Every module as it should be."""
    texts = {}
    for path in files(root):
        known = []
        for block in blocks(path):
            try:
                known.append((block, await shape(conn, block)))
            except asyncpg.PostgresError as error:
                raise Unclear(f"{path.relative_to(root)}: {block.name}: {error}") from error
        texts[beside(path)] = module(path, known)
    return _formatted(texts)


def stale(root: Path) -> list[Path]:
    """Modules whose query file is gone."""
    wanted = {beside(path) for path in files(root)}
    return [p for place in PACKAGES for p in sorted((root / place).rglob("*_sql.py")) if p not in wanted]


@asynccontextmanager
async def database() -> AsyncIterator[Conn]:
    """A connection to a new database with today's schema: on the server of TEST_DATABASE_URL, or on one of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-queries-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the database's account reads it
        server = os.environ.get("TEST_DATABASE_URL")
        async with nullcontext(server) if server else embedded(Path(folder), durable=False) as dsn:
            name = f"queries_{os.getpid()}"
            outer = await connect(dsn)
            await outer.execute(f"CREATE DATABASE {name}")
            conn = await connect(f"{dsn.rsplit('/', 1)[0]}/{name}")
            try:
                await conn.execute(SCHEMA.read_text("utf-8"))
                yield conn
            finally:
                await conn.close()
                await outer.execute(f"DROP DATABASE {name} WITH (FORCE)")
                await outer.close()


async def main(words: list[str]) -> int:
    """Write every module (`--write`), or name those that are not as they should be."""
    async with database() as conn:
        found = await made(conn)
    other = [path for path, text in found.items() if not path.exists() or path.read_text("utf-8") != text]
    gone = stale(ROOT)
    for path in [*other, *gone]:
        print(path.relative_to(ROOT))
    if "--write" in words:
        for path in other:
            path.write_text(found[path], "utf-8")
        for path in gone:
            path.unlink()
        return 0
    return int(bool(other or gone))


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
