"""The parts of a workbook: a zip file of XML, read piece by piece, never beyond the bounds, whatever its directory says."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from routing.tables.bounds import Bounds, damaged, too_large
from routing.tables.kinds import refuse_by_parts, with_password

_PIECE = 256 * 1024
_DEEPEST = 64
_PARTS = 20_000
Attributes = Mapping[str, str]


class Reader:
    """What is done with a part: `start` and `end` of elements by their local names, `text` between them."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Words within an element, perhaps in pieces."""


class Package:
    """An open workbook. All parts together may unpack to so many bytes as the bounds allow."""

    def __init__(self, path: Path, bounds: Bounds) -> None:
        try:
            self._zip = ZipFile(path)
        except (BadZipFile, OSError, ValueError) as error:
            raise damaged() from error
        self._left = bounds.bytes
        infos = self._zip.infolist()
        if len(infos) > _PARTS:
            raise too_large()
        self._parts = {info.filename.lower().replace("\\", "/").lstrip("/"): info for info in infos}
        refuse_by_parts(self._parts)

    def has(self, name: str) -> bool:
        return name.lower() in self._parts

    def pieces(self, name: str, work: Callable[[bytes], object]) -> None:
        """Hand a part over piece by piece. Raises Unreadable where it is damaged, locked or beyond the bounds."""
        info = self._parts.get(name.lower())
        if info is None:
            raise damaged()
        if info.flag_bits & 1:
            raise with_password()
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()
        try:
            with self._zip.open(info) as file:
                while piece := file.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise too_large()
                    if work(piece):
                        return
        except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise damaged() from error

    def parse(self, name: str, reader: Reader) -> None:
        """Read a part as XML. Raises Unreadable also where it declares entities or nests too deeply."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        depth = 0

        def start(full: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise damaged()
            reader.start(full.rpartition(":")[2], attributes)

        def end(full: str) -> None:
            nonlocal depth
            depth -= 1
            reader.end(full.rpartition(":")[2])

        def declared(*_: Any) -> None:
            raise damaged()

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = declared
        try:
            self.pieces(name, lambda piece: parser.Parse(piece, False) and None)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            raise damaged() from error
