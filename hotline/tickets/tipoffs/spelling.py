"""Normalization of a text for finding names: width, traditional characters, invisible and dividing signs. Pure.

`traditional.txt` pairs lines of traditional characters with lines of the simplified ones (after OpenCC's TSCharacters,
Apache-2.0); characters that are simplified themselves are not in it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from hotline.base.text.search_keys import folded

_HAN = "\u3400-\u9fff"
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
#: What somebody puts between the characters of a name so that it is not found; never what ends a sentence.
_BETWEEN = re.compile(rf"(?<=[{_HAN}])[\s·•.*_\-\u2013\u2014…/|~^+#@()\[\]{{}}<>《》【】「」“”\"'‘’]+(?=[{_HAN}])")


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    lines = (Path(__file__).parent / "traditional.txt").read_text(encoding="utf-8").splitlines()
    return {
        ord(old): new
        for olds, news in zip(lines[::2], lines[1::2], strict=True)
        for old, new in zip(olds, news, strict=True)
    }


def simplified(text: str) -> str:
    """Text as names are looked for in it: simplified, lower case, half width, nothing hidden or dividing between Han characters."""
    return _BETWEEN.sub("", _UNSEEN.sub("", folded(text).translate(_table())))
