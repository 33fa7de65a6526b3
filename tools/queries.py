"""Who runs which named query: calls of the modules beside the query files, and constants that `queries(…)` gave, through imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Whatever runs the product: its packages, the composition root and the measurements.
PLACES = ("hotline", "routing", "sla", "reports", "bench", "main.py")
_NAME = re.compile(r"^-- name: (\w+)(?: :[a-z]+\??)?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file, parsed."""

    path: Path
    name: str
    tree: ast.Module
    #: What it imports by `from`: where it is from, its name there, its name here.
    imports: tuple[tuple[str, str, str], ...]
    #: Each `name` and `name.attribute` in it.
    mentions: frozenset[str]
    #: Each string in it.
    strings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Use:
    """A module has a constant that holds a file's queries."""

    module: Module
    constant: str
    file: Path


def modules(root: Path) -> dict[str, Module]:
    """Every Python file of the product, by its dotted name."""
    found = {}
    for place in PLACES:
        for path in [root / place] if place.endswith(".py") else sorted((root / place).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = _parsed(path, name)
    return found


def _parsed(path: Path, name: str) -> Module:
    tree = ast.parse(path.read_text("utf-8"))
    nodes = list(ast.walk(tree))
    imports = tuple(
        (node.module, alias.name, alias.asname or alias.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    )
    mentions = frozenset(_dotted(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute))
    strings = frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return Module(path, name, tree, imports, mentions, strings)


def files(root: Path) -> dict[Path, list[str]]:
    """Every file of named queries with the names in it."""
    found = {}
    for place in PLACES:
        for path in sorted((root / place).rglob("*.sql")):
            if "migrations" not in path.parts and (names := _NAME.findall(path.read_text("utf-8"))):
                found[path] = names
    return found


def _opened(root: Path, value: ast.expr) -> Path | None:
    """The file that a call of `queries` opens."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "queries"):
        return None
    words = [a.value for a in value.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return root.joinpath(*words[0].split("."), words[1]) if len(words) == 2 else None


def made(module: Module) -> bool:
    """Whether it is a module beside a query file, made by `make queries`."""
    return module.name.endswith("_sql")


def _assigned(root: Path, module: Module) -> Iterator[tuple[str, Path]]:
    for node in module.tree.body if not made(module) else ():
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            path = _opened(root, node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if path is not None:
                yield from ((target.id, path) for target in targets if isinstance(target, ast.Name))


def _dotted(node: ast.expr) -> str:
    """`name` or `name.attribute`, and nothing for whatever else stands there."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def uses(root: Path, parsed: Mapping[str, Module]) -> list[Use]:
    """Every constant of queries with the module that has it: opened there, imported, or reached as `module.constant`."""
    held = {name: dict(_assigned(root, module)) for name, module in parsed.items()}
    before = -1
    while before != (before := sum(map(len, held.values()))):
        for name, module in parsed.items():
            for source, there, here in module.imports:
                if path := held.get(source, {}).get(there):
                    held[name][here] = path
                for constant, path in held.get(f"{source}.{there}", {}).items():
                    if f"{here}.{constant}" in module.mentions and "." not in constant:
                        held[name][f"{here}.{constant}"] = path
    return [Use(parsed[name], c, path) for name, found in held.items() for c, path in found.items()]


def _runs(use: Use, parsed: Mapping[str, Module]) -> Iterator[str]:
    """The names that a module takes out of the constant; where it does so by a variable, every string of its folder."""
    open_ended = False
    for node in ast.walk(use.module.tree):
        if isinstance(node, ast.Subscript) and _dotted(node.value) == use.constant:
            if isinstance(node.slice, ast.Constant):
                yield str(node.slice.value)
            else:
                open_ended = True
        elif isinstance(node, ast.Call | ast.Dict):
            passed = node.values if isinstance(node, ast.Dict) else [*node.args, *(k.value for k in node.keywords)]
            open_ended |= any(_dotted(a) == use.constant for a in passed)
    if open_ended:
        for module in parsed.values():
            if module.path.parent == use.module.path.parent:
                yield from module.strings


def _called(root: Path, parsed: Mapping[str, Module]) -> Iterator[tuple[Path, str]]:
    """The query files and names whose functions are mentioned: `x_sql.name` after `from package import x_sql`."""
    for module in parsed.values():
        for source, there, here in module.imports if not made(module) else ():
            if there.endswith("_sql"):
                file = root.joinpath(*source.split("."), f"{there.removesuffix('_sql')}.sql")
                yield from ((file, m.split(".", 1)[1]) for m in module.mentions if m.startswith(f"{here}."))


def unused(root: Path, parsed: Mapping[str, Module]) -> list[str]:
    """The queries that nobody runs, as `folder/file.sql: name`."""
    run: dict[Path, set[str]] = {}
    for file, name in _called(root, parsed):
        run.setdefault(file, set()).add(name)
    for use in uses(root, parsed):
        run.setdefault(use.file, set()).update(_runs(use, parsed))
    return [
        f"{path.relative_to(root).as_posix()}: {name}"
        for path, names in files(root).items()
        for name in names
        if name not in run.get(path, set())
    ]


def elsewhere(root: Path, parsed: Mapping[str, Module]) -> list[str]:
    """The modules that have queries of another folder, as `module: folder/file.sql`."""
    return sorted(
        f"{use.module.name}: {use.file.relative_to(root).as_posix()}"
        for use in uses(root, parsed)
        if use.module.path.parent != use.file.parent
    )


def one_letter(root: Path, parsed: Mapping[str, Module]) -> list[str]:
    """The constants of queries, and imports of them, whose name is one letter."""
    return sorted(
        f"{use.module.name}: {use.constant}" for use in uses(root, parsed) if len(use.constant.rsplit(".", 1)[-1]) == 1
    )
