"""Masking: telephone numbers and identities in a text are hidden from readers who must not know who called (rulebook
§8). Pure.

Hidden in every way people write them (full-width, Chinese digits, spelled, with any separator between the groups): telephone
numbers, identity cards, bank cards, accounts and names of messengers, e-mail addresses. What says where or what something is
stays: doors, dates, amounts, numbers of tickets, of documents, of buses, of meters, plates, public service numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotline.base.text.characters import folded
from hotline.base.text.identities import GLUED, MAIL, RULES, WITH_FRONT

Span = tuple[int, int, str]
#: Without one of these nothing is hidden, and most texts have none.
_MAY = re.compile(r"(?:[0-9][^0-9]*){5}|@|[A-Za-z0-9_.-]{5}|艾特")


def masked_words(text: str) -> str:
    """The text with every number and identity of a person shortened to its ends; masking twice changes nothing more."""
    spans: list[Span] = []
    for chinese in (False, True):  # 张三1390…: 三 is no digit where the number is whole without it
        plain = folded(text, chinese=chinese)
        if _MAY.search(plain):
            more = _apart(sorted(_found(plain), key=lambda s: (s[0], -s[1])))
            spans += [a for a in more if not any(a[0] < b[1] and b[0] < a[1] for b in spans)]
    made, done = [], 0
    for start, end, short in sorted(spans):
        made += [text[done:start], short]
        done = end + len(text[end:]) - len(text[end:].lstrip("\ufe0f\u20e3"))
    return "".join([*made, text[done:]])


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Each place once: what overlaps is hidden with what began before it."""
    last: Span | None = None
    for start, end, short in spans:
        if last is None or start >= last[1]:
            if last is not None:
                yield last
            last = (start, end, short)
        elif end > last[1]:
            last = (last[0], end, last[2])
    if last is not None:
        yield last


def _found(plain: str) -> Iterator[Span]:
    for glued in GLUED.finditer(plain):
        each = [_ends(glued[0][i : i + 11]) for i in range(0, len(glued[0]), 11)]
        yield glued.start(), glued.end(), "、".join(each)
    for pattern, is_one in RULES:
        at = 0
        while (found := pattern.search(plain, at)) is not None:
            at = max(found.start(1) + 1, found.start() + 1)
            if is_one(plain, found):
                begin = found.start() if pattern in WITH_FRONT else found.start(1)
                at = found.end(1)
                yield begin, found.end(1), _ends(found[1])
    for mail in MAIL.finditer(plain):
        yield mail.start(), mail.end(), mail[0][0] + "****@****"


def _ends(found: str) -> str:
    """The ends of what is hidden: enough to tell two apart, too little to call."""
    kept = re.sub(r"[\W_]", "", found)
    if len(kept) >= 11:
        return f"{kept[:3]}****{kept[-2:]}"
    return f"{kept[:2]}****{kept[-2:]}" if len(kept) >= 7 else f"{kept[:1]}****"
