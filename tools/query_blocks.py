"""The blocks of a query file: each statement with its name and what its header says of a call.

    -- name: findings :many
    -- Findings, newest first.
    -- params: department?, limit
    -- null: number, appeal
    -- row: FindingRow
    SELECT …

`:many` gives rows, `:one` the row that is always there, `:one?` a row or None; `:value` and `:value?` the only column of it, `:values` that of all rows;
`:exec` nothing, `:count` how many rows it changed, `:each` rows one by one. A parameter with `?` may be None; a column may where
`null` names it. `row` names the class where it is not the query's name; blocks with the same columns may share one.
A file without such words holds parts of statements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

KINDS = ("many", "one", "one?", "value", "value?", "values", "exec", "count", "each")
_BLOCK = re.compile(r"^-- name: (\w+)(?: :([a-z]+\??))?[ \t]*$", re.MULTILINE)
_SAID = re.compile(r"^-- (params|null|row): (.+)$")


class Unclear(Exception):
    """A block does not say what a module needs, or says what is not so."""


@dataclass(frozen=True, slots=True)
class Block:
    """A named query as its file writes it. `params` with their `?`."""

    name: str
    kind: str
    purpose: str
    params: tuple[str, ...]
    null: frozenset[str]
    row: str
    sql: str


def camel(name: str) -> str:
    """`due_pagings` → `DuePagings`."""
    return "".join(part.capitalize() for part in name.split("_"))


def blocks(path: Path) -> list[Block]:
    """The blocks of a query file that say what they give; none where it holds parts of statements."""
    parts = _BLOCK.split(path.read_text("utf-8"))
    return [_block(path, *three) for three in zip(parts[1::3], parts[2::3], parts[3::3], strict=True) if three[1]]


def _block(path: Path, name: str, kind: str, body: str) -> Block:
    said: dict[str, str] = {}
    purpose = []
    for line in body.strip().splitlines():
        if not line.startswith("-- "):
            break
        if found := _SAID.match(line):
            said[found[1]] = found[2].strip()
        else:
            purpose.append(line[3:])
    if kind not in KINDS:
        raise Unclear(f"{path.name}: {name}: {kind} is none of {KINDS}")
    return Block(
        name,
        kind,
        "\n    ".join(purpose),
        tuple(re.split(r",\s*", said["params"])) if "params" in said else (),
        frozenset(re.split(r",\s*", said["null"]) if "null" in said else ()),
        said.get("row", f"{camel(name)}Row"),
        body,
    )
