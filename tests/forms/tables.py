"""How forms of tables are read: files from descriptions, headers, cells, days; without a process, a page or a database."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hotline.ticket import Category, Channel, Urgency
from reports.imports.words import (
    BOXES,
    CATEGORIES,
    CHANNELS,
    HISTORY,
    OUTCOMES,
    URGENCIES,
    PastOutcome,
    member_of,
    score_in,
)
from routing.directory.column_words import CATALOGUE, DEPARTMENTS, group_of, yes_or_no
from routing.tables.bounds import PAGE
from routing.tables.cell import Value, from_wire, text_of
from routing.tables.child import read_table
from routing.tables.columns import Headers, ours_of, plain_header
from routing.tables.moments import moment_in

_HEADS = {
    "xls": bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le"),
    "et": bytes.fromhex("d0cf11e0a1b11ae1") + "Book".encode("utf-16-le"),
    "locked": bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
    "doc": bytes.fromhex("d0cf11e0a1b11ae1") + "WordDocument".encode("utf-16-le"),
    "biff": b"\x09\x08\x10\x00\x00\x06\x05\x00",
    "pdf": b"%PDF-1.7\n",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "heic": b"\x00\x00\x00\x18ftypheic",
    "rar": b"Rar!\x1a\x07",
    "gz": b"\x1f\x8b\x08\x00",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rtf": b"{\\rtf1",
    "empty": b"",
    "blank": b"\xef\xbb\xbf\r\n  \r\n",
    "broken": b"PK\x03\x04 and then nothing",
    "exe": b"MZ\x90\x00",
    "binary": bytes(range(256)) * 4,
}
_ZIPS = {
    "ods": ("mimetype", "content.xml"),
    "numbers": ("Index/Document.iwa",),
    "docx": ("word/document.xml", "_rels/.rels"),
    "pptx": ("ppt/presentation.xml",),
    "xlsb": ("xl/workbook.bin",),
    "zip": ("值班表.xlsx",),
    "nothing": ("xl/styles.xml",),
}


def _said(content: bytes) -> str:
    """What the reading of a file gives: its rows, what is refused, what is told beside it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(content)
        out = io.BytesIO()
        read_table(path, PAGE, out)
    said: list[str] = []
    for message in map(json.loads, out.getvalue().splitlines()):
        for line, cells, shown in message.get("rows", ()):
            looks = dict(shown)
            row = "|".join(_look(from_wire(c)) + (f"<{looks[i]}>" if i in looks else "") for i, c in enumerate(cells))
            said.append(f"{line}:{row}")
        if "fault" in message:
            line, _, why, params = message["fault"]
            said.append(f"!{line} {_short(why % params)}")
        if "refused" in message:
            said.append(f"refused {_short(message['refused'][1] % message['refused'][2])}")
        if message.get("others"):
            said.append(f"not read {','.join(message['others'])}")
        if message.get("hidden"):
            said.append(f"hidden {message['hidden']}")
        said += [f"merged {top},{left},{bottom},{right}" for top, left, bottom, right in message.get("merged", ())]
    return " ; ".join(said).replace("\n", "⏎")


def _short(message: str) -> str:
    return message.split(":")[0].rstrip(".")


def _look(value: Value) -> str:
    match value:
        case bool() | None | str():
            return text_of(value)
        case int() | float():
            return f"#{value!r}"
        case datetime() | date() | time():
            return f"@{text_of(value)}"
        case timedelta():
            return f"+{text_of(value)}"


def text_file(form: str) -> str:
    """`gb18030>words¦utf-8>more words`: a text file of parts, each in its encoding; `raw>` are bytes in hex."""
    content = b""
    for part in form.split("¦"):
        codec, _, words = part.partition(">")
        content += bytes.fromhex(words) if codec == "raw" else words.encode(codec)
    return _said(content)


def spreadsheet(form: str) -> str:
    """`A1=words`, `B1=#12.1[0.00]` (a number and its format), `C1=!#REF!`, `D1=?` (a formula without result), `D1=?#3`, `E1=%1` (a truth),
    `merge=A1:A3`, `dimension=A1`, `row=3` (hidden), `sheet=name`, `sheet=~name` (hidden), `1904`; or `file=xls`."""
    first = form.partition("=")
    if first[0] == "file":
        return _said(_HEADS[first[2]] if first[2] in _HEADS else _zip(dict.fromkeys(_ZIPS[first[2]], "x")))
    return _said(_zip(_workbook(form.split(" ; "))))


