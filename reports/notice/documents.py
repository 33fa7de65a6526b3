"""A notice as documents: HTML that stands alone, a workbook, PDF and DOCX. Equal content gives equal documents."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

import xlsxwriter
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell

from hotline.base.http.rendering import environment_of
from hotline.base.i18n import Catalogue, catalogue_of, current
from hotline.base.text.characters import clean
from hotline.base.text.nested import each_text
from reports.figures.figure import NONE
from reports.notice.document import Cell, DocumentPart, DocumentTable, DocumentWords, Rate
from reports.notice.form import NoticeContent
from reports.notice.parts import parts, title

PACKAGES = ("hotline", "routing", "sla", "reports")
KINDS = ("html", "xlsx", "pdf", "docx")


def speaking(language: str, zone: ZoneInfo, catalogue: Catalogue | None = None) -> DocumentWords:
    """The words of a document outside a request."""
    known = catalogue or catalogue_of(PACKAGES)
    return DocumentWords(
        lambda msgid, **values: known.fill(msgid, language, values),
        lambda value, context: known.word(value, language, context),
        language,
        zone,
    )


def html(template: str, words: DocumentWords, **values: Any) -> str:
    """A document as HTML that needs no other file."""
    mark = current.set(words.language)
    try:
        made = environment_of(PACKAGES, words.zone).get_template(template)
        return made.render(language=words.language, dash=NONE, **values)
    finally:
        current.reset(mark)


def notice_html(content: NoticeContent, words: DocumentWords, stamp: Sequence[str], mark: str = "") -> str:
    """The notice as a page that needs nothing beside it. `stamp`: what was decided about it; `mark`: what stands on every page."""
    return html(
        "reports/notice_document.html",
        words,
        title=title(content, words),
        stamp=stamp,
        mark=mark,
        parts=parts(content, words),
    )


def pdf(text: str) -> bytes:
    """A document as PDF. Slow: call it in a thread."""
    from weasyprint import HTML  # heavy, and only wanted here

    for noisy in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return bytes(HTML(string=text).write_pdf())


def workbook(name: str, found: Sequence[DocumentPart], made_at: datetime, mark: str = "") -> bytes:
    """One sheet a part; numbers as numbers, a rate in three columns, the head frozen; `mark` on every sheet and printed page."""
    out = io.BytesIO()
    name, found = each_text((name, [*found]), clean)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": name, "created": made_at.replace(tzinfo=None)})
        styles = {
            "head": book.add_format(
                {"bold": True, "bg_color": "#E8EDF3", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "rate": book.add_format({"num_format": "0.0%"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }
        taken: set[str] = set()
        for part in found:
            sheet = book.add_worksheet(_sheet_name(part.sheet, taken))
            sheet.write_string(0, 0, " · ".join(x for x in (mark, name, part.title) if x), styles["title"])
            if mark:
                sheet.set_header(f"&C{mark}")
            row = 1
            for said in part.words:
                sheet.write_string(row, 0, said)
                row += 1
            if part.table is not None:
                _write(sheet, part.table, row + 1, styles)
    return out.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, none that Excel refuses, each once."""
    base = "".join("-" if c in r"[]:*?/\'" else c for c in name)[:28]
    found, n = base, 2
    while found.lower() in taken:
        found, n = f"{base} {n}", n + 1
    taken.add(found.lower())
    return found


def _write(sheet: Any, table: DocumentTable, top: int, styles: Mapping[str, Any]) -> None:
    heads: list[str] = []
    for place, head in enumerate(table.head):
        heads += [head, f"{head} ·n", f"{head} ·N"] if place in table.rates else [head]
    for column, head in enumerate(heads):
        sheet.write_string(top, column, head, styles["head"])
    sheet.freeze_panes(top + 1, 0)
    sheet.set_column(0, len(heads), 14)
    for down, cells in enumerate(table.rows, top + 1):
        for column, value in enumerate(_spread(cells, table.rates)):
            _cell(sheet, down, column, value, styles)
    if table.rows:
        sheet.autofilter(top, 0, top + len(table.rows), len(heads) - 1)


def _spread(cells: Sequence[Cell], rates: Iterable[int]) -> list[Cell]:
    """A row with each rate in three columns: rate, numerator, denominator."""
    spread: list[Cell] = []
    for place, value in enumerate(cells):
        if place in rates:
            whole = isinstance(value, Rate) and value.whole
            spread += [value if whole else NONE]
            spread += [value.part, value.whole] if isinstance(value, Rate) else [None, None]
        else:
            spread.append(value)
    return spread


def _cell(sheet: Any, row: int, column: int, value: Cell, styles: Mapping[str, Any]) -> None:
    if isinstance(value, Rate):
        if value.whole:
            sheet.write_number(row, column, value.part / value.whole, styles["rate"])
        else:
            sheet.write_string(row, column, NONE)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, value)


def docx(name: str, stamp: Sequence[str], found: Sequence[DocumentPart], made_at: datetime, mark: str = "") -> bytes:
    """The same parts as a text document that an office edits and signs; `mark` on every page."""
    name, stamp, found = each_text((name, [*stamp], [*found]), clean)
    made = Document()
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(1.5))
    if mark:
        section.header.paragraphs[0].text = mark
    _fonts(made)
    made.core_properties.title, made.core_properties.author = name, ""
    made.core_properties.created = made.core_properties.modified = made_at.replace(tzinfo=None)
    made.add_heading(name, 0)
    for line in stamp:
        made.add_paragraph(line)
    for part in found:
        made.add_heading(part.title, 1)
        for said in part.words:
            made.add_paragraph(said)
        if part.table is not None:
            _docx_table(made, part.table)
    out = io.BytesIO()
    made.save(out)
    return settled(out.getvalue())


def settled(packed: bytes) -> bytes:
    """A zip file without the time of its making: equal content gives equal bytes."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(ZipInfo(name), before.read(name), ZIP_DEFLATED)
    return out.getvalue()


def _fonts(made: Any) -> None:
    for style in ("Normal", "Title", "Heading 1", "Heading 2"):
        font = made.styles[style].font
        font.name = "SimSun" if style == "Normal" else "SimHei"
        properties = made.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        properties.set(qn("w:eastAsia"), font.name)
    made.styles["Normal"].font.size = Pt(9)


def _docx_table(made: Any, table: DocumentTable) -> None:
    if not table.rows:
        made.add_paragraph(NONE)
        return
    grid = made.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
    grid.autofit = True
    rows = [table.head, *table.rows]
    for line, cells in zip(grid._tbl.tr_lst, rows, strict=True):  # `rows[n].cells` would walk the table each time
        for box, value in zip(line.tc_lst, cells, strict=True):
            _Cell(box, grid).text = shown(value)


def shown(value: Cell) -> str:
    """A cell as text; nothing: “—”."""
    return NONE if value is None or value == "" else str(value)
