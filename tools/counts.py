"""Counts over the tree that say how easily a stranger moves in; `python -m tools.counts`, part of `make lint`.

Each is printed beside what it was when `counts.toml` was written (it may not grow: `tests/test_counts.py`) and beside
its aim. `python -m tools.counts --write` takes today's numbers as the new bounds, after something was made better.
"""

from __future__ import annotations

import ast
import configparser
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from tools.queries import Module, elsewhere, made, modules, one_letter, unused

ROOT = Path(__file__).resolve().parents[1]
BOUNDS = Path(__file__).with_name("counts.toml")
#: What is read by a name of its own, and is no row: the payload of an event or a message (its names depend on its kind), a line
#: of somebody's file by our columns, a ticket as the API and the pages show it (JSON, with the sections of other packages), and
#: what the HTTP library hands on.
_PAYLOADS = {"detail", "about", "cells", "shown", "match_info", "places", "query", "headers", "request"}
#: Subscripts of these are types, not rows.
_TYPES = {"Literal", "Annotated", "list", "dict", "tuple", "Mapping", "Sequence", "TypeVar"}
_RECORD = re.compile(r"\bRecord\b")
Parsed = Mapping[str, Module]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Bound:
    """What a count may be: at most, or (`least`) at least; and what it is to become."""

    bound: int
    aim: int
    least: bool

    def broken_by(self, count: int) -> bool:
        """Whether the tree is worse than it was."""
        return count < self.bound if self.least else count > self.bound

    def beaten_by(self, count: int) -> bool:
        """Whether the bound may be drawn tighter."""
        return count > self.bound if self.least else count < self.bound


def bounds() -> dict[str, Bound]:
    """The bounds and aims of counts.toml."""
    found = tomllib.loads(BOUNDS.read_text("utf-8"))
    return {
        name: Bound(entry.get("least", entry.get("most")), entry["aim"], "least" in entry)
        for name, entry in found.items()
    }


def _functions(parsed: Parsed) -> Iterator[tuple[Module, Function]]:
    for module in parsed.values():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield module, node


def _flat(root: Path, package: str) -> list[str]:
    return sorted(p.name for p in (root / package).glob("*.py") if p.name != "__init__.py")


def _contracts(root: Path) -> list[str]:
    config = configparser.ConfigParser(interpolation=None)
    config.read(root / "setup.cfg", "utf-8")
    return [name for name in config.sections() if name.startswith("importlinter:contract:")]


def _class_names(parsed: Parsed) -> list[str]:
    """The names of classes that stand in more than one file, each with its modules."""
    where: defaultdict[str, list[str]] = defaultdict(list)
    for module in parsed.values():
        for name in {node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}:
            where[name].append(module.name)
    return [f"{name}: {', '.join(sorted(found))}" for name, found in sorted(where.items()) if len(found) > 1]


def _skips(root: Path, parsed: Parsed) -> list[str]:
    tests = sorted((root / "tests").rglob("*.py"))
    paths = [*(module.path for module in parsed.values()), *tests]
    return [
        f"{path.relative_to(root)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if re.search(r"#\s*fmt:\s*(?:skip|off)", line)
    ]


def _loaded(parsed: Parsed) -> list[str]:
    """The modules that are found by a string instead of an import."""
    return [
        f"{module.name}:{node.lineno}"
        for module in parsed.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in {"import_module", "__import__"}
    ]


def _bare(parsed: Parsed) -> list[str]:
    """The functions that take or give a row of the database as it came."""
    found = []
    for module, function in _functions(parsed):
        spoken = [a for a in ast.walk(function.args) if isinstance(a, ast.arg)]
        types = [a.annotation for a in spoken if a.annotation is not None]
        if function.returns is not None:
            types.append(function.returns)
        if any(_RECORD.search(ast.unparse(kind)) for kind in types):
            found.append(f"{module.name}:{function.lineno} {function.name}")
    return found


