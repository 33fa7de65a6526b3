"""Detection of a file's format by its bytes, not its name; an unreadable one is refused with what to do. Pure."""

from __future__ import annotations

from collections.abc import Collection

from routing.tables.bounds import Unreadable

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLD = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_PAGES = (
    "<!doctype",
    "<html",
    "<table",
    "<?xml",
    "<meta",
    "<style",
    "<workbook",
    "mime-version:",
    "<head",
    "<body",
    "<div",
    "<tr",
)


def refuse_by_head(head: bytes, whole: bytes) -> None:
    """Raises Unreadable where the bytes are those of something that we do not read; zip files and text pass."""
    if not whole.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise Unreadable("The file is empty.", field="file")
    if head.startswith(_OLE):
        raise _compound(whole)
    if head.startswith(_OLD):
        raise old_workbook()
    if head.lstrip().startswith(b"%PDF"):
        raise Unreadable("This is a PDF, not a table: ask for the spreadsheet itself, saved as .xlsx.", field="file")
    if head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        raise Unreadable(
            "This is a picture, not a table: type it into a spreadsheet and save it as .xlsx.", field="file"
        )
    if head.startswith(_ARCHIVES):
        raise archive()
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise document()
    if head.startswith((b"MZ", b"\x7fELF", b"SQLite format 3")):
        raise no_table()


def refuse_pages(text: str) -> None:
    """Raises Unreadable where a text is a web page or XML with the name of a table."""
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(_PAGES):
        raise Unreadable(
            "This is a web page with the name of a table: open it in the spreadsheet program and save it as .xlsx.",
            field="file",
        )


def _compound(whole: bytes) -> Unreadable:
    """The container of old office files, and of new ones with a password."""
    if "EncryptedPackage".encode("utf-16-le") in whole:
        return with_password()
    if "WordDocument".encode("utf-16-le") in whole:
        return document()
    return old_workbook()


def refuse_by_parts(names: Collection[str]) -> None:
    """Raises Unreadable where the parts of a zip file are not those of a workbook; `names` in lower case."""
    if "xl/workbook.bin" in names:
        raise old_workbook()
    if any(name.startswith("xl/") for name in names):
        return
    if "content.xml" in names:
        raise Unreadable(
            "This is an OpenDocument file: save it as .xlsx (Excel 2007 or newer) and send that.",
            field="file",
        )
    if any(name.endswith(".iwa") or name == "index.zip" for name in names):
        raise Unreadable("This is a Numbers file: export it as Excel (.xlsx) and send that.", field="file")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise document()
    if not any(name.endswith((".rels", "workbook.xml")) for name in names):
        raise archive()


def old_workbook() -> Unreadable:
    return Unreadable(
        "This is a workbook of an older or other format (.xls, .et, .xlsb): save it as .xlsx and send that.",
        field="file",
    )


def with_password() -> Unreadable:
    return Unreadable(
        "The workbook is locked with a password: remove it, save it as .xlsx and send that.", field="file"
    )


def document() -> Unreadable:
    return Unreadable(
        "This is a text document, not a table: copy its table into a spreadsheet and save it as .xlsx.",
        field="file",
    )


def archive() -> Unreadable:
    return Unreadable("This is an archive: unpack it and send the table in it.", field="file")


def no_table() -> Unreadable:
    return Unreadable("This file cannot be read as a table: save it as .xlsx and send that.", field="file")
