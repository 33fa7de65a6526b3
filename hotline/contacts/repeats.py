"""The same words again, and the parts of one long message: when several deliveries are one contact. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.phrases.flat_text import flat_text

#: The same words within this time are one contact, and so are the parts of one message.
TOGETHER = timedelta(minutes=1)
#: So long one waits for the other parts of a message that says how many they are.
_PARTS_WITHIN = timedelta(minutes=5)
HOUR = timedelta(hours=1)
#: How often the same words are answered in an hour; words of the hotline that ask for something more often.
ANSWERED, ASKED = 3, 20
#: More messages within `TOGETHER` than anybody types: a machine, whatever it writes.
TYPED = 30
#: Characters of a part: of a message in Chinese, alone and as one of several, and in Latin letters.
_FULL = (67, 70, 153, 160)
_LONG_HAN, _LONG_LATIN = 60, 140
_ENDS = '。！？!?.…~～)）”"'
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d{4,}")
_MARK = re.compile(r"^\s*(?:[(（\[【]\s*)?([1-9])\s*[/／]\s*([2-9])\s*(?:[)）\]】]|(?=\s|[^\x00-\x7f]))[\s:：、]*")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A contact of the last hour: when it came, how it ended, its words, how many deliveries it is made of."""

    contact: int
    at: datetime
    outcome: str
    ticket: int | None
    text: str
    times: int = 1


def exact_key(text: str) -> str:
    """Words for comparing whether they are the same, whatever their width, case and punctuation."""
    flat = flat_text(text).flat
    return "".join(c for c in flat if c.isalnum()) or flat or text.strip()


def machine_key(text: str) -> str:
    """Words for comparing whether a machine wrote them: times and long numbers, which a machine counts on, left out."""
    flat = _TIME.sub("#", flat_text(text).flat)
    return "".join(c for c in flat if c.isalnum() or c == "#") or flat or text.strip()


def repeat_count(earlier: tuple[Earlier, ...], text: str) -> int:
    """How often the same words came in the last hour."""
    wanted = machine_key(text)
    return sum(e.times for e in earlier if machine_key(e.text) == wanted)


def is_machine(earlier: tuple[Earlier, ...], at: datetime) -> bool:
    """Whether more came within a minute than anybody types."""
    return sum(e.times for e in earlier if at - e.at <= TOGETHER) >= TYPED


def doubled_contact(earlier: tuple[Earlier, ...], text: str, at: datetime) -> Earlier | None:
    """The contact that said the same within a minute."""
    wanted = exact_key(text)
    return next((e for e in earlier if at - e.at <= TOGETHER and exact_key(e.text) == wanted), None)


def continued_contact(earlier: tuple[Earlier, ...], text: str, at: datetime) -> Earlier | None:
    """The contact of which this is a further part: by the marks that both bear, or because it broke off, full, a minute ago."""
    taken = tuple(e for e in earlier if e.outcome in {"ticket", "addition"})
    if (mark := _MARK.match(text)) is not None:
        for one in taken:
            first = _MARK.match(one.text)
            if first is not None and at - one.at <= _PARTS_WITHIN and first[2] == mark[2] and first[1] != mark[1]:
                return one
        return None
    last = taken[0] if taken else None
    if last is None or at - last.at > TOGETHER or last is not earlier[0] or not _broke_off(last.text):
        return None
    return last


def _broke_off(text: str) -> bool:
    """Whether a message is as long as a part can be, or is long and ends in the middle of a sentence."""
    size = len(text)
    if size >= min(_FULL) and any(size % full == 0 for full in _FULL):
        return True
    long = _LONG_LATIN if text.isascii() else _LONG_HAN
    return size >= long and text.rstrip()[-1:] not in _ENDS


def with_message_part(before: str, part: str) -> str:
    """What is kept of a contact's words with one more part: marked parts stand in lines, others run on."""
    return f"{before}\n{part}" if _MARK.match(part) else before + part


def whole_message(text: str) -> str:
    """The words of a contact as one message: marked parts in their order, without the marks."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _MARK.match(line)]
    if len(starts) < 2 or starts[0] != 0:
        return text
    parts = ["\n".join(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    return "".join(_MARK.sub("", part) for part in sorted(parts, key=_order))


def _order(part: str) -> int:
    found = _MARK.match(part)
    return int(found[1]) if found else 0