def _subscripted(parsed: Parsed) -> list[str]:
    """Where a row, or what stands for one, is read by a string in brackets.

    A row of a query has attributes (docs/adr/0012: mypy refuses brackets on it), so this counts what was made of rows since:
    dictionaries that go from one function to another. Left out are queries and other tables in capitals, types, and payloads
    (`_PAYLOADS`), also where a function calls one `d` first: a dataclass for each kind of event or form would say again what
    the record, the API and the rulebook say, and would not be checked by them.
    """
    found = []
    for module in parsed.values():
        also = _called_otherwise(module.tree)
        for node in ast.walk(module.tree):
            if _reads_a_name(node) and not _is_payload(node.value, also):
                found.append(f"{module.name}:{node.lineno}")
    return found


def _reads_a_name(node: ast.AST) -> TypeGuard[ast.Subscript]:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    )


def _is_payload(read: ast.expr, also: Collection[str]) -> bool:
    """Whether what is read is no row: a type, a table in capitals, or a payload or a part of one."""
    while isinstance(read, ast.Subscript):
        read = read.value
    name = ast.unparse(read).rsplit(".", 1)[-1]
    return name.isupper() or name in _TYPES or name in _PAYLOADS or name in also


def _called_otherwise(tree: ast.Module) -> set[str]:
    """What a module calls a payload: `d = event.detail`."""
    return {
        node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in _PAYLOADS
    }


def _long_functions(parsed: Parsed) -> list[str]:
    return [
        f"{module.name}:{function.lineno} {function.name}"
        for module, function in _functions(parsed)
        if (function.end_lineno or function.lineno) - function.lineno + 1 > 40
    ]


def _long_modules(root: Path, parsed: Parsed) -> list[str]:
    return [
        str(module.path.relative_to(root))
        for module in parsed.values()
        if module.path.read_text("utf-8").count("\n") > 300 and not made(module)
    ]


def _long_lines(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}"
        for package in ("hotline", "routing", "sla", "reports")
        for path in sorted((root / package).rglob("*.html"))
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if len(line) > 200
    ]


#: What is counted, and how its places are found.
COUNTS: Mapping[str, Callable[[Path, Parsed], list[str]]] = {
    "flat modules in routing": lambda root, parsed: _flat(root, "routing"),
    "flat modules in sla": lambda root, parsed: _flat(root, "sla"),
    "contracts of import-linter": lambda root, parsed: _contracts(root),
    "queries opened from another folder": elsewhere,
    "queries that nobody runs": unused,
    "one-letter constants of queries": one_letter,
    "class names in several files": lambda root, parsed: _class_names(parsed),
    "fmt: skip": _skips,
    "modules loaded by a string": lambda root, parsed: _loaded(parsed),
    "bare records in signatures": lambda root, parsed: _bare(parsed),
    "rows subscripted by a string": lambda root, parsed: _subscripted(parsed),
    "functions over 40 lines": lambda root, parsed: _long_functions(parsed),
    "modules over 300 lines": _long_modules,
    "template lines over 200 characters": lambda root, parsed: _long_lines(root),
}


def counted(root: Path = ROOT) -> dict[str, list[str]]:
    """Every count with its places."""
    parsed = modules(root)
    return {name: places(root, parsed) for name, places in COUNTS.items()}


def written(found: Mapping[str, list[str]], known: Mapping[str, Bound]) -> str:
    """counts.toml with today's numbers."""
    lines = [
        "# Bounds of the counts over the tree, and what they are to become: python -m tools.counts --write",
        "",
    ]
    for name, places in found.items():
        word = "least" if known[name].least else "most"
        lines.append(f'"{name}" = {{ {word} = {len(places)}, aim = {known[name].aim} }}')
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> int:
    """Print the counts; with names of counts their places too; `--write` takes them as bounds."""
    found, known = counted(), bounds()
    if "--write" in words:
        BOUNDS.write_text(written(found, known), "utf-8")
        known = bounds()
    for name, places in found.items():
        bound = known[name]
        sign = (
            "worse than" if bound.broken_by(len(places)) else "better than" if bound.beaten_by(len(places)) else "bound"
        )
        aim = f"{'≥' if bound.least else '≤'} {bound.aim}"
        print(f"{name:<36} {len(places):>5}   {sign} {bound.bound}, aim {aim}")
        for place in places if name in words else ():
            print(f"    {place}")
    return int(any(known[name].broken_by(len(places)) for name, places in found.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
