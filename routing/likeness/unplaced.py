"""Keys of matters without a place (a subsidy that is not paid, an examination, a price), by which many people's reports
are found together. Pure.
"""

from __future__ import annotations

import re
from functools import cache

from routing.places.spellings import no_names
from routing.suggestions.model.functions import general, table

#: What money, papers and deadlines are called: 离田补贴, 助学贷款, 惠民保险, 资格认证.
_NAMED = re.compile(
    r"([一-龥]{2})(补贴|补助|补偿|津贴|奖励|救助金|助学金|养老金|抚恤金|优待金|贷款|保险|消费券|认证|年审|缴费|招聘|报名|考试|摇号)"
)
#: Before these words they are no names.
_NO_NAME = re.compile(
    r"[的了着过到给在是和与或及有无没不未要请问领发放办取交按将把被让这那各每某我你他她其]|申请|咨询|享受|政策|相关|有关|各种|各类|国家|政府|政策|什么"
)
#: Shorter words are said of too much.
_LEAST, _MOST = 4, 6


@cache
def _words() -> frozenset[str]:
    """Words of matters that are long enough to say which."""
    worth = general()
    return frozenset(
        word for _, words in table() for word in words if len(word) >= _LEAST and worth.get(word, 1.0) == 1.0
    )


def is_matter(key: str) -> bool:
    """Whether a key names a matter and not a place."""
    return key.startswith("词:")


def matters_of(gist: str) -> list[str]:
    """The matters that a folded text without its places names, as keys (`词:种粮补贴`), at most six; each once."""
    found = [
        f"词:{match[1]}{match[2]}"
        for match in _NAMED.finditer(gist)
        if not _NO_NAME.search(match[1]) and match[1] not in no_names()
    ]
    words = _words()
    for at in range(len(gist) - _LEAST + 1):
        for length in (6, 5, 4):
            if gist[at : at + length] in words:
                found.append(f"词:{gist[at : at + length]}")
                break
    return list(dict.fromkeys(found))[:_MOST]
