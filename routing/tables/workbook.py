"""A workbook's own parts: which sheets there are and which one is read, its shared strings, its formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

from routing.tables.bounds import Unreadable, damaged
from routing.tables.cell import clean, unescaped
from routing.tables.formats import Format, format_of
from routing.tables.package import Attributes, Package, Reader

_OTHERS = 20


class _Relations(Reader):
    """What a part points to: ident → (kind, where)."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


class _Sheets(Reader):
    """The sheets in their order (name, relation, whether it is seen), and from which year days are counted."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, bool]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
            seen = attributes.get("state", "visible") == "visible"
            self.found.append((clean(attributes.get("name", "")), relation, seen))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in {"1", "true"}


class _Strings(Reader):
    """The shared strings: runs joined, readings (rPh) left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._open = self._reading = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._reading = True
        elif name == "t":
            self._open = not self._reading

    def end(self, name: str) -> None:
        if name == "si":
            self.found.append(clean(unescaped("".join(self._parts))))
        elif name == "rPh":
            self._reading = False
        elif name == "t":
            self._open = False

    def text(self, data: str) -> None:
        if self._open:
            self._parts.append(data)


class _Styles(Reader):
    """Which format each style of a cell has."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.idents: list[int] = []
        self._cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._cells = True
        elif name == "xf" and self._cells:
            self.idents.append(_number(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._cells = False


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise damaged()
    return int(text)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What reading a sheet needs: where the first sheet that is seen stands, and what its cells point to."""

    package: Package
    part: str
    name: str
    others: tuple[str, ...] = ()
    strings: list[str] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    since_1904: bool = False


def open_workbook(package: Package) -> Workbook:
    """The first visible sheet of a workbook. Raises Unreadable where there is none."""
    main = next((t for k, t in _related(package, "") if k == "officeDocument"), "xl/workbook.xml")
    sheets = _Sheets()
    package.parse(main, sheets)
    related = _relations(package, main)
    seen = [
        (name, related[ident][1])
        for name, ident, visible in sheets.found
        if visible and related.get(ident, ("", ""))[0] == "worksheet"
    ]
    if not seen:
        raise Unreadable("The workbook has no visible sheet with cells.", field="file")
    strings, styles = _Strings(), _Styles()
    for kind, part in related.values():
        if kind == "sharedStrings" and package.has(part):
            package.parse(part, strings)
        elif kind == "styles" and package.has(part):
            package.parse(part, styles)
    formats = [format_of(ident, styles.codes) for ident in styles.idents]
    others = tuple(name for name, part in seen[1 : _OTHERS + 1] if _holds_something(package, part))
    return Workbook(package, seen[0][1], seen[0][0], others, strings.found, formats, sheets.since_1904)


def _related(package: Package, part: str) -> list[tuple[str, str]]:
    return list(_relations(package, part).values())


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    folder, name = dirname(part), part.rpartition("/")[2]
    where = join(folder, "_rels", f"{name}.rels")
    found = _Relations()
    if package.has(where):
        package.parse(where, found)
    return {
        ident: (kind, normpath(join(folder, target)) if not target.startswith("/") else target.lstrip("/"))
        for ident, (kind, target) in found.found.items()
    }


def _holds_something(package: Package, part: str) -> bool:
    """Whether the beginning of a sheet has a cell with something in it: it is named, because it is not read."""
    heads: list[bytes] = []
    if package.has(part):
        package.pieces(part, lambda piece: heads.append(piece) or True)  # type: ignore[func-returns-value]
    return any(mark in head for head in heads for mark in (b"<v>", b"<t>", b"<t ", b":v>", b":t>"))
