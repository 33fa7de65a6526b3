"""The words of a text file: UTF-8, UTF-16 or GB18030, and one of them throughout; what is mixed or damaged is refused by its line. Pure."""

from __future__ import annotations

import re

from hotline.base.http.problem import BadField
from routing.tables.bounds import Unreadable
from routing.tables.kinds import no_table

_FIELDS = re.compile(rb'[,;\t"\n]')
_WIDE = re.compile("[\u0800-\ud7ff\uf900-\ufffd\U00010000-\U0010ffff]")
#: What is left where words were read in a wrong encoding once and saved so.
_DAMAGE = re.compile("\ufffd|锟斤拷|锟斤|斤拷|[\ue000-\uf8ff]")
_HAN = re.compile("[\u3400-\u9fff]")
_COMMON = 0.7
_FEW = 8
#: Bytes of nothing in a file that is UTF-8 otherwise; UTF-16 has more of them.
_FEW_NULS = 0.1


class Mixed(Unreadable):
    """A file refused by one of its lines, `line`."""

    def __init__(self, line: int, why: BadField) -> None:
        super().__init__(why.message, field=why.field, **why.params)
        self.line = line


def words_of(raw: bytes) -> str:
    """The file as text. Raises Unreadable, and Mixed where a line is to blame."""
    text = _decoded(raw)
    damage = _DAMAGE.search(text)
    if damage:
        line = text.count("\n", 0, damage.start()) + 1
        raise Mixed(
            line,
            BadField(
                "%(text)s stands where words were before: they were lost when the file was saved. Send it as it was, or as .xlsx.",
                field="file",
                text=damage[0],
            ),
        )
    return text


def _decoded(raw: bytes) -> str:
    for mark, codec in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return _strictly(raw, codec)
    head = raw[:4096]
    if b"\x00" in head and (head.count(0) > _FEW_NULS * len(head) or not _tried(raw, "utf-8")):
        return _without_mark(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _gb(raw)
    if not raw.startswith(b"\xef\xbb\xbf") and not text.isascii() and not _WIDE.search(text):
        _refuse_doubt(raw)
    return text


def _strictly(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise no_table() from error


def _without_mark(raw: bytes) -> str:
    """UTF-16 that does not say so: the order in which it has commas or line ends."""
    found = []
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if any(mark in text for mark in ",;\t\n") and "\x00" not in text:
            found.append(text)
    if len(found) != 1:
        raise no_table()
    return found[0]


def _refuse_doubt(raw: bytes) -> None:
    """Raises where bytes are words in UTF-8 and others in GB18030: 路 is · there."""
    try:
        other = raw.decode("gb18030")
    except UnicodeDecodeError:
        return
    if _HAN.search(other):
        raise Unreadable(
            "The file does not say in which encoding it is, and two fit: save it as “CSV UTF-8” or as .xlsx.",
            field="file",
        )


def _gb(raw: bytes) -> str:
    """GB18030 in every field; a field that is UTF-8 is another encoding."""
    seen: dict[str, int] = {}
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.isascii():
            continue
        kinds = {_kind(part) for part in _FIELDS.split(line) if not part.isascii()}
        for kind in kinds:
            seen.setdefault(kind, number)
    if "neither" in seen or {"utf", "gb"} <= seen.keys():
        odd = seen.get("neither") or max(seen["utf"], seen["gb"])
        raise Mixed(
            odd,
            BadField(
                "Line %(line)s is written in another encoding than the rest: open the file, mend it and save it as .xlsx.",
                field="file",
                line=odd,
            ),
        )
    text = raw.decode("gb18030")
    han = _HAN.findall(text)
    common = sum(1 for char in han if _is_common(char))
    if len(han) >= _FEW and common < _COMMON * len(han):
        raise Unreadable("The file is neither UTF-8 nor GB18030: save it as “CSV UTF-8” or as .xlsx.", field="file")
    return text


def _kind(part: bytes) -> str:
    if _WIDE.search(_tried(part, "utf-8-sig")):
        return "utf"
    return "gb" if _tried(part, "gb18030") else "neither"


def _tried(part: bytes, codec: str) -> str:
    try:
        return part.decode(codec)
    except UnicodeDecodeError:
        return ""


def _is_common(char: str) -> bool:
    """Whether a character stands among the 6,763 of GB 2312, as those of offices do."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
