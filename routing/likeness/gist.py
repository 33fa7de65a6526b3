"""The gist of a text: its words without places and without phrases common to all matters. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from routing.likeness.sketch import pairs
from routing.places.spellings import Spelled, nameless
from routing.suggestions.model.functions import matter_of

#: Which door of a place: 3号楼2单元, 第5组.
_DOORS = re.compile(r"第?[0-9a-z一二三四五六七八九十百两]+(?:号楼|号院|单元|栋|幢|号|层|室|组|户|楼)")
#: Said of every matter: greetings, requests, that it is not the first time.
_SAID_OF_ALL = re.compile(
    r"[您你]好|谢谢|辛苦了?|打扰了?|麻烦|请?(?:领导|政府|有关部门|相关部门|你们|您)?(?:帮忙|管管|管一管|看看|协调|核实)"
    r"|(?:希望|请求?|要求|盼望?|恳请)?(?:有关部门|相关部门|领导|政府)?(?:尽快|及时|赶紧|抓紧|早日)?(?:处理|解决|回复|答复)(?:一下)?"
    r"|(?:已经|之前|多次|一直)?(?:打过电话|反映过?|投诉过?)(?:[0-9一二两三几多]次|很久|多次|一下)?了?|我(?:想|要)?反映(?:一下)?"
    r"|我是(?:本小区)?(?:居民|村民|业主|市民|群众)|尽快|现在|一直|到现在|什么时候|怎么办|情况|问题|[我他她]?们?家"
)


def gist(text: str, known: Sequence[Spelled] = ()) -> str:
    """The words of the matter itself, folded; the rest is a blank. Empty where nothing is left. `known`: of the gazetteer."""
    return " ".join(_SAID_OF_ALL.sub(" ", _DOORS.sub(" ", nameless(text, known))).split())


def words_of(text: str) -> frozenset[str]:
    """The pairs of characters by which two texts are compared as matters."""
    return pairs(gist(text))


def gist_of(text: str) -> tuple[str, tuple[str, ...]]:
    """What a text is about (供热), and by which words; never by the name of a place: 水利小区 says nothing of the water board."""
    return matter_of(gist(text))
