"""The words of short messages by kind (`vocabulary.toml`), and what follows from them by composition. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

_DATA = tomllib.loads(resources.files("hotline.phrases").joinpath("vocabulary.toml").read_text("utf-8"))
#: Traditional characters, and others that are taken for them, by the simplified one.
SIMPLE: Mapping[str, str] = {pair[0]: pair[1] for pair in _DATA["characters"]["traditional"].split() if len(pair) == 2}
_WORDS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(word.replace("_", " ") for word in words.split()) for kind, words in _DATA["words"].items()
}


def words(kind: str) -> tuple[str, ...]:
    """The words of one kind, as they stand in the file."""
    return _WORDS[kind]


def _with(before: Iterable[str], stems: Iterable[str], after: Iterable[str] = ("",)) -> list[str]:
    return [b + s + a for b in before for s in stems for a in after]


@cache
def composed(kind: str) -> frozenset[str]:
    """The words of a kind, and those that are made of two kinds: 修好 → 修好了, 修好了吗; 回复 → 谢谢回复."""
    found = set(_WORDS.get(kind, ()))
    if kind == "done":
        found.update(_with(("",), _WORDS["mended"], _WORDS["perfect"]))
        found.update(_with(("已", "已经", "都已", "刚"), _WORDS["mended"], ("", *_WORDS["perfect"])))
    elif kind == "asked":
        found.update(_with(("", "已", "已经"), _WORDS["mended"], _WORDS["whether"]))
        stems = _with(("",), _WORDS["asking_after"], ("", "得", "的"))
        found.update(_with(("",), stems, _WORDS["how"]))
    elif kind == "kindness":
        found.update(_with(_WORDS["thanking"], _WORDS["kindness_for"]))
    elif kind == "favour":
        found.update(_with(("的", "及时", "耐心", "热心", "认真", "快速"), _WORDS["kindness_for"]))
    return frozenset(found)


@cache
def lexicon(*kinds: str) -> Mapping[str, str]:
    """Each word of some kinds with its kind; a word that stands in several is of the first that was named."""
    found: dict[str, str] = {}
    for kind in kinds:
        for word in composed(kind):
            found.setdefault(word, kind)
    return found
