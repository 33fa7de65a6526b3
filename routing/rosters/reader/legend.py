"""The legend of a roster: what its notes say of its words and signs (`白班：08:00-17:30；夜班：17:30-次日08:00`, `√表示值班`). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import tight
from routing.rosters.reader.clock import written
from routing.rosters.reader.hours import Hours, hours_of, spans_in
from routing.rosters.reader.words import TableWords, key_of

_SIGN = r"[√✓✔☑✅●■★▲◆×x✗✘╳✕✖❌❎☒○◯⭕〇□☐☆△◇◎※#*+]"
_IS = r"(?:[:=]|表示|代表|为|是|即|指|-+>?)+"
_LABEL = re.compile(r"^(?:备注|说明|注明|注|图例|班次说明|时间说明|附)\d*[:.、]?")
_TIMES = re.compile(
    r"(?:的?(?:上班|值班|当班|值守|工作)?(?:时间|时段))?(?:安排)?(?:为|是|表示|代表|指|:|=|\(|\[|从|自)*$"
)
_WORD = re.compile(rf"(?:{_SIGN}|[a-z]\d?|\d|\d?[^\W\d_]{{1,10}})$")
_MARK = re.compile(rf'"?({_SIGN}|[a-z]\d?|[^\W\d_]{{1,4}})"?{_IS}"?([^\s,;、。:=()"]{{1,8}})')
_DRAWN = re.compile(rf'([^\W\d_]{{1,4}}?)(?:请|均|的)?(?:打|画|用|以|标|填)"?({_SIGN})"?')


def legend_of(texts: Iterable[str]) -> dict[str, Hours]:
    """What the notes of a table say of its words and signs. Raises BadField where a word has two hours."""
    found: dict[str, Hours] = {}
    lines = [line for text in texts for line in re.split(r"[\n;。；]", text) if line.strip()]
    for line in lines:
        for word, hours in _timed(_LABEL.sub("", written(line))):
            if found.get(word, hours) != hours:
                raise BadField("The legend gives %(word)s two different hours.", field="shift", word=word)
            found[word] = hours
    words = TableWords(dict(found))
    for line in lines:
        said = _LABEL.sub("", tight(line))
        for sign, meaning in (*_MARK.findall(said), *((s, m) for m, s in _DRAWN.findall(said))):
            meant = _meant(meaning, words)
            if meant is not None and key_of(sign) not in found and (re.fullmatch(_SIGN, sign) or len(sign) <= 2):
                found[key_of(sign)] = meant
    return found


def _meant(meaning: str, words: TableWords) -> Hours | None:
    """The hours of a meaning that a legend gives in words."""
    for word in (meaning, meaning.removesuffix("人员"), meaning.removesuffix("时间"), meaning[:2]):
        if word in {"值班", "上班", "在班", "到岗", "值守"}:
            return words.usual
        if word and (hours := words.meaning(word)) is not None:
            return hours
    return None


def _timed(said: str) -> list[tuple[str, Hours]]:
    """The words of a legend's line, each with the hours behind it."""
    found, before, at = [], 0, 0
    spans = spans_in(said)
    while at < len(spans):
        start, end = spans[at]
        while at + 1 < len(spans) and re.fullmatch(r"[,、/和及与+]?", said[end : spans[at + 1][0]]):
            at += 1
            end = spans[at][1]
        named = said[before:start].rstrip('"):(=')
        word = _WORD.search(_TIMES.sub("", named).rstrip('"):(=')) or re.search("值班", named)
        hours = hours_of(said[start:end])
        if word is not None and hours is not None:
            found.append((key_of(re.sub(r"^(?:为|是|其中)|(?:时间|时段|为)$", "", word[0])), hours))
        before, at = end, at + 1
    return found