def _zip(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return out.getvalue()


def _workbook(tokens: list[str]) -> dict[str, str]:
    sheets: list[tuple[str, list[str]]] = []
    formats: list[str] = ["General"]
    year = ""
    for token in tokens:
        if token == "1904":
            year = '<workbookPr date1904="1"/>'
        elif token.startswith("sheet="):
            sheets.append((token[6:], []))
        else:
            if not sheets:
                sheets.append(("S", []))
            sheets[-1][1].append(token)
    parts = {}
    for n, (_, content) in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(content, formats)
    listed = "".join(
        f'<sheet name="{name.lstrip("~")}" r:id="r{n}"{_HIDDEN if name.startswith("~") else ""}/>'
        for n, (name, _) in enumerate(sheets, 1)
    )
    parts["xl/workbook.xml"] = f'<workbook xmlns:r="r">{year}<sheets>{listed}</sheets></workbook>'
    related = "".join(
        f'<Relationship Id="r{n}" Type="x/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships>{related}<Relationship Id="s" Type="x/styles" Target="/xl/styles.xml"/></Relationships>'
    )
    codes = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{_xml(code)}"/>' for i, code in enumerate(formats))
    xfs = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats)))
    parts["xl/styles.xml"] = (
        f"<styleSheet><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>"
    )
    return parts


_HIDDEN = ' state="hidden"'


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _sheet(tokens: list[str], formats: list[str]) -> str:
    rows: dict[int, list[str]] = {}
    hidden, merges, size = set(), "", ""
    for token in tokens:
        name, _, value = token.partition("=")
        if name == "merge":
            merges += f'<mergeCell ref="{value}"/>'
        elif name == "dimension":
            size = f'<dimension ref="{value}"/>'
        elif name == "row":
            hidden.add(int(value))
        else:
            rows.setdefault(int(re.sub("[A-Z]", "", name)), []).append(_cell(name, value, formats))
    body = ""
    for n, cells in sorted(rows.items()):
        body += f'<row r="{n}" hidden="{int(n in hidden)}">{"".join(cells)}</row>'
    return f"<worksheet>{size}<sheetData>{body}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"


def _cell(name: str, value: str, formats: list[str]) -> str:
    if value.startswith("!"):
        return f'<c r="{name}" t="e"><v>{value[1:]}</v></c>'
    if value.startswith("%"):
        return f'<c r="{name}" t="b"><v>{value[1:]}</v></c>'
    formula = ""
    if value.startswith("?"):
        formula, value = "<f>SUM(Z1)</f>", value[1:]
    if value.startswith("#") or formula:
        number, _, code = value.lstrip("#").partition("[[")
        style = ""
        if code:
            formats.append(code.removesuffix("]]"))
            style = f' s="{len(formats) - 1}"'
        return f'<c r="{name}"{style}>{formula}<v>{number}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{_xml(value)}</t></is></c>'


def header(form: str) -> str:
    """`history: 受理时间（必填）` → `opened`: our name of a column in a table of this kind; `—` where it is none."""
    kind, _, said = form.partition(": ")
    headers: Headers = {
        "history": HISTORY,
        "boxes": BOXES,
        "departments": DEPARTMENTS,
        "catalogue": CATALOGUE,
    }[kind]
    known = {plain_header(word): ours for ours, words in headers.items() for word in (ours, *words)}
    return ours_of(said, known) or "—"


def cell(form: str) -> str:
    """`rating: 5分` → `5`; what a cell of a column with a fixed set of values means; `—` where it cannot be told."""
    kind, _, said = form.partition(": ")
    found: object = {
        "channel": lambda: member_of(said, Channel, CHANNELS),
        "category": lambda: member_of(said, Category, CATEGORIES),
        "urgency": lambda: member_of(said, Urgency, URGENCIES),
        "outcome": lambda: member_of(said, PastOutcome, OUTCOMES),
        "rating": lambda: score_in(said),
        "group": lambda: group_of(said),
        "discipline": lambda: yes_or_no(said),
    }[kind]()
    return "—" if found is None else str(found)


def moment(form: str) -> str:
    """A day, or a moment (of a zone in UTC); `—` where it is none."""
    found = moment_in(form)
    if found is None:
        return "—"
    at, clock = found
    if at.tzinfo is not None:
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
    return f"{at:%Y-%m-%d %H:%M:%S}" if clock else f"{at:%Y-%m-%d}"
